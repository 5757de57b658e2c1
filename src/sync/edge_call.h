/* How an edge is told to forget things: one row of a table per kind of edge.
 *
 * | edge | what it is sent |
 * |---|---|
 * | `varnish:URL` | `PURGE` with the tags in `xkey-purge`; `PURGE` of each address |
 * | `http:URL` | `POST` of `{"tags": […], "addresses": […]}`, signed in `X-Vitrine-Signature` |
 *
 * An edge has confirmed when it answers 2xx. The addresses of edges are the operator's own.
 */
#pragma once

#include "sync/edge.h"

enum { VT_EDGE_CALL_SECONDS = 5 };

/* VT_ERROR_USAGE for what is no edge. */
gboolean vt_edge_name_check(const char *name, GError **error);

/* Sends one request to the edge @name, which was checked. @secret (NULL allowed) signs what an
 * `http:` edge gets. VT_ERROR_FETCH when it was not confirmed. */
gboolean vt_edge_call(
    const char *name, const char *secret, const VtPurgeRequest *request, GError **error);
