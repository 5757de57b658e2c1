#include "publish/set_save.h"

#include "media/asset_edit.h"
#include "media/asset_set.h"
#include "publish/publish.h"
#include "publish/warning.h"

/* What is said of the set itself, beside its content. */
static const char *const head_keys[] = {"name", "type", "folder", "publish"};

/* The keys among them of a set that is there. */
static const char *const save_keys[] = {"publish"};

/* The body without @keys; owned. */
static json_t *
content_of(const json_t *body, const char *const *keys, gsize n_keys)
{
    json_t *content = json_copy((json_t *)(gsize)body);

    for (gsize i = 0; i < n_keys; i++)
        json_object_del(content, keys[i]);
    return content;
}

static gboolean
read_publish(const json_t *body, gboolean *ret_live, GError **error)
{
    const json_t *live = json_object_get(body, "publish");

    *ret_live = !json_is_false(live);
    return live == NULL || json_is_boolean(live) ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "\"publish\" is true or false");
}

static gboolean
publish(VtDb *db,
    gint64 tenant_id,
    const VtAsset *set,
    const VtActor *actor,
    VtPublishResult *result,
    GError **error)
{
    const char *const names[] = {set->name, NULL};
    const VtPublishRequest request = {.tenant_id = tenant_id, .assets = names};

    return vt_publish(db, &request, actor, result, error);
}

/* Publishes if it is to be, and tells what the set is then. */
static json_t *
conclude(VtDb *db, const VtAssetPlace *place, gboolean live, const VtActor *actor, GError **error)
{
    const VtEdit edit = {db, &vt_asset_edit_kind, place, actor, VT_GROUP_LIVE};
    g_auto(VtPublishResult) result = {0};
    json_t *told;

    if (live && !publish(db, place->tenant_id, &place->asset, actor, &result, error))
        return NULL;
    told = vt_edit_describe(&edit, error);
    return told != NULL ? json_pack("{s:I,s:o,s:o}", "seq", (json_int_t)result.seq, "warnings",
                              vt_publish_advice_json(result.advice), "asset", told)
                        : NULL;
}

json_t *
vt_publish_set_create(
    VtDb *db, gint64 tenant_id, const json_t *body, const VtActor *actor, GError **error)
{
    g_autoptr(json_t) content = content_of(body, head_keys, G_N_ELEMENTS(head_keys));
    const json_t *folder = json_object_get(body, "folder");
    const char *name = vt_json_text(body, "name", error);
    const char *type = name != NULL ? vt_json_text(body, "type", error) : NULL;
    const VtAssetSetSpec spec = {.tenant_id = tenant_id,
        .name = name,
        .type = type,
        .folder = json_string_value(folder),
        .body = content};
    g_autofree VtAssetPlace *place = NULL;
    gboolean live = FALSE;
    VtAsset set;

    if (type == NULL || !read_publish(body, &live, error))
        return NULL;
    if (folder != NULL && !json_is_string(folder) && !json_is_null(folder))
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "\"folder\" is a path");
    if (!vt_asset_set_create(db, &spec, actor, &set, error) ||
        (place = vt_asset_place_find(db, tenant_id, set.name, NULL, error)) == NULL)
        return NULL;
    return conclude(db, place, live, actor, error);
}

json_t *
vt_publish_set_save(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *locale,
    const json_t *body,
    const VtActor *actor,
    GError **error)
{
    g_autoptr(json_t) content = content_of(body, save_keys, G_N_ELEMENTS(save_keys));
    g_autofree VtAssetPlace *place = NULL;
    gboolean live = FALSE;
    VtAsset set;

    if (!read_publish(body, &live, error) ||
        !vt_asset_set_save(db, tenant_id, name, locale, content, actor, &set, error) ||
        (place = vt_asset_place_find(db, tenant_id, set.name, locale, error)) == NULL)
        return NULL;
    return conclude(db, place, live, actor, error);
}
