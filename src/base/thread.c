#include "base/thread.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#define MUST(call)                                                                                 \
    do {                                                                                           \
        int result_ = (call);                                                                      \
        if (result_ != 0)                                                                          \
            g_error("%s: %s", #call, g_strerror(result_));                                         \
    } while (0)

struct _VtThread {
    pthread_t handle;
    VtThreadFunc run;
    gpointer data;
};

struct _VtPool {
    VtMutex mutex;
    VtCond arrived;    /* an item was queued, or stopping */
    VtCond left;       /* an item was taken or done */
    GQueue items;      /* guarded by mutex */
    guint n_running;   /* guarded by mutex */
    gboolean stopping; /* guarded by mutex */
    guint max_waiting;
    VtThreadFunc run;
    guint n_workers;
    VtThread **workers; /* owned */
};

void
vt_mutex_init(VtMutex *self)
{
    MUST(pthread_mutex_init(&self->handle, NULL));
}

void
vt_mutex_clear(VtMutex *self)
{
    MUST(pthread_mutex_destroy(&self->handle));
}

void
vt_mutex_lock(VtMutex *self)
{
    MUST(pthread_mutex_lock(&self->handle));
}

void
vt_mutex_unlock(VtMutex *self)
{
    MUST(pthread_mutex_unlock(&self->handle));
}

void
vt_cond_init(VtCond *self)
{
    pthread_condattr_t attributes;

    MUST(pthread_condattr_init(&attributes));
    MUST(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC));
    MUST(pthread_cond_init(&self->handle, &attributes));
    MUST(pthread_condattr_destroy(&attributes));
}

void
vt_cond_clear(VtCond *self)
{
    MUST(pthread_cond_destroy(&self->handle));
}

void
vt_cond_signal(VtCond *self)
{
    MUST(pthread_cond_signal(&self->handle));
}

void
vt_cond_broadcast(VtCond *self)
{
    MUST(pthread_cond_broadcast(&self->handle));
}

void
vt_cond_wait(VtCond *self, VtMutex *held)
{
    MUST(pthread_cond_wait(&self->handle, &held->handle));
}

gboolean
vt_cond_wait_for(VtCond *self, VtMutex *held, gint64 wait_us)
{
    struct timespec until;
    gint64 nanoseconds;
    int result;

    clock_gettime(CLOCK_MONOTONIC, &until);
    nanoseconds = until.tv_nsec + (wait_us % G_USEC_PER_SEC) * 1000;
    until.tv_sec += wait_us / G_USEC_PER_SEC + nanoseconds / 1000000000;
    until.tv_nsec = nanoseconds % 1000000000;
    result = pthread_cond_timedwait(&self->handle, &held->handle, &until);
    if (result != 0 && result != ETIMEDOUT)
        g_error("pthread_cond_timedwait: %s", g_strerror(result));
    return result == 0;
}

static void *
thread_main(void *data)
{
    VtThread *self = data;

    self->run(self->data);
    return NULL;
}

VtThread *
vt_thread_new(const char *name, VtThreadFunc run, gpointer data)
{
    VtThread *self = g_new0(VtThread, 1);
    g_autofree char *kept = g_strndup(name, 15);

    self->run = run;
    self->data = data;
    MUST(pthread_create(&self->handle, NULL, thread_main, self));
    pthread_setname_np(self->handle, kept);
    return self;
}

void
vt_thread_join(VtThread *self)
{
    if (self == NULL)
        return;
    MUST(pthread_join(self->handle, NULL));
    g_free(self);
}

static sigset_t
stop_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

void
vt_stop_signals_block(void)
{
    sigset_t set = stop_signals();

    MUST(pthread_sigmask(SIG_BLOCK, &set, NULL));
}

void
vt_stop_signals_wait(void)
{
    sigset_t set = stop_signals();
    int number;

    MUST(sigwait(&set, &number));
}

/* Returns NULL when the pool is stopping and nothing is left. */
static gpointer
take(VtPool *self)
{
    VT_LOCKED(&self->mutex);

    while (g_queue_is_empty(&self->items) && !self->stopping)
        vt_cond_wait(&self->arrived, &self->mutex);
    if (g_queue_is_empty(&self->items))
        return NULL;
    self->n_running++;
    vt_cond_broadcast(&self->left);
    return g_queue_pop_head(&self->items);
}

static void
worker_main(gpointer data)
{
    VtPool *self = data;
    gpointer item;

    while ((item = take(self)) != NULL) {
        self->run(item);
        VT_LOCKED(&self->mutex);
        self->n_running--;
        vt_cond_broadcast(&self->left);
    }
}

VtPool *
vt_pool_new(const char *name, guint n_workers, guint max_waiting, VtThreadFunc run)
{
    VtPool *self = g_new0(VtPool, 1);

    g_return_val_if_fail(n_workers > 0 && max_waiting > 0, NULL);
    vt_mutex_init(&self->mutex);
    vt_cond_init(&self->arrived);
    vt_cond_init(&self->left);
    g_queue_init(&self->items);
    self->max_waiting = max_waiting;
    self->run = run;
    self->n_workers = n_workers;
    self->workers = g_new0(VtThread *, n_workers);
    for (guint i = 0; i < n_workers; i++)
        self->workers[i] = vt_thread_new(name, worker_main, self);
    return self;
}

static gboolean
push(VtPool *self, gpointer item, gboolean wait)
{
    VT_LOCKED(&self->mutex);

    g_return_val_if_fail(item != NULL, FALSE);
    while (wait && !self->stopping && self->items.length >= self->max_waiting)
        vt_cond_wait(&self->left, &self->mutex);
    if (self->stopping || self->items.length >= self->max_waiting)
        return FALSE;
    g_queue_push_tail(&self->items, item);
    vt_cond_signal(&self->arrived);
    return TRUE;
}

gboolean
vt_pool_push(VtPool *self, gpointer item)
{
    return push(self, item, FALSE);
}

gboolean
vt_pool_push_wait(VtPool *self, gpointer item)
{
    return push(self, item, TRUE);
}

guint
vt_pool_waiting(VtPool *self)
{
    VT_LOCKED(&self->mutex);

    return self->items.length;
}

void
vt_pool_drain(VtPool *self)
{
    VT_LOCKED(&self->mutex);

    while (!g_queue_is_empty(&self->items) || self->n_running > 0)
        vt_cond_wait(&self->left, &self->mutex);
}

static void
stop(VtPool *self)
{
    VT_LOCKED(&self->mutex);

    self->stopping = TRUE;
    vt_cond_broadcast(&self->arrived);
    vt_cond_broadcast(&self->left);
}

void
vt_pool_free(VtPool *self)
{
    if (self == NULL)
        return;
    stop(self);
    for (guint i = 0; i < self->n_workers; i++)
        vt_thread_join(self->workers[i]);
    g_free(self->workers);
    vt_cond_clear(&self->left);
    vt_cond_clear(&self->arrived);
    vt_mutex_clear(&self->mutex);
    g_free(self);
}
