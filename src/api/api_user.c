/* People of a tenant, for its administrators. Every change answers with the users as they are then.
 */
#include "api/api.h"

#include "api/api_private.h"
#include "tenant/account.h"
#include "tenant/user.h"

#include <string.h>

static void
answer(VtRequest *request, VtDb *db, gboolean done, GError **error)
{
    g_autoptr(GPtrArray) users =
        done ? vt_user_list(db, vt_api_user(request)->tenant_id, error) : NULL;

    if (users != NULL)
        vt_api_reply_json(request, vt_user_list_json(users));
    else
        vt_request_fail(request, *error);
}

void
vt_api_user_list(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);

    answer(request, session.db, session.db != NULL, &error);
}

static gboolean
add(VtRequest *request, VtDb *db, GError **error)
{
    static const char *const known[] = {"name", "password", "role", NULL};
    VtActor actor = vt_api_actor(request);
    g_autoptr(json_t) body = db != NULL ? vt_api_body(request, known, error) : NULL;
    const char *name = body != NULL ? vt_api_text(body, "name", error) : NULL;
    const char *password = name != NULL ? vt_api_text(body, "password", error) : NULL;
    const char *word = password != NULL ? vt_api_text(body, "role", error) : NULL;
    VtRole role = VT_ROLE_READER;

    return word != NULL && vt_account_role_parse(word, &role, error) &&
           vt_user_add(db, vt_api_user(request)->tenant_id, name, password, role, &actor, error);
}

void
vt_api_user_add(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);

    answer(request, session.db, add(request, session.db, &error), &error);
}

static gboolean
set_role(VtRequest *request, VtDb *db, GError **error)
{
    static const char *const known[] = {"role", NULL};
    VtActor actor = vt_api_actor(request);
    gint64 tenant_id = vt_api_user(request)->tenant_id;
    const char *user = vt_request_path_value(request, "user");
    g_autoptr(json_t) body = db != NULL ? vt_api_body(request, known, error) : NULL;
    const char *word = body != NULL ? vt_api_text(body, "role", error) : NULL;
    VtRole role = VT_ROLE_READER;

    if (word == NULL)
        return FALSE;
    if (strcmp(word, "none") == 0)
        return vt_user_remove_role(db, tenant_id, user, &actor, error);
    return vt_account_role_parse(word, &role, error) &&
           vt_user_set_role(db, tenant_id, user, role, &actor, error);
}

void
vt_api_user_role(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);

    answer(request, session.db, set_role(request, session.db, &error), &error);
}

static gboolean
set_password(VtRequest *request, VtDb *db, GError **error)
{
    static const char *const known[] = {"password", NULL};
    VtActor actor = vt_api_actor(request);
    g_autoptr(json_t) body = db != NULL ? vt_api_body(request, known, error) : NULL;
    const char *password = body != NULL ? vt_api_text(body, "password", error) : NULL;

    return password != NULL && vt_user_set_password(db, vt_api_user(request)->tenant_id,
                                   vt_request_path_value(request, "user"), password, &actor, error);
}

void
vt_api_user_password(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);

    answer(request, session.db, set_password(request, session.db, &error), &error);
}

static gboolean
set_disabled(VtRequest *request, VtDb *db, GError **error)
{
    static const char *const known[] = {"disabled", NULL};
    VtActor actor = vt_api_actor(request);
    g_autoptr(json_t) body = db != NULL ? vt_api_body(request, known, error) : NULL;
    const json_t *disabled = json_object_get(body, "disabled");

    if (body == NULL)
        return FALSE;
    if (!json_is_boolean(disabled))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"disabled\" must be true or false");
    return vt_user_set_disabled(db, vt_api_user(request)->tenant_id,
        vt_request_path_value(request, "user"), json_is_true(disabled), &actor, error);
}

void
vt_api_user_disabled(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);

    answer(request, session.db, set_disabled(request, session.db, &error), &error);
}
