#include "media/asset_edit.h"

#include "asset_edit_sql.h"
#include "base/locale.h"
#include "document/revision.h"
#include "media/asset_body.h"

gboolean
vt_asset_place_find(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *locale,
    VtAssetPlace *ret_place,
    GError **error)
{
    g_autofree char *canonical =
        vt_locale_parse(locale != NULL ? locale : VT_LOCALE_NEUTRAL, error);
    VtAssetPlace place = {.tenant_id = tenant_id};
    gboolean found = FALSE;

    if (canonical == NULL || !vt_asset_by_name(db, tenant_id, name, &place.asset, &found, error))
        return FALSE;
    if (!found)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no asset '%s'", name);
    g_strlcpy(place.locale, canonical, sizeof place.locale);
    *ret_place = place;
    return TRUE;
}

/* The locale's document and its state; document_id 0 when there is none. */
static gboolean
load(VtDb *db, const VtAssetPlace *place, VtDocumentState *ret_state, GError **error)
{
    gint64 document_id = 0;

    return vt_asset_document(db, place->asset.asset_id, place->locale, &document_id, error) &&
           (document_id == 0 ||
               vt_document_state(db, document_id, VT_GROUP_LIVE, ret_state, error));
}

static char *
first_draft(VtDb *db, const VtAssetPlace *place, const VtDocumentState *state, GError **error)
{
    g_auto(VtAssetContent) content = {0};
    g_autofree char *body = NULL;

    if (state->head != 0 && !vt_revision_body(db, state->document_id, state->head, &body, error))
        return NULL;
    if (body != NULL)
        return g_steal_pointer(&body);
    if (!vt_asset_head_content(db, place->asset.asset_id, VT_LOCALE_NEUTRAL, &content, error))
        return NULL;
    vt_asset_content_drop_binary(&content);
    g_clear_pointer(&content.tracks, g_ptr_array_unref);
    return vt_asset_content_format(&content);
}

gboolean
vt_asset_edit_begin(VtDb *db, const VtAssetPlace *place, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};
    g_autofree char *draft = NULL;
    gint64 document_id = 0;

    if (tx == NULL ||
        !vt_asset_ensure_document(
            db, place->tenant_id, &place->asset, place->locale, actor, &document_id, error) ||
        !vt_document_state(db, document_id, VT_GROUP_LIVE, &state, error))
        return FALSE;
    if (vt_document_is_mine(&state, actor))
        return TRUE;
    draft = first_draft(db, place, &state, error);
    return draft != NULL &&
           vt_document_check_out(db, document_id, VT_GROUP_LIVE, draft, actor, error) &&
           vt_tx_commit(tx, error);
}

/* The working copy as content; @ret_content is to be cleared. */
static gboolean
draft_of(const VtDocumentState *state, VtAssetContent *ret_content, GError **error)
{
    return vt_asset_content_parse(state->draft != NULL ? state->draft : "{}", ret_content, error);
}

static gboolean
save_content(VtDb *db,
    const VtDocumentState *state,
    const VtAssetContent *content,
    const VtActor *actor,
    GError **error)
{
    g_autofree char *draft = vt_asset_content_format(content);

    return vt_document_save(
        db, state->document_id, VT_GROUP_LIVE, state->version, draft, actor, error);
}

gboolean
vt_asset_edit_save(VtDb *db,
    const VtAssetPlace *place,
    gint64 version,
    const json_t *body,
    const VtActor *actor,
    GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};
    g_auto(VtAssetContent) content = {0};

    return tx != NULL && load(db, place, &state, error) &&
           vt_document_check_mine(db, &state, actor, error) &&
           vt_document_check_version(&state, version, error) && draft_of(&state, &content, error) &&
           vt_asset_body_apply(&content, body, error) &&
           save_content(db, &state, &content, actor, error) && vt_tx_commit(tx, error);
}

static gboolean
check_in(VtDb *db,
    const VtAssetPlace *place,
    const char *body,
    const VtActor *actor,
    gint64 *ret_document_id,
    GError **error)
{
    g_auto(VtAssetContent) content = {0};
    gboolean changed = FALSE;

    return vt_asset_content_parse(body != NULL ? body : "{}", &content, error) &&
           vt_asset_check_in(db, place->tenant_id, &place->asset, place->locale, &content, actor,
               ret_document_id, &changed, error);
}

gboolean
vt_asset_edit_finish(
    VtDb *db, const VtAssetPlace *place, gint64 version, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};
    gint64 document_id = 0;

    return tx != NULL && load(db, place, &state, error) &&
           vt_document_check_mine(db, &state, actor, error) &&
           vt_document_check_version(&state, version, error) &&
           check_in(db, place, state.draft, actor, &document_id, error) && vt_tx_commit(tx, error);
}

/* Forgets a locale that was never finished. */
static gboolean
forget(VtDb *db, const VtAssetPlace *place, gint64 document_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_locale_forget, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    return vt_stmt_exec(stmt, NULL, error) && vt_document_delete(db, document_id, error);
}

gboolean
vt_asset_edit_discard(
    VtDb *db, const VtAssetPlace *place, gboolean force, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};

    if (tx == NULL || !load(db, place, &state, error))
        return FALSE;
    if ((!force || state.checked_out_by == 0) && !vt_document_check_mine(db, &state, actor, error))
        return FALSE;
    return vt_document_discard(db, &state, VT_GROUP_LIVE, error) &&
           (state.head != 0 || forget(db, place, state.document_id, error)) &&
           vt_tx_commit(tx, error);
}

gboolean
vt_asset_edit_restore(
    VtDb *db, const VtAssetPlace *place, gint64 number, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};
    g_autofree char *body = NULL;
    gint64 document_id = 0;

    return tx != NULL && load(db, place, &state, error) &&
           vt_document_check_free(db, &state, actor, error) &&
           vt_revision_body(db, state.document_id, number, &body, error) &&
           check_in(db, place, body, actor, &document_id, error) && vt_tx_commit(tx, error);
}

gboolean
vt_asset_edit_put_binary(VtDb *db,
    const VtAssetPlace *place,
    const VtBinary *binary,
    const VtActor *actor,
    gint64 *ret_document_id,
    GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_auto(VtDocumentState) state = {0};
    g_auto(VtAssetContent) content = {0};
    gint64 document_id = 0;
    gboolean changed = FALSE, done;

    if (tx == NULL || !vt_binary_put(db, binary, actor->now_us, error) ||
        !load(db, place, &state, error))
        return FALSE;
    if (vt_document_is_mine(&state, actor)) {
        document_id = state.document_id;
        done = draft_of(&state, &content, error);
        vt_asset_content_set_binary(&content, binary);
        done = done && save_content(db, &state, &content, actor, error);
    } else {
        done = vt_asset_head_content(db, place->asset.asset_id, place->locale, &content, error);
        vt_asset_content_set_binary(&content, binary);
        done = done && vt_asset_check_in(db, place->tenant_id, &place->asset, place->locale,
                           &content, actor, &document_id, &changed, error);
    }
    if (!done || !vt_tx_commit(tx, error))
        return FALSE;
    *ret_document_id = document_id;
    return TRUE;
}
