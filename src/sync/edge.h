/* The edges of a server, and what each of them still has to forget.
 *
 * An edge is a cache in front of a server (varnish:http://127.0.0.1:6081). Every server says which
 * edges it has; what a batch of its stores made old is written down for each of them in the
 * transaction that confirms the batch, and stays until the edge has confirmed that it forgot it. So
 * a request may come twice, but none is lost, whichever of them is away. An edge that is new, or
 * that is behind by more than VT_EDGE_MAX_WAITING requests, forgets everything. Of what was
 * confirmed the last VT_EDGE_KEPT requests of each edge stay, to show.
 *
 * Errors of all functions: those of db.h.
 */
#pragma once

#include "base/json.h"
#include "contract/contract.h"
#include "db/db.h"

enum {
    VT_EDGE_REQUEST_BYTES = 4000, /* of the things of one request */
    VT_EDGE_MAX_WAITING = 2000,
    VT_EDGE_KEPT = 1000,
    VT_EDGE_SHOWN = 50 /* requests told by a list */
};

/* What a tenant's edges are to forget. All is borrowed. */
typedef struct {
    gint64 tenant_id;
    gint64 seq;              /* the log number that made it old */
    const char *node;        /* whose edges; NULL: of all servers */
    VtPurgeKind kind;        /* tags (readstore/tag.h), or addresses from their first slash */
    const GPtrArray *things; /* of texts without blanks */
    gint64 now_us;
} VtPurge;

/* The edges of @node are those of @names (NULL at the end) and no others from now on. */
gboolean vt_edge_register(
    VtDb *db, const char *node, const char *const *names, gint64 now_us, GError **error);

/* Whether the node, or with NULL any, has an edge. */
gboolean vt_edge_is_any(VtDb *db, const char *node, gboolean *ret_is_any, GError **error);

/* Writes it down for each edge, in the transaction of the caller. */
gboolean vt_edge_request(VtDb *db, const VtPurge *purge, GError **error);

/* Drops the edges of nodes that are forgotten; in the transaction of the caller. */
gboolean vt_edge_forget_lost(VtDb *db, GError **error);

/* Appends the tags that everything a tenant answers carries, newly allocated. */
gboolean vt_edge_add_everything(
    VtDb *db, gint64 tenant_id, const char *tenant, GPtrArray *tags, GError **error);

/* For who sends */

typedef struct {
    gint64 purge_id;
    VtPurgeKind kind;
    char *things; /* owned; with blanks between */
} VtPurgeRequest;

/* The id of an edge; 0: the node has none of that name. */
gboolean vt_edge_find(
    VtDb *db, const char *node, const char *name, gint64 *ret_edge_id, GError **error);

/* The first @most requests that the edge has not confirmed, as owned VtPurgeRequest*. */
GPtrArray *vt_edge_waiting(VtDb *db, gint64 edge_id, guint most, GError **error);

/* The edge has confirmed the first @n of @requests, and did not do the next one because of @problem
 * (NULL: it did all it was asked). */
gboolean vt_edge_confirm(VtDb *db,
    gint64 edge_id,
    const GPtrArray *requests,
    guint n,
    const char *problem,
    gint64 now_us,
    GError **error);

/* To show */

typedef struct {
    char *name;
    char *problem;    /* why the last request was not confirmed; NULL: it was */
    gint64 n_waiting; /* requests of all tenants */
} VtEdgeLoad;

/* The edges of a node by name, as owned VtEdgeLoad*. */
GPtrArray *vt_edge_loads(VtDb *db, const char *node, GError **error);

/* Schema EdgeList of a tenant. Owned by the caller. */
json_t *vt_edge_list_json(VtDb *db, gint64 tenant_id, GError **error);

/* The edges of @node (NULL: of all), as they stand to @seq: the items of SyncStatus.edges, appended
 * to @list. */
gboolean vt_edge_status_json(
    VtDb *db, gint64 tenant_id, const char *node, gint64 seq, json_t *list, GError **error);
