#include "api/api_private.h"
#include "catalog/import.h"

static json_t *
describe(const VtCatalogReport *report)
{
    return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o}", "channels",
        (json_int_t)report->channels, "dimensions", (json_int_t)report->dimensions, "categories",
        (json_int_t)report->categories, "catalogs", (json_int_t)report->catalogs, "products",
        (json_int_t)report->products, "variants", (json_int_t)report->variants, "changed",
        (json_int_t)report->changed, "refused", (json_int_t)report->refused, "problems",
        vt_api_names(report->problems));
}

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
    vt_api_reply_json(request, describe(&report));
}
