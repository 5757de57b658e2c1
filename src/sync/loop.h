/* The thread that runs the consumers: at once when somebody rings, else a few times a second, for
 * other processes write to the same log. While the log stands still and no schedule is due that
 * costs one statement; every half minute the stores themselves are looked at. The thread also says
 * that the node runs. */
#pragma once

#include "sync/sync.h"

typedef struct _VtSyncLoop VtSyncLoop;

typedef struct {
    const char *database_url;
    const char *directory;
    const char *node;      /* see changelog/node.h */
    VtSyncApplied applied; /* see VtSync, as the next; called on the loop's thread */
    VtSyncApplied requested;
    gpointer data;
} VtSyncLoopOptions;

/* Starts the thread. All strings are copied. */
VtSyncLoop *vt_sync_loop_new(const VtSyncLoopOptions *options);

/* The name of the node. Borrowed. */
const char *vt_sync_loop_node(const VtSyncLoop *self);

/* Something was written to the log: run now. Any thread. */
void vt_sync_loop_ring(VtSyncLoop *self);

/* Waits until a run that began after this call has ended, or @wait_us passed; TRUE in the first
 * case. Any thread. */
gboolean vt_sync_loop_wait(VtSyncLoop *self, gint64 wait_us);

/* Ends the thread after its present run. NULL is allowed. */
void vt_sync_loop_free(VtSyncLoop *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtSyncLoop, vt_sync_loop_free)
