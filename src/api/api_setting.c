/* The settings of a tenant. */
#include "api/api.h"

#include "api/api_private.h"
#include "tenant/setting.h"

json_t *
vt_api_setting_list(const VtApiCall *call, GError **error)
{
    return vt_setting_list_json(call->db, call->tenant_id, error);
}

json_t *
vt_api_setting_put(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"value", NULL};
    const VtRequest *request = call->request;
    g_autoptr(json_t) body = vt_api_body(request, known, error);
    const char *value = body != NULL ? vt_json_text(body, "value", error) : NULL;

    if (value == NULL ||
        !vt_setting_put(call->db, call->tenant_id, vt_request_path_value(request, "setting"),
            vt_request_query_value(request, "database"), value, &call->actor, NULL, error))
        return NULL;
    vt_sync_loop_ring(call->api->sync);
    return vt_api_setting_list(call, error);
}
