#include "jobs/worker.h"

#include "base/log.h"
#include "base/thread.h"
#include "jobs/book.h"
#include "jobs/mail.h"
#include "jobs/notice.h"

enum { POLL_US = 1000000, RETRY_US = 2000000, BEATS_IN_A_LEASE = 5, MAX_WORKERS = 64 };

typedef struct {
    VtJobWorkers *workers;
    VtThread *thread;
    guint64 n_heard;    /* of the rings; of the thread */
    gboolean is_keeper; /* renews leases until the last worker is through */
} Member;

struct _VtJobWorkers {
    VtJobWorkersOptions options; /* immutable; its strings are owned */
    Member keeper;
    Member member[MAX_WORKERS];
    VtMutex mutex;
    VtCond rung;       /* a ring, or the end */
    guint64 n_rings;   /* guarded by mutex */
    gboolean stopping; /* guarded by mutex */
    gboolean ending;   /* guarded by mutex: every worker has ended */
    VtMutex runs_mutex;
    GPtrArray *runs; /* VtJobRun*, borrowed, that are worked on; guarded by runs_mutex */
};

/* With the mutex held. */
static gboolean
has_to_end(const Member *self)
{
    return self->is_keeper ? self->workers->ending : self->workers->stopping;
}

/* Waits for a ring this thread has not heard, or @wait_us; FALSE when stopping. */
static gboolean
wait_for_work(Member *self, gint64 wait_us)
{
    VtJobWorkers *workers = self->workers;

    VT_LOCKED(&workers->mutex);
    if (!has_to_end(self) && workers->n_rings == self->n_heard && wait_us > 0)
        vt_cond_wait_for(&workers->rung, &workers->mutex, wait_us);
    self->n_heard = workers->n_rings;
    return !has_to_end(self);
}

static gboolean
is_stopping(VtJobWorkers *self)
{
    VT_LOCKED(&self->mutex);
    return self->stopping;
}

static void
add_run(VtJobWorkers *self, VtJobRun *run)
{
    {
        VT_LOCKED(&self->runs_mutex);
        g_ptr_array_add(self->runs, run);
    }
    if (is_stopping(self)) /* it was claimed while the others were told */
        vt_job_run_interrupt(run);
}

static void
remove_run(VtJobWorkers *self, VtJobRun *run)
{
    VT_LOCKED(&self->runs_mutex);
    g_ptr_array_remove_fast(self->runs, run);
}

static void
interrupt_runs(VtJobWorkers *self)
{
    VT_LOCKED(&self->runs_mutex);
    for (guint i = 0; i < self->runs->len; i++)
        vt_job_run_interrupt(g_ptr_array_index(self->runs, i));
}

/* One notice or one message. @ret_any: there was one. */
static gboolean
tell_once(VtJobWorkers *self, VtDb *db, gboolean *ret_any, GError **error)
{
    const VtJobWorkersOptions *options = &self->options;
    gint64 now_us = vt_job_clock_now(options->clock);

    return vt_job_notice_send(db, options->allowed, now_us, ret_any, error) &&
           (*ret_any || options->mail == NULL ||
               vt_job_mail_send(db, options->mail, now_us, ret_any, error));
}

/* One job, or one word that a job has ended. @ret_any: there was one. */
static gboolean
work_once(VtJobWorkers *self, VtDb *db, gboolean *ret_any, GError **error)
{
    const VtJobWorkersOptions *options = &self->options;
    VtJobHand hand = {.db = db,
        .kinds = options->kinds,
        .worker = options->name,
        .lease_us = options->lease_us,
        .clock = options->clock};
    g_autoptr(GError) local = NULL;
    g_autoptr(VtJobRun) run = vt_job_run_claim(&hand, &local);
    gboolean is_well;

    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    if (run == NULL)
        return tell_once(self, db, ret_any, error);
    add_run(self, run);
    is_well = vt_job_run_go(run, error);
    remove_run(self, run);
    *ret_any = TRUE;
    return is_well;
}

/* Opens the session where it is missing. */
static gboolean
have_session(const VtJobWorkers *self, VtDb **db, GError **error)
{
    if (*db == NULL)
        *db = vt_db_open(self->options.database_url, VT_DB_DURABLE, error);
    return *db != NULL;
}

static void
worker_main(gpointer data)
{
    Member *self = data;
    g_autoptr(VtDb) db = NULL;
    gint64 wait_us = 0;

    while (wait_for_work(self, wait_us)) {
        g_autoptr(GError) error = NULL;
        gboolean any = FALSE;

        wait_us = POLL_US;
        if (have_session(self->workers, &db, &error) &&
            work_once(self->workers, db, &any, &error)) {
            if (any)
                wait_us = 0;
            continue;
        }
        vt_log(VT_LOG_ERROR, "jobs.failed", "%s; trying again", error->message);
        g_clear_pointer(&db, vt_db_free);
        wait_us = RETRY_US;
    }
}

/* When the keeper has to do what. */
typedef struct {
    VtDb *db; /* owned */
    gint64 beat_us, reclaim_us;
} Keeping;

