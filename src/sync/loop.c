#include "sync/loop.h"

#include "base/log.h"
#include "base/thread.h"

enum { POLL_US = 200000, RETRY_US = 2000000 };

struct _VtSyncLoop {
    char *database_url;
    char *directory;
    VtSyncApplied applied;
    gpointer data;
    VtThread *thread;
    VtMutex mutex;
    VtCond rung;       /* rung or stopping */
    VtCond ended;      /* a run ended */
    gboolean is_rung;  /* guarded by mutex */
    gboolean stopping; /* guarded by mutex */
    guint64 n_begun;   /* guarded by mutex */
    guint64 n_ended;   /* guarded by mutex */
};

/* Waits for the next run; FALSE when stopping. */
static gboolean
wait_for_work(VtSyncLoop *self, gint64 poll_us)
{
    VT_LOCKED(&self->mutex);
    if (!self->is_rung && !self->stopping)
        vt_cond_wait_for(&self->rung, &self->mutex, poll_us);
    self->is_rung = FALSE;
    if (!self->stopping)
        self->n_begun++;
    return !self->stopping;
}

static void
end_run(VtSyncLoop *self)
{
    VT_LOCKED(&self->mutex);
    self->n_ended = self->n_begun;
    vt_cond_broadcast(&self->ended);
}

/* One run on @db, opened when missing; a session that failed is closed. TRUE when all went well. */
static gboolean
run_once(VtSyncLoop *self, VtDb **db)
{
    g_autoptr(GError) error = NULL;
    VtSyncReport report;
    VtSync sync = {.directory = self->directory, .applied = self->applied, .data = self->data};

    if (*db == NULL)
        *db = vt_db_open(self->database_url, VT_DB_DURABLE, &error);
    sync.db = *db;
    if (*db != NULL && vt_sync_run(&sync, g_get_real_time(), &report, &error))
        return report.n_failed == 0;
    vt_log(VT_LOG_ERROR, "sync.failed", "%s; trying again", error->message);
    g_clear_pointer(db, vt_db_free);
    return FALSE;
}

static void
loop_main(gpointer data)
{
    VtSyncLoop *self = data;
    g_autoptr(VtDb) db = NULL;
    gint64 poll_us = 0;

    while (wait_for_work(self, poll_us)) {
        poll_us = run_once(self, &db) ? POLL_US : RETRY_US;
        end_run(self);
    }
}

VtSyncLoop *
vt_sync_loop_new(const VtSyncLoopOptions *options)
{
    VtSyncLoop *self = g_new0(VtSyncLoop, 1);

    self->database_url = g_strdup(options->database_url);
    self->directory = g_strdup(options->directory);
    self->applied = options->applied;
    self->data = options->data;
    vt_mutex_init(&self->mutex);
    vt_cond_init(&self->rung);
    vt_cond_init(&self->ended);
    self->is_rung = TRUE;
    self->thread = vt_thread_new("sync", loop_main, self);
    return self;
}

void
vt_sync_loop_ring(VtSyncLoop *self)
{
    VT_LOCKED(&self->mutex);
    self->is_rung = TRUE;
    vt_cond_signal(&self->rung);
}

gboolean
vt_sync_loop_wait(VtSyncLoop *self, gint64 wait_us)
{
    gint64 until = g_get_monotonic_time() + wait_us;
    guint64 wanted;

    VT_LOCKED(&self->mutex);
    wanted = self->n_begun + 1;
    self->is_rung = TRUE;
    vt_cond_signal(&self->rung);
    while (self->n_ended < wanted && !self->stopping) {
        gint64 left = until - g_get_monotonic_time();

        if (left <= 0 || !vt_cond_wait_for(&self->ended, &self->mutex, left))
            break;
    }
    return self->n_ended >= wanted;
}

static void
stop(VtSyncLoop *self)
{
    VT_LOCKED(&self->mutex);
    self->stopping = TRUE;
    vt_cond_signal(&self->rung);
    vt_cond_broadcast(&self->ended);
}

void
vt_sync_loop_free(VtSyncLoop *self)
{
    if (self == NULL)
        return;
    stop(self);
    vt_thread_join(self->thread);
    vt_cond_clear(&self->ended);
    vt_cond_clear(&self->rung);
    vt_mutex_clear(&self->mutex);
    g_free(self->database_url);
    g_free(self->directory);
    g_free(self);
}
