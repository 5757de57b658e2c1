#include "jobs/run.h"

#include "base/log.h"
#include "base/thread.h"
#include "jobs/files.h"
#include "jobs_sql.h"

#include <string.h>

typedef enum { STOP_NOT, STOP_CANCELLED, STOP_INTERRUPTED, STOP_LOST } Stop;

/* What is reported and not yet durable. */
typedef struct {
    VtJobLevel level;
    char *code, *subject, *text; /* owned */
    gint64 at_us;
} Pending;

struct _VtJobRun {
    VtJobHand hand;        /* immutable */
    const VtJobKind *kind; /* immutable */
    VtJob *job;            /* immutable but for its progress; owned */
    GPtrArray *pending;    /* Pending*, owned; of the run's thread, as the next three */
    gint64 n_reports;      /* reported since the last checkpoint, kept or not */
    gint64 count[VT_JOB_LEVEL_COUNT];
    json_t *result;    /* owned, or NULL */
    gboolean was_told; /* that it should stop; of the run's thread */
    VtMutex mutex;
    Stop stop; /* guarded by mutex, as all below */
    gint64 n_done, n_total;
    char *message; /* owned */
};

static gint64
machine_now(gpointer data)
{
    return g_get_real_time();
}

const VtJobClock vt_job_clock = {machine_now, NULL};

gint64
vt_job_clock_now(const VtJobClock *self)
{
    return self->now_us(self->data);
}

static void
free_pending(gpointer data)
{
    Pending *pending = data;

    g_free(pending->code);
    g_free(pending->subject);
    g_free(pending->text);
    g_free(pending);
}

VtJobRun *
vt_job_run_claim(const VtJobHand *hand, GError **error)
{
    gint64 now_us = vt_job_clock_now(hand->clock), job_id = 0;
    g_autoptr(VtJob) job = NULL;
    VtJobRun *self;

    if (!vt_job_claim(
            hand->db, hand->kinds, hand->worker, hand->lease_us, now_us, &job_id, error) ||
        job_id == 0)
        return NULL;
    job = vt_job_read(hand->db, job_id, error);
    if (job == NULL)
        return NULL;
    self = g_new0(VtJobRun, 1);
    self->hand = *hand;
    self->kind = vt_job_kind_find(hand->kinds, job->kind, NULL);
    self->pending = g_ptr_array_new_with_free_func(free_pending);
    self->n_done = job->n_done;
    self->n_total = job->n_total;
    self->job = g_steal_pointer(&job);
    vt_mutex_init(&self->mutex);
    return self;
}

void
vt_job_run_free(VtJobRun *self)
{
    if (self == NULL)
        return;
    vt_job_free(self->job);
    g_ptr_array_unref(self->pending);
    json_decref(self->result);
    g_free(self->message);
    vt_mutex_clear(&self->mutex);
    g_free(self);
}

VtDb *
vt_job_run_db(VtJobRun *self)
{
    return self->hand.db;
}

const VtJob *
vt_job_run_job(const VtJobRun *self)
{
    return self->job;
}

gint64
vt_job_run_now(const VtJobRun *self)
{
    return vt_job_clock_now(self->hand.clock);
}

static Stop
stop_of(VtJobRun *self)
{
    VT_LOCKED(&self->mutex);
    return self->stop;
}

gboolean
vt_job_run_should_stop(VtJobRun *self)
{
    gboolean stop = stop_of(self) != STOP_NOT;

    self->was_told = self->was_told || stop;
    return stop;
}

void
vt_job_run_progress(VtJobRun *self, gint64 n_done, gint64 n_total, const char *message)
{
    VT_LOCKED(&self->mutex);
    self->n_done = n_done;
    self->n_total = n_total;
    g_free(self->message);
    self->message = g_strdup(message);
}

void
vt_job_run_count(VtJobRun *self, VtJobLevel level, gint64 n)
{
    self->count[level] += n;
}

void
vt_job_run_report(VtJobRun *self, const VtJobReport *report)
{
    Pending *pending;

    vt_job_run_count(self, report->level, 1);
    self->n_reports++;
    if (self->pending->len >= VT_JOB_MAX_ITEMS)
        return;
    pending = g_new0(Pending, 1);
    pending->level = report->level;
    pending->code = g_strdup(report->code);
    pending->subject = g_strdup(report->subject);
    pending->text = g_strndup(report->text, VT_JOB_MAX_TEXT + 4); /* is cut where it is written */
    pending->at_us = vt_job_run_now(self);
    g_ptr_array_add(self->pending, pending);
}

void
vt_job_run_set_result(VtJobRun *self, json_t *result)
{
    json_decref(self->result);
    self->result = result;
}

static void
bind_progress(VtJobRun *self, VtStmt *stmt)
{
    VT_LOCKED(&self->mutex);
    vt_stmt_bind_int(stmt, "n_done", self->n_done);
    vt_stmt_bind_int(stmt, "n_total", self->n_total);
    vt_stmt_bind_text(stmt, "message", self->message);
}

