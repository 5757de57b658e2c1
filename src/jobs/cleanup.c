#include "jobs/cleanup.h"

#include "jobs_sql.h"

static GArray *
old_ids(VtDb *db, gint64 tenant_id, gint64 before_us, guint limit, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_old, error);
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "before_us", before_us);
    vt_stmt_bind_int(stmt, "page", limit);
    return vt_stmt_read_ints(stmt, "job_id", ids, error) ? g_steal_pointer(&ids) : NULL;
}

gboolean
vt_job_forget(
    VtDb *db, gint64 tenant_id, gint64 before_us, guint limit, guint *ret_n, GError **error)
{
    static const VtSql *const step[] = {
        &vt_sql_job_forget_items, &vt_sql_job_schedule_remove, &vt_sql_job_forget};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(GArray) ids = tx != NULL ? old_ids(db, tenant_id, before_us, limit, error) : NULL;

    if (ids == NULL)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(step); i++) {
        g_autoptr(VtStmt) stmt = vt_db_stmt(db, step[i], error);

        for (guint at = 0; stmt != NULL && at < ids->len; at++) {
            vt_stmt_bind_int(stmt, "job_id", g_array_index(ids, gint64, at));
            if (!vt_stmt_exec(stmt, NULL, error))
                return FALSE;
        }
        if (stmt == NULL)
            return FALSE;
    }
    if (!vt_tx_commit(tx, error))
        return FALSE;
    *ret_n = ids->len;
    return TRUE;
}
