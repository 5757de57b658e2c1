/* What the one who asks wants of the workspace. */
#include "api/api.h"

#include "api/api_private.h"
#include "tenant/preference.h"

static void
reply(VtRequest *request, VtDb *db, GError **error)
{
    json_t *list = vt_preference_list_json(db, vt_api_user(request)->account_id, error);

    if (list != NULL)
        vt_api_reply_json(request, list);
    else
        vt_request_fail(request, *error);
}

void
vt_api_preference_list(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);

    if (session.db != NULL)
        reply(request, session.db, &error);
    else
        vt_request_fail(request, error);
}

void
vt_api_preference_put(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    gsize length = 0;
    const char *text = vt_request_body(request, &length);
    g_autoptr(json_t) wanted = vt_json_parse(text, length, &error);
    g_auto(VtApiSession) session = {0};

    if (wanted != NULL && !json_is_object(wanted))
        vt_throw(&error, VT_ERROR_BAD_JSON, "the body must be an object");
    else if (wanted != NULL)
        session = vt_api_session(data, &error);
    if (session.db != NULL &&
        vt_preference_put(session.db, vt_api_user(request)->account_id, wanted, &error))
        reply(request, session.db, &error);
    else
        vt_request_fail(request, error);
}
