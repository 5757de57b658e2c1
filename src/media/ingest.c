#include "media/ingest.h"

#include "base/error.h"
#include "media/page.h"
#include "video/poster.h"

#include <fcntl.h>
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
    VtBlobDraft *poster;  /* owned: a picture that stands for them, or NULL */
    int fd;               /* owned: the bytes, for reading only */
    VtBinary binary;      /* what is known so far */
} Arrival;

static void
arrival_clear(Arrival *self)
{
    vt_blob_draft_free(self->draft);
    vt_blob_draft_free(self->pyramid);
    vt_blob_draft_free(self->poster);
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

/* Of a picture, or of the poster that stands for what is none. */
static void
take_size(Arrival *arrival, const VtPyramidFacts *facts)
{
    arrival->binary.width = facts->width;
    arrival->binary.height = facts->height;
    arrival->binary.pyramid_version = VT_PYRAMID_VERSION;
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
    binary->has_alpha = facts->bands == 4;
    take_size(arrival, facts);
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

/* The pyramid that is there, or a new one of the picture @fd. */
static gboolean
make_pyramid(VtIngest *self, Arrival *arrival, int fd, VtPyramidFacts *ret_facts, GError **error)
{
    const char *hash = arrival->binary.hash.hex;

    if (vt_blob_has_pyramid(self->store, hash, VT_PYRAMID_VERSION))
        return read_facts(self, hash, ret_facts, error);
    arrival->pyramid = vt_blob_draft_new(self->store, error);
    return arrival->pyramid != NULL &&
           vt_cage_ingest(self->cage, fd, vt_blob_draft_fd(arrival->pyramid), ret_facts, error);
}

static gboolean
decode(VtIngest *self, Arrival *arrival, GError **error)
{
    VtPyramidFacts facts;

    if (!make_pyramid(self, arrival, arrival->fd, &facts, error))
        return FALSE;
    take_facts(arrival, &facts);
    return TRUE;
}

/* What is kept in any case needs no picture; only trouble of our own is told. */
static gboolean
forgive(Arrival *arrival, GError *trouble, GError **error)
{
    g_autoptr(GError) owned = trouble;

    if (vt_error_is(owned, VT_ERROR_STORAGE) || vt_error_is(owned, VT_ERROR_INTERNAL)) {
        g_propagate_error(error, g_steal_pointer(&owned));
        return FALSE;
    }
    g_clear_pointer(&arrival->pyramid, vt_blob_draft_free);
    return TRUE;
}

static gboolean
decode_if_possible(VtIngest *self, Arrival *arrival, GError **error)
{
    GError *local = NULL;

    return decode(self, arrival, &local) || forgive(arrival, local, error);
}

/* Draws a picture that stands for the file. */
typedef gboolean (*Draw)(const Arrival *arrival, int out_fd, GError **error);

static gboolean
draw_page(const Arrival *arrival, int out_fd, GError **error)
{
    return vt_page_draw(arrival->fd, out_fd, error);
}

static gboolean
draw_frame(const Arrival *arrival, int out_fd, GError **error)
{
    const VtVideoFacts facts = {.width = arrival->binary.width,
        .height = arrival->binary.height,
        .playtime_s = arrival->binary.playtime_s};

    return vt_video_poster(arrival->fd, &facts, out_fd, error);
}

/* The picture was made of foreign bytes by a foreign program: it is decoded as any other. */
static gboolean
decode_poster(
    VtIngest *self, Arrival *arrival, Draw draw, VtPyramidFacts *ret_facts, GError **error)
{
    gboolean done;
    int fd;

    arrival->poster = vt_blob_draft_new(self->store, error);
    if (arrival->poster == NULL || !draw(arrival, vt_blob_draft_fd(arrival->poster), error))
        return FALSE;
    fd = vt_blob_draft_open(arrival->poster, error);
    if (fd < 0)
        return FALSE;
    done = make_pyramid(self, arrival, fd, ret_facts, error);
    close(fd);
    return done;
}

static gboolean
draw_if_possible(VtIngest *self, Arrival *arrival, Draw draw, GError **error)
{
    const char *hash = arrival->binary.hash.hex;
    GError *local = NULL;
    VtPyramidFacts facts;
    gboolean is_there = vt_blob_has_pyramid(self->store, hash, VT_PYRAMID_VERSION);

    if (is_there ? !read_facts(self, hash, &facts, &local)
                 : !decode_poster(self, arrival, draw, &facts, &local))
        return forgive(arrival, local, error);
    take_size(arrival, &facts);
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

    if (g_str_has_prefix(mime, "video/") || vt_page_is_drawn(mime))
        return vt_throw(error, VT_ERROR_MEDIA_TYPE, "'%s' is no picture", mime);
    return decode(self, arrival, error);
}

static gboolean
probe(Arrival *arrival, GError **error)
{
    VtBinary *binary = &arrival->binary;
    VtVideoFacts facts;

    if (!vt_video_probe(arrival->fd, &facts, error))
        return FALSE;
    binary->width = facts.width;
    binary->height = facts.height;
    binary->playtime_s = facts.playtime_s;
    g_strlcpy(binary->video_codec, facts.video_codec, sizeof binary->video_codec);
    g_strlcpy(binary->audio_codec, facts.audio_codec, sizeof binary->audio_codec);
    return TRUE;
}

/* Containers that hold moving pictures, sound or both. */
static gboolean
may_play(const char *mime)
{
    return g_str_has_prefix(mime, "video/") || g_str_has_prefix(mime, "audio/") ||
           strcmp(mime, "application/ogg") == 0;
}

static gboolean
take_video(VtIngest *self, Arrival *arrival, GError **error)
{
    if (!may_play(arrival->binary.mime))
        return vt_throw(error, VT_ERROR_MEDIA_TYPE, "'%s' is no video", arrival->binary.mime);
    if (!probe(arrival, error))
        return FALSE;
    if (*arrival->binary.video_codec == '\0')
        return vt_throw(error, VT_ERROR_MEDIA_TYPE, "there are no moving pictures in the file");
    return draw_if_possible(self, arrival, draw_frame, error);
}

static gboolean
take_any(VtIngest *self, Arrival *arrival, GError **error)
{
    const char *mime = arrival->binary.mime;
    GError *local = NULL;

    /* what has no name may still be a picture, and its facts must not depend on the type asked for
     */
    if (g_str_has_prefix(mime, "image/") || strcmp(mime, "application/octet-stream") == 0)
        return decode_if_possible(self, arrival, error);
    if (vt_page_is_drawn(mime))
        return draw_if_possible(self, arrival, draw_page, error);
    if (!may_play(mime))
        return TRUE;
    if (!probe(arrival, &local))
        return forgive(arrival, local, error);
    return *arrival->binary.video_codec == '\0' ||
           draw_if_possible(self, arrival, draw_frame, error);
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

    return take[type] != NULL
               ? ingest(self, take[type], self->max_bytes, fd, ret_binary, error)
               : vt_throw(error, VT_ERROR_MEDIA_TYPE, "an asset of type %s has no file of its own",
                     vt_asset_type_names[type]);
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
    if (!may_play(arrival->binary.mime))
        return vt_throw(error, VT_ERROR_MEDIA_TYPE, "'%s' is no sound", arrival->binary.mime);
    if (!probe(arrival, error))
        return FALSE;
    return *arrival->binary.audio_codec != '\0' ||
           vt_throw(error, VT_ERROR_MEDIA_TYPE, "there is no sound in the file");
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

gboolean
vt_ingest_guess(VtIngest *self, int fd, VtAssetType *ret_type, GError **error)
{
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    char mime[VT_SNIFF_MIME_BYTES];
    int own = open(path, O_RDONLY | O_CLOEXEC);
    gboolean done;

    if (own < 0)
        return vt_throw_errno(error, "cannot open what was sent");
    done = vt_cage_sniff(self->cage, own, mime, error);
    close(own);
    if (!done)
        return FALSE;
    *ret_type = g_str_has_prefix(mime, "image/")   ? VT_ASSET_TYPE_IMAGE
                : g_str_has_prefix(mime, "video/") ? VT_ASSET_TYPE_VIDEO
                                                   : VT_ASSET_TYPE_FILE;
    return TRUE;
}
