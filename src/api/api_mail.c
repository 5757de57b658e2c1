/* Of which jobs people are told by e-mail, and where. */
#include "api/api.h"

#include "api/api_private.h"
#include "tenant/mail_wish.h"

json_t *
vt_api_user_email(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"email", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    const json_t *email = json_object_get(body, "email");

    if (body == NULL)
        return NULL;
    if (!json_is_string(email) && !json_is_null(email))
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "\"email\" must be a text or null");
    if (!vt_user_set_email(call->db, call->tenant_id, vt_request_path_value(call->request, "user"),
            json_string_value(email), &call->actor, error))
        return NULL;
    return vt_api_user_list(call, error);
}

json_t *
vt_api_mail_show(const VtApiCall *call, GError **error)
{
    return vt_mail_wish_json(call->db, call->tenant_id, call->actor.account_id, error);
}

json_t *
vt_api_mail_put(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"when", "scope", "types", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);

    if (body == NULL || !vt_mail_wish_put(call->db, call->tenant_id, body, &call->actor, error))
        return NULL;
    return vt_api_mail_show(call, error);
}
