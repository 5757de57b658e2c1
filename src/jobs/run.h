/* One run of a job: what its kind's run() gets.
 *
 * The kind asks should_stop() between two things it deals with and returns soon when it says so.
 * What it reports and how far it is become durable when it saves a checkpoint and at its end;
 * within a transaction the kind has open they share its fate. After a kill the next run gets the
 * last checkpoint; reports after it are forgotten, for they come again.
 */
#pragma once

#include "jobs/kind.h"
#include "jobs/queue.h"
#include "jobs/report.h"

/* The wall clock of the workers, so that tests own time. */
typedef struct {
    gint64 (*now_us)(gpointer data);
    gpointer data;
} VtJobClock;

/* That of the machine. */
extern const VtJobClock vt_job_clock;

gint64 vt_job_clock_now(const VtJobClock *self);

/* Of the run's thread. Everything is borrowed. */
VtDb *vt_job_run_db(VtJobRun *self); /* a session for the run alone */
const VtJob *vt_job_run_job(const VtJobRun *self);
gint64 vt_job_run_now(const VtJobRun *self);

/* Whether somebody cancelled it, the process ends or another worker has it. Any thread. */
gboolean vt_job_run_should_stop(VtJobRun *self);

/* How far it is, shown within seconds: things dealt with, things in all (0: not known), and what it
 * is doing (NULL: nothing to tell). */
void vt_job_run_progress(VtJobRun *self, gint64 n_done, gint64 n_total, const char *message);

/* Reports a thing and counts it. */
void vt_job_run_report(VtJobRun *self, const VtJobReport *report);

/* Counts things of which there is nothing to say. */
void vt_job_run_count(VtJobRun *self, VtJobLevel level, gint64 n);

/* What the job answers as a whole; takes @result. */
void vt_job_run_set_result(VtJobRun *self, json_t *result);

/* Makes reports, progress and @checkpoint (borrowed; NULL: the last one stays) durable, in the
 * transaction that is open on the run's session or in one of its own. VT_ERROR_JOB_LOST: stop, for
 * the job is another's. Also when the transaction of the caller rolls back, the run must end. */
gboolean vt_job_run_save(VtJobRun *self, const json_t *checkpoint, GError **error);

/* For workers */

typedef struct {
    VtDb *db; /* of the run's thread */
    const VtJobKinds *kinds;
    const char *worker;
    gint64 lease_us;
    const VtJobClock *clock;
} VtJobHand;

/* Claims a job. NULL without an error: there is none. The hand outlives the run. */
VtJobRun *vt_job_run_claim(const VtJobHand *hand, GError **error);

/* Runs its kind and ends it, or puts it back. Failures of the job are written into it; an error
 * here means that this could not be done, and that the lease has to run out. */
gboolean vt_job_run_go(VtJobRun *self, GError **error);

/* Renews the lease and shows the progress, through another session, on any thread; and learns
 * whether the run is to stop. */
gboolean vt_job_run_beat(VtJobRun *self, VtDb *db, GError **error);

/* The process ends: the job shall go on elsewhere. Any thread. */
void vt_job_run_interrupt(VtJobRun *self);

void vt_job_run_free(VtJobRun *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtJobRun, vt_job_run_free)
