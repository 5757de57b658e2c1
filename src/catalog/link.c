#include "catalog/link.h"

gboolean
vt_link_same(const GArray *a, const GArray *b)
{
    if (a->len != b->len)
        return FALSE;
    for (guint i = 0; i < a->len; i++) {
        guint k = 0;

        while (k < b->len && g_array_index(a, gint64, i) != g_array_index(b, gint64, k))
            k++;
        if (k == b->len)
            return FALSE;
    }
    return TRUE;
}

gboolean
vt_link_replace(VtDb *db,
    const VtSql *clear_sql,
    const VtSql *add_sql,
    const char *owner,
    gint64 owner_id,
    const char *other,
    const GArray *ids,
    GError **error)
{
    g_autoptr(VtStmt) clear = vt_db_stmt(db, clear_sql, error);
    g_autoptr(VtStmt) add = NULL;

    if (clear == NULL)
        return FALSE;
    vt_stmt_bind_int(clear, owner, owner_id);
    if (!vt_stmt_exec(clear, NULL, error))
        return FALSE;
    add = vt_db_stmt(db, add_sql, error);
    for (guint i = 0; add != NULL && i < ids->len; i++) {
        vt_stmt_bind_int(add, owner, owner_id);
        vt_stmt_bind_int(add, other, g_array_index(ids, gint64, i));
        if (!vt_stmt_exec(add, NULL, error))
            return FALSE;
    }
    return add != NULL;
}
