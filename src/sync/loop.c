#include "sync/loop.h"

#include "base/log.h"
#include "base/thread.h"
#include "changelog/change.h"
#include "changelog/node.h"
#include "sync/turn.h"

enum { POLL_US = 200000, RETRY_US = 2000000, LOOK_US = 30000000 };
#define FORGET_US (G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC)

struct _VtSyncLoop {
    char *database_url;
    char *directory;
    char *node;
    VtSyncApplied applied;
    VtSyncApplied requested;
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

/* What the thread knows of its last run. */
typedef struct {
    VtDb *db;         /* owned; NULL: to be opened */
    gboolean is_up;   /* every store was where the log was, or waits for its schedule */
    gint64 head;      /* of the log when the run began */
    gint64 next_us;   /* when a schedule is due; 0: none has one */
    gint64 look_us;   /* when the stores are looked at in any case */
    gint64 beat_us;   /* when the node says again that it runs */
    gint64 forget_us; /* when lost nodes are forgotten again */
} State;

static gboolean
beat(const VtSyncLoop *self, State *state, gint64 now_us, GError **error)
{
    if (now_us < state->beat_us)
        return TRUE;
    if (!vt_node_beat(state->db, self->node, now_us, error))
        return FALSE;
    state->beat_us = now_us + VT_NODE_BEAT_US;
    if (now_us < state->forget_us)
        return TRUE;
    state->forget_us = now_us + FORGET_US;
    return vt_sync_forget_lost(state->db, now_us, error);
}

static gboolean
run_stores(const VtSyncLoop *self, State *state, gint64 now_us, GError **error)
{
    VtSync sync = {.db = state->db,
        .directory = self->directory,
        .node = self->node,
        .applied = self->applied,
        .requested = self->requested,
        .data = self->data};
    VtSyncReport report;
    gint64 head = 0;

    if (!vt_changelog_head(state->db, &head, error))
        return FALSE;
    if (state->is_up && head == state->head && now_us < state->look_us &&
        (state->next_us == 0 || now_us < state->next_us))
        return TRUE;
    state->is_up = FALSE;
    if (!vt_sync_run(&sync, now_us, &report, error))
        return FALSE;
    state->is_up = report.n_failed == 0 && report.n_held == 0;
    state->head = head;
    state->next_us = report.next_us;
    state->look_us = now_us + LOOK_US;
    return TRUE;
}

/* One run; a session that failed is closed. TRUE when nothing has to be tried again. */
static gboolean
run_once(const VtSyncLoop *self, State *state)
{
    g_autoptr(GError) error = NULL;
    gint64 now_us = g_get_real_time();

    if (state->db == NULL)
        state->db = vt_db_open(self->database_url, VT_DB_DURABLE, &error);
    if (state->db != NULL && beat(self, state, now_us, &error) &&
        run_stores(self, state, now_us, &error))
        return state->is_up;
    vt_log(VT_LOG_ERROR, "sync.failed", "%s; trying again", error->message);
    g_clear_pointer(&state->db, vt_db_free);
    state->is_up = FALSE;
    return FALSE;
}

static void
loop_main(gpointer data)
{
    VtSyncLoop *self = data;
    State state = {0};
    gint64 poll_us = 0;

    while (wait_for_work(self, poll_us)) {
        poll_us = run_once(self, &state) ? POLL_US : RETRY_US;
        end_run(self);
    }
    if (state.db != NULL)
        vt_node_leave(state.db, self->node, NULL);
    vt_db_free(state.db);
}

const char *
vt_sync_loop_node(const VtSyncLoop *self)
{
    return self->node;
}

VtSyncLoop *
vt_sync_loop_new(const VtSyncLoopOptions *options)
{
    VtSyncLoop *self = g_new0(VtSyncLoop, 1);

    self->database_url = g_strdup(options->database_url);
    self->directory = g_strdup(options->directory);
    self->node = g_strdup(options->node);
    self->applied = options->applied;
    self->requested = options->requested;
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
    g_free(self->node);
    g_free(self);
}
