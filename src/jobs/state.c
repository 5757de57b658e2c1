#include "jobs/state.h"

static const struct {
    VtJobEvent event;
    VtJobState from, to;
} transition_row[] = {
    {VT_JOB_EVENT_PAUSE, VT_JOB_STATE_SCHEDULED, VT_JOB_STATE_PAUSED},
    {VT_JOB_EVENT_RESUME, VT_JOB_STATE_PAUSED, VT_JOB_STATE_SCHEDULED},
    {VT_JOB_EVENT_FIRE, VT_JOB_STATE_SCHEDULED, VT_JOB_STATE_QUEUED},
    {VT_JOB_EVENT_FIRE, VT_JOB_STATE_PAUSED, VT_JOB_STATE_QUEUED},
    {VT_JOB_EVENT_CLAIM, VT_JOB_STATE_QUEUED, VT_JOB_STATE_RUNNING},
    {VT_JOB_EVENT_RETRY, VT_JOB_STATE_RUNNING, VT_JOB_STATE_QUEUED},
    {VT_JOB_EVENT_RETRY, VT_JOB_STATE_STOPPING, VT_JOB_STATE_CANCELLED},
    {VT_JOB_EVENT_CANCEL, VT_JOB_STATE_QUEUED, VT_JOB_STATE_CANCELLED},
    {VT_JOB_EVENT_CANCEL, VT_JOB_STATE_RUNNING, VT_JOB_STATE_STOPPING},
    {VT_JOB_EVENT_END, VT_JOB_STATE_RUNNING, VT_JOB_STATE_DONE},
    {VT_JOB_EVENT_END, VT_JOB_STATE_STOPPING, VT_JOB_STATE_CANCELLED},
    {VT_JOB_EVENT_FAIL, VT_JOB_STATE_RUNNING, VT_JOB_STATE_FAILED},
    {VT_JOB_EVENT_FAIL, VT_JOB_STATE_STOPPING, VT_JOB_STATE_CANCELLED},
};

gboolean
vt_job_state_after(VtJobState state, VtJobEvent event, VtJobState *ret_state, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(transition_row); i++) {
        if (transition_row[i].event != event || transition_row[i].from != state)
            continue;
        *ret_state = transition_row[i].to;
        return TRUE;
    }
    return vt_throw(error, VT_ERROR_JOB_STATE, "the job is '%s', which does not allow it",
        vt_job_state_names[state]);
}

gboolean
vt_job_state_is_end(VtJobState state)
{
    return state == VT_JOB_STATE_DONE || state == VT_JOB_STATE_FAILED ||
           state == VT_JOB_STATE_CANCELLED;
}

gboolean
vt_job_outcome(VtJobState state, gint64 n_warning, gint64 n_error, VtJobOutcome *ret_outcome)
{
    if (!vt_job_state_is_end(state))
        return FALSE;
    if (state != VT_JOB_STATE_DONE)
        *ret_outcome =
            state == VT_JOB_STATE_FAILED ? VT_JOB_OUTCOME_FAILED : VT_JOB_OUTCOME_CANCELLED;
    else if (n_error > 0)
        *ret_outcome = VT_JOB_OUTCOME_COMPLETED_WITH_ERRORS;
    else
        *ret_outcome =
            n_warning > 0 ? VT_JOB_OUTCOME_COMPLETED_WITH_WARNINGS : VT_JOB_OUTCOME_COMPLETED;
    return TRUE;
}
