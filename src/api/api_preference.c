/* What the one who asks wants of the workspace. */
#include "api/api.h"

#include "api/api_private.h"
#include "tenant/preference.h"

json_t *
vt_api_preference_list(const VtApiCall *call, GError **error)
{
    return vt_preference_list_json(call->db, call->actor.account_id, error);
}

json_t *
vt_api_preference_put(const VtApiCall *call, GError **error)
{
    gsize length = 0;
    const char *text = vt_request_body(call->request, &length);
    g_autoptr(json_t) wanted = vt_json_parse(text, length, error);

    if (wanted != NULL && !json_is_object(wanted))
        return vt_throw_null(error, VT_ERROR_BAD_JSON, "the body must be an object");
    if (wanted == NULL || !vt_preference_put(call->db, call->actor.account_id, wanted, error))
        return NULL;
    return vt_api_preference_list(call, error);
}
