/* The brake on guessing passwords.
 *
 * A check costs 64 MiB and a good part of a second of one processor, so only few run at a time; and
 * whoever failed some times has to wait, twice as long after each further failure. Failures are
 * counted by name and by address: by name for guesses that come from many places, for a short
 * time only, so that nobody is kept out for long by somebody else; by address for guesses at many
 * names, after more failures, for many people may share one. Kept in memory, bounded; a restart
 * forgets. Safe from any thread.
 */
#pragma once

#include <glib.h>

typedef struct _VtThrottle VtThrottle;

VtThrottle *vt_throttle_new(void);
void vt_throttle_free(VtThrottle *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtThrottle, vt_throttle_free)

/* Asks to check a password; @now_us: monotonic clock. TRUE: vt_throttle_end() must follow. FALSE
 * with VT_ERROR_TOO_MANY_ATTEMPTS, or VT_ERROR_BUSY when enough checks run already. */
gboolean vt_throttle_begin(
    VtThrottle *self, const char *name, const char *address, gint64 now_us, GError **error);

/* Tells how the check ended. A right password forgets the failures of its name. */
void vt_throttle_end(
    VtThrottle *self, const char *name, const char *address, gboolean right, gint64 now_us);
