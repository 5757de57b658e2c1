#include "changelog/audit.h"

#include "change_sql.h"

static void
bind_number(VtStmt *stmt, const char *parameter, gint64 value)
{
    if (value != 0)
        vt_stmt_bind_int(stmt, parameter, value);
}

gboolean
vt_audit_write(VtDb *db, const VtAudit *audit, const VtActor *actor, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_audit_add, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", audit->tenant_id);
    vt_stmt_bind_int(stmt, "at_us", actor->now_us);
    vt_stmt_bind_int(stmt, "account_id", actor->account_id);
    bind_number(stmt, "job_id", actor->job_id);
    vt_stmt_bind_text(stmt, "origin", actor->origin != NULL ? actor->origin : "local");
    vt_stmt_bind_text(stmt, "action", audit->action);
    vt_stmt_bind_text(stmt, "subject", audit->subject);
    bind_number(stmt, "document_id", audit->document_id);
    bind_number(stmt, "version", audit->version);
    bind_number(stmt, "seq", audit->seq);
    return vt_stmt_exec(stmt, NULL, error);
}
