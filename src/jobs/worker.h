/* The threads that work on the queue, and the one that keeps it.
 *
 * Workers take jobs, send notices and e-mail: at once when somebody rings, else when they look,
 * once a second. The keeper renews leases, shows progress, tells runs to stop, fires what is due
 * and puts back what lost workers held. Each thread has a session of its own; one that fails is
 * opened anew.
 */
#pragma once

#include "base/http_client.h"
#include "base/mail.h"
#include "jobs/run.h"

typedef struct _VtJobWorkers VtJobWorkers;

typedef struct {
    const char *database_url;
    const VtJobKinds *kinds;      /* outlives the workers */
    guint n_workers;              /* 0: none, but what is due still fires */
    const char *name;             /* of this process among those that share the database */
    gboolean is_alone;            /* no other process has this name: what it held before is lost */
    gint64 lease_us;              /* 0: VT_JOB_LEASE_US; renewed five times in it */
    const VtHttpAllowed *allowed; /* private networks that notices may reach, or NULL; outlives */
    const VtMailServer *mail;     /* sends what jobs tell by e-mail; NULL: it waits; outlives */
    const VtJobClock *clock;      /* NULL: that of the machine; outlives */
} VtJobWorkersOptions;

/* Starts the threads. Strings are copied. */
VtJobWorkers *vt_job_workers_new(const VtJobWorkersOptions *options);

/* Something was queued, booked, cancelled or changed: look now. Any thread. */
void vt_job_workers_ring(VtJobWorkers *self);

/* Tells runs to stop at a safe point, which puts their jobs back into the queue, waits for them,
 * and frees. NULL is allowed. */
void vt_job_workers_free(VtJobWorkers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtJobWorkers, vt_job_workers_free)
