/* See content_server.h. */
#include "delivery/content_server.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/locale.h"
#include "base/text.h"
#include "delivery/published.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct _VtContentServer { /* immutable */
    VtNodes *nodes;
    VtBlobStore *blobs;
};

/* What is sent, borrowed from what is published. */
typedef struct {
    const char *hash;
    const char *type;
} Content;

/* Types a browser would run as a page of ours, or as a script in one. */
static const char *const active_types[] = {
    "text/html",
    "text/xml",
    "text/javascript",
    "image/svg+xml",
    "application/xml",
    "application/xhtml+xml",
    "application/javascript",
    "application/x-shockwave-flash",
};

/* What a saved file is called behind its dot; other types are saved as they are named. */
static const struct {
    const char *type, *extension;
} extension_row[] = {
    {"application/pdf", ".pdf"},
    {"application/zip", ".zip"},
    {"application/xml", ".xml"},
    {"application/xhtml+xml", ".xhtml"},
    {"image/svg+xml", ".svg"},
    {"image/jpeg", ".jpg"},
    {"image/png", ".png"},
    {"text/html", ".html"},
    {"text/plain", ".txt"},
    {"text/vtt", ".vtt"},
    {"text/xml", ".xml"},
    {"video/mp4", ".mp4"},
    {"video/quicktime", ".mov"},
    {"video/webm", ".webm"},
};

VtContentServer *
vt_content_server_new(VtNodes *nodes, VtBlobStore *blobs)
{
    VtContentServer *self = g_new0(VtContentServer, 1);

    self->nodes = nodes;
    self->blobs = blobs;
    return self;
}

void
vt_content_server_free(VtContentServer *self)
{
    g_free(self);
}

static gboolean
find_track(VtRequest *request, const char *role, const VtPublished *published, Content *ret_content)
{
    const char *asked = vt_request_query_value(request, "lang");
    g_autofree char *language = asked != NULL ? vt_locale_parse(asked, NULL) : g_strdup("");
    int found = vt_text_index(vt_track_role_names, VT_TRACK_ROLE_COUNT, role);
    const VtReadstoreTrack *track;

    if (found < 0 || language == NULL)
        return FALSE;
    track =
        vt_readstore_attributes_find_track(&published->attributes, (VtTrackRole)found, language);
    if (track == NULL)
        return FALSE;
    *ret_content = (Content){track->hash, track->media_type};
    return TRUE;
}

static gboolean
find_content(VtRequest *request, const VtPublished *published, Content *ret_content, GError **error)
{
    const char *role = vt_request_query_value(request, "track");
    Content content = {published->asset->hash, published->asset->media_type};

    if ((role != NULL && !find_track(request, role, published, &content)) || content.hash == NULL ||
        !vt_hash_is_valid(content.hash))
        return vt_throw(
            error, VT_ERROR_NOT_FOUND, "'%s' has no such content", published->image->code);
    *ret_content = content;
    return TRUE;
}

static gboolean
is_active(const char *type)
{
    for (gsize i = 0; i < G_N_ELEMENTS(active_types); i++) {
        if (strcmp(type, active_types[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
add_disposition(VtReply *reply, const VtPublished *published, const char *type)
{
    g_autofree char *name = vt_text_escape(published->asset->name, FALSE);
    g_autofree char *value = NULL;
    const char *extension = "";

    if (!published->attributes.force_download && !is_active(type))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(extension_row); i++) {
        if (strcmp(type, extension_row[i].type) == 0)
            extension = extension_row[i].extension;
    }
    value = g_strconcat("attachment; filename*=UTF-8''", name, extension, NULL);
    vt_reply_add_header(reply, "Content-Disposition", value);
}

static void
answer(VtRequest *request,
    const VtPublished *published,
    const Content *content,
    int fd,
    guint64 n_bytes)
{
    const char *type = content->type != NULL ? content->type : "application/octet-stream";
    VtReply *reply = vt_reply_new_file(type, fd, 0, n_bytes);

    vt_reply_set_etag(reply, content->hash);
    vt_published_dress(
        reply, published->tags, published->attributes.modified_s, vt_look_keep(&published->look));
    vt_reply_add_header(reply, "Content-Security-Policy", "sandbox");
    vt_reply_add_header(reply, "X-Content-Type-Options", "nosniff");
    vt_reply_add_header(reply, "Cross-Origin-Resource-Policy", "cross-origin");
    add_disposition(reply, published, type);
    vt_request_reply(request, reply);
}

static int
open_content(VtContentServer *self, const Content *content, guint64 *ret_bytes, GError **error)
{
    int fd = vt_blob_open_original(self->blobs, content->hash, error);
    struct stat about;

    if (fd < 0)
        return -1;
    if (fstat(fd, &about) != 0) {
        vt_throw_errno(error, "cannot look at '%s'", content->hash);
        close(fd);
        return -1;
    }
    *ret_bytes = (guint64)about.st_size;
    return fd;
}

/* What is published and yet not there is trouble of ours: it must not look like a refusal that was
 * meant. */
static void
throw_missing(const Content *content, GError **error)
{
    g_clear_error(error);
    vt_throw(error, VT_ERROR_STORAGE, "the original '%s' is missing", content->hash);
}

/* Runs on a worker. */
static void
handle(VtRequest *request, gpointer data)
{
    VtContentServer *self = data;
    g_auto(VtPublished) published = {0};
    g_autoptr(GError) error = NULL;
    Content content = {0};
    guint64 n_bytes = 0;
    int fd;

    if (!vt_published_find(self->nodes, request, TRUE, &published, &error) ||
        !find_content(request, &published, &content, &error)) {
        vt_published_refuse(request, error);
        return;
    }
    fd = open_content(self, &content, &n_bytes, &error);
    if (fd < 0) {
        if (vt_error_is(error, VT_ERROR_NOT_FOUND))
            throw_missing(&content, &error);
        vt_published_refuse(request, error);
        return;
    }
    answer(request, &published, &content, fd, n_bytes);
}

void
vt_content_server_add_routes(VtContentServer *self, GArray *routes)
{
    const VtRoute own = {&vt_route_rows[VT_ROUTE_CONTENT], handle, self, VT_ROUTE_ON_WORKER, 0};

    g_array_append_val(routes, own);
}

void
vt_content_server_add_preview_routes(VtContentServer *self, GArray *routes)
{
    const VtRoute own = {
        &vt_route_rows[VT_ROUTE_PREVIEW_CONTENT], handle, self, VT_ROUTE_ON_WORKER, 0};

    g_array_append_val(routes, own);
}
