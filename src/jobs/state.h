/* Every transition of a job, as one table. Nothing else decides what may follow what. */
#pragma once

#include "base/error.h"

typedef enum {
    VT_JOB_EVENT_PAUSE,
    VT_JOB_EVENT_RESUME,
    VT_JOB_EVENT_FIRE,   /* its time has come, or somebody runs it now */
    VT_JOB_EVENT_CLAIM,  /* a worker takes it */
    VT_JOB_EVENT_RETRY,  /* it goes back to the queue */
    VT_JOB_EVENT_CANCEL, /* somebody wants it to stop */
    VT_JOB_EVENT_END,    /* the worker is through */
    VT_JOB_EVENT_FAIL,
    VT_JOB_EVENT_COUNT
} VtJobEvent;

/* VT_ERROR_JOB_STATE when nothing of the kind happens in @state. */
gboolean vt_job_state_after(
    VtJobState state, VtJobEvent event, VtJobState *ret_state, GError **error);

/* Whether nothing happens to it any more. */
gboolean vt_job_state_is_end(VtJobState state);

/* How an ended job is told; FALSE when it has not ended. */
gboolean vt_job_outcome(
    VtJobState state, gint64 n_warning, gint64 n_error, VtJobOutcome *ret_outcome);
