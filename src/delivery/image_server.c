/* See image_server.h.
 *
 * Always holds: a waiter is parked before it joins a flight, and whoever is first in a flight lands
 * it, so every request is answered. Between joining first and rendering the disk is asked again:
 * who landed a moment ago has put the rendition there before.
 */
#include "delivery/image_server.h"

#include "base/error.h"
#include "base/json.h"
#include "base/locale.h"
#include "base/log.h"
#include "base/thread.h"
#include "delivery/flight.h"
#include "http/request.h"
#include "imaging/render.h"
#include "readstore/tag.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define TTL_S 36000                 /* Expiration of 10 hours */
#define MAX_IN_MEMORY (1024 * 1024) /* bytes of a rendition answered from memory */

struct _VtImageServer {
    VtImageServerOptions options; /* immutable */
    VtAnswerCache *cache;         /* owned */
    VtFlights *flights;           /* owned */
    VtPool *renderers;            /* owned */
    _Atomic guint64 n_rendered;
    _Atomic guint64 n_memory_hits;
    _Atomic guint64 n_disk_hits;
};

/* One request for a rendition: who asks, what it is, and how the answer is dressed. */
typedef struct {
    VtImageServer *server; /* borrowed */
    VtRequest *request;    /* owned reference */
    VtStamp *stamp;        /* owned reference */
    guint64 made_at;
    VtImagePlan plan;
    VtHash key;
    char *blob;        /* owned: hash of the master */
    char *tags;        /* owned */
    gint64 modified_s; /* -1: not known */
} Wanted;

static void
wanted_free(Wanted *self)
{
    if (self == NULL)
        return;
    vt_request_unref(self->request);
    vt_stamp_unref(self->stamp);
    g_free(self->blob);
    g_free(self->tags);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wanted, wanted_free)

static gboolean
is_sentence_for_client(VtErrorCode code)
{
    return code == VT_ERROR_IMAGE_VALUE || code == VT_ERROR_IMAGE_FORMAT ||
           code == VT_ERROR_IMAGE_REQUEST || code == VT_ERROR_IMAGE_SIZE;
}

/* Plain text with the status of the error's row; never cached. */
static void
refuse(VtRequest *request, const GError *error)
{
    VtErrorCode code = vt_error_code(error);
    const VtErrorRow *row = &vt_error_rows[code];
    VtReply *reply =
        vt_reply_new_text(row->status, is_sentence_for_client(code) ? error->message : row->text);

    if (row->status >= 500 || code == VT_ERROR_IMAGE_UNREADABLE)
        vt_log(code == VT_ERROR_BUSY ? VT_LOG_DEBUG : VT_LOG_ERROR, "image.failed", "%s: %s",
            vt_request_raw_target(request), error->message);
    if (row->retry)
        vt_reply_add_header(reply, "Retry-After", "1");
    vt_reply_add_header(reply, "Cache-Control", "no-store");
    vt_reply_add_header(reply, "Access-Control-Allow-Origin", "*");
    vt_request_reply(request, reply);
}

static void
dress(const Wanted *wanted, VtReply *reply)
{
    vt_reply_set_etag(reply, wanted->key.hex);
    vt_reply_set_expires(reply, TTL_S);
    vt_reply_allow_ranges(reply);
    if (wanted->modified_s >= 0)
        vt_reply_set_modified(reply, wanted->modified_s);
    vt_reply_add_header(reply, "Cache-Control", "max-age=" G_STRINGIFY(TTL_S));
    vt_reply_add_header(reply, "Access-Control-Allow-Origin", "*");
    vt_reply_add_header(reply, "Surrogate-Key", wanted->tags);
}

static const char *
type_of(const Wanted *wanted)
{
    return vt_image_encoding_type(wanted->plan.output.encoding);
}

static void
answer_bytes(const Wanted *wanted, GBytes *rendition)
{
    VtReply *reply = vt_reply_new_bytes(200, type_of(wanted), rendition);
    gsize n_bytes = g_bytes_get_size(rendition);

    dress(wanted, reply);
    if (n_bytes <= MAX_IN_MEMORY) {
        vt_reply_share(reply);
        vt_answer_cache_put(wanted->server->cache, vt_request_raw_target(wanted->request), reply,
            n_bytes, wanted->stamp, wanted->made_at);
    }
    vt_request_reply(wanted->request, reply);
}

