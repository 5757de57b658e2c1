#include "jobs/mail.h"

#include "base/text.h"
#include "jobs/report.h"
#include "jobs/state.h"
#include "jobs_sql.h"

#define CLAIM_US (G_GINT64_CONSTANT(120) * G_USEC_PER_SEC) /* longer than sending may take */

static gboolean
add_row(VtDb *db, gint64 job_id, const char *address, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_mail_add, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    vt_stmt_bind_text(stmt, "address", address);
    vt_stmt_bind_int(stmt, "due_us", now_us);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_job_mail_queue(VtDb *db, const VtJobKinds *kinds, gint64 job_id, gint64 now_us, GError **error)
{
    g_autoptr(GPtrArray) addresses = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(VtJob) job = NULL;
    VtJobOutcome outcome = VT_JOB_OUTCOME_FAILED;

    if (kinds->add_addresses == NULL)
        return TRUE;
    job = vt_job_read(db, job_id, error);
    if (job == NULL || !vt_job_outcome(job->state, job->n_warning, job->n_error, &outcome))
        return job != NULL;
    if (!kinds->add_addresses(db, job, outcome, addresses, error))
        return FALSE;
    for (guint i = 0; i < MIN(addresses->len, VT_JOB_MAIL_MAX); i++)
        if (!add_row(db, job_id, g_ptr_array_index(addresses, i), now_us, error))
            return FALSE;
    return TRUE;
}

/* One message to one address. */
typedef struct {
    gint64 mail_id, job_id, n_tries;
    char *address; /* owned */
} Waiting;

static void
waiting_clear(Waiting *self)
{
    g_clear_pointer(&self->address, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Waiting, waiting_clear)

/* mail_id stays 0 when none is due. */
static gboolean
find(VtDb *db, gint64 now_us, Waiting *waiting, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_mail_waiting, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "now_us", now_us);
    if (vt_stmt_next(stmt)) {
        waiting->mail_id = vt_stmt_int(stmt, "mail_id");
        waiting->job_id = vt_stmt_int(stmt, "job_id");
        waiting->n_tries = vt_stmt_int(stmt, "tries") + 1;
        waiting->address = g_strdup(vt_stmt_text(stmt, "address"));
    }
    return vt_stmt_end(stmt, error);
}

/* Whoever moves its time on sends it. */
static gboolean
claim(VtDb *db, const Waiting *waiting, gint64 now_us, guint64 *ret_n, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_mail_claim, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "mail_id", waiting->mail_id);
    vt_stmt_bind_int(stmt, "now_us", now_us);
    vt_stmt_bind_int(stmt, "until_us", now_us + CLAIM_US);
    return vt_stmt_exec(stmt, ret_n, error);
}

/* Values by lines; what people named comes last, so that it cannot pass for a line of ours. */
static char *
body_of(const VtJob *job, VtJobOutcome outcome)
{
    g_autofree char *started = job->started_us != 0 ? vt_text_time(job->started_us) : NULL;
    g_autofree char *ended = vt_text_time(job->ended_us);

    return g_strdup_printf("Job %" G_GINT64_FORMAT " (%s): %s\n\n"
                           "Started:  %s\nEnded:    %s\nTotal:    %" G_GINT64_FORMAT
                           "\nDone:     %" G_GINT64_FORMAT "\nWarnings: %" G_GINT64_FORMAT
                           "\nErrors:   %" G_GINT64_FORMAT "\n%s%s\nName: %s\n",
        job->job_id, job->kind, vt_job_outcome_names[outcome], started != NULL ? started : "-",
        ended, job->n_total, job->n_success, job->n_warning, job->n_error,
        job->error_text != NULL ? "\n" : "", job->error_text != NULL ? job->error_text : "",
        job->name);
}

static gboolean
send(const VtMailServer *server, const VtJob *job, const Waiting *waiting, GError **error)
{
    VtJobOutcome outcome = VT_JOB_OUTCOME_FAILED;
    g_autofree char *subject = NULL, *body = NULL, *id = NULL;
    VtMail mail = {.to = waiting->address, .at_us = job->ended_us};

    vt_job_outcome(job->state, job->n_warning, job->n_error, &outcome);
    mail.subject = subject = g_strdup_printf("%s: %s", job->name, vt_job_outcome_names[outcome]);
    mail.body = body = body_of(job, outcome);
    mail.id = id = g_strdup_printf(
        "job.%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, job->job_id, waiting->mail_id);
    return vt_mail_send(server, &mail, error);
}

static gboolean
try_again(VtDb *db, const Waiting *waiting, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_mail_again, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "mail_id", waiting->mail_id);
    vt_stmt_bind_int(stmt, "due_us", now_us + (VT_JOB_MAIL_BACKOFF_US << (waiting->n_tries - 1)));
    return vt_stmt_exec(stmt, NULL, error);
}

/* @failure NULL: it was sent. The address is nobody's business but its owner's. */
static gboolean
end(VtDb *db, const Waiting *waiting, const GError *failure, gint64 now_us, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtStmt) stmt = tx != NULL ? vt_db_stmt(db, &vt_sql_job_mail_end, error) : NULL;
    VtJobReport report = {.level = VT_JOB_LEVEL_WARNING, .code = "mail"};

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "mail_id", waiting->mail_id);
    if (!vt_stmt_exec(stmt, NULL, error))
        return FALSE;
    if (failure != NULL) {
        report.text = failure->message;
        if (!vt_job_report_warn(db, waiting->job_id, &report, now_us, error))
            return FALSE;
    }
    return vt_tx_commit(tx, error);
}

gboolean
vt_job_mail_send(
    VtDb *db, const VtMailServer *server, gint64 now_us, gboolean *ret_sent, GError **error)
{
    g_auto(Waiting) waiting = {0};
    g_autoptr(GError) failure = NULL;
    g_autoptr(VtJob) job = NULL;
    guint64 n_claimed = 0;

    *ret_sent = FALSE;
    if (!find(db, now_us, &waiting, error))
        return FALSE;
    if (waiting.mail_id == 0)
        return TRUE;
    if (!claim(db, &waiting, now_us, &n_claimed, error))
        return FALSE;
    *ret_sent = n_claimed > 0;
    if (n_claimed == 0)
        return TRUE;
    job = vt_job_read(db, waiting.job_id, error);
    if (job == NULL)
        return FALSE;
    send(server, job, &waiting, &failure);
    return failure != NULL && waiting.n_tries < VT_JOB_MAIL_TRIES
               ? try_again(db, &waiting, now_us, error)
               : end(db, &waiting, failure, now_us, error);
}
