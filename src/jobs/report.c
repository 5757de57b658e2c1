#include "jobs/report.h"

#include "jobs_sql.h"

#include <string.h>

/* At most VT_JOB_MAX_TEXT bytes of @text, whole characters. */
static char *
cut(const char *text)
{
    g_autofree char *whole = g_utf8_make_valid(text, -1);
    char *end = whole + VT_JOB_MAX_TEXT;

    if (strlen(whole) > VT_JOB_MAX_TEXT)
        *g_utf8_find_prev_char(whole, end + 1) = '\0';
    return g_steal_pointer(&whole);
}

gboolean
vt_job_report_write(
    VtDb *db, gint64 job_id, gint64 n, const VtJobReport *report, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;
    g_autofree char *text = cut(report->text);
    g_autofree char *subject = report->subject != NULL ? cut(report->subject) : NULL;

    if (n > VT_JOB_MAX_ITEMS)
        return TRUE;
    stmt = vt_db_stmt(db, &vt_sql_job_item_add, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    vt_stmt_bind_int(stmt, "n", n);
    vt_stmt_bind_int(stmt, "at_us", now_us);
    vt_stmt_bind_text(stmt, "level", vt_job_level_names[report->level]);
    vt_stmt_bind_text(stmt, "code", report->code);
    vt_stmt_bind_text(stmt, "subject", subject);
    vt_stmt_bind_text(stmt, "text", text);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_job_report_warn(
    VtDb *db, gint64 job_id, const VtJobReport *report, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_note, error);
    gint64 n = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    while (vt_stmt_next(stmt))
        n = vt_stmt_int(stmt, "n_items");
    return vt_stmt_end(stmt, error) && vt_job_report_write(db, job_id, n, report, now_us, error);
}