/* NULL when the file ends early. */
static GBytes *
read_all(int fd, gsize n_bytes)
{
    g_autofree guint8 *bytes = g_malloc(n_bytes + 1);
    gsize at = 0;

    while (at < n_bytes) {
        ssize_t n_read = read(fd, bytes + at, n_bytes - at);

        if (n_read <= 0)
            return NULL;
        at += (gsize)n_read;
    }
    return g_bytes_new_take(g_steal_pointer(&bytes), n_bytes);
}

/* FALSE when the rendition is not on disk. */
static gboolean
answer_from_disk(const Wanted *wanted)
{
    g_autoptr(GBytes) rendition = NULL;
    guint64 n_bytes = 0;
    int fd = vt_rendition_cache_find(wanted->server->options.renditions, &wanted->key, &n_bytes);

    if (fd < 0)
        return FALSE;
    if (n_bytes > MAX_IN_MEMORY) {
        VtReply *reply = vt_reply_new_file(type_of(wanted), fd, 0, n_bytes);

        dress(wanted, reply);
        vt_request_reply(wanted->request, reply);
        return TRUE;
    }
    rendition = read_all(fd, n_bytes);
    close(fd);
    if (rendition == NULL)
        return FALSE;
    answer_bytes(wanted, rendition);
    return TRUE;
}

/* Answers everybody who waits for the key; @rendition is NULL when @error is set. */
static void
land(VtImageServer *self, const VtHash *key, GBytes *rendition, const GError *error)
{
    g_autoptr(GPtrArray) waiters = vt_flights_land(self->flights, key->hex);

    for (guint i = 0; i < waiters->len; i++) {
        g_autoptr(Wanted) wanted = g_ptr_array_index(waiters, i);

        if (rendition != NULL)
            answer_bytes(wanted, rendition);
        else
            refuse(wanted->request, error);
    }
}

static GBytes *
render(VtImageServer *self, const Wanted *wanted, GError **error)
{
    g_autoptr(VtPyramid) pyramid = NULL;
    int fd = vt_blob_open_pyramid(
        self->options.blobs, wanted->blob, self->options.pyramid_version, error);

    if (fd < 0)
        return NULL;
    pyramid = vt_pyramid_open(fd, self->options.max_master_pixels, error);
    close(fd);
    if (pyramid == NULL)
        return NULL;
    atomic_fetch_add(&self->n_rendered, 1);
    return vt_image_render(pyramid, &wanted->plan, error);
}

static GBytes *
rendition_on_disk(VtImageServer *self, const VtHash *key)
{
    guint64 n_bytes = 0;
    int fd = vt_rendition_cache_find(self->options.renditions, key, &n_bytes);
    GBytes *rendition = fd < 0 ? NULL : read_all(fd, n_bytes);

    if (fd >= 0)
        close(fd);
    return rendition;
}

/* A master without a pyramid is one that cannot be read, not one that is not there. */
static GError *
as_image_error(GError *error)
{
    g_autoptr(GError) owned = error;
    GError *other = NULL;

    if (!vt_error_is(owned, VT_ERROR_NOT_FOUND) && !vt_error_is(owned, VT_ERROR_TOO_LARGE))
        return g_steal_pointer(&owned);
    vt_throw(&other, VT_ERROR_IMAGE_UNREADABLE, "%s", owned->message);
    return other;
}

/* The render pool's function. @data: the first who wanted the rendition; landing frees it. */
static void
run_render(gpointer data)
{
    Wanted *wanted = data;
    VtImageServer *self = wanted->server;
    VtHash key = wanted->key;
    g_autoptr(GBytes) rendition = rendition_on_disk(self, &key);
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) not_kept = NULL;

    if (rendition == NULL) {
        rendition = render(self, wanted, &error);
        if (rendition == NULL)
            error = as_image_error(g_steal_pointer(&error));
        else if (!vt_rendition_cache_put(self->options.renditions, &key, rendition, &not_kept))
            vt_log(VT_LOG_WARNING, "rendition_cache.full", "ignoring: %s", not_kept->message);
    }
    land(self, &key, rendition, error);
}

