/* Signing in and out by cookie. The cookie reaches this API only, and no script; requests that
 * write say the session's CSRF token too: see vt_api_authorize(). */
#include "api/api.h"

#include "api/api_private.h"
#include "base/log.h"
#include "tenant/account.h"
#include "tenant/session.h"

#include <string.h>

#define COOKIE "vitrine_session"

char *
vt_api_cookie(const VtRequest *request)
{
    const char *header = vt_request_header(request, "Cookie");
    g_auto(GStrv) pairs = header != NULL ? g_strsplit(header, ";", -1) : NULL;

    for (char **pair = pairs; pair != NULL && *pair != NULL; pair++)
        if (g_str_has_prefix(g_strstrip(*pair), COOKIE "="))
            return g_strdup(*pair + strlen(COOKIE "="));
    return NULL;
}

static char *
cookie_header(const VtApi *api, const char *token)
{
    return g_strdup_printf(COOKIE "=%s; Path=/api/v1; HttpOnly; SameSite=Strict%s%s",
        token != NULL ? token : "", token != NULL ? "" : "; Max-Age=0",
        api->behind_tls ? "; Secure" : "");
}

static void
reply(VtRequest *request, json_t *value, const char *cookie)
{
    char *text = json_dumps(value, JSON_COMPACT);
    g_autoptr(GBytes) body = g_bytes_new_take(text, strlen(text));
    VtReply *answer = vt_reply_new_bytes(200, "application/json", body);

    json_decref(value);
    vt_reply_add_header(answer, "Cache-Control", "no-store");
    vt_reply_add_header(answer, "Set-Cookie", cookie);
    vt_request_reply(request, answer);
}

static json_t *
describe(const char *user, const char *token)
{
    g_autofree char *csrf = vt_session_csrf(token);

    return json_pack("{s:s,s:s}", "user", user, "csrf_token", csrf);
}

gboolean
vt_api_check_json_type(const VtRequest *request, GError **error)
{
    const char *type = vt_request_header(request, "Content-Type");

    if (type != NULL && g_ascii_strncasecmp(type, "application/json", 16) == 0)
        return TRUE;
    return vt_throw(error, VT_ERROR_BAD_REQUEST, "send Content-Type: application/json");
}

/* One session of the database for the check and the new row, none while waiting for the throttle.
 */
static gboolean
check_password(
    VtApi *api, const char *name, const char *password, gint64 *ret_account_id, GError **error)
{
    g_auto(VtApiSession) session = vt_api_session(api, error);

    return session.db != NULL &&
           vt_account_sign_in(session.db, name, password, ret_account_id, error);
}

static char *
sign_in(VtApi *api, const char *name, const char *password, const char *origin, GError **error)
{
    g_auto(VtApiSession) session = {0};
    g_autoptr(GError) local = NULL;
    char *token = NULL;
    gint64 account_id = 0;
    gboolean right;

    if (!vt_throttle_begin(api->throttle, name, origin, g_get_monotonic_time(), error))
        return NULL;
    right = check_password(api, name, password, &account_id, &local);
    vt_throttle_end(api->throttle, name, origin, right, g_get_monotonic_time());
    if (!right) {
        vt_log(VT_LOG_INFO, "session.refused", "from %s: %s", origin, local->message);
        g_propagate_error(error, g_steal_pointer(&local));
        return NULL;
    }
    session = vt_api_session(api, error);
    if (session.db == NULL ||
        !vt_session_create(session.db, account_id, g_get_real_time(), &token, error))
        return NULL;
    return token;
}

void
vt_api_session_create(VtRequest *request, gpointer data)
{
    static const char *const known[] = {"name", "password", NULL};
    VtApi *api = data;
    g_autoptr(GError) error = NULL;
    g_autofree char *origin = vt_api_origin(api, request);
    g_autoptr(json_t) body =
        vt_api_check_json_type(request, &error) ? vt_api_body(request, known, &error) : NULL;
    const char *name = body != NULL ? vt_json_text(body, "name", &error) : NULL;
    const char *password = name != NULL ? vt_json_text(body, "password", &error) : NULL;
    g_autofree char *token = password != NULL ? sign_in(api, name, password, origin, &error) : NULL;
    g_autofree char *cookie = token != NULL ? cookie_header(api, token) : NULL;

    if (token != NULL)
        reply(request, describe(name, token), cookie);
    else
        vt_request_fail(request, error);
}

void
vt_api_session_show(VtRequest *request, gpointer data)
{
    const VtApiUser *user = vt_api_user(request);
    g_autoptr(GError) error = NULL;

    if (user->cookie != NULL) {
        vt_api_reply_json(request, describe(user->name, user->cookie));
        return;
    }
    vt_throw(&error, VT_ERROR_NOT_FOUND, "a token was sent, not the cookie of a session");
    vt_request_fail(request, error);
}

void
vt_api_session_end(VtRequest *request, gpointer data)
{
    const VtApiUser *user = vt_api_user(request);
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    g_autofree char *cookie = cookie_header(data, NULL);

    if (session.db != NULL &&
        (user->cookie == NULL || vt_session_end(session.db, user->cookie, &error)))
        reply(request, json_object(), cookie);
    else
        vt_request_fail(request, error);
}
