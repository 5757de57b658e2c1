/* The routing table: rows in, one compiled tree out, look-up by path segments.
 *
 * A pattern is that of contract/routes.json: literal segments, `{name}` for exactly one segment
 * that is not empty, `{name...}` for one or more segments at the end. Literal beats `{name}` beats
 * `{name...}`, segment by segment from the left. The table is immutable and read by all threads.
 */
#pragma once

#include "contract/contract.h"
#include "http/target.h"

typedef struct _VtRequest VtRequest;

/* Must see to it that the request is answered: see vt_request_reply(). */
typedef void (*VtHandler)(VtRequest *request, gpointer data);

typedef enum {
    VT_ROUTE_ON_WORKER,       /* runs on the worker pool */
    VT_ROUTE_ON_EVENT_THREAD, /* must not block; only for public routes */
} VtRoutePlace;

typedef struct {
    const VtRouteRow *row; /* of the contract, or a caller's own; outlives the table */
    VtHandler handle;
    gpointer data; /* borrowed: outlives the server */
    VtRoutePlace place;
    gsize max_body_bytes; /* 0: a body is refused */
} VtRoute;

typedef struct _VtRouteTable VtRouteTable;

/* Copies the rows. NULL with VT_ERROR_INTERNAL naming the row when a pattern is malformed, a method
 * is not known, two rows claim the same method and path, or a route that is not public would run on
 * an event thread, where its authorization could block. */
VtRouteTable *vt_route_table_new(const VtRoute *routes, gsize n, GError **error);
void vt_route_table_free(VtRouteTable *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtRouteTable, vt_route_table_free)

/* The route of @method and the path of @target; HEAD finds the route of GET. NULL when there is
 * none: *ret_allow is then NULL (404), or the value of an Allow header (405), newly allocated.
 * @ret_allow is untouched when a route is found. */
const VtRoute *vt_route_table_find(
    const VtRouteTable *self, const char *method, const VtTarget *target, char **ret_allow);

/* What the names of @route's pattern stand for in @target, in the order of the pattern: decoded,
 * the rest joined with `/`. Free with g_strfreev. */
char **vt_route_path_values(const VtRoute *route, const VtTarget *target);

/* The place of @name among those values; -1 when the pattern has no such name. */
int vt_route_path_index(const VtRoute *route, const char *name);
