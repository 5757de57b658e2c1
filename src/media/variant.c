#include "media/variant.h"

#include "variant_sql.h"

void
vt_asset_variant_clear(VtAssetVariant *self)
{
    g_clear_pointer(&self->body, g_free);
}

gboolean
vt_asset_variant_load(
    VtDb *db, gint64 asset_id, const char *locale, VtAssetVariant *ret_variant, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_variant, error);
    g_auto(VtAssetVariant) variant = {0};

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    vt_stmt_bind_text(stmt, "locale", locale);
    while (vt_stmt_next(stmt)) {
        vt_asset_variant_clear(&variant);
        variant = (VtAssetVariant){.document_id = vt_stmt_int(stmt, "document_id"),
            .head = vt_stmt_int(stmt, "head"),
            .checked_out_by = vt_stmt_int(stmt, "checked_out_by"),
            .changed_us = vt_stmt_int(stmt, "at_us"),
            .body = g_strdup(vt_stmt_text(stmt, "body"))};
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    *ret_variant = variant;
    variant.body = NULL;
    return TRUE;
}

gboolean
vt_asset_is_taken(
    VtDb *db, gint64 tenant_id, const VtAssetSpec *spec, gboolean *ret_taken, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_taken, error);
    gboolean taken = FALSE;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", spec->name);
    vt_stmt_bind_text(stmt, "source_provider", spec->source_provider);
    vt_stmt_bind_text(stmt, "source_id", spec->source_id);
    while (vt_stmt_next(stmt))
        taken = TRUE;
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    *ret_taken = taken;
    return TRUE;
}

gboolean
vt_asset_set_category(VtDb *db, gint64 asset_id, const char *category, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_set_category, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    vt_stmt_bind_text(stmt, "category", category);
    return vt_stmt_exec(stmt, NULL, error);
}
