#include "media/folder_mode.h"

#include "base/error.h"
#include "base/text.h"
#include "changelog/audit.h"
#include "folder_sql.h"
#include "media/folder.h"
#include "tenant/setting.h"

static gboolean
parse(const char *word, VtFolderMode *ret_mode)
{
    int found = vt_text_index(vt_folder_mode_names, VT_FOLDER_MODE_COUNT, word);

    if (found >= 0)
        *ret_mode = (VtFolderMode)found;
    return found >= 0;
}

/* @word, NULL allowed, becomes the mode of the row @key names. */
static gboolean
put(VtDb *db, const VtSql *sql, const char *key, gint64 id, const char *word, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, key, id);
    vt_stmt_bind_text(stmt, "publish_mode", word);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_folder_mode_set(VtDb *db,
    gint64 tenant_id,
    const char *path,
    const char *word,
    const VtActor *actor,
    GError **error)
{
    g_autofree char *subject = g_strdup_printf("%s: %s", path, word != NULL ? word : "inherited");
    const VtAudit audit = {
        .tenant_id = tenant_id, .action = "folder publish mode", .subject = subject};
    VtFolderMode mode;
    gint64 folder_id = 0;

    if (word != NULL && !parse(word, &mode))
        return vt_throw(error, VT_ERROR_BAD_ENUM, "there is no mode '%s'", word);
    if (!vt_folder_find(db, tenant_id, path, &folder_id, error))
        return FALSE;
    if (folder_id == 0)
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "the mode of the root is the setting folder_publish_mode");
    return put(db, &vt_sql_folder_set_mode, "folder_id", folder_id, word, error) &&
           vt_audit_write(db, &audit, actor, error);
}

/* The mode of @folder_id itself, and the folder above. */
static gboolean
step_up(VtDb *db, gint64 *folder_id, VtFolderMode *mode, gboolean *found, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_folder_step_up, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "folder_id", *folder_id);
    *folder_id = 0;
    while (vt_stmt_next(stmt)) {
        const char *word = vt_stmt_text(stmt, "publish_mode");

        *found = word != NULL && parse(word, mode);
        *folder_id = vt_stmt_int(stmt, "parent_id");
    }
    return vt_stmt_end(stmt, error);
}

gboolean
vt_folder_mode_of(
    VtDb *db, gint64 tenant_id, gint64 folder_id, VtFolderMode *ret_mode, GError **error)
{
    g_autofree char *word = NULL;
    gboolean found = FALSE;

    for (guint depth = 0; folder_id != 0 && !found && depth < VT_FOLDER_MAX_DEPTH; depth++)
        if (!step_up(db, &folder_id, ret_mode, &found, error))
            return FALSE;
    if (found)
        return TRUE;
    word = vt_setting_read(db, tenant_id, VT_SETTING_FOLDER_PUBLISH_MODE, NULL, error);
    return word != NULL && (parse(word, ret_mode) ||
                               vt_throw(error, VT_ERROR_DAMAGED, "a setting says '%s'", word));
}

gboolean
vt_folder_mode_put_asset(VtDb *db, gint64 asset_id, VtFolderMode mode, GError **error)
{
    return put(db, &vt_sql_asset_set_mode, "asset_id", asset_id, vt_folder_mode_names[mode], error);
}

gboolean
vt_folder_mode_of_asset(VtDb *db, gint64 asset_id, VtFolderMode *ret_mode, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_mode, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    *ret_mode = VT_FOLDER_MODE_IMMEDIATELY;
    while (vt_stmt_next(stmt))
        if (!vt_stmt_is_null(stmt, "publish_mode"))
            parse(vt_stmt_text(stmt, "publish_mode"), ret_mode);
    return vt_stmt_end(stmt, error);
}
