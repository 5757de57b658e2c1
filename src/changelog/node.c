#include "changelog/node.h"

#include "change_sql.h"

void
vt_node_free(VtNode *self)
{
    if (self == NULL)
        return;
    g_free(self->name);
    g_free(self);
}

gboolean
vt_node_beat(VtDb *db, const char *name, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_node_beat, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "name", name);
    vt_stmt_bind_int(stmt, "now_us", now_us);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_node_leave(VtDb *db, const char *name, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_node_leave, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "name", name);
    return vt_stmt_exec(stmt, NULL, error);
}

static void
free_node(gpointer data)
{
    vt_node_free(data);
}

GPtrArray *
vt_node_list(VtDb *db, gint64 now_us, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_node);
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_node_list, error);

    if (stmt == NULL)
        return NULL;
    while (vt_stmt_next(stmt)) {
        VtNode *node = g_new0(VtNode, 1);

        node->name = g_strdup(vt_stmt_text(stmt, "name"));
        node->seen_us = vt_stmt_int(stmt, "seen_us");
        node->is_stale = now_us - node->seen_us >= VT_NODE_STALE_US;
        g_ptr_array_add(list, node);
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return g_steal_pointer(&list);
}

static gboolean
forget(VtDb *db, const VtSql *sql, gint64 before_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "before_us", before_us);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_node_forget_lost(VtDb *db, gint64 now_us, GError **error)
{
    gint64 before_us = now_us - VT_NODE_FORGET_US;

    return forget(db, &vt_sql_consumer_forget, before_us, error) &&
           forget(db, &vt_sql_node_forget, before_us, error);
}
