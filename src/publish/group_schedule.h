/* The time of a publish group: a job for later of the kind VT_GROUP_JOB_KIND, taken on and taken
 * back in the transaction that says so in the group.
 */
#pragma once

#include "jobs/book.h"
#include "publish/group_check.h"

/* Its parameters are `{"group": NUMBER}`. */
#define VT_GROUP_JOB_KIND "group"

/**
 * vt_group_schedule:
 * @when_us: later than @actor's now
 * @report: initialised; filled also on failure
 *
 * Sets the time or another one. No transaction may be open.
 *
 * Returns: FALSE with VT_ERROR_BAD_VALUE (a time that is past), VT_ERROR_GROUP_INVALID (see the
 * report), VT_ERROR_GROUP_TIME (another group of the tenant goes live within the minutes of the
 * setting `group_spacing_minutes`; the text names it and the nearest time that is free),
 * VT_ERROR_GROUP_STATE, VT_ERROR_BUSY (too many jobs wait), or an error of db.h.
 */
gboolean vt_group_schedule(VtDb *db,
    const VtJobKinds *kinds,
    gint64 group_id,
    gint64 when_us,
    const VtActor *actor,
    VtGroupReport *report,
    GError **error);

/* Takes the time back: the group is open, and its job is gone or finds nothing to do. Also for a
 * group that was left `publishing`. VT_ERROR_GROUP_STATE for any other. No transaction may be open.
 */
gboolean vt_group_unschedule(VtDb *db, gint64 group_id, const VtActor *actor, GError **error);

/* For who ends the wait in a transaction of his own: takes the job out of the book, unless it runs
 * or has run; 0: there is none. */
gboolean vt_group_drop_job(VtDb *db, gint64 job_id, GError **error);

/* The time nearest to @when_us, later than @now_us, from which each of @times (gint64, ascending)
 * is at least @spacing_us away. All in microseconds. */
gint64 vt_group_free_time(const GArray *times, gint64 spacing_us, gint64 when_us, gint64 now_us);
