#include "imaging/profile.h"
#include "tests/unit/support.h"

#include <string.h>

#define NAME_BYTES 12

/* A profile with one tag at @offset, claimed to be @length long. */
static GByteArray *
profile_with(const guint8 *tag, guint tag_bytes, guint32 offset, guint32 length)
{
    GByteArray *profile = g_byte_array_new();
    const guint32 table[] = {
        GUINT32_TO_BE(1), GUINT32_TO_BE(0x64657363), GUINT32_TO_BE(offset), GUINT32_TO_BE(length)};

    g_byte_array_set_size(profile, 128);
    memset(profile->data, 0, 128);
    g_byte_array_append(profile, (const guint8 *)table, sizeof table);
    g_byte_array_append(profile, tag, tag_bytes);
    return profile;
}

#define TAG_AT 144
#define DESC(text) "desc\0\0\0\0\0\0\0" text

static const struct {
    const char *tag;
    guint tag_bytes;
    guint32 offset, length;
    const char *name;
} row[] = {
    {DESC("\5sRGB"), 17, TAG_AT, 17, "sRGB"},
    {DESC("\177sRGB"), 17, TAG_AT, 17, "sRGB"},
    {DESC("\40a name that goes on and on"), 38, TAG_AT, 38, "a name that"},
    {DESC("\6sR\nGB"), 18, TAG_AT, 18, "sR"},
    {"mluc\0\0\0\0\0\0\0\1\0\0\0\14enUS\0\0\0\10\0\0\0\34\0P\0\63\0 \0D", 36, TAG_AT, 36, "P3 D"},
    {"mluc\0\0\0\0\0\0\0\1\0\0\0\14enUS\377\377\377\377\0\0\0\34\0P", 30, TAG_AT, 30, ""},
    {"mluc\0\0\0\0\0\0\0\1\0\0\0\14enUS\0\0\0\4\377\377\377\377\0P", 30, TAG_AT, 30, ""},
    {"mluc\0\0\0\0\0\0\0\1\0\0\0\14enUS\0\0\0\0\0\0\0\34\0P", 30, TAG_AT, 30, ""},
    {"curv\0\0\0\0\0\0\0\0", 12, TAG_AT, 12, ""},
    {DESC("\5sRGB"), 17, 0xffffffff, 17, ""},
    {DESC("\5sRGB"), 17, TAG_AT, 0xffffffff, ""},
    {DESC("\5sRGB"), 17, TAG_AT, 5, ""},
};

static void
names_are_read_from_both_versions_and_never_beyond(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GByteArray) profile = profile_with(
            (const guint8 *)row[i].tag, row[i].tag_bytes, row[i].offset, row[i].length);
        char name[NAME_BYTES];

        vt_profile_name(profile->data, profile->len, name, sizeof name);
        if (strcmp(name, row[i].name) != 0)
            fail_msg("row %u is named '%s'", i, name);
        for (guint length = 0; length < profile->len; length += 3) {
            g_autofree guint8 *cut = g_memdup2(profile->data, length);

            vt_profile_name(cut, length, name, sizeof name);
            assert_true(strlen(name) < sizeof name);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read_from_both_versions_and_never_beyond)};

    return vt_test_run("imaging/profile", tests);
}
