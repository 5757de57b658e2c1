/* The settings of a tenant. */
#include "api/api.h"

#include "api/api_private.h"
#include "tenant/setting.h"

static void
reply_list(VtRequest *request, VtDb *db, GError **error)
{
    json_t *list = vt_setting_list_json(db, vt_api_user(request)->tenant_id, error);

    if (list != NULL)
        vt_api_reply_json(request, list);
    else
        vt_request_fail(request, *error);
}

void
vt_api_setting_list(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);

    if (session.db != NULL)
        reply_list(request, session.db, &error);
    else
        vt_request_fail(request, error);
}

void
vt_api_setting_put(VtRequest *request, gpointer data)
{
    static const char *const known[] = {"value", NULL};
    VtApi *api = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) body = vt_api_body(request, known, &error);
    const char *value = body != NULL ? vt_api_text(body, "value", &error) : NULL;
    VtActor actor = vt_api_actor(request);
    g_auto(VtApiSession) session = {0};

    if (value != NULL)
        session = vt_api_session(api, &error);
    if (session.db == NULL ||
        !vt_setting_put(session.db, vt_api_user(request)->tenant_id,
            vt_request_path_value(request, "setting"), vt_request_query_value(request, "database"),
            value, &actor, NULL, &error)) {
        vt_request_fail(request, error);
        return;
    }
    vt_sync_loop_ring(api->sync);
    reply_list(request, session.db, &error);
}
