/* The catalogue file by HTTP: the same import as `vitrine catalog import`. */
#include "api/api.h"

#include "api/api_private.h"
#include "catalog/import.h"

void
vt_api_catalog_import(VtRequest *request, gpointer data)
{
    VtApi *api = data;
    VtActor actor = vt_api_actor(request);
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(api, &error);
    g_auto(VtCatalogReport) report = {0};
    g_autoptr(json_t) file = NULL;
    gsize length = 0;
    const char *body = vt_request_body(request, &length);

    if (session.db != NULL)
        file = vt_json_parse(body, length, &error);
    if (file == NULL || !vt_catalog_import(session.db, vt_api_user(request)->tenant_id, file,
                            &actor, NULL, NULL, &report, &error)) {
        vt_request_fail(request, error);
        return;
    }
    vt_sync_loop_ring(api->sync);
    vt_api_reply_json(request, vt_catalog_report_json(&report));
}
