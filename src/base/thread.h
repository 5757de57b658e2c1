/* Threads, and the only place that makes them (GLib's own primitives are invisible to
 * ThreadSanitizer on Debian, so a correct program would report races).
 *
 * VtMutex and VtCond never fail; a misuse aborts. VtPool is a bounded queue with a fixed number of
 * workers.
 */
#pragma once

#include <glib.h>
#include <pthread.h>

typedef struct {
    pthread_mutex_t handle;
} VtMutex;

typedef struct {
    pthread_cond_t handle;
} VtCond;

void vt_mutex_init(VtMutex *self);
void vt_mutex_clear(VtMutex *self);
void vt_mutex_lock(VtMutex *self);
void vt_mutex_unlock(VtMutex *self);

/* Holds the lock to the end of the block: `VT_LOCKED(&self->mutex);` */
static inline VtMutex *
vt_mutex_hold(VtMutex *self)
{
    vt_mutex_lock(self);
    return self;
}
static inline void
vt_mutex_release(VtMutex **held)
{
    vt_mutex_unlock(*held);
}
#define VT_LOCKED(mutex)                                                                           \
    __attribute__((cleanup(vt_mutex_release), unused)) VtMutex *G_PASTE(vt_held_, __LINE__) =      \
        vt_mutex_hold(mutex)

void vt_cond_init(VtCond *self);
void vt_cond_clear(VtCond *self);
void vt_cond_signal(VtCond *self);
void vt_cond_broadcast(VtCond *self);
void vt_cond_wait(VtCond *self, VtMutex *held);

/* Waits at most @wait_us microseconds on the monotonic clock. FALSE when the time ran out. */
gboolean vt_cond_wait_for(VtCond *self, VtMutex *held, gint64 wait_us);

typedef struct _VtThread VtThread;
typedef void (*VtThreadFunc)(gpointer data);

/* Starts a thread named @name (15 bytes at most are kept). Aborts when the system has no more
 * threads. */
VtThread *vt_thread_new(const char *name, VtThreadFunc run, gpointer data);

/* Waits for the end of the thread and frees @self; NULL is allowed. */
void vt_thread_join(VtThread *self);

/* For the main thread of a server. block(): SIGTERM and SIGINT are kept for wait(); call it before
 * any other thread starts, for they inherit it. wait(): returns when one of them came. */
void vt_stop_signals_block(void);
void vt_stop_signals_wait(void);

typedef struct _VtPool VtPool;

/* @run is called for each item on one of @n_workers threads; @max_waiting bounds the queue. */
VtPool *vt_pool_new(const char *name, guint n_workers, guint max_waiting, VtThreadFunc run);

/* FALSE when the queue is full or the pool is stopping; the caller keeps the item then. */
gboolean vt_pool_push(VtPool *self, gpointer item);

/* As push, but waits for room. FALSE only when the pool is stopping. */
gboolean vt_pool_push_wait(VtPool *self, gpointer item);

/* Items not yet taken. */
guint vt_pool_waiting(VtPool *self);

/* Returns when every item pushed so far has been run. */
void vt_pool_drain(VtPool *self);

/* Runs what is queued, ends the workers, frees @self; NULL is allowed. */
void vt_pool_free(VtPool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtPool, vt_pool_free)
