#include "tenant/setting.h"

#include "tenant_sql.h"

char *
vt_setting_get(VtDb *db, gint64 tenant_id, const char *name, const char *fallback, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_setting_get, error);
    g_autofree char *value = g_strdup(fallback);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", name);
    while (vt_stmt_next(stmt)) {
        g_free(value);
        value = g_strdup(vt_stmt_text(stmt, "value"));
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return g_steal_pointer(&value);
}

gboolean
vt_setting_set(VtDb *db, gint64 tenant_id, const char *name, const char *value, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_setting_set, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", name);
    vt_stmt_bind_text(stmt, "value", value);
    return vt_stmt_exec(stmt, NULL, error);
}
