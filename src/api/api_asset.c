/* The library by HTTP, but for what api_edit.c does. */
#include "api/api.h"

#include "api/api_private.h"
#include "assignment/reference.h"
#include "media/library.h"
#include "publish/activation.h"
#include "sync/history.h"

json_t *
vt_api_asset_list(const VtApiCall *call, GError **error)
{
    const VtRequest *request = call->request;
    gint64 limit = VT_LIBRARY_PAGE;
    VtLibraryQuery query = {.tenant_id = call->tenant_id,
        .text = vt_request_query_value(request, "q"),
        .type = vt_request_query_value(request, "type"),
        .category = vt_request_query_value(request, "category"),
        .folder = vt_request_query_value(request, "folder"),
        .state = vt_request_query_value(request, "state"),
        .locale = vt_request_query_value(request, "locale"),
        .tag = vt_request_query_value(request, "tag"),
        .after = vt_request_query_value(request, "after")};

    if (!vt_api_read_number("limit", vt_request_query_value(request, "limit"), &limit, error))
        return NULL;
    query.limit = (guint)MIN(limit, VT_LIBRARY_PAGE_MAX);
    return vt_library_list(call->db, &query, error);
}

json_t *
vt_api_asset_folder(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"path", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    const char *path = body != NULL ? vt_json_text(body, "path", error) : NULL;
    g_autofree VtAssetPlace *place = path != NULL ? vt_api_find_asset(call, error) : NULL;

    if (place == NULL || !vt_library_set_folder(call->db, place, path, &call->actor, error))
        return NULL;
    return vt_api_edit_show(call, error);
}

json_t *
vt_api_asset_references(const VtApiCall *call, GError **error)
{
    const VtRequest *request = call->request;
    g_autofree VtAssetPlace *place = vt_api_find_asset(call, error);
    gint64 after = 0, limit = VT_LIBRARY_PAGE;

    if (place == NULL ||
        !vt_api_read_number("after", vt_request_query_value(request, "after"), &after, error) ||
        !vt_api_read_number("limit", vt_request_query_value(request, "limit"), &limit, error))
        return NULL;
    return vt_reference_list(
        call->db, place->asset.asset_id, after, (guint)MIN(limit, VT_REFERENCE_PAGE_MAX), error);
}

json_t *
vt_api_asset_publishes(const VtApiCall *call, GError **error)
{
    const VtRequest *request = call->request;
    g_autofree VtAssetPlace *place = vt_api_find_asset(call, error);
    gint64 limit = VT_HISTORY_PAGE;
    VtHistoryQuery query = {.tenant_id = call->tenant_id,
        .tenant = vt_request_path_value(request, "tenant"),
        .before = vt_request_query_value(request, "before")};

    if (place == NULL ||
        !vt_api_read_number("limit", vt_request_query_value(request, "limit"), &limit, error))
        return NULL;
    query.asset_id = place->asset.asset_id;
    query.limit = (guint)MIN(limit, VT_HISTORY_PAGE_MAX);
    return vt_history_json(call->db, &query, error);
}

json_t *
vt_api_asset_activation(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"at", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    const char *text = NULL;
    gint64 when_us = 0;
    g_autofree VtAssetPlace *place = NULL;

    if (body == NULL || (!json_is_null(json_object_get(body, "at")) &&
                            ((text = vt_json_text(body, "at", error)) == NULL ||
                                !vt_api_parse_time("at", text, &when_us, error))))
        return NULL;
    place = vt_api_find_asset(call, error);
    if (place == NULL ||
        !vt_activation_set(call->db, call->api->kinds, place, when_us, &call->actor, error))
        return NULL;
    vt_job_workers_ring(call->api->workers);
    vt_sync_loop_ring(call->api->sync);
    return vt_api_edit_show(call, error);
}
