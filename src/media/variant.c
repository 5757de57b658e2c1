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

/* @name and the number of a copy, cut at a whole character to what a name may have. */
static char *
name_of_copy(const char *name, int copy)
{
    g_autofree char *suffix = g_strdup_printf("-%d", copy);
    gsize room = VT_ASSET_NAME_MAX - strlen(suffix);
    const char *end =
        strlen(name) > room ? g_utf8_find_prev_char(name, name + room + 1) : name + strlen(name);

    return g_strdup_printf("%.*s%s", (int)(end - name), name, suffix);
}

static gboolean
is_free(VtDb *db, gint64 tenant_id, const char *name, gboolean *ret_free, GError **error)
{
    const VtAssetSpec spec = {.name = name};
    gboolean taken = TRUE;

    if (!vt_asset_is_taken(db, tenant_id, &spec, &taken, error))
        return FALSE;
    *ret_free = !taken;
    return TRUE;
}

char *
vt_asset_name_beside(VtDb *db, gint64 tenant_id, const char *name, GError **error)
{
    for (int copy = 1; copy < VT_ASSET_MAX_COPIES; copy++) {
        g_autofree char *beside = name_of_copy(name, copy);
        gboolean free_here = FALSE;

        if (!is_free(db, tenant_id, beside, &free_here, error))
            return NULL;
        if (free_here)
            return g_steal_pointer(&beside);
    }
    return vt_throw_null(error, VT_ERROR_DUPLICATE_NAME, "there are too many copies of '%s'", name);
}

char *
vt_asset_free_name(VtDb *db, gint64 tenant_id, const char *name, GError **error)
{
    gboolean free_here = FALSE;

    if (!is_free(db, tenant_id, name, &free_here, error))
        return NULL;
    return free_here ? g_strdup(name) : vt_asset_name_beside(db, tenant_id, name, error);
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
