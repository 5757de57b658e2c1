/* The channel API: what shops and tills read. Public, read-only, cacheable.
 *
 * Handlers start on an event thread, where an answer still valid is sent from memory; everything
 * else reads the store on a worker. What the answers say is the contract's; see also
 * channel_answer.h.
 */
#pragma once

#include "delivery/nodes.h"
#include "http/route.h"

typedef struct _VtChannelApi VtChannelApi;

/* @nodes: borrowed. @cache_bytes: memory for answers. @now_us: a clock that only goes forward. */
VtChannelApi *vt_channel_api_new(VtNodes *nodes, gsize cache_bytes, gint64 (*now_us)(void));
void vt_channel_api_free(VtChannelApi *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtChannelApi, vt_channel_api_free)

/* Appends the VtRoute rows of this API; they point to @self. */
void vt_channel_api_add_routes(VtChannelApi *self, GArray *routes);

/* The same for previews. */
void vt_channel_api_add_preview_routes(VtChannelApi *self, GArray *routes);

/* Answers from memory since the start, for metrics. */
guint64 vt_channel_api_n_hits(const VtChannelApi *self);
