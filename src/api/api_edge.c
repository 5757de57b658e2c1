/* The edges, and having them forget things by hand. */
#include "api/api.h"

#include "api/api_private.h"
#include "sync/edge.h"
#include "sync/invalidate.h"

json_t *
vt_api_edge_list(const VtApiCall *call, GError **error)
{
    return vt_edge_list_json(call->db, call->tenant_id, error);
}

json_t *
vt_api_purge_add(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"assets", "addresses", "template", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    g_auto(VtInvalidation) ask = {0};
    g_auto(VtInvalidated) done = {0};

    if (body == NULL || !vt_invalidation_read(body, &ask, error) ||
        !vt_invalidate(call->db, call->tenant_id, vt_request_path_value(call->request, "tenant"),
            &ask, &call->actor, &done, error))
        return NULL;
    vt_edge_loop_ring(call->api->edges);
    return vt_invalidated_json(&done);
}
