/* Presets of set generation by HTTP. */
#include "api/api.h"

#include "api/api_private.h"
#include "media/set_preset.h"

json_t *
vt_api_set_preset_list(const VtApiCall *call, GError **error)
{
    json_t *list = vt_set_preset_list(call->db, call->tenant_id, error);

    return list != NULL ? json_pack("{s:o}", "presets", list) : NULL;
}

json_t *
vt_api_set_preset_put(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"active", "type", "match", "base_name", "sequence", "row",
        "column", "prefix", "suffix", "folder", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);

    if (body == NULL ||
        !vt_set_preset_put(call->db, call->tenant_id,
            vt_request_path_value(call->request, "preset"), body, &call->actor, error))
        return NULL;
    return vt_api_set_preset_list(call, error);
}

json_t *
vt_api_set_preset_delete(const VtApiCall *call, GError **error)
{
    return vt_set_preset_delete(call->db, call->tenant_id,
               vt_request_path_value(call->request, "preset"), &call->actor, error)
               ? vt_api_set_preset_list(call, error)
               : NULL;
}
