#include "api/waiters.h"

#include "base/error.h"
#include "base/thread.h"

#define LOOK_US (G_GINT64_CONSTANT(250) * 1000) /* between two looks */

typedef struct {
    VtRequest *request; /* owned reference */
    gint64 job_id;
    char *version;   /* owned */
    gint64 until_us; /* monotonic clock */
} Waiter;

struct _VtWaiters {
    VtDbPool *pool;       /* immutable */
    VtWaitersTell tell;   /* immutable */
    VtWaitersReply reply; /* immutable */
    VtThread *thread;
    VtMutex mutex;
    VtCond rung;       /* one came, or the end */
    GQueue waiting;    /* Waiter, owned; guarded by mutex; empty while the thread looks */
    guint n_waiting;   /* those included; guarded by mutex */
    gboolean stopping; /* guarded by mutex */
};

static void
free_waiter(gpointer data)
{
    Waiter *self = data;

    vt_request_unref(self->request);
    g_free(self->version);
    g_free(self);
}

/* What one look found: each job is told once. */
typedef struct {
    VtWaiters *waiters;
    VtDb *db;         /* NULL: no session could be had */
    GHashTable *told; /* job_id -> json_t, owned */
    gboolean is_last; /* whoever waits is answered now */
    gint64 now_us;
} Look;

static void
drop_json(gpointer data)
{
    json_decref(data);
}

/* Borrowed. */
static json_t *
told_job(Look *self, gint64 job_id, GError **error)
{
    json_t *told = g_hash_table_lookup(self->told, &job_id);

    if (told == NULL && (told = self->waiters->tell(self->db, job_id, error)) != NULL)
        g_hash_table_insert(self->told, g_memdup2(&job_id, sizeof job_id), told);
    return told;
}

/* Whether the waiter got an answer. */
static gboolean
settle(Look *self, const Waiter *waiter, const GError *no_session)
{
    g_autoptr(GError) error = NULL;
    json_t *told = self->db != NULL ? told_job(self, waiter->job_id, &error) : NULL;
    gboolean is_due = self->is_last || self->now_us >= waiter->until_us;

    if (told != NULL) {
        const char *version = json_string_value(json_object_get(told, "version"));

        if (!is_due && g_strcmp0(version, waiter->version) == 0)
            return FALSE;
        self->waiters->reply(waiter->request, json_incref(told));
        return TRUE;
    }
    if (self->db == NULL && !is_due)
        return FALSE;
    vt_request_fail(waiter->request, self->db != NULL ? error : no_session);
    return TRUE;
}

/* Looks once at what all of @list wait for; those who got an answer are taken out. */
static void
look(VtWaiters *self, GQueue *list, gboolean is_last)
{
    g_autoptr(GError) error = NULL;
    Look one = {.waiters = self,
        .db = vt_db_pool_take(self->pool, &error),
        .told = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, drop_json),
        .is_last = is_last,
        .now_us = g_get_monotonic_time()};

    for (guint n = g_queue_get_length(list); n > 0; n--) {
        Waiter *waiter = g_queue_pop_head(list);

        if (settle(&one, waiter, error))
            free_waiter(waiter);
        else
            g_queue_push_tail(list, waiter);
    }
    if (one.db != NULL)
        vt_db_pool_give(self->pool, one.db);
    g_hash_table_unref(one.told);
}

/* Waits for the next look and takes out who waits; @ret_is_last: it is the last one. */
static void
take_turn(VtWaiters *self, GQueue *list, gboolean *ret_is_last)
{
    VT_LOCKED(&self->mutex);
    while (g_queue_is_empty(&self->waiting) && !self->stopping)
        vt_cond_wait(&self->rung, &self->mutex);
    if (!self->stopping)
        vt_cond_wait_for(&self->rung, &self->mutex, LOOK_US);
    *ret_is_last = self->stopping;
    for (GList *at = self->waiting.head; at != NULL; at = at->next)
        g_queue_push_tail(list, at->data);
    g_queue_clear(&self->waiting);
}

/* Who of @n has no answer yet waits on. */
static void
give_back(VtWaiters *self, GQueue *list, guint n)
{
    VT_LOCKED(&self->mutex);
    self->n_waiting -= n - g_queue_get_length(list);
    while (!g_queue_is_empty(list))
        g_queue_push_tail(&self->waiting, g_queue_pop_head(list));
}

static void
waiters_main(gpointer data)
{
    VtWaiters *self = data;
    gboolean is_last = FALSE;

    while (!is_last) {
        GQueue list = G_QUEUE_INIT;
        guint n;

        take_turn(self, &list, &is_last);
        n = g_queue_get_length(&list);
        if (n > 0)
            look(self, &list, is_last);
        give_back(self, &list, n);
    }
}

VtWaiters *
vt_waiters_new(VtDbPool *pool, VtWaitersTell tell, VtWaitersReply reply)
{
    VtWaiters *self = g_new0(VtWaiters, 1);

    self->pool = pool;
    self->tell = tell;
    self->reply = reply;
    vt_mutex_init(&self->mutex);
    vt_cond_init(&self->rung);
    g_queue_init(&self->waiting);
    self->thread = vt_thread_new("waiters", waiters_main, self);
    return self;
}

gboolean
vt_waiters_add(VtWaiters *self,
    VtRequest *request,
    gint64 job_id,
    const char *version,
    guint seconds,
    GError **error)
{
    Waiter *waiter;
    VT_LOCKED(&self->mutex);

    if (self->stopping)
        return vt_throw(error, VT_ERROR_BUSY, "the server is stopping");
    if (self->n_waiting >= VT_WAITERS_MAX)
        return vt_throw(error, VT_ERROR_BUSY, "%d requests wait already", VT_WAITERS_MAX);
    vt_request_park(request);
    waiter = g_new0(Waiter, 1);
    waiter->request = vt_request_ref(request);
    waiter->job_id = job_id;
    waiter->version = g_strdup(version);
    waiter->until_us = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
    g_queue_push_tail(&self->waiting, waiter);
    if (self->n_waiting++ == 0)
        vt_cond_signal(&self->rung);
    return TRUE;
}

void
vt_waiters_stop(VtWaiters *self)
{
    VT_LOCKED(&self->mutex);
    self->stopping = TRUE;
    vt_cond_signal(&self->rung);
}

void
vt_waiters_free(VtWaiters *self)
{
    if (self == NULL)
        return;
    vt_waiters_stop(self);
    vt_thread_join(self->thread);
    vt_cond_clear(&self->rung);
    vt_mutex_clear(&self->mutex);
    g_free(self);
}
