#include "sync/edge_loop.h"

#include "base/log.h"
#include "base/thread.h"
#include "sync/edge.h"
#include "sync/edge_call.h"

enum { POLL_US = 500000, RETRY_US = 1000000, MAX_RETRY_US = 60000000, BATCH = 32 };

/* So long an answer that was made before the store changed may be on its way to an edge. */
enum { SETTLE_US = 100000 };

typedef struct {
    VtEdgeLoop *loop; /* borrowed */
    char *name;       /* owned */
    VtThread *thread;
    guint64 n_heard; /* rings this thread has heard; its own */
} Edge;

struct _VtEdgeLoop {
    char *database_url;
    char *node;
    char *secret; /* or NULL */
    void (*before)(gpointer data);
    gpointer data;
    Edge *edges; /* owned */
    guint n_edges;
    VtMutex mutex;
    VtCond rung;
    guint64 n_rung;    /* guarded by mutex */
    gboolean stopping; /* guarded by mutex */
};

/* How an edge stands; of its thread. */
typedef struct {
    VtDb *db; /* owned; NULL: to be opened */
    gint64 edge_id;
    gint64 wait_us;
    gboolean is_deaf;  /* it has failed: rings do not shorten the wait */
    guint n_failed;    /* in a row */
    gint64 settled_id; /* requests up to here may be sent, */
    gint64 fresh_id;   /* and up to here SETTLE_US after … */
    gint64 fresh_us;   /* … when they were seen; 0: there are none */
} State;

/* Waits for the next look; FALSE when stopping. */
static gboolean
wait_for_work(Edge *self, const State *state)
{
    VtEdgeLoop *loop = self->loop;
    gint64 until_us = g_get_monotonic_time() + state->wait_us;
    VT_LOCKED(&loop->mutex);

    while (!loop->stopping && (state->is_deaf || loop->n_rung == self->n_heard)) {
        gint64 left_us = until_us - g_get_monotonic_time();

        if (left_us <= 0 || !vt_cond_wait_for(&loop->rung, &loop->mutex, left_us))
            break;
    }
    self->n_heard = loop->n_rung;
    return !loop->stopping;
}

static gboolean
open_session(const Edge *self, State *state, GError **error)
{
    if (state->db != NULL)
        return TRUE;
    state->db = vt_db_open(self->loop->database_url, VT_DB_DURABLE, error);
    return state->db != NULL &&
           vt_edge_find(state->db, self->loop->node, self->name, &state->edge_id, error);
}

/* How many of the requests were seen long enough ago. When it sees others it sees to it that the
 * server answers from the stores that made them. */
static guint
count_settled(const VtEdgeLoop *self, State *state, const GPtrArray *requests, gint64 now_us)
{
    const VtPurgeRequest *last =
        requests->len > 0 ? g_ptr_array_index(requests, requests->len - 1) : NULL;
    guint n = 0;

    if (state->fresh_us != 0 && now_us - state->fresh_us >= SETTLE_US) {
        state->settled_id = state->fresh_id;
        state->fresh_us = 0;
    }
    for (guint i = 0; i < requests->len; i++) {
        const VtPurgeRequest *request = g_ptr_array_index(requests, i);

        n += request->purge_id <= state->settled_id;
    }
    if (n < requests->len && state->fresh_us == 0) {
        self->before(self->data);
        state->fresh_id = last->purge_id;
        state->fresh_us = now_us;
    }
    if (n < requests->len)
        state->wait_us = MAX(SETTLE_US - (now_us - state->fresh_us), 0);
    return n;
}

/* Sends in order and stops at the first that is not confirmed, with its problem. */
static guint
send_requests(const Edge *self, const GPtrArray *requests, guint n, GError **problem)
{
    for (guint i = 0; i < n; i++)
        if (!vt_edge_call(self->name, self->loop->secret, g_ptr_array_index(requests, i), problem))
            return i;
    return n;
}

static void
note_outcome(const Edge *self, State *state, const GError *problem)
{
    if (problem == NULL) {
        state->n_failed = 0;
        return;
    }
    if (state->n_failed == 0)
        vt_log(VT_LOG_WARNING, "edge.failed", "%s: %s; trying again", self->name, problem->message);
    state->wait_us = MIN((gint64)RETRY_US << MIN(state->n_failed, 10), MAX_RETRY_US);
    state->is_deaf = TRUE;
    state->n_failed++;
}

