/* See delivery.h. */
#include "delivery/delivery.h"

#include "base/error.h"
#include "delivery/channel_api.h"
#include "delivery/content_server.h"
#include "delivery/image_server.h"
#include "http/request.h"
#include "imaging/engine.h"

#define MEGABYTE ((gsize)1024 * 1024)
#define BOOT_ID "/proc/sys/kernel/random/boot_id"

struct _VtDelivery {
    VtNodes *nodes;               /* owned */
    VtRenditionCache *renditions; /* owned */
    VtImageServer *images;        /* owned */
    VtContentServer *contents;    /* owned */
    VtChannelApi *channels;       /* owned */
};

static void
set_defaults(VtDeliveryOptions *options)
{
#define DEFAULT(field, value) options->field = options->field == 0 ? (value) : options->field
    DEFAULT(n_readers, 4);
    DEFAULT(n_renderers, g_get_num_processors());
    DEFAULT(max_waiting, 256);
    DEFAULT(answer_bytes, 64 * MEGABYTE);
    DEFAULT(picture_bytes, 256 * MEGABYTE);
    DEFAULT(rendition_bytes, 10240 * MEGABYTE);
    DEFAULT(max_renditions, 1000000);
    DEFAULT(max_master_pixels, 500000000);
    DEFAULT(now_us, g_get_monotonic_time);
#undef DEFAULT
}

static VtRenditionCache *
open_renditions(const VtDeliveryOptions *options, GError **error)
{
    g_autofree char *directory = g_build_filename(options->data, "cache", "renditions", NULL);
    g_autofree char *boot = NULL;

    if (!g_file_get_contents(BOOT_ID, &boot, NULL, NULL))
        return vt_throw_null(error, VT_ERROR_STORAGE, "cannot read '%s'", BOOT_ID);
    return vt_rendition_cache_open(
        directory, options->rendition_bytes, options->max_renditions, boot, error);
}

static VtNodes *
open_nodes(const VtDeliveryOptions *options)
{
    g_autofree char *stores = g_build_filename(options->data, "readstore", NULL);
    g_autofree char *previews = g_build_filename(options->data, "cache", "previews", NULL);
    const VtNodesOptions nodes = {.directory = stores,
        .n_readers = options->n_readers,
        .is_test = options->is_test,
        .preview_folder = options->make_preview != NULL ? previews : NULL,
        .make_preview = options->make_preview,
        .preview_data = options->preview_data};

    return vt_nodes_new(&nodes);
}

VtDelivery *
vt_delivery_new(const VtDeliveryOptions *given, GError **error)
{
    g_autoptr(VtDelivery) self = g_new0(VtDelivery, 1);
    VtDeliveryOptions options = *given;
    VtImageServerOptions images = {0};

    set_defaults(&options);
    if (!vt_imaging_init(error))
        return NULL;
    self->renditions = open_renditions(&options, error);
    if (self->renditions == NULL)
        return NULL;
    self->nodes = open_nodes(&options);
    images = (VtImageServerOptions){.nodes = self->nodes,
        .blobs = options.blobs,
        .pyramid_version = options.pyramid_version,
        .renditions = self->renditions,
        .cache_bytes = options.picture_bytes,
        .n_renderers = options.n_renderers,
        .max_waiting = options.max_waiting,
        .max_master_pixels = options.max_master_pixels};
    self->images = vt_image_server_new(&images);
    self->contents = vt_content_server_new(self->nodes, options.blobs);
    self->channels = vt_channel_api_new(self->nodes, options.answer_bytes, options.now_us);
    return g_steal_pointer(&self);
}

void
vt_delivery_free(VtDelivery *self)
{
    if (self == NULL)
        return;
    vt_image_server_free(self->images);
    vt_content_server_free(self->contents);
    vt_channel_api_free(self->channels);
    vt_nodes_free(self->nodes);
    vt_rendition_cache_free(self->renditions);
    g_free(self);
}

static void
handle_health(VtRequest *request, gpointer data)
{
    VtReply *reply = vt_reply_new_text(200, "ok\n");

    vt_reply_add_header(reply, "Cache-Control", "no-store");
    vt_request_reply(request, reply);
}

static void
handle_ready(VtRequest *request, gpointer data)
{
    VtDelivery *self = data;
    g_autoptr(GError) error = NULL;
    VtReply *reply;

    if (!vt_nodes_check(self->nodes, &error)) {
        vt_request_fail(request, error);
        return;
    }
    reply = vt_reply_new_text(200, "ready\n");
    vt_reply_add_header(reply, "Cache-Control", "no-store");
    vt_request_reply(request, reply);
}

void
vt_delivery_add_health_routes(VtDelivery *self, GArray *routes)
{
    const VtRoute own[] = {
        {&vt_route_rows[VT_ROUTE_HEALTHZ], handle_health, self, VT_ROUTE_ON_EVENT_THREAD, 0},
        {&vt_route_rows[VT_ROUTE_READYZ], handle_ready, self, VT_ROUTE_ON_WORKER, 0},
    };

    g_array_append_vals(routes, own, G_N_ELEMENTS(own));
}

void
vt_delivery_add_routes(VtDelivery *self, GArray *routes)
{
    vt_image_server_add_routes(self->images, routes);
    vt_content_server_add_routes(self->contents, routes);
    vt_channel_api_add_routes(self->channels, routes);
}

void
vt_delivery_add_preview_routes(VtDelivery *self, GArray *routes)
{
    vt_image_server_add_preview_routes(self->images, routes);
    vt_content_server_add_preview_routes(self->contents, routes);
    vt_channel_api_add_preview_routes(self->channels, routes);
}

void
vt_delivery_refresh(VtDelivery *self)
{
    vt_nodes_refresh(self->nodes);
}

VtDeliveryCounts
vt_delivery_counts(const VtDelivery *self)
{
    VtImageServerCounts images = vt_image_server_counts(self->images);

    return (VtDeliveryCounts){.n_rendered = images.n_rendered,
        .n_memory_hits = images.n_memory_hits,
        .n_disk_hits = images.n_disk_hits,
        .n_channel_hits = vt_channel_api_n_hits(self->channels),
        .n_waiting = images.n_waiting};
}

guint64
vt_delivery_n_rendered(const VtDelivery *self)
{
    return vt_image_server_n_rendered(self->images);
}
