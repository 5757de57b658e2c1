#include "media/ingest.h"

#include "base/error.h"

#include <string.h>
#include <unistd.h>

struct _VtIngest { /* immutable */
    VtBlobStore *store;
    VtCage *cage;
    guint64 max_bytes;
};

/* One file on its way in. */
typedef struct {
    VtBlobDraft *draft;   /* owned: its bytes */
    VtBlobDraft *pyramid; /* owned: made of them, or NULL */
    int fd;               /* owned: the bytes, for reading only */
    VtBinary binary;      /* what is known so far */
} Arrival;

static void
arrival_clear(Arrival *self)
{
    vt_blob_draft_free(self->draft);
    vt_blob_draft_free(self->pyramid);
    if (self->fd >= 0)
        close(self->fd);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Arrival, arrival_clear)

/* The decoder's words for formats; what is not here keeps the type its bytes have. */
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

static gboolean
receive(VtIngest *self, int fd, guint64 max_bytes, Arrival *arrival, GError **error)
{
    VtBinary *binary = &arrival->binary;

    arrival->draft = vt_blob_draft_new(self->store, error);
    if (arrival->draft == NULL ||
        !vt_blob_draft_fill(arrival->draft, fd, max_bytes, &binary->hash, &binary->bytes, error))
        return FALSE;
    arrival->fd = vt_blob_draft_open(arrival->draft, error);
    return arrival->fd >= 0 && vt_cage_sniff(self->cage, arrival->fd, binary->mime, error);
}

static void
take_facts(Arrival *arrival, const VtPyramidFacts *facts)
{
    VtBinary *binary = &arrival->binary;

    g_strlcpy(binary->format, facts->format, sizeof binary->format);
    for (gsize i = 0; i < G_N_ELEMENTS(mime_row); i++) {
        if (strcmp(mime_row[i].format, facts->format) == 0)
            g_strlcpy(binary->mime, mime_row[i].mime, sizeof binary->mime);
    }
    binary->width = facts->width;
    binary->height = facts->height;
    binary->has_alpha = facts->bands == 4;
    binary->pyramid_version = VT_PYRAMID_VERSION;
}

/* A pyramid says what its master was, so no other record of it is needed. */
static gboolean
read_facts(VtIngest *self, const char *hash, VtPyramidFacts *ret_facts, GError **error)
{
    int fd = vt_blob_open_pyramid(self->store, hash, VT_PYRAMID_VERSION, error);
    g_autoptr(VtPyramid) pyramid = NULL;

    if (fd < 0)
        return FALSE;
    pyramid = vt_pyramid_open(fd, vt_cage_options.max_pixels, error);
    close(fd);
    if (pyramid == NULL)
        return FALSE;
    *ret_facts = *vt_pyramid_facts(pyramid);
    return TRUE;
}

static gboolean
decode(VtIngest *self, Arrival *arrival, GError **error)
{
    VtPyramidFacts facts;

    if (vt_blob_has_pyramid(self->store, arrival->binary.hash.hex, VT_PYRAMID_VERSION)) {
        if (!read_facts(self, arrival->binary.hash.hex, &facts, error))
            return FALSE;
    } else {
        arrival->pyramid = vt_blob_draft_new(self->store, error);
        if (arrival->pyramid == NULL || !vt_cage_ingest(self->cage, arrival->fd,
                                            vt_blob_draft_fd(arrival->pyramid), &facts, error))
            return FALSE;
    }
    take_facts(arrival, &facts);
    return TRUE;
}

/* For what is kept in any case: a picture that cannot be shown is a file like others. */
static gboolean
decode_if_possible(VtIngest *self, Arrival *arrival, GError **error)
{
    g_autoptr(GError) local = NULL;

    if (decode(self, arrival, &local))
        return TRUE;
    if (vt_error_is(local, VT_ERROR_STORAGE) || vt_error_is(local, VT_ERROR_INTERNAL)) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    g_clear_pointer(&arrival->pyramid, vt_blob_draft_free);
    return TRUE;
}

static gboolean
keep(VtIngest *self, Arrival *arrival, VtBinary *ret_binary, GError **error)
{
    const VtHash *hash = &arrival->binary.hash;

    if (!vt_blob_keep_original(self->store, arrival->draft, hash, error) ||
        (arrival->pyramid != NULL && !vt_blob_keep_pyramid(self->store, arrival->pyramid, hash->hex,
                                         VT_PYRAMID_VERSION, error)))
        return FALSE;
    *ret_binary = arrival->binary;
    return TRUE;
}

