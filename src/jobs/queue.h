/* The durable queue: taking jobs on, handing them to workers, ending them.
 *
 * A worker holds a job by its lease and its attempt: each claim counts the attempt up, and every
 * write of a run names it, so a worker that was taken for lost changes nothing any more.
 * More priority comes first, then who has been ready for longer.
 */
#pragma once

#include "jobs/job.h"
#include "jobs/kind.h"
#include "jobs/state.h"

#define VT_JOB_LEASE_US (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)
#define VT_JOB_BACKOFF_US (G_GINT64_CONSTANT(10) * G_USEC_PER_SEC) /* doubled at each failure */
#define VT_JOB_MAX_BACKOFF_US (G_GINT64_CONSTANT(900) * G_USEC_PER_SEC)

/* What somebody wants done. Everything is borrowed. */
typedef struct {
    gint64 tenant_id;
    const char *kind;
    const char *name;        /* NULL: the kind's label with date and time */
    const char *description; /* or NULL */
    const char *locale;      /* or NULL */
    const char *node;        /* the process that has the files of a kind with files; NULL: any */
    VtJobEmail email;
    gint64 submitted_by, run_as; /* accounts; 0: none */
    gint64 parent_id;            /* 0: none */
    gint64 priority;
    const json_t *parameters; /* an object; NULL: none */
    const json_t *notice;     /* see notice.h; NULL: nobody is told */
    const json_t *follow;     /* `{"type", "parameters", "only_if_changed"}`; NULL: nothing */
    gint64 exec_us;           /* once, later; 0: not so */
    const char *rule;         /* again and again, see base/schedule.h; NULL: not so */
    const char *zone;         /* of the rule; NULL: that of the server */
} VtJobSpec;

/* Takes a job on, in the caller's writing transaction. A name that is taken gets the job's number
 * behind it. VT_ERROR_BAD_VALUE, VT_ERROR_BAD_ENUM or the kind's own error for what is refused,
 * VT_ERROR_BUSY when too many of the tenant's jobs have not ended, or an error of db.h. */
gboolean vt_job_submit(VtDb *db,
    const VtJobKinds *kinds,
    const VtJobSpec *spec,
    gint64 now_us,
    gint64 *ret_job_id,
    GError **error);

/* What submit would refuse of a text, for who changes a job. */
gboolean vt_job_check(const VtJobKinds *kinds, const VtJobSpec *spec, GError **error);

/* Takes the next job of a kind in @kinds for @worker, who holds it for @lease_us unless he renews
 * it; 0: there is none. In a transaction of its own. */
gboolean vt_job_claim(VtDb *db,
    const VtJobKinds *kinds,
    const char *worker,
    gint64 lease_us,
    gint64 now_us,
    gint64 *ret_job_id,
    GError **error);

/* How a run of a job ended. */
typedef struct {
    const GError *error;   /* NULL: it did not fail */
    gboolean is_cut_short; /* the worker had to stop; the job goes on elsewhere */
    gint64 now_us;
} VtJobEnding;

/* Whether a job that ends like this goes back to the queue. */
gboolean vt_job_goes_on(const VtJob *job, const VtJobEnding *ending);

/* Ends @job as claimed, or puts it back for another try, and queues the job that follows, in the
 * caller's transaction. VT_ERROR_JOB_LOST when the job is another's meanwhile. */
gboolean vt_job_end(
    VtDb *db, const VtJobKinds *kinds, const VtJob *job, const VtJobEnding *ending, GError **error);

/* A queued job is cancelled, a running one is to stop at its next safe point. In the caller's
 * transaction or none. VT_ERROR_JOB_STATE, VT_ERROR_NOT_FOUND. */
gboolean vt_job_cancel(VtDb *db, gint64 job_id, gint64 now_us, GError **error);

/* Puts jobs whose lease has run out back into the queue, or ends them after the last attempt. */
gboolean vt_job_reclaim(
    VtDb *db, const VtJobKinds *kinds, gint64 now_us, guint *ret_n, GError **error);

/* Everything @worker holds is lost: for a process that knows that no other has this name. */
gboolean vt_job_abandon(VtDb *db, const char *worker, GError **error);
