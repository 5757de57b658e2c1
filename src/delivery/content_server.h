/* Published bytes as they were uploaded: `/is/content/{tenant}/{id}`, videos and documents above
 * all, and with `?track=ROLE&lang=TAG` the files beside them.
 *
 * The bytes are foreign. Whatever they are, a browser gets them into a box without rights
 * (Content-Security-Policy: sandbox), does not guess their type, and saves what it would run. They
 * go from the blob store to the socket without a copy.
 */
#pragma once

#include "blob/blob.h"
#include "delivery/nodes.h"
#include "http/route.h"

typedef struct _VtContentServer VtContentServer;

/* @nodes, @blobs: (borrowed): outlive the content server. */
VtContentServer *vt_content_server_new(VtNodes *nodes, VtBlobStore *blobs);
void vt_content_server_free(VtContentServer *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtContentServer, vt_content_server_free)

/* Appends the VtRoute rows; they point to @self. */
void vt_content_server_add_routes(VtContentServer *self, GArray *routes);

/* The same for previews. */
void vt_content_server_add_preview_routes(VtContentServer *self, GArray *routes);
