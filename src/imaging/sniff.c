#include "imaging/sniff.h"

#include "base/error.h"

#include <errno.h>
#include <magic.h>
#include <string.h>
#include <unistd.h>

#define UNKNOWN "application/octet-stream"

enum { LOOK_BYTES = 1 << 20 };

/* What programs call a type in other words than the web. */
static const struct {
    const char *from, *to;
} renamed[] = {
    {"image/x-ms-bmp", "image/bmp"},
    {"audio/x-wav", "audio/wav"},
    {"audio/x-m4a", "audio/mp4"},
    {"audio/x-flac", "audio/flac"},
    {"video/x-m4v", "video/mp4"},
};

/* Set once by vt_sniff_init, while the process has one thread. */
static magic_t magic;

gboolean
vt_sniff_init(GError **error)
{
    magic = magic_open(MAGIC_MIME_TYPE | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_ELF);
    if (magic == NULL || magic_load(magic, NULL) != 0)
        return vt_throw(error, VT_ERROR_INTERNAL, "the signatures of file types cannot be loaded");
    return TRUE;
}

gboolean
vt_sniff_is_mime(const char *mime)
{
    const char *slash = strchr(mime, '/');
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789.+-_/";

    return slash != NULL && slash != mime && slash[1] != '\0' && strchr(slash + 1, '/') == NULL &&
           strlen(mime) < VT_SNIFF_MIME_BYTES && strspn(mime, allowed) == strlen(mime);
}

gboolean
vt_sniff(int fd, char ret_mime[VT_SNIFF_MIME_BYTES], GError **error)
{
    g_autofree guint8 *bytes = g_malloc(LOOK_BYTES);
    ssize_t n = pread(fd, bytes, LOOK_BYTES, 0);
    const char *found;

    if (n < 0)
        return vt_throw_errno(error, "cannot read the file");
    if (n == 0)
        return vt_throw(error, VT_ERROR_MEDIA_TYPE, "the file is empty");
    found = magic_buffer(magic, bytes, (gsize)n);
    if (found == NULL || !vt_sniff_is_mime(found))
        found = UNKNOWN;
    for (gsize i = 0; i < G_N_ELEMENTS(renamed); i++) {
        if (strcmp(found, renamed[i].from) == 0)
            found = renamed[i].to;
    }
    g_strlcpy(ret_mime, found, VT_SNIFF_MIME_BYTES);
    return TRUE;
}