static void
wait_for_render(Wanted *wanted)
{
    VtImageServer *self = wanted->server;
    VtHash key = wanted->key;
    g_autoptr(GError) error = NULL;

    vt_request_park(wanted->request);
    if (!vt_flights_join(self->flights, key.hex, wanted))
        return;
    if (vt_pool_push(self->renderers, wanted))
        return;
    vt_throw(&error, VT_ERROR_BUSY, "too many renditions wait");
    land(self, &key, NULL, error);
}

/* The id of the path; one slash at its end means nothing. */
static char *
id_of(VtRequest *request)
{
    char *id = g_strdup(vt_request_path_value(request, "asset"));
    gsize length = strlen(id);

    if (length > 0 && id[length - 1] == '/')
        id[length - 1] = '\0';
    return id;
}

/* The last locale= of the query, canonical; Neutral where none is asked or what is asked is no tag.
 * Command names have no case. */
static char *
locale_of(VtRequest *request)
{
    const VtTarget *target = vt_request_target(request);
    char *locale = NULL;

    for (guint i = vt_target_n_pairs(target); i > 0 && locale == NULL; i--) {
        const VtTargetPair *pair = vt_target_pair(target, i - 1);

        if (g_ascii_strcasecmp(pair->name, "locale") == 0)
            locale = vt_locale_parse(pair->value, NULL);
    }
    return locale != NULL ? locale : g_strdup(VT_LOCALE_NEUTRAL);
}

/* The record's own commands: its rectangle as a crop, then its modifier. NULL when it has none. */
static char *
modifier_of(const VtReadstoreImage *image)
{
    char number[4][G_ASCII_DTOSTR_BUF_SIZE];

    if (!image->crop)
        return g_strdup(image->modifier);
    g_ascii_dtostr(number[0], sizeof number[0], image->rectangle.x);
    g_ascii_dtostr(number[1], sizeof number[1], image->rectangle.y);
    g_ascii_dtostr(number[2], sizeof number[2], image->rectangle.w);
    g_ascii_dtostr(number[3], sizeof number[3], image->rectangle.h);
    return g_strdup_printf("cropN=%s,%s,%s,%s%s%s", number[0], number[1], number[2], number[3],
        image->modifier == NULL ? "" : "&", image->modifier == NULL ? "" : image->modifier);
}

static gboolean
make_plan(
    Wanted *wanted, const VtReadstoreImage *image, const VtReadstoreAsset *asset, GError **error)
{
    g_autofree char *modifier = modifier_of(image);
    const char *query = vt_target_raw_query(vt_request_target(wanted->request));
    const char *queries[4] = {0};
    VtImageRequest asked;
    VtHash blob = {0};
    guint n = 0;

    if (modifier != NULL)
        queries[n++] = modifier;
    if (query != NULL)
        queries[n++] = query;
    if (image->postmodifier != NULL)
        queries[n++] = image->postmodifier;
    if (!vt_image_request_parse(queries, &vt_image_defaults, &asked, error) ||
        !vt_image_plan_make(&asked, &vt_image_defaults, (VtImageSize){asset->width, asset->height},
            &wanted->plan, error))
        return FALSE;
    memcpy(blob.hex, asset->hash, VT_HASH_LENGTH);
    wanted->key = vt_image_plan_key(&wanted->plan, &blob);
    wanted->blob = g_strdup(asset->hash);
    return TRUE;
}

/* When the picture last changed, of the record's attributes: {"modified_s": …}; -1 without. */
static gint64
modified_of(const VtReadstoreAsset *asset)
{
    g_autoptr(json_t) attributes = NULL;
    json_t *modified;

    if (asset->attributes == NULL)
        return -1;
    attributes = vt_json_parse(asset->attributes, strlen(asset->attributes), NULL);
    modified = attributes == NULL ? NULL : json_object_get(attributes, "modified_s");
    return json_is_integer(modified) && json_integer_value(modified) >= 0
               ? json_integer_value(modified)
               : -1;
}

static gboolean
has_picture(const VtReadstoreAsset *asset)
{
    return asset->hash != NULL && vt_hash_is_valid(asset->hash) && asset->width > 0 &&
           asset->height > 0;
}

