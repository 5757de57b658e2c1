/* Making sets of assets by HTTP; editing them is what api_edit.c does. */
#include "api/api.h"

#include "api/api_private.h"
#include "media/asset_set.h"
#include "publish/publish.h"
#include "publish/warning.h"

/* What is sent: of the head, then of the content. */
enum { N_HEAD_KEYS = 4 };
static const char *const known[] = {"name", "type", "folder", "publish", "members", "rows", "alt",
    "title", "caption", "description", "tags", NULL};

/* The body without the keys of the head; owned. */
static json_t *
content_of(const json_t *body)
{
    json_t *content = json_copy((json_t *)(gsize)body);

    for (gsize i = 0; i < N_HEAD_KEYS; i++)
        json_object_del(content, known[i]);
    return content;
}

static gboolean
publish(const VtApiCall *call, const VtAsset *set, VtPublishResult *result, GError **error)
{
    const char *const names[] = {set->name, NULL};
    const VtPublishRequest request = {.tenant_id = call->tenant_id, .assets = names};

    if (!vt_publish(call->db, &request, &call->actor, result, error))
        return FALSE;
    vt_sync_loop_ring(call->api->sync);
    return TRUE;
}

static json_t *
describe(const VtApiCall *call, const VtAsset *set, const VtPublishResult *result, GError **error)
{
    g_autofree VtAssetPlace *place =
        vt_asset_place_find(call->db, call->tenant_id, set->name, NULL, error);
    const VtEdit edit = {call->db, &vt_asset_edit_kind, place, &call->actor};
    json_t *told = place != NULL ? vt_edit_describe(&edit, error) : NULL;

    return told != NULL ? json_pack("{s:I,s:o,s:o}", "seq", (json_int_t)result->seq, "warnings",
                              vt_publish_advice_json(result->advice), "asset", told)
                        : NULL;
}

json_t *
vt_api_set_create(const VtApiCall *call, GError **error)
{
    g_autoptr(json_t) body = vt_api_body(call->request, known, error);
    const char *name = body != NULL ? vt_api_text(body, "name", error) : NULL;
    const char *type = name != NULL ? vt_api_text(body, "type", error) : NULL;
    g_autoptr(json_t) content = type != NULL ? content_of(body) : NULL;
    const json_t *live = json_object_get(body, "publish");
    const json_t *folder = json_object_get(body, "folder");
    const VtAssetSetSpec spec = {.tenant_id = call->tenant_id,
        .name = name,
        .type = type,
        .folder = json_string_value(folder),
        .body = content};
    g_auto(VtPublishResult) result = {0};
    VtAsset set;

    if (type == NULL)
        return NULL;
    if ((live != NULL && !json_is_boolean(live)) ||
        (folder != NULL && !json_is_string(folder) && !json_is_null(folder)))
        return vt_throw_null(
            error, VT_ERROR_BAD_VALUE, "\"publish\" is true or false, \"folder\" a path");
    if (!vt_asset_set_create(call->db, &spec, &call->actor, &set, error) ||
        (!json_is_false(live) && !publish(call, &set, &result, error)))
        return NULL;
    return describe(call, &set, &result, error);
}
