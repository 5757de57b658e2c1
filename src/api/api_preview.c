/* Previews: addresses where drafts answer as if they were live. */
#include "api/api.h"

#include "api/api_private.h"
#include "publish/preview.h"

json_t *
vt_api_preview_list(const VtApiCall *call, GError **error)
{
    return vt_preview_list(call->db, call->tenant_id, call->actor.now_us, error);
}

json_t *
vt_api_preview_create(const VtApiCall *call, GError **error)
{
    gsize length = 0;
    const char *text = vt_request_body(call->request, &length);
    g_autoptr(json_t) body = vt_json_parse(text, length, error);

    return body != NULL ? vt_preview_create(call->db, call->tenant_id, body, &call->actor, error)
                        : NULL;
}

json_t *
vt_api_preview_revoke(const VtApiCall *call, GError **error)
{
    const char *text = vt_request_path_value(call->request, "preview");
    gint64 preview_id = 0;

    if (!g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, &preview_id, NULL))
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no preview '%s'", text);
    if (!vt_preview_revoke(call->db, call->tenant_id, preview_id, &call->actor, error))
        return NULL;
    return vt_api_preview_list(call, error);
}
