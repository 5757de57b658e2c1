/* The image server: `/is/image/{tenant}/{id}?commands`.
 *
 *     event thread: answer in memory? -> send
 *     worker:       id -> image record -> asset record in the locale -> plan -> rendition key
 *                   rendition on disk? -> send
 *     render pool:  one render for a key, however many wait -> disk -> send to all
 *
 * What is unknown and what is not published is the same refusal, byte for byte; refusals are plain
 * text and never cached.
 */
#pragma once

#include "blob/blob.h"
#include "delivery/nodes.h"
#include "delivery/rendition_cache.h"
#include "http/route.h"

typedef struct _VtImageServer VtImageServer;

/* All pointers are borrowed and outlive the image server. */
typedef struct {
    VtNodes *nodes;
    VtBlobStore *blobs;
    guint pyramid_version; /* of vt_blob_open_pyramid() */
    VtRenditionCache *renditions;
    gsize cache_bytes; /* memory for answers */
    guint n_renderers; /* threads */
    guint max_waiting; /* renditions that wait for a thread; beyond it 503 */
    gint64 max_master_pixels;
} VtImageServerOptions;

/* Needs vt_imaging_init(). */
VtImageServer *vt_image_server_new(const VtImageServerOptions *options);

/* After the HTTP server was freed. Finishes the renders that wait. NULL is allowed. */
void vt_image_server_free(VtImageServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtImageServer, vt_image_server_free)

/* Appends the VtRoute rows; they point to @self. */
void vt_image_server_add_routes(VtImageServer *self, GArray *routes);

/* The same for previews. */
void vt_image_server_add_preview_routes(VtImageServer *self, GArray *routes);

/* Since the start, but for @n_waiting: renditions that wait for a thread now. */
typedef struct {
    guint64 n_rendered;
    guint64 n_memory_hits;
    guint64 n_disk_hits;
    guint n_waiting;
} VtImageServerCounts;
VtImageServerCounts vt_image_server_counts(const VtImageServer *self);

/* How many renditions were made since the start, for measurements. */
guint64 vt_image_server_n_rendered(const VtImageServer *self);
