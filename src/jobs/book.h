/* The book of what is to come: jobs for later and jobs that recur.
 *
 * A job for later goes to the queue when its time comes. A recurring one stays and makes a job of
 * its own each time, never two at once: a time that comes while its last job still works waits for
 * the end of that. Of times missed for VT_JOB_MISFIRE_US or more (nobody was there) a recurring job
 * skips all; a job for later runs once, with a warning. A paused job's times pass unused; one for
 * later fires when it is resumed.
 *
 * Functions that change a job run in the caller's writing transaction. VT_ERROR_NOT_FOUND without
 * the job, VT_ERROR_JOB_STATE when it is not scheduled (or not paused), errors of db.h.
 */
#pragma once

#include "jobs/queue.h"

#define VT_JOB_MISFIRE_US (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)

enum { VT_JOB_MAX_FIRES = 100 }; /* of a preview */

gboolean vt_job_pause(VtDb *db, gint64 job_id, GError **error);
gboolean vt_job_resume(VtDb *db, gint64 job_id, gint64 now_us, GError **error);

/* Runs a scheduled or paused job now: one for later at once instead of then; of a recurring one an
 * additional time, unless its last job still works. @ret_job_id: what is in the queue. */
gboolean vt_job_fire_now(VtDb *db,
    const VtJobKinds *kinds,
    gint64 job_id,
    gint64 now_us,
    gint64 *ret_job_id,
    GError **error);

/* Makes a scheduled or paused job what @spec says; its kind and who submitted it stay. Errors also
 * as vt_job_submit(). */
gboolean vt_job_edit(VtDb *db,
    const VtJobKinds *kinds,
    gint64 job_id,
    const VtJobSpec *spec,
    gint64 now_us,
    GError **error);

/* What @job would be submitted as, borrowed from it: to be changed and given to edit(). */
VtJobSpec vt_job_spec(const VtJob *job);

/* Takes a scheduled or paused job out of the book; jobs it made stay. */
gboolean vt_job_delete(VtDb *db, gint64 job_id, GError **error);

/* Puts the jobs of kinds with a standing rule into a tenant's book, unless one of the kind is
 * there; in the caller's transaction. */
gboolean vt_job_book_standing(
    VtDb *db, const VtJobKinds *kinds, gint64 tenant_id, gint64 now_us, GError **error);

/* Fires what is due, first what was due first, each in a transaction of its own; any number of
 * processes may do so at once.
 * @ret_n: jobs put into the queue. */
gboolean vt_job_fire_due(
    VtDb *db, const VtJobKinds *kinds, gint64 now_us, guint *ret_n, GError **error);

/* Schema NextFires: the next @n times of a rule after @after_us. Owned by the caller.
 * VT_ERROR_BAD_VALUE. */
json_t *vt_job_next_fires_json(
    const char *rule, const char *zone, gint64 after_us, guint n, GError **error);
