/* The delivery house: opens what image server and channel API need, and offers their routes.
 *
 * Needs no database but the read stores, and nothing of the rooms where content is made: it serves
 * while those are down.
 */
#pragma once

#include "blob/blob.h"
#include "delivery/nodes.h"
#include "http/route.h"

/* A field that is 0 takes the value named behind it. */
typedef struct {
    const char *data;         /* directory: readstore/TENANT/DATABASE.db, cache/renditions/ */
    VtBlobStore *blobs;       /* borrowed; holds the pyramids */
    guint pyramid_version;    /* of vt_blob_open_pyramid() */
    guint n_readers;          /* threads that read stores at once: 4 */
    guint n_renderers;        /* threads: processors */
    guint max_waiting;        /* renditions waiting for a thread: 256; beyond it 503 */
    gsize answer_bytes;       /* memory for JSON answers: 64 MB */
    gsize picture_bytes;      /* memory for renditions: 256 MB */
    guint64 rendition_bytes;  /* disk for renditions: 10 GB */
    guint max_renditions;     /* files: 1,000,000 */
    gint64 max_master_pixels; /* of a pyramid: 500 million */
    gboolean is_test;         /* the test context: everything is answered from stores made for it */
    VtPreviewMake make_preview; /* makes stores of previews, in cache/previews/; NULL: none */
    gpointer preview_data;
    gint64 (*now_us)(void); /* ends answers that are kept for a time: g_get_monotonic_time */
} VtDeliveryOptions;

typedef struct _VtDelivery VtDelivery;

/* Starts the image library. NULL with VT_ERROR_STORAGE or VT_ERROR_INTERNAL. */
VtDelivery *vt_delivery_new(const VtDeliveryOptions *options, GError **error);

/* After the HTTP server that has its routes was freed. NULL is allowed. */
void vt_delivery_free(VtDelivery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtDelivery, vt_delivery_free)

/* Appends the VtRoute rows of what shoppers and shops read, `/is/…` and `/channel/…`, which point
 * to
 * @self. */
void vt_delivery_add_routes(VtDelivery *self, GArray *routes);

/* Appends those of previews, `/preview/…`. */
void vt_delivery_add_preview_routes(VtDelivery *self, GArray *routes);

/* Appends `/healthz` and `/readyz`, which every listener has. */
void vt_delivery_add_health_routes(VtDelivery *self, GArray *routes);

/* For whoever applied a batch to a read store in this process, before it is confirmed to anybody:
 * when this returns, no older answer is given. Any thread. */
void vt_delivery_refresh(VtDelivery *self);

/* Since the start, but for @n_waiting: renditions that wait for a thread now. For metrics. */
typedef struct {
    guint64 n_rendered;
    guint64 n_memory_hits; /* pictures */
    guint64 n_disk_hits;   /* pictures */
    guint64 n_channel_hits;
    guint n_waiting;
} VtDeliveryCounts;
VtDeliveryCounts vt_delivery_counts(const VtDelivery *self);

/* How many renditions were made since the start. */
guint64 vt_delivery_n_rendered(const VtDelivery *self);
