/* Renaming, deleting and restoring assets by HTTP. */
#include "api/api.h"

#include "api/api_private.h"
#include "media/head.h"
#include "media/trash.h"
#include "publish/trash.h"
#include "tenant/setting.h"

#include <string.h>

static gboolean
rename_asset(const VtApiCall *call, VtAsset *asset, const char *name, GError **error)
{
    g_autoptr(VtChange) change = vt_change_new(call->tenant_id, "asset rename");
    g_autoptr(VtTx) tx = vt_tx_begin(call->db, VT_TX_WRITE, error);
    gint64 seq = 0;

    return tx != NULL && vt_asset_set_name(call->db, call->tenant_id, asset, name, change, error) &&
           vt_change_write(change, call->db, &call->actor, &seq, error) && vt_tx_commit(tx, error);
}

json_t *
vt_api_asset_rename(const VtApiCall *call, GError **error)
{
    static const char *const known[] = {"name", NULL};
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    const char *name = body != NULL ? vt_json_text(body, "name", error) : NULL;
    g_autofree VtAssetPlace *place = name != NULL ? vt_api_find_asset(call, error) : NULL;
    const VtEdit edit = {
        .db = call->db, .kind = &vt_asset_edit_kind, .place = place, .actor = &call->actor};

    if (place == NULL || !rename_asset(call, &place->asset, name, error))
        return NULL;
    vt_sync_loop_ring(call->api->sync);
    return vt_edit_describe(&edit, error);
}

json_t *
vt_api_asset_delete(const VtApiCall *call, GError **error)
{
    const char *word = vt_request_query_value(call->request, "force");
    const char *const names[] = {vt_request_path_value(call->request, "asset"), NULL};
    const VtTrashRequest request = {
        .tenant_id = call->tenant_id, .assets = names, .force = g_strcmp0(word, "true") == 0};
    g_auto(VtUnpublishResult) result = {0};

    if (word != NULL && !request.force && strcmp(word, "false") != 0)
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "\"force\" must be true or false");
    if ((request.force && !vt_api_check_administrator(call->db, call->request, error)) ||
        !vt_trash(call->db, &request, &call->actor, &result, error))
        return NULL;
    vt_sync_loop_ring(call->api->sync);
    return vt_trash_json(&result);
}

/* An id such as MA17; @ret_asset_id is untouched when @text is NULL. */
static gboolean
read_id(const char *text, gint64 *ret_asset_id, GError **error)
{
    return text == NULL || vt_asset_internal_id_parse(text, ret_asset_id) ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "'%s' is no id of an asset, such as MA17", text);
}

json_t *
vt_api_trash_list(const VtApiCall *call, GError **error)
{
    const VtRequest *request = call->request;
    gint64 before = 0, limit = VT_TRASH_PAGE, days = 0;

    if (!vt_setting_read_number(call->db, call->tenant_id, VT_SETTING_TRASH_DAYS, &days, error) ||
        !read_id(vt_request_query_value(request, "before"), &before, error) ||
        !vt_api_read_number("limit", vt_request_query_value(request, "limit"), &limit, error))
        return NULL;
    return vt_trash_list(
        call->db, call->tenant_id, before, (guint)MIN(limit, VT_TRASH_PAGE_MAX), days, error);
}

json_t *
vt_api_trash_restore(const VtApiCall *call, GError **error)
{
    g_auto(VtTrashRestored) restored = {0};
    gint64 asset_id = 0, seq = 0;

    if (!read_id(vt_request_path_value(call->request, "id"), &asset_id, error) ||
        !vt_trash_bring_back(
            call->db, call->tenant_id, asset_id, &call->actor, &restored, &seq, error))
        return NULL;
    vt_sync_loop_ring(call->api->sync);
    return vt_trash_restored_json(&restored, seq);
}

/* One asset, or all. */
static json_t *
empty(const VtApiCall *call, gint64 asset_id, GError **error)
{
    gint64 n_gone = 0;

    return vt_trash_empty_all(call->db, call->tenant_id, asset_id, &call->actor, &n_gone, error)
               ? json_pack("{s:I}", "gone", (json_int_t)n_gone)
               : NULL;
}

json_t *
vt_api_trash_empty(const VtApiCall *call, GError **error)
{
    return empty(call, 0, error);
}

json_t *
vt_api_trash_purge(const VtApiCall *call, GError **error)
{
    gint64 asset_id = 0;
    g_autoptr(json_t) told = NULL;

    if (!read_id(vt_request_path_value(call->request, "id"), &asset_id, error))
        return NULL;
    told = empty(call, asset_id, error);
    if (told != NULL && json_integer_value(json_object_get(told, "gone")) == 0)
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "no such asset is in the trash");
    return g_steal_pointer(&told);
}
