#include "imaging/profile.h"

#include <string.h>

#define HEADER_BYTES 128
#define TAG_BYTES 12
#define MAX_TAGS 100

static guint32
get32(const guint8 *at)
{
    return (guint32)at[0] << 24 | (guint32)at[1] << 16 | (guint32)at[2] << 8 | at[3];
}

/* Copies every @stride-th byte as far as it is printable. */
static void
copy_text(const guint8 *text, gsize length, gsize stride, char *ret_name, gsize size)
{
    gsize n = 0;

    for (gsize i = 0; i < length && n + 1 < size && g_ascii_isprint((char)text[i]); i += stride)
        ret_name[n++] = (char)text[i];
    ret_name[n] = '\0';
}

/* Version 2 holds ASCII, version 4 a list of UTF-16 texts of which the first is taken. */
static void
read_description(const guint8 *tag, gsize length, char *ret_name, gsize size)
{
    if (length >= 12 && memcmp(tag, "desc", 4) == 0) {
        copy_text(tag + 12, MIN(length - 12, get32(tag + 8)), 1, ret_name, size);
    } else if (length >= 28 && memcmp(tag, "mluc", 4) == 0) {
        gsize text_length = get32(tag + 20), offset = get32(tag + 24);

        if (offset < length - 1 && text_length <= length - offset)
            copy_text(tag + offset + 1, text_length - MIN(1, text_length), 2, ret_name, size);
    }
}

void
vt_profile_name(const guint8 *profile, gsize length, char *ret_name, gsize size)
{
    guint32 n_tags = length >= HEADER_BYTES + 4 ? get32(profile + HEADER_BYTES) : 0;

    ret_name[0] = '\0';
    for (guint32 i = 0; i < MIN(n_tags, MAX_TAGS); i++) {
        const guint8 *tag = profile + HEADER_BYTES + 4 + i * TAG_BYTES;
        gsize offset, tag_length;

        if ((gsize)(tag - profile) + TAG_BYTES > length)
            return;
        offset = get32(tag + 4);
        tag_length = get32(tag + 8);
        if (memcmp(tag, "desc", 4) != 0 || offset > length || tag_length > length - offset)
            continue;
        read_description(profile + offset, tag_length, ret_name, size);
        return;
    }
}
