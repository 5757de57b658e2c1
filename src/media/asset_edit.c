#include "media/asset_edit.h"

#include "asset_edit_sql.h"
#include "base/locale.h"
#include "media/asset_body.h"
#include "media/asset_set.h"
#include "media/library.h"

VtAssetPlace *
vt_asset_place_find(
    VtDb *db, gint64 tenant_id, const char *name, const char *locale, GError **error)
{
    g_autofree char *canonical =
        vt_locale_parse(locale != NULL ? locale : VT_LOCALE_NEUTRAL, error);
    g_autofree VtAssetPlace *place = g_new0(VtAssetPlace, 1);

    if (canonical == NULL || !vt_asset_find(db, tenant_id, name, &place->asset, error))
        return NULL;
    place->tenant_id = tenant_id;
    g_strlcpy(place->locale, canonical, sizeof place->locale);
    return g_steal_pointer(&place);
}

static gboolean
find(const VtEdit *edit, gint64 *ret_document_id, GError **error)
{
    const VtAssetPlace *place = edit->place;

    return vt_asset_document(
        edit->db, place->asset.asset_id, place->locale, ret_document_id, error);
}

static gboolean
ensure(const VtEdit *edit, gint64 *ret_document_id, GError **error)
{
    const VtAssetPlace *place = edit->place;

    return vt_asset_ensure_document(edit->db, place->tenant_id, &place->asset, place->locale,
        edit->actor, ret_document_id, error);
}

static char *
begin(const VtEdit *edit, gint64 document_id, GError **error)
{
    const VtAssetPlace *place = edit->place;
    g_auto(VtAssetContent) content = {0};

    if (!vt_asset_group_content(
            edit->db, place->asset.asset_id, VT_LOCALE_NEUTRAL, edit->group_id, &content, error))
        return NULL;
    vt_asset_content_drop_binary(&content);
    g_clear_pointer(&content.tracks, g_ptr_array_unref);
    g_clear_pointer(&content.members, g_ptr_array_unref);
    content.rows = 0;
    return vt_asset_content_format(&content);
}

static char *
apply(const VtEdit *edit, const char *draft, const json_t *sent, GError **error)
{
    const VtAssetPlace *place = edit->place;
    g_auto(VtAssetContent) content = {0};

    return vt_asset_content_parse(draft, &content, error) &&
                   vt_asset_body_apply(&content, sent, error) &&
                   vt_asset_set_apply(
                       edit->db, place->tenant_id, &place->asset, &content, sent, error)
               ? vt_asset_content_format(&content)
               : NULL;
}

/* An asset has no tombstones but those of the trash: a copy of one is empty content. */
static gboolean
check_in(const VtEdit *edit, VtDocumentState *state, const char *body, GError **error)
{
    const VtAssetPlace *place = edit->place;
    g_auto(VtAssetContent) content = {0};
    gint64 document_id = 0;
    gboolean changed = FALSE;

    if (!vt_asset_content_parse(body, &content, error))
        return FALSE;
    if (state->group_id != VT_GROUP_LIVE)
        return vt_asset_check_in_content(edit->db, state, &content, edit->actor, &changed, error);
    return vt_asset_check_in(edit->db, place->tenant_id, &place->asset, place->locale, &content,
        edit->actor, &document_id, &changed, error);
}

static gboolean
forget(const VtEdit *edit, gint64 document_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(edit->db, &vt_sql_asset_locale_forget, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    return vt_stmt_exec(stmt, NULL, error) && vt_document_delete(edit->db, document_id, error);
}

const VtEditKind vt_asset_edit_kind = {find, ensure, begin, apply, check_in, forget,
    vt_library_describe, vt_library_describe_body, .blank = NULL};
