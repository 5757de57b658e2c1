/* See reaper.h.
 *
 * Always holds: shutdown() runs only under the mutex that removal takes too, so a file descriptor
 * that was closed and given out again is never hit.
 */
#include "http/reaper.h"

#include "base/thread.h"

#include <stdatomic.h>
#include <sys/socket.h>

struct _VtReaperEntry {
    GList link; /* in entries; guarded by the reaper's mutex */
    int fd;
    _Atomic gint64 deadline_us; /* monotonic; 0: none */
};

struct _VtReaper {
    VtMutex mutex;
    VtCond stopped;
    GQueue entries;    /* of VtReaperEntry by link; guarded by mutex */
    gboolean stopping; /* guarded by mutex */
    gint64 tick_us;
    VtThread *thread; /* owned */
};

static void
cut_late(VtReaper *self, gint64 now_us)
{
    for (GList *at = self->entries.head; at != NULL; at = at->next) {
        VtReaperEntry *entry = at->data;
        gint64 deadline_us = atomic_load_explicit(&entry->deadline_us, memory_order_relaxed);

        if (deadline_us == 0 || deadline_us > now_us)
            continue;
        shutdown(entry->fd, SHUT_RDWR);
        atomic_store_explicit(&entry->deadline_us, 0, memory_order_relaxed);
    }
}

static void
reap(gpointer data)
{
    VtReaper *self = data;
    VT_LOCKED(&self->mutex);

    while (!self->stopping) {
        vt_cond_wait_for(&self->stopped, &self->mutex, self->tick_us);
        cut_late(self, g_get_monotonic_time());
    }
}

VtReaper *
vt_reaper_new(gint64 tick_us)
{
    VtReaper *self = g_new0(VtReaper, 1);

    vt_mutex_init(&self->mutex);
    vt_cond_init(&self->stopped);
    g_queue_init(&self->entries);
    self->tick_us = tick_us;
    self->thread = vt_thread_new("http-reaper", reap, self);
    return self;
}

static void
stop(VtReaper *self)
{
    VT_LOCKED(&self->mutex);

    self->stopping = TRUE;
    vt_cond_signal(&self->stopped);
}

void
vt_reaper_free(VtReaper *self)
{
    if (self == NULL)
        return;
    stop(self);
    vt_thread_join(self->thread);
    g_warn_if_fail(g_queue_is_empty(&self->entries));
    vt_cond_clear(&self->stopped);
    vt_mutex_clear(&self->mutex);
    g_free(self);
}

VtReaperEntry *
vt_reaper_add(VtReaper *self, int fd, gint64 deadline_us)
{
    VtReaperEntry *entry = g_new0(VtReaperEntry, 1);
    VT_LOCKED(&self->mutex);

    entry->link.data = entry;
    entry->fd = fd;
    atomic_init(&entry->deadline_us, deadline_us);
    g_queue_push_tail_link(&self->entries, &entry->link);
    return entry;
}

void
vt_reaper_entry_move(VtReaperEntry *entry, gint64 deadline_us)
{
    atomic_store_explicit(&entry->deadline_us, deadline_us, memory_order_relaxed);
}

static void
unlink_entry(VtReaper *self, VtReaperEntry *entry)
{
    VT_LOCKED(&self->mutex);

    g_queue_unlink(&self->entries, &entry->link);
}

void
vt_reaper_remove(VtReaper *self, VtReaperEntry *entry)
{
    unlink_entry(self, entry);
    g_free(entry);
}
