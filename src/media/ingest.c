#include "media/ingest.h"

#include "base/error.h"

#include <string.h>
#include <unistd.h>

struct _VtIngest { /* immutable */
    VtBlobStore *store;
    VtCage *cage;
    guint64 max_bytes;
};

/* The decoder's words for formats; what is not here has no name of its own on the web. */
static const struct {
    const char *format, *mime;
} mime_row[] = {
    {"jpeg", "image/jpeg"},
    {"png", "image/png"},
    {"webp", "image/webp"},
    {"heif", "image/heif"},
    {"gif", "image/gif"},
    {"tiff", "image/tiff"},
    {"svg", "image/svg+xml"},
    {"jp2", "image/jp2"},
    {"jxl", "image/jxl"},
    {"ppm", "image/x-portable-anymap"},
};

VtIngest *
vt_ingest_new(VtBlobStore *store, VtCage *cage, guint64 max_bytes)
{
    VtIngest *self = g_new0(VtIngest, 1);

    self->store = store;
    self->cage = cage;
    self->max_bytes = max_bytes;
    return self;
}

void
vt_ingest_free(VtIngest *self)
{
    g_free(self);
}

static const char *
mime_of(const char *format)
{
    for (gsize i = 0; i < G_N_ELEMENTS(mime_row); i++)
        if (strcmp(mime_row[i].format, format) == 0)
            return mime_row[i].mime;
    return "application/octet-stream";
}

static gboolean
make_pyramid(VtIngest *self, const char *original, GError **error)
{
    g_autoptr(VtBlobDraft) draft = vt_blob_draft_new(self->store, error);
    VtPyramidFacts facts;
    gboolean done;
    int fd;

    if (draft == NULL)
        return FALSE;
    fd = vt_blob_open_original(self->store, original, error);
    if (fd < 0)
        return FALSE;
    done = vt_cage_ingest(self->cage, fd, vt_blob_draft_fd(draft), &facts, error);
    close(fd);
    return done && vt_blob_keep_pyramid(self->store, draft, original, VT_PYRAMID_VERSION, error);
}

/* A pyramid says what its master was, so no other record of it is needed. */
static gboolean
read_facts(VtIngest *self, VtBinary *binary, GError **error)
{
    int fd = vt_blob_open_pyramid(self->store, binary->hash.hex, VT_PYRAMID_VERSION, error);
    g_autoptr(VtPyramid) pyramid = NULL;
    const VtPyramidFacts *facts;

    if (fd < 0)
        return FALSE;
    pyramid = vt_pyramid_open(fd, vt_cage_options.max_pixels, error);
    close(fd);
    if (pyramid == NULL)
        return FALSE;
    facts = vt_pyramid_facts(pyramid);
    g_strlcpy(binary->format, facts->format, sizeof binary->format);
    g_strlcpy(binary->mime, mime_of(facts->format), sizeof binary->mime);
    binary->width = facts->width;
    binary->height = facts->height;
    binary->has_alpha = facts->bands == 4;
    binary->pyramid_version = VT_PYRAMID_VERSION;
    return TRUE;
}

gboolean
vt_ingest_image(VtIngest *self, int fd, VtBinary *ret_binary, GError **error)
{
    VtBinary binary = {0};

    if (!vt_blob_put_original(self->store, fd, self->max_bytes, &binary.hash, &binary.bytes, error))
        return FALSE;
    if (!vt_blob_has_pyramid(self->store, binary.hash.hex, VT_PYRAMID_VERSION) &&
        !make_pyramid(self, binary.hash.hex, error))
        return FALSE;
    if (!read_facts(self, &binary, error))
        return FALSE;
    *ret_binary = binary;
    return TRUE;
}
