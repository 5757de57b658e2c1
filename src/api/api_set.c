/* Building sets of assets by HTTP; editing them step by step is what api_edit.c does. */
#include "api/api.h"

#include "api/api_private.h"
#include "publish/set_save.h"

static const char *const created[] = {"name", "type", "folder", "publish", "members", "rows", "alt",
    "title", "caption", "description", "tags", NULL};
static const char *const saved[] = {
    "publish", "members", "rows", "alt", "title", "caption", "description", "tags", NULL};

/* Has the stores follow what may have gone live. */
static json_t *
answer(const VtApiCall *call, json_t *told)
{
    if (told != NULL)
        vt_sync_loop_ring(call->api->sync);
    return told;
}

json_t *
vt_api_set_create(const VtApiCall *call, GError **error)
{
    g_autoptr(json_t) body = vt_api_body(call->request, created, error);

    if (body == NULL)
        return NULL;
    return answer(
        call, vt_publish_set_create(call->db, call->tenant_id, body, &call->actor, error));
}

json_t *
vt_api_set_save(const VtApiCall *call, GError **error)
{
    const VtRequest *request = call->request;
    g_autoptr(json_t) body = vt_api_body(request, saved, error);

    if (body == NULL)
        return NULL;
    return answer(call,
        vt_publish_set_save(call->db, call->tenant_id, vt_request_path_value(request, "asset"),
            vt_request_query_value(request, "locale"), body, &call->actor, error));
}
