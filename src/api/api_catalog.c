/* The catalogue file by HTTP: the same import as `vitrine catalog import`. */
#include "api/api.h"

#include "api/api_private.h"
#include "catalog/import.h"

json_t *
vt_api_catalog_import(const VtApiCall *call, GError **error)
{
    g_auto(VtCatalogReport) report = {0};
    gsize length = 0;
    const char *body = vt_request_body(call->request, &length);
    g_autoptr(json_t) file = vt_json_parse(body, length, error);

    if (file == NULL || !vt_catalog_import(call->db, call->tenant_id, file, &call->actor, NULL,
                            NULL, &report, error))
        return NULL;
    vt_sync_loop_ring(call->api->sync);
    return vt_catalog_report_json(&report);
}
