#include "media/trash.h"

#include "base/error.h"
#include "base/text.h"
#include "changelog/audit.h"
#include "media/head.h"
#include "media/variant.h"
#include "trash_sql.h"

#include <string.h>

#define DAY_US (G_GINT64_CONSTANT(24 * 3600) * G_USEC_PER_SEC)

gboolean
vt_trash_put(VtDb *db, const VtAsset *asset, const VtActor *actor, VtChange *change, GError **error)
{
    g_auto(GStrv) locales = vt_asset_locales(db, asset->asset_id, error);
    gboolean gone = FALSE;

    if (locales == NULL)
        return FALSE;
    for (char **locale = locales; *locale != NULL; locale++)
        if (!vt_asset_delete_locale(db, asset, *locale, actor, change, &gone, error))
            return FALSE;
    return TRUE;
}

/* What the asset was called: its name without `|` and its id; newly allocated. */
static char *
former_name(const char *name)
{
    const char *bar = strrchr(name, '|');

    return bar != NULL ? g_strndup(name, (gsize)(bar - name)) : g_strdup(name);
}

static json_t *
describe(VtStmt *stmt, gint64 days)
{
    const gint64 trashed_us = vt_stmt_int(stmt, "trashed_us");
    g_autofree char *name = former_name(vt_stmt_text(stmt, "name"));
    g_autofree char *id = vt_asset_internal_id(vt_stmt_int(stmt, "asset_id"));
    g_autofree char *trashed = vt_text_time(trashed_us);
    g_autofree char *gone = vt_text_time(trashed_us + days * DAY_US);

    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:b}", "id", id, "name", name, "type",
        vt_stmt_text(stmt, "type"), "trashed", trashed, "kept_until", gone, "was_live",
        vt_stmt_int(stmt, "was_live") != 0);
}

json_t *
vt_trash_list(VtDb *db, gint64 tenant_id, gint64 before, guint page, gint64 days, GError **error)
{
    const guint most = MIN(page, VT_TRASH_PAGE_MAX);
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_trash_list, error);
    g_autoptr(json_t) list = json_array();
    json_t *next = NULL;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "before_id", before);
    vt_stmt_bind_int(stmt, "page", most);
    while (vt_stmt_next(stmt))
        json_array_append_new(list, describe(stmt, days));
    if (!vt_stmt_end(stmt, error))
        return NULL;
    if (most > 0 && json_array_size(list) == most)
        next = json_object_get(json_array_get(list, most - 1), "id");
    return json_pack("{s:O,s:O?}", "assets", list, "next", next);
}

void
vt_trash_restored_clear(VtTrashRestored *self)
{
    g_clear_pointer(&self->documents, g_array_unref);
}

static gboolean
find(VtDb *db, gint64 tenant_id, gint64 asset_id, VtAsset *ret_asset, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_trash_find, error);
    g_autofree char *name = NULL;
    int type = -1;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    while (vt_stmt_next(stmt)) {
        g_free(name);
        name = former_name(vt_stmt_text(stmt, "name"));
        type = vt_text_index(vt_asset_type_names, VT_ASSET_TYPE_COUNT, vt_stmt_text(stmt, "type"));
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    if (name == NULL || type < 0)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "no such asset is in the trash");
    *ret_asset = (VtAsset){.asset_id = asset_id, .type = (VtAssetType)type};
    g_strlcpy(ret_asset->name, name, sizeof ret_asset->name);
    return TRUE;
}

static gboolean
run(VtDb *db, const VtSql *sql, gint64 asset_id, const char *name, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    if (name != NULL)
        vt_stmt_bind_text(stmt, "name", name);
    return vt_stmt_exec(stmt, NULL, error);
}

/* A locale and its content, as they were. */
typedef struct {
    char *locale;
    VtAssetContent content;
} Locale;

static void
clear_locale(gpointer data)
{
    Locale *self = data;

    g_free(self->locale);
    vt_asset_content_clear(&self->content);
}

/* Read as a whole before anything is written. */
static GArray *
read_locales(VtDb *db, gint64 asset_id, GError **error)
{
    g_autoptr(GArray) locales = g_array_new(FALSE, TRUE, sizeof(Locale));
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_trash_locales, error);

    g_array_set_clear_func(locales, clear_locale);
    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    while (vt_stmt_next(stmt)) {
        Locale one = {0};

        if (!vt_asset_content_parse(vt_stmt_text(stmt, "body"), &one.content, error))
            return NULL;
        one.locale = g_strdup(vt_stmt_text(stmt, "locale"));
        g_array_append_val(locales, one);
    }
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&locales) : NULL;
}

