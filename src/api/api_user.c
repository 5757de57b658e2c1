/* People of a tenant, for its administrators. Every change answers with the users as they are then.
 */
#include "api/api.h"

#include "api/api_private.h"
#include "tenant/account.h"
#include "tenant/user.h"

#include <string.h>

json_t *
vt_api_user_list(const VtApiCall *call, GError **error)
{
    g_autoptr(GPtrArray) users = vt_user_list(call->db, call->tenant_id, error);

    return users != NULL ? vt_user_list_json(users) : NULL;
}

json_t *
vt_api_user_add(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"name", "password", "role", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    const char *name = body != NULL ? vt_json_text(body, "name", error) : NULL;
    const char *password = name != NULL ? vt_json_text(body, "password", error) : NULL;
    const char *word = password != NULL ? vt_json_text(body, "role", error) : NULL;
    VtRole role = VT_ROLE_READER;

    if (word == NULL || !vt_account_role_parse(word, &role, error) ||
        !vt_user_add(call->db, call->tenant_id, name, password, role, &call->actor, error))
        return NULL;
    return vt_api_user_list(call, error);
}

static gboolean
set_role(const VtApiCall *call, const char *user, const char *word, GError **error)
{
    VtRole role = VT_ROLE_READER;

    if (strcmp(word, "none") == 0)
        return vt_user_remove_role(call->db, call->tenant_id, user, &call->actor, error);
    return vt_account_role_parse(word, &role, error) &&
           vt_user_set_role(call->db, call->tenant_id, user, role, &call->actor, error);
}

json_t *
vt_api_user_role(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"role", NULL};
    const char *user = vt_request_path_value(call->request, "user");
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    const char *word = body != NULL ? vt_json_text(body, "role", error) : NULL;

    return word != NULL && set_role(call, user, word, error) ? vt_api_user_list(call, error) : NULL;
}

json_t *
vt_api_user_password(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"password", NULL};
    const char *user = vt_request_path_value(call->request, "user");
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    const char *password = body != NULL ? vt_json_text(body, "password", error) : NULL;

    if (password == NULL ||
        !vt_user_set_password(call->db, call->tenant_id, user, password, &call->actor, error))
        return NULL;
    return vt_api_user_list(call, error);
}

json_t *
vt_api_user_disabled(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"disabled", NULL};
    const char *user = vt_request_path_value(call->request, "user");
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    const json_t *disabled = json_object_get(body, "disabled");

    if (body == NULL)
        return NULL;
    if (!json_is_boolean(disabled))
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "\"disabled\" must be true or false");
    if (!vt_user_set_disabled(
            call->db, call->tenant_id, user, json_is_true(disabled), &call->actor, error))
        return NULL;
    return vt_api_user_list(call, error);
}
