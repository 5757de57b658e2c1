/* How far each store has come, for `publish --wait` and status pages, and asking stores to try
 * again. */
#include "api/api.h"

#include "api/api_private.h"
#include "sync/quarantine.h"
#include "sync/status.h"

json_t *
vt_api_sync_status(const VtApiCall *call, GError **error)
{
    VtSyncQuestion question = {.tenant = vt_request_path_value(call->request, "tenant"),
        .tenant_id = call->tenant_id,
        .node = vt_sync_loop_node(call->api->sync),
        .now_us = call->actor.now_us};
    const char *text = vt_request_query_value(call->request, "seq");

    if (text != NULL && !g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &question.seq, NULL))
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "\"seq\" must be a log number");
    return vt_sync_status_json(call->db, &question, error);
}

json_t *
vt_api_sync_run(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"retry", "full", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    gboolean retry = FALSE, full = FALSE;
    guint n = 0;

    if (body == NULL || !vt_api_flag(body, "retry", &retry, error) ||
        !vt_api_flag(body, "full", &full, error) ||
        (retry && !vt_quarantine_retry(call->db, call->tenant_id, &call->actor, &n, error)) ||
        (full && !vt_sync_request_rebuild(call->db, call->tenant_id, &call->actor, error)))
        return NULL;
    vt_sync_loop_ring(call->api->sync);
    return json_pack("{s:I}", "retried", (json_int_t)n);
}
