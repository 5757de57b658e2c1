/* API tokens of the tenant's users, for its administrators. */
#include "api/api.h"

#include "api/api_private.h"
#include "tenant/token.h"

enum { MAX_DAYS = 3650 };
#define DAY_US (G_GINT64_CONSTANT(86400) * G_USEC_PER_SEC)

json_t *
vt_api_token_list(const VtApiCall *call, GError **error)
{
    return vt_token_list_json(call->db, call->tenant_id, error);
}

/* 0: no "days", it never expires. */
static gboolean
read_expiry(const json_t *body, gint64 now_us, gint64 *ret_expires_us, GError **error)
{
    const json_t *days = json_object_get(body, "days");

    if (days == NULL)
        return TRUE;
    if (!json_is_integer(days) || json_integer_value(days) < 1 ||
        json_integer_value(days) > MAX_DAYS)
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "\"days\" must be a number from 1 to %d", MAX_DAYS);
    *ret_expires_us = now_us + json_integer_value(days) * DAY_US;
    return TRUE;
}

json_t *
vt_api_token_create(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"user", "name", "days", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    const char *user = body != NULL ? vt_json_text(body, "user", error) : NULL;
    const char *name = user != NULL ? vt_json_text(body, "name", error) : NULL;
    g_autofree char *token = NULL;
    gint64 expires_us = 0;

    if (name == NULL || !read_expiry(body, call->actor.now_us, &expires_us, error) ||
        !vt_token_issue(
            call->db, call->tenant_id, user, name, expires_us, &call->actor, &token, error))
        return NULL;
    return json_pack("{s:s}", "token", token);
}

json_t *
vt_api_token_revoke(const VtApiCall *call, GError **error)
{
    const char *text = vt_request_path_value(call->request, "token");
    gint64 token_id = 0;

    if (!g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, &token_id, NULL))
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no token '%s'", text);
    if (!vt_token_revoke(call->db, call->tenant_id, token_id, &call->actor, error))
        return NULL;
    return vt_api_token_list(call, error);
}