/* Sends what is there. FALSE when the database could not be used. */
static gboolean
send_waiting(const Edge *self, State *state, GError **error)
{
    g_autoptr(GPtrArray) requests = NULL;
    g_autoptr(GError) problem = NULL;
    guint n, n_done;

    requests = vt_edge_waiting(state->db, state->edge_id, BATCH, error);
    if (requests == NULL)
        return FALSE;
    n = count_settled(self->loop, state, requests, g_get_monotonic_time());
    if (n == 0)
        return TRUE;
    n_done = send_requests(self, requests, n, &problem);
    if (n == BATCH)
        state->wait_us = 0;
    note_outcome(self, state, problem);
    return vt_edge_confirm(state->db, state->edge_id, requests, n_done,
        problem != NULL ? problem->message : NULL, g_get_real_time(), error);
}

static void
edge_main(gpointer data)
{
    Edge *self = data;
    State state = {0};

    while (wait_for_work(self, &state)) {
        g_autoptr(GError) error = NULL;

        state.wait_us = POLL_US;
        state.is_deaf = FALSE;
        if (open_session(self, &state, &error) && send_waiting(self, &state, &error))
            continue;
        vt_log(VT_LOG_ERROR, "edge.failed", "%s: %s; trying again", self->name, error->message);
        g_clear_pointer(&state.db, vt_db_free);
        state.wait_us = RETRY_US;
        state.is_deaf = TRUE;
    }
    vt_db_free(state.db);
}

/* Of a text with commas; NULL at the end. */
static char **
parse_names(const char *text, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text != NULL ? text : "", ",", -1);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (char **part = parts; *part != NULL; part++) {
        const char *name = g_strstrip(*part);

        if (*name == '\0' || g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
            continue;
        if (!vt_edge_name_check(name, error))
            return NULL;
        if (names->len == VT_EDGE_MAX)
            return vt_throw_null(error, VT_ERROR_USAGE, "more than %d edges", VT_EDGE_MAX);
        g_ptr_array_add(names, g_strdup(name));
    }
    g_ptr_array_add(names, NULL);
    g_ptr_array_set_free_func(names, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

VtEdgeLoop *
vt_edge_loop_new(const VtEdgeLoopOptions *options, VtDb *db, GError **error)
{
    g_auto(GStrv) names = parse_names(options->names, error);
    VtEdgeLoop *self;

    if (names == NULL ||
        !vt_edge_register(db, options->node, (const char *const *)names, g_get_real_time(), error))
        return NULL;
    self = g_new0(VtEdgeLoop, 1);
    self->database_url = g_strdup(options->database_url);
    self->node = g_strdup(options->node);
    self->secret = g_strdup(options->secret);
    self->before = options->before;
    self->data = options->data;
    vt_mutex_init(&self->mutex);
    vt_cond_init(&self->rung);
    self->n_edges = g_strv_length(names);
    self->edges = g_new0(Edge, self->n_edges + 1);
    for (guint i = 0; i < self->n_edges; i++) {
        self->edges[i] = (Edge){.loop = self, .name = g_strdup(names[i])};
        self->edges[i].thread = vt_thread_new("edge", edge_main, &self->edges[i]);
    }
    return self;
}

void
vt_edge_loop_ring(VtEdgeLoop *self)
{
    if (self == NULL)
        return;
    VT_LOCKED(&self->mutex);
    self->n_rung++;
    vt_cond_broadcast(&self->rung);
}

static void
stop(VtEdgeLoop *self)
{
    VT_LOCKED(&self->mutex);
    self->stopping = TRUE;
    vt_cond_broadcast(&self->rung);
}

void
vt_edge_loop_free(VtEdgeLoop *self)
{
    if (self == NULL)
        return;
    stop(self);
    for (guint i = 0; i < self->n_edges; i++) {
        vt_thread_join(self->edges[i].thread);
        g_free(self->edges[i].name);
    }
    vt_cond_clear(&self->rung);
    vt_mutex_clear(&self->mutex);
    g_free(self->edges);
    g_free(self->database_url);
    g_free(self->node);
    g_free(self->secret);
    g_free(self);
}
