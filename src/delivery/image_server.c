/* See image_server.h.
 *
 * Always holds: a waiter is parked before it joins a flight, and whoever is first in a flight lands
 * it, so every request is answered. Between joining first and rendering the disk is asked again:
 * who landed a moment ago has put the rendition there before.
 */
#include "delivery/image_server.h"

#include "base/error.h"
#include "base/log.h"
#include "base/thread.h"
#include "delivery/flight.h"
#include "delivery/published.h"
#include "http/request.h"
#include "imaging/render.h"

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

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
    gboolean is_private; /* as VtLook */
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

static void
dress(const Wanted *wanted, VtReply *reply)
{
    const VtLook look = {
        .stamp = wanted->stamp, .made_at = wanted->made_at, .is_private = wanted->is_private};

    vt_reply_set_etag(reply, wanted->key.hex);
    vt_published_dress(reply, wanted->tags, wanted->modified_s, vt_look_keep(&look));
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
    if (n_bytes <= MAX_IN_MEMORY && !wanted->is_private) {
        vt_reply_share(reply);
        vt_answer_cache_put(wanted->server->cache, vt_request_raw_target(wanted->request), reply,
            n_bytes, wanted->stamp, wanted->made_at, VT_ANSWER_KEPT);
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
            vt_published_refuse(wanted->request, error);
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

/* The master that is shown: the asset's own picture, or the poster of what is none. */
typedef struct {
    const char *hash;
    VtImageSize size;
} Master;

static gboolean
find_master(const VtPublished *published, Master *ret_master)
{
    const VtReadstoreAsset *asset = published->asset;
    const VtReadstoreAttributes *attributes = &published->attributes;

    if (asset->type == VT_ASSET_TYPE_IMAGE)
        *ret_master = (Master){asset->hash, {asset->width, asset->height}};
    else
        *ret_master =
            (Master){attributes->poster, {attributes->poster_width, attributes->poster_height}};
    return ret_master->hash != NULL && vt_hash_is_valid(ret_master->hash) &&
           ret_master->size.width > 0 && ret_master->size.height > 0;
}

static gboolean
make_plan(Wanted *wanted, const VtReadstoreImage *image, const Master *master, GError **error)
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
        !vt_image_plan_make(&asked, &vt_image_defaults, master->size, &wanted->plan, error))
        return FALSE;
    memcpy(blob.hex, master->hash, VT_HASH_LENGTH);
    wanted->key = vt_image_plan_key(&wanted->plan, &blob);
    wanted->blob = g_strdup(master->hash);
    return TRUE;
}

/* NULL with VT_ERROR_NOT_FOUND for all that is not there, whatever the reason. */
static Wanted *
find_wanted(VtImageServer *self, VtRequest *request, GError **error)
{
    g_autoptr(Wanted) wanted = g_new0(Wanted, 1);
    g_auto(VtPublished) published = {0};
    Master master;

    if (!vt_published_find(self->options.nodes, request, FALSE, &published, error))
        return NULL;
    if (!find_master(&published, &master))
        return vt_throw_null(
            error, VT_ERROR_NOT_FOUND, "'%s' is no picture", published.image->code);
    wanted->server = self;
    wanted->request = vt_request_ref(request);
    if (!make_plan(wanted, published.image, &master, error))
        return NULL;
    wanted->stamp = vt_stamp_ref(published.look.stamp);
    wanted->made_at = published.look.made_at;
    wanted->is_private = published.look.is_private;
    wanted->modified_s = published.attributes.modified_s;
    wanted->tags = g_steal_pointer(&published.tags);
    return g_steal_pointer(&wanted);
}

/* Runs on a worker. */
static void
work(VtRequest *request, gpointer data)
{
    VtImageServer *self = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(Wanted) wanted = find_wanted(self, request, &error);

    if (wanted == NULL) {
        vt_published_refuse(request, error);
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
    VtReply *reply = vt_answer_cache_find(self->cache, vt_request_raw_target(request), 0);

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

void
vt_image_server_add_preview_routes(VtImageServer *self, GArray *routes)
{
    const VtRoute own = {&vt_route_rows[VT_ROUTE_PREVIEW_IMAGE], work, self, VT_ROUTE_ON_WORKER, 0};

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
