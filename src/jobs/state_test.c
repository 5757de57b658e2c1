#include "jobs/state.h"

#include "tests/unit/support.h"

#include <string.h>

/* One line for each state: where pause, resume, fire, claim, retry, cancel, end and fail lead. */
static const char *const expected[VT_JOB_STATE_COUNT][VT_JOB_EVENT_COUNT] = {
    [VT_JOB_STATE_SCHEDULED] = {"paused", NULL, "queued", NULL, NULL, NULL, NULL, NULL},
    [VT_JOB_STATE_PAUSED] = {NULL, "scheduled", "queued", NULL, NULL, NULL, NULL, NULL},
    [VT_JOB_STATE_QUEUED] = {NULL, NULL, NULL, "running", NULL, "cancelled", NULL, NULL},
    [VT_JOB_STATE_RUNNING] = {NULL, NULL, NULL, NULL, "queued", "stopping", "done", "failed"},
    [VT_JOB_STATE_STOPPING] = {NULL, NULL, NULL, NULL, "cancelled", NULL, "cancelled", "cancelled"},
};

static void
every_state_goes_only_where_the_table_leads(void **state)
{
    for (int from = 0; from < VT_JOB_STATE_COUNT; from++)
        for (int event = 0; event < VT_JOB_EVENT_COUNT; event++) {
            g_autoptr(GError) error = NULL;
            VtJobState to = VT_JOB_STATE_COUNT;
            gboolean allowed = vt_job_state_after((VtJobState)from, (VtJobEvent)event, &to, &error);
            const char *wanted = expected[from][event];

            assert_int_equal(allowed, wanted != NULL);
            if (wanted != NULL)
                assert_string_equal(vt_job_state_names[to], wanted);
            else
                assert_true(vt_error_is(error, VT_ERROR_JOB_STATE));
        }
}

static const struct {
    VtJobState state;
    gint64 n_warning, n_error;
    const char *outcome; /* NULL: it has not ended */
} outcome_row[] = {
    {VT_JOB_STATE_DONE, 0, 0, "completed"},
    {VT_JOB_STATE_DONE, 1, 0, "completed_with_warnings"},
    {VT_JOB_STATE_DONE, 1, 1, "completed_with_errors"},
    {VT_JOB_STATE_DONE, 0, 1, "completed_with_errors"},
    {VT_JOB_STATE_FAILED, 0, 0, "failed"},
    {VT_JOB_STATE_CANCELLED, 1, 1, "cancelled"},
    {VT_JOB_STATE_RUNNING, 1, 1, NULL},
    {VT_JOB_STATE_SCHEDULED, 0, 0, NULL},
    {VT_JOB_STATE_STOPPING, 0, 0, NULL},
};

static void
how_a_job_ended_follows_from_its_state_and_counters(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(outcome_row); i++) {
        VtJobOutcome outcome = VT_JOB_OUTCOME_COUNT;
        gboolean has_ended = vt_job_outcome(
            outcome_row[i].state, outcome_row[i].n_warning, outcome_row[i].n_error, &outcome);

        assert_int_equal(has_ended, outcome_row[i].outcome != NULL);
        if (has_ended)
            assert_string_equal(vt_job_outcome_names[outcome], outcome_row[i].outcome);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_goes_only_where_the_table_leads),
        cmocka_unit_test(how_a_job_ended_follows_from_its_state_and_counters),
    };
    return vt_test_run("jobs/state", tests);
}