/* The fenced write; @ret_n_items: the reports of the job, these included. */
static gboolean
save_row(VtJobRun *self, const json_t *checkpoint, gint64 *ret_n_items, GError **error)
{
    g_autofree char *mark = checkpoint != NULL ? json_dumps(checkpoint, JSON_COMPACT) : NULL;
    g_autofree char *result = self->result != NULL ? json_dumps(self->result, JSON_COMPACT) : NULL;
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->hand.db, &vt_sql_job_save, error);
    gint64 n_items = -1;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", self->job->job_id);
    vt_stmt_bind_int(stmt, "attempt", self->job->attempt);
    vt_stmt_bind_text(stmt, "checkpoint", mark);
    vt_stmt_bind_text(stmt, "result", result);
    vt_stmt_bind_int(stmt, "n_success", self->count[VT_JOB_LEVEL_SUCCESS]);
    vt_stmt_bind_int(stmt, "n_warning", self->count[VT_JOB_LEVEL_WARNING]);
    vt_stmt_bind_int(stmt, "n_error", self->count[VT_JOB_LEVEL_ERROR]);
    vt_stmt_bind_int(stmt, "n_items", self->n_reports);
    bind_progress(self, stmt);
    while (vt_stmt_next(stmt))
        n_items = vt_stmt_int(stmt, "n_items");
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    *ret_n_items = n_items;
    return n_items >= 0 ||
           vt_throw(error, VT_ERROR_JOB_LOST,
               "job %" G_GINT64_FORMAT " is in other hands meanwhile", self->job->job_id);
}

static gboolean
save_inside(VtJobRun *self, const json_t *checkpoint, GError **error)
{
    gint64 n_items = 0;

    if (!save_row(self, checkpoint, &n_items, error))
        return FALSE;
    for (guint i = 0; i < self->pending->len; i++) {
        const Pending *one = g_ptr_array_index(self->pending, i);
        VtJobReport report = {one->level, one->code, one->subject, one->text};

        if (!vt_job_report_write(self->hand.db, self->job->job_id,
                n_items - self->n_reports + 1 + i, &report, one->at_us, error))
            return FALSE;
    }
    g_ptr_array_set_size(self->pending, 0);
    self->n_reports = 0;
    memset(self->count, 0, sizeof self->count);
    return TRUE;
}

gboolean
vt_job_run_save(VtJobRun *self, const json_t *checkpoint, GError **error)
{
    g_autoptr(VtTx) tx = NULL;

    if (vt_db_is_writing(self->hand.db))
        return save_inside(self, checkpoint, error);
    tx = vt_tx_begin(self->hand.db, VT_TX_WRITE, error);
    return tx != NULL && save_inside(self, checkpoint, error) && vt_tx_commit(tx, error);
}

/* What was reported since the last checkpoint counts only where the run does not come again. */
static gboolean
end(VtJobRun *self, const GError *failure, GError **error)
{
    VtJobEnding ending = {.error = failure,
        .is_cut_short = self->was_told && stop_of(self) == STOP_INTERRUPTED,
        .now_us = vt_job_run_now(self)};
    g_autoptr(VtTx) tx = vt_tx_begin(self->hand.db, VT_TX_WRITE, error);

    return tx != NULL && (vt_job_goes_on(self->job, &ending) || save_inside(self, NULL, error)) &&
           vt_job_end(self->hand.db, self->hand.kinds, self->job, &ending, error) &&
           vt_tx_commit(tx, error);
}

gboolean
vt_job_run_go(VtJobRun *self, GError **error)
{
    g_autoptr(GError) failure = NULL, local = NULL;

    if (!self->kind->run(self, self->hand.kinds->data, &failure))
        vt_log(VT_LOG_WARNING, "job.failed", "%s: %s", self->job->name, failure->message);
    if (end(self, failure, &local)) {
        vt_job_folder_tidy(
            self->hand.db, self->hand.kinds->files, self->job->job_id, vt_job_run_now(self));
        return TRUE;
    }
    if (vt_error_is(local, VT_ERROR_JOB_LOST)) {
        vt_log(VT_LOG_WARNING, "job.lost", "%s: %s", self->job->name, local->message);
        return TRUE;
    }
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

static void
set_stop(VtJobRun *self, Stop stop)
{
    VT_LOCKED(&self->mutex);
    if (self->stop == STOP_NOT || stop == STOP_LOST)
        self->stop = stop;
}

void
vt_job_run_interrupt(VtJobRun *self)
{
    set_stop(self, STOP_INTERRUPTED);
}

gboolean
vt_job_run_beat(VtJobRun *self, VtDb *db, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_job_beat, error);
    gboolean is_held = FALSE, is_stopping = FALSE;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", self->job->job_id);
    vt_stmt_bind_int(stmt, "attempt", self->job->attempt);
    vt_stmt_bind_int(stmt, "lease_until_us", vt_job_run_now(self) + self->hand.lease_us);
    bind_progress(self, stmt);
    while (vt_stmt_next(stmt)) {
        is_held = TRUE;
        is_stopping =
            g_strcmp0(vt_stmt_text(stmt, "state"), vt_job_state_names[VT_JOB_STATE_STOPPING]) == 0;
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    if (!is_held || is_stopping)
        set_stop(self, is_held ? STOP_CANCELLED : STOP_LOST);
    return TRUE;
}
