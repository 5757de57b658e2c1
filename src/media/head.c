/* The codes and the name of an asset in the trash carry `|` and its id, which no name in use can:
 * they are free, and what they were can be read off them. */
#include "media/head.h"

#include "base/error.h"
#include "document/revision.h"
#include "head_sql.h"

#include <string.h>

/* Runs a statement whose parameters are the asset and perhaps two texts. */
static gboolean
run(VtDb *db,
    const VtSql *sql,
    gint64 asset_id,
    const char *first,
    const char *first_text,
    const char *second,
    const char *second_text,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    if (first != NULL)
        vt_stmt_bind_text(stmt, first, first_text);
    if (second != NULL)
        vt_stmt_bind_text(stmt, second, second_text);
    return vt_stmt_exec(stmt, NULL, error);
}

/* Whose a name or code is; 0: nobody's. */
static gboolean
owner_of(VtDb *db,
    const VtSql *sql,
    gint64 tenant_id,
    const char *parameter,
    const char *name,
    gint64 *ret_asset_id,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, parameter, name);
    return vt_stmt_read_int(stmt, "asset_id", ret_asset_id, error);
}

gboolean
vt_asset_of_image(
    VtDb *db, gint64 tenant_id, const char *code, gint64 *ret_asset_id, GError **error)
{
    return owner_of(db, &vt_sql_image_record_of_code, tenant_id, "code", code, ret_asset_id, error);
}

static gboolean
check_free(VtDb *db, gint64 tenant_id, const VtAsset *asset, const char *name, GError **error)
{
    gint64 named = 0, coded = 0;

    if (!owner_of(db, &vt_sql_asset_of_name, tenant_id, "name", name, &named, error) ||
        !owner_of(db, &vt_sql_image_record_of_code, tenant_id, "code", name, &coded, error))
        return FALSE;
    if (named != 0 || (coded != 0 && coded != asset->asset_id))
        return vt_throw(error, VT_ERROR_DUPLICATE_NAME,
            "the name '%s' is kept by another asset or an alias", name);
    return TRUE;
}

gboolean
vt_asset_put_own_record(
    VtDb *db, gint64 tenant_id, gint64 asset_id, const char *name, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_image_record_put_own, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    vt_stmt_bind_text(stmt, "code", name);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_asset_set_name(
    VtDb *db, gint64 tenant_id, VtAsset *asset, const char *name, VtChange *change, GError **error)
{
    if (strcmp(asset->name, name) == 0)
        return TRUE;
    if (!vt_asset_name_check(name, error) || !check_free(db, tenant_id, asset, name, error) ||
        !run(db, &vt_sql_image_record_set_origin, asset->asset_id, "code", asset->name, "origin",
            "alias", error) ||
        !vt_asset_put_own_record(db, tenant_id, asset->asset_id, name, error) ||
        !run(db, &vt_sql_asset_set_name, asset->asset_id, "name", name, NULL, NULL, error))
        return FALSE;
    g_strlcpy(asset->name, name, sizeof asset->name);
    vt_change_add(change, VT_LOG_KIND_ASSET, asset->asset_id);
    return TRUE;
}

static gboolean
count_locales(VtDb *db, gint64 asset_id, gint64 *ret_n, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_count_locales, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    return vt_stmt_read_int(stmt, "n", ret_n, error);
}

static gboolean
trash_asset(VtDb *db, gint64 asset_id, const VtActor *actor, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_trash, error);
    guint64 n_changed = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    vt_stmt_bind_int(stmt, "now_us", actor->now_us);
    if (!vt_stmt_exec(stmt, &n_changed, error))
        return FALSE;
    return n_changed == 0 ||
           run(db, &vt_sql_image_record_trash, asset_id, NULL, NULL, NULL, NULL, error);
}

gboolean
vt_asset_delete_locale(VtDb *db,
    const VtAsset *asset,
    const char *locale,
    const VtActor *actor,
    VtChange *change,
    gboolean *ret_gone,
    GError **error)
{
    g_auto(VtDocumentState) state = {0};
    gint64 document_id = 0, n = 0;

    if (!vt_asset_document(db, asset->asset_id, locale, &document_id, error))
        return FALSE;
    if (document_id == 0)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "'%s' has no locale '%s'", asset->name, locale);
    if (!vt_document_state(db, document_id, VT_GROUP_LIVE, &state, error))
        return FALSE;
    if (state.published != 0)
        return vt_throw(error, VT_ERROR_REFERENCED, "'%s' (%s) is live; unpublish it first",
            asset->name, locale);
    if (!vt_revision_trash(db, &state, VT_GROUP_LIVE, actor, error) ||
        !count_locales(db, asset->asset_id, &n, error) ||
        (n == 0 && !trash_asset(db, asset->asset_id, actor, error)))
        return FALSE;
    vt_change_add(change, VT_LOG_KIND_ASSET, asset->asset_id);
    *ret_gone = n == 0;
    return TRUE;
}
