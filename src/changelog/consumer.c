#include "changelog/consumer.h"

#include "change_sql.h"

void
vt_consumer_free(VtConsumer *self)
{
    if (self == NULL)
        return;
    g_free(self->name);
    g_free(self->node);
    g_free(self->problem);
    g_free(self->schedule);
    g_free(self);
}

gboolean
vt_consumer_save(VtDb *db, gint64 tenant_id, const VtConsumer *self, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_consumer_save, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "name", self->name);
    vt_stmt_bind_text(stmt, "node", self->node);
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "seq", self->seq);
    vt_stmt_bind_int(stmt, "at_us", self->at_us);
    vt_stmt_bind_text(stmt, "problem", self->problem);
    vt_stmt_bind_text(stmt, "schedule", self->schedule);
    vt_stmt_bind_int(stmt, "due_us", self->due_us);
    return vt_stmt_exec(stmt, NULL, error);
}

static void
free_consumer(gpointer data)
{
    vt_consumer_free(data);
}

GPtrArray *
vt_consumer_list(VtDb *db, gint64 tenant_id, const char *node, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_consumer);
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_consumer_list, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "node", node);
    while (vt_stmt_next(stmt)) {
        VtConsumer *consumer = g_new0(VtConsumer, 1);

        consumer->name = g_strdup(vt_stmt_text(stmt, "name"));
        consumer->node = g_strdup(vt_stmt_text(stmt, "node"));
        consumer->seq = vt_stmt_int(stmt, "seq");
        consumer->at_us = vt_stmt_int(stmt, "at_us");
        consumer->problem = g_strdup(vt_stmt_text(stmt, "problem"));
        consumer->schedule = g_strdup(vt_stmt_text(stmt, "schedule"));
        consumer->due_us = vt_stmt_int(stmt, "due_us");
        g_ptr_array_add(list, consumer);
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return g_steal_pointer(&list);
}
