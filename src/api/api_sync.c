/* How far each store has come, for `publish --wait` and status pages, and asking stores to try
 * again. */
#include "api/api.h"

#include "api/api_private.h"
#include "sync/quarantine.h"
#include "sync/status.h"

void
vt_api_sync_status(VtRequest *request, gpointer data)
{
    VtApi *api = data;
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(api, &error);
    VtSyncQuestion question = {.tenant = vt_request_path_value(request, "tenant"),
        .tenant_id = vt_api_user(request)->tenant_id,
        .node = vt_sync_loop_node(api->sync),
        .now_us = g_get_real_time()};
    const char *text = vt_request_query_value(request, "seq");
    json_t *status = NULL;

    if (text != NULL && !g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &question.seq, NULL))
        vt_throw(&error, VT_ERROR_BAD_VALUE, "\"seq\" must be a log number");
    else if (session.db != NULL)
        status = vt_sync_status_json(session.db, &question, &error);
    if (status != NULL)
        vt_api_reply_json(request, status);
    else
        vt_request_fail(request, error);
}

static gboolean
run(VtApi *api, VtRequest *request, guint *ret_n, GError **error)
{
    static const char *const known[] = {"retry", "full", NULL};
    g_autoptr(json_t) body = vt_api_body(request, known, error);
    gint64 tenant_id = vt_api_user(request)->tenant_id;
    VtActor actor = vt_api_actor(request);
    g_auto(VtApiSession) session = {0};
    gboolean retry = FALSE, full = FALSE;

    if (body == NULL || !vt_api_flag(body, "retry", &retry, error) ||
        !vt_api_flag(body, "full", &full, error))
        return FALSE;
    session = vt_api_session(api, error);
    return session.db != NULL &&
           (!retry || vt_quarantine_retry(session.db, tenant_id, &actor, ret_n, error)) &&
           (!full || vt_sync_request_rebuild(session.db, tenant_id, &actor, error));
}

void
vt_api_sync_run(VtRequest *request, gpointer data)
{
    VtApi *api = data;
    g_autoptr(GError) error = NULL;
    guint n = 0;

    if (!run(api, request, &n, &error)) {
        vt_request_fail(request, error);
        return;
    }
    vt_sync_loop_ring(api->sync);
    vt_api_reply_json(request, json_pack("{s:I}", "retried", (json_int_t)n));
}
