/* API tokens of the tenant's users, for its administrators. */
#include "api/api.h"

#include "api/api_private.h"
#include "tenant/token.h"

enum { MAX_DAYS = 3650 };
#define DAY_US (G_GINT64_CONSTANT(86400) * G_USEC_PER_SEC)

static void
answer(VtRequest *request, json_t *value, const GError *error)
{
    if (value != NULL)
        vt_api_reply_json(request, value);
    else
        vt_request_fail(request, error);
}

void
vt_api_token_list(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    json_t *list = session.db != NULL
                       ? vt_token_list_json(session.db, vt_api_user(request)->tenant_id, &error)
                       : NULL;

    answer(request, list, error);
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

static json_t *
create(VtRequest *request, VtDb *db, GError **error)
{
    static const char *const known[] = {"user", "name", "days", NULL};
    VtActor actor = vt_api_actor(request);
    g_autoptr(json_t) body = db != NULL ? vt_api_body(request, known, error) : NULL;
    const char *user = body != NULL ? vt_api_text(body, "user", error) : NULL;
    const char *name = user != NULL ? vt_api_text(body, "name", error) : NULL;
    g_autofree char *token = NULL;
    gint64 expires_us = 0;

    if (name == NULL || !read_expiry(body, actor.now_us, &expires_us, error) ||
        !vt_token_issue(
            db, vt_api_user(request)->tenant_id, user, name, expires_us, &actor, &token, error))
        return NULL;
    return json_pack("{s:s}", "token", token);
}

void
vt_api_token_create(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    json_t *made = create(request, session.db, &error);

    answer(request, made, error);
}

static json_t *
revoke_one(VtRequest *request, VtDb *db, GError **error)
{
    VtActor actor = vt_api_actor(request);
    gint64 tenant_id = vt_api_user(request)->tenant_id;
    const char *text = vt_request_path_value(request, "token");
    gint64 token_id = 0;

    if (!g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, &token_id, NULL))
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no token '%s'", text);
    if (!vt_token_revoke(db, tenant_id, token_id, &actor, error))
        return NULL;
    return vt_token_list_json(db, tenant_id, error);
}

void
vt_api_token_revoke(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    json_t *left = session.db != NULL ? revoke_one(request, session.db, &error) : NULL;

    answer(request, left, error);
}