static char *
tags_of(const char *tenant, const char *id)
{
    g_autofree char *image = vt_tag_image(tenant, id);
    g_autofree char *setup = vt_tag_setup(tenant);

    return g_strconcat(image, " ", setup, NULL);
}

/* NULL with VT_ERROR_NOT_FOUND for all that is not there, whatever the reason. */
static Wanted *
find_wanted(VtImageServer *self, VtRequest *request, GError **error)
{
    const char *tenant = vt_request_path_value(request, "tenant");
    g_autofree char *id = id_of(request);
    g_autofree char *locale = locale_of(request);
    g_autoptr(Wanted) wanted = g_new0(Wanted, 1);
    g_autoptr(VtReadstoreImage) image = NULL;
    g_autoptr(VtReadstoreAsset) asset = NULL;
    g_auto(VtLook) look = {0};

    if (!vt_nodes_look_at_images(self->options.nodes, tenant, &look, error))
        return NULL;
    image = vt_readstore_find_image(look.read, id, error);
    if (image == NULL)
        return NULL;
    asset = vt_readstore_find_asset(look.read, image->asset, locale, error);
    if (asset == NULL)
        return NULL;
    if (!has_picture(asset))
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "'%s' is no picture", id);
    wanted->server = self;
    wanted->request = vt_request_ref(request);
    if (!make_plan(wanted, image, asset, error))
        return NULL;
    wanted->stamp = vt_stamp_ref(look.stamp);
    wanted->made_at = look.made_at;
    wanted->modified_s = modified_of(asset);
    wanted->tags = tags_of(tenant, id);
    return g_steal_pointer(&wanted);
}

/* Runs on a worker. */
static void
work(VtRequest *request, gpointer data)
{
    VtImageServer *self = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) not_found = NULL;
    g_autoptr(Wanted) wanted = find_wanted(self, request, &error);

    if (vt_error_is(error, VT_ERROR_NOT_FOUND)) {
        vt_throw(&not_found, VT_ERROR_IMAGE_NOT_FOUND, "%s", error->message);
        refuse(request, not_found);
    } else if (wanted == NULL) {
        refuse(request, error);
    } else if (answer_from_disk(wanted)) {
        atomic_fetch_add(&wanted->server->n_disk_hits, 1);
    } else {
        wait_for_render(g_steal_pointer(&wanted));
    }
}

static void
handle(VtRequest *request, gpointer data)
{
    VtImageServer *self = data;
    VtReply *reply = vt_answer_cache_find(self->cache, vt_request_raw_target(request));

    if (reply == NULL) {
        vt_request_defer(request, work, self);
        return;
    }
    atomic_fetch_add(&self->n_memory_hits, 1);
    vt_request_reply(request, reply);
}

VtImageServer *
vt_image_server_new(const VtImageServerOptions *options)
{
    VtImageServer *self = g_new0(VtImageServer, 1);

    self->options = *options;
    self->cache = vt_answer_cache_new(options->cache_bytes);
    self->flights = vt_flights_new();
    self->renderers = vt_pool_new("render", options->n_renderers, options->max_waiting, run_render);
    return self;
}

void
vt_image_server_free(VtImageServer *self)
{
    if (self == NULL)
        return;
    vt_pool_free(self->renderers);
    vt_flights_free(self->flights);
    vt_answer_cache_free(self->cache);
    g_free(self);
}

void
vt_image_server_add_routes(VtImageServer *self, GArray *routes)
{
    const VtRoute own = {&vt_route_rows[VT_ROUTE_IMAGE], handle, self, VT_ROUTE_ON_EVENT_THREAD, 0};

    g_array_append_val(routes, own);
}

VtImageServerCounts
vt_image_server_counts(const VtImageServer *self)
{
    return (VtImageServerCounts){.n_rendered = atomic_load(&self->n_rendered),
        .n_memory_hits = atomic_load(&self->n_memory_hits),
        .n_disk_hits = atomic_load(&self->n_disk_hits),
        .n_waiting = vt_pool_waiting(self->renderers)};
}

guint64
vt_image_server_n_rendered(const VtImageServer *self)
{
    return atomic_load(&self->n_rendered);
}