static gboolean
restore_locales(VtDb *db,
    gint64 tenant_id,
    const GArray *locales,
    const VtActor *actor,
    VtTrashRestored *restored,
    GError **error)
{
    for (guint i = 0; i < locales->len; i++) {
        const Locale *one = &g_array_index(locales, Locale, i);
        gint64 document_id = 0;
        gboolean changed = FALSE;

        if (!vt_asset_check_in(db, tenant_id, &restored->asset, one->locale, &one->content, actor,
                &document_id, &changed, error))
            return FALSE;
        g_array_append_val(restored->documents, document_id);
    }
    return TRUE;
}

gboolean
vt_trash_restore(VtDb *db,
    gint64 tenant_id,
    gint64 asset_id,
    const VtActor *actor,
    VtChange *change,
    VtTrashRestored *ret_restored,
    GError **error)
{
    g_auto(VtTrashRestored) restored = {.documents = g_array_new(FALSE, FALSE, sizeof(gint64))};
    g_autofree char *name = NULL;
    g_autoptr(GArray) locales = NULL;

    if (!find(db, tenant_id, asset_id, &restored.asset, error))
        return FALSE;
    name = vt_asset_free_name(db, tenant_id, restored.asset.name, error);
    locales = name != NULL ? read_locales(db, asset_id, error) : NULL;
    if (locales == NULL || !run(db, &vt_sql_trash_restore, asset_id, name, error) ||
        !run(db, &vt_sql_trash_restore_codes, asset_id, NULL, error) ||
        !run(db, &vt_sql_trash_drop_codes, asset_id, NULL, error))
        return FALSE;
    restored.is_renamed = strcmp(name, restored.asset.name) != 0;
    g_strlcpy(restored.asset.name, name, sizeof restored.asset.name);
    if (!vt_asset_put_own_record(db, tenant_id, asset_id, name, error) ||
        !restore_locales(db, tenant_id, locales, actor, &restored, error))
        return FALSE;
    vt_change_add(change, VT_LOG_KIND_ASSET, asset_id);
    *ret_restored = restored;
    restored.documents = NULL;
    return TRUE;
}

gboolean
vt_trash_empty(VtDb *db,
    gint64 tenant_id,
    gint64 asset_id,
    gint64 before_us,
    guint most,
    const VtActor *actor,
    guint *ret_n,
    GError **error)
{
    const VtAudit audit = {.tenant_id = tenant_id, .action = "trash empty"};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtStmt) stmt = tx != NULL ? vt_db_stmt(db, &vt_sql_trash_purge, error) : NULL;
    guint64 n = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    vt_stmt_bind_int(stmt, "before_us", before_us);
    vt_stmt_bind_int(stmt, "now_us", actor->now_us);
    vt_stmt_bind_int(stmt, "most", most);
    if (!vt_stmt_exec(stmt, &n, error) || (n > 0 && !vt_audit_write(db, &audit, actor, error)) ||
        !vt_tx_commit(tx, error))
        return FALSE;
    *ret_n = (guint)n;
    return TRUE;
}

gboolean
vt_trash_empty_all(VtDb *db,
    gint64 tenant_id,
    gint64 asset_id,
    const VtActor *actor,
    gint64 *ret_n,
    GError **error)
{
    guint n = VT_TRASH_PAGE_MAX;

    for (*ret_n = 0; n == VT_TRASH_PAGE_MAX; *ret_n += n)
        if (!vt_trash_empty(
                db, tenant_id, asset_id, G_MAXINT64, VT_TRASH_PAGE_MAX, actor, &n, error))
            return FALSE;
    return TRUE;
}

gboolean
vt_trash_has_name(VtDb *db, gint64 tenant_id, const char *name, gboolean *ret_has, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_trash_has_name, error);
    gint64 asset_id = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", name);
    if (!vt_stmt_read_int(stmt, "asset_id", &asset_id, error))
        return FALSE;
    *ret_has = asset_id != 0;
    return TRUE;
}