static gboolean
take_image(VtIngest *self, Arrival *arrival, GError **error)
{
    const char *mime = arrival->binary.mime;

    if (g_str_has_prefix(mime, "video/") || strcmp(mime, "application/pdf") == 0)
        return vt_throw(error, VT_ERROR_MEDIA_TYPE, "'%s' is no picture", mime);
    return decode(self, arrival, error);
}

static gboolean
take_video(VtIngest *self, Arrival *arrival, GError **error)
{
    if (!g_str_has_prefix(arrival->binary.mime, "video/"))
        return vt_throw(error, VT_ERROR_MEDIA_TYPE, "'%s' is no video", arrival->binary.mime);
    return TRUE;
}

static gboolean
take_any(VtIngest *self, Arrival *arrival, GError **error)
{
    return !g_str_has_prefix(arrival->binary.mime, "image/") ||
           decode_if_possible(self, arrival, error);
}

typedef gboolean (*Take)(VtIngest *self, Arrival *arrival, GError **error);

static gboolean
ingest(VtIngest *self, Take take, guint64 max_bytes, int fd, VtBinary *ret_binary, GError **error)
{
    g_auto(Arrival) arrival = {.fd = -1};

    return receive(self, fd, max_bytes, &arrival, error) && take(self, &arrival, error) &&
           keep(self, &arrival, ret_binary, error);
}

gboolean
vt_ingest_file(VtIngest *self, VtAssetType type, int fd, VtBinary *ret_binary, GError **error)
{
    static const Take take[VT_ASSET_TYPE_COUNT] = {
        [VT_ASSET_TYPE_IMAGE] = take_image,
        [VT_ASSET_TYPE_VIDEO] = take_video,
        [VT_ASSET_TYPE_FILE] = take_any,
    };

    return ingest(self, take[type], self->max_bytes, fd, ret_binary, error);
}

/* Browsers take captions in this form only, and it must begin so. */
static gboolean
take_captions(VtIngest *self, Arrival *arrival, GError **error)
{
    static const char *const beginnings[] = {"WEBVTT", "\xef\xbb\xbfWEBVTT"};
    char head[10] = "";
    ssize_t n = pread(arrival->fd, head, sizeof head - 1, 0);

    for (gsize i = 0; n > 0 && i < G_N_ELEMENTS(beginnings); i++) {
        gsize length = strlen(beginnings[i]);

        if (strncmp(head, beginnings[i], length) == 0 && strchr(" \t\r\n", head[length]) != NULL) {
            g_strlcpy(arrival->binary.mime, "text/vtt", sizeof arrival->binary.mime);
            return TRUE;
        }
    }
    return vt_throw(error, VT_ERROR_MEDIA_TYPE, "captions must be WebVTT and begin with 'WEBVTT'");
}

static gboolean
take_text(VtIngest *self, Arrival *arrival, GError **error)
{
    return g_str_has_prefix(arrival->binary.mime, "text/") ||
           vt_throw(error, VT_ERROR_MEDIA_TYPE, "'%s' is no text", arrival->binary.mime);
}

static gboolean
take_sound(VtIngest *self, Arrival *arrival, GError **error)
{
    return g_str_has_prefix(arrival->binary.mime, "audio/") ||
           vt_throw(error, VT_ERROR_MEDIA_TYPE, "'%s' is no sound", arrival->binary.mime);
}

gboolean
vt_ingest_track(VtIngest *self, VtTrackRole role, int fd, VtBinary *ret_binary, GError **error)
{
    static const struct {
        Take take;
        gboolean text;
    } row[VT_TRACK_ROLE_COUNT] = {
        [VT_TRACK_ROLE_THUMBNAIL] = {take_image, FALSE},
        [VT_TRACK_ROLE_CAPTION] = {take_captions, TRUE},
        [VT_TRACK_ROLE_SUBTITLE] = {take_captions, TRUE},
        [VT_TRACK_ROLE_TRANSCRIPT] = {take_text, TRUE},
        [VT_TRACK_ROLE_AUDIO] = {take_sound, FALSE},
        [VT_TRACK_ROLE_DESCRIPTIVE_AUDIO] = {take_sound, FALSE},
    };
    guint64 max_bytes =
        row[role].text ? MIN(self->max_bytes, VT_INGEST_MAX_TEXT_BYTES) : self->max_bytes;

    return ingest(self, row[role].take, max_bytes, fd, ret_binary, error);
}