static gboolean
beat_runs(VtJobWorkers *self, VtDb *db, GError **error)
{
    VT_LOCKED(&self->runs_mutex);
    for (guint i = 0; i < self->runs->len; i++)
        if (!vt_job_run_beat(g_ptr_array_index(self->runs, i), db, error))
            return FALSE;
    return TRUE;
}

/* Leases first: what this process works on is not lost because its keeper was slow. */
static gboolean
keep_once(VtJobWorkers *self, Keeping *keeping, gboolean is_rung, GError **error)
{
    gint64 now_us = vt_job_clock_now(self->options.clock);
    gint64 step_us = self->options.lease_us / BEATS_IN_A_LEASE;
    guint n_fired = 0, n_lost = 0;

    if (is_rung || now_us >= keeping->beat_us) {
        if (!beat_runs(self, keeping->db, error))
            return FALSE;
        keeping->beat_us = now_us + MIN(step_us, 2 * G_USEC_PER_SEC);
    }
    if (!vt_job_fire_due(keeping->db, self->options.kinds, now_us, &n_fired, error))
        return FALSE;
    if (now_us >= keeping->reclaim_us) {
        if (!vt_job_reclaim(keeping->db, self->options.kinds, now_us, &n_lost, error))
            return FALSE;
        keeping->reclaim_us = now_us + step_us;
    }
    if (n_fired + n_lost > 0)
        vt_job_workers_ring(self);
    return TRUE;
}

static void
keeper_main(gpointer data)
{
    Member *self = data;
    VtJobWorkers *workers = self->workers;
    Keeping keeping = {0};
    gint64 step_us = MIN(POLL_US, workers->options.lease_us / BEATS_IN_A_LEASE), wait_us = 0;
    guint64 heard = 0;

    while (wait_for_work(self, wait_us)) {
        g_autoptr(GError) error = NULL;
        gboolean is_rung = heard != self->n_heard;

        heard = self->n_heard;
        wait_us = step_us;
        if (have_session(workers, &keeping.db, &error) &&
            keep_once(workers, &keeping, is_rung, &error))
            continue;
        vt_log(VT_LOG_ERROR, "jobs.failed", "%s; trying again", error->message);
        g_clear_pointer(&keeping.db, vt_db_free);
        wait_us = MIN(RETRY_US, step_us);
    }
    vt_db_free(keeping.db);
}

/* What this process held when it was killed goes on at once. */
static void
abandon(VtJobWorkers *self)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtDb) db = NULL;

    if (!self->options.is_alone)
        return;
    if (!have_session(self, &db, &error) || !vt_job_abandon(db, self->options.name, &error))
        vt_log(VT_LOG_WARNING, "jobs.failed", "%s; what was held waits for its lease to run out",
            error->message);
}

VtJobWorkers *
vt_job_workers_new(const VtJobWorkersOptions *options)
{
    VtJobWorkers *self = g_new0(VtJobWorkers, 1);

    self->options = *options;
    self->options.database_url = g_strdup(options->database_url);
    self->options.name = g_strdup(options->name);
    self->options.n_workers = MIN(options->n_workers, MAX_WORKERS);
    if (self->options.lease_us == 0)
        self->options.lease_us = VT_JOB_LEASE_US;
    if (self->options.clock == NULL)
        self->options.clock = &vt_job_clock;
    vt_mutex_init(&self->mutex);
    vt_mutex_init(&self->runs_mutex);
    vt_cond_init(&self->rung);
    self->runs = g_ptr_array_new();
    abandon(self);
    self->keeper.workers = self;
    self->keeper.is_keeper = TRUE;
    self->keeper.thread = vt_thread_new("jobs", keeper_main, &self->keeper);
    for (guint i = 0; i < self->options.n_workers; i++) {
        self->member[i].workers = self;
        self->member[i].thread = vt_thread_new("job", worker_main, &self->member[i]);
    }
    return self;
}

void
vt_job_workers_ring(VtJobWorkers *self)
{
    VT_LOCKED(&self->mutex);
    self->n_rings++;
    vt_cond_broadcast(&self->rung);
}

static void
stop(VtJobWorkers *self, gboolean with_keeper)
{
    VT_LOCKED(&self->mutex);
    self->stopping = TRUE;
    self->ending = with_keeper;
    vt_cond_broadcast(&self->rung);
}

void
vt_job_workers_free(VtJobWorkers *self)
{
    if (self == NULL)
        return;
    stop(self, FALSE);
    interrupt_runs(self);
    for (guint i = 0; i < self->options.n_workers; i++)
        vt_thread_join(self->member[i].thread);
    stop(self, TRUE);
    vt_thread_join(self->keeper.thread);
    g_ptr_array_unref(self->runs);
    vt_cond_clear(&self->rung);
    vt_mutex_clear(&self->runs_mutex);
    vt_mutex_clear(&self->mutex);
    g_free((char *)(gsize)self->options.database_url);
    g_free((char *)(gsize)self->options.name);
    g_free(self);
}
