/* Cuts connections that use up their time: the guard against clients that drip a byte now and then,
 * which an inactivity timeout never catches.
 *
 * Each connection has one deadline; it is moved by the thread that serves the connection and looked
 * at by the reaper's own thread, which shuts the socket down. The server then sees an ordinary end.
 */
#pragma once

#include <glib.h>

typedef struct _VtReaper VtReaper;
typedef struct _VtReaperEntry VtReaperEntry;

/* Starts the thread; it looks at all deadlines every @tick_us microseconds. */
VtReaper *vt_reaper_new(gint64 tick_us);

/* Ends the thread. All entries must have been removed. NULL is allowed. */
void vt_reaper_free(VtReaper *self);

/* @fd: borrowed, open until the entry is removed. @deadline_us: monotonic clock, 0 for none. */
VtReaperEntry *vt_reaper_add(VtReaper *self, int fd, gint64 deadline_us);

/* From the one thread that serves the connection. */
void vt_reaper_entry_move(VtReaperEntry *entry, gint64 deadline_us);

/* Frees @entry. After this returns its fd is never touched again and may be closed. */
void vt_reaper_remove(VtReaper *self, VtReaperEntry *entry);
