/* Runs that end well, are cancelled, interrupted or lost at each number they count: what they show
 * and report is there once. */
#include "jobs/testing.h"

#include <string.h>

enum { N = 5 };

/* What happens to a run after a number. */
typedef struct {
    VtTestJobs *jobs;
    VtDb *other; /* a session beside the run's */
    gint64 at;   /* after this number; -1: never */
    void (*act)(VtJobRun *run, VtDb *other, VtTestJobs *jobs);
} Event;

static void
act_then(VtJobRun *run, gint64 n, gpointer data)
{
    const Event *event = data;

    if (n == event->at)
        event->act(run, event->other, event->jobs);
}

/* Runs @check with a second session on each database. */
static void
on_each_database(void (*check)(VtTestJobs *jobs, Event *event))
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(kind);
        g_autoptr(VtDb) other = vt_db_open(jobs->url, VT_DB_DURABLE, NULL);
        Event event = {.jobs = jobs, .other = other, .at = -1};

        jobs->counting.after = act_then;
        jobs->counting.data = &event;
        check(jobs, &event);
    }
}

static void
assert_reported(VtTestJobs *jobs, gint64 job_id, gint64 n)
{
    g_autoptr(VtJob) job = vt_test_read(jobs, job_id);
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) page = vt_job_items_json(jobs->db, job_id, NULL, 0, 1000, &error);
    const json_t *items = json_object_get(page, "items");

    assert_ok(page != NULL, error);
    assert_int_equal(json_array_size(items), n);
    for (gint64 i = 0; i < n; i++)
        assert_int_equal(
            json_integer_value(json_object_get(json_array_get(items, (gsize)i), "n")), i + 1);
    assert_int_equal(job->n_items, n);
    assert_int_equal(job->n_success + job->n_warning + job->n_error, n);
    assert_int_equal(job->n_done, n);
}

static void
cancel(VtJobRun *run, VtDb *other, VtTestJobs *jobs)
{
    g_autoptr(GError) error = NULL;

    assert_ok(vt_job_cancel(other, vt_job_run_job(run)->job_id, jobs->now_us, &error), error);
    assert_ok(vt_job_run_beat(run, other, &error), error);
}

static void
a_cancelled_run_stops_where_it_is(VtTestJobs *jobs, Event *event)
{
    gint64 shown = 0;

    event->act = cancel;
    for (event->at = 0; event->at < N; event->at++) {
        gint64 job_id = vt_test_submit_count(jobs, N);

        assert_int_equal(vt_test_run_one(jobs), job_id);
        vt_test_assert_state(jobs, job_id, "cancelled");
        assert_reported(jobs, job_id, event->at + 1);
        shown += event->at + 1;
        vt_test_assert_shown(jobs->db, shown);
    }
    assert_int_equal(vt_test_run_one(jobs), 0);
}

static void
cancelling_at_any_boundary_keeps_what_was_done(void **state)
{
    on_each_database(a_cancelled_run_stops_where_it_is);
}

static void
interrupt(VtJobRun *run, VtDb *other, VtTestJobs *jobs)
{
    vt_job_run_interrupt(run);
}

static void
an_interrupted_run_goes_on(VtTestJobs *jobs, Event *event)
{
    gint64 shown = 0;

    event->act = interrupt;
    for (gint64 at = 0; at < N - 1; at++) {
        gint64 job_id = vt_test_submit_count(jobs, N);
        g_autoptr(VtJob) job = NULL;

        event->at = at;
        assert_int_equal(vt_test_run_one(jobs), job_id);
        vt_test_assert_state(jobs, job_id, "queued");
        event->at = -1;
        assert_int_equal(vt_test_run_one(jobs), job_id);
        job = vt_test_read(jobs, job_id);
        assert_int_equal(job->state, VT_JOB_STATE_DONE);
        assert_int_equal(job->attempt, 2);
        assert_int_equal(job->n_failures, 0);
        assert_int_equal(json_integer_value(json_object_get(job->result, "counted")), N);
        assert_reported(jobs, job_id, N);
        shown += N;
        vt_test_assert_shown(jobs->db, shown);
    }
}

static void
a_process_that_ends_leaves_the_job_to_the_next(void **state)
{
    on_each_database(an_interrupted_run_goes_on);
}

/* The lease runs out and another worker takes the job, while the first still believes in it. */
static void
lose(VtJobRun *run, VtDb *other, VtTestJobs *jobs)
{
    VtJobHand hand = {other, &jobs->kinds, "there", VT_JOB_LEASE_US, &jobs->clock};
    g_autoptr(GError) error = NULL;
    g_autoptr(VtJobRun) second = NULL;
    guint n = 0;

    jobs->counting.after = NULL;
    jobs->now_us += VT_JOB_LEASE_US + 1;
    assert_ok(vt_job_reclaim(other, &jobs->kinds, jobs->now_us, &n, &error), error);
    assert_int_equal(n, 1);
    jobs->now_us += VT_JOB_MAX_BACKOFF_US;
    second = vt_job_run_claim(&hand, &error);
    assert_ok(second != NULL, error);
    assert_ok(vt_job_run_go(second, &error), error);
}

static void
a_lost_run_shows_nothing_more(VtTestJobs *jobs, Event *event)
{
    for (gint64 at = 0; at < N; at++) {
        gint64 job_id = vt_test_submit_count(jobs, N);

        event->at = at;
        event->act = lose;
        jobs->counting.after = act_then;
        assert_int_equal(vt_test_run_one(jobs), job_id);
        vt_test_assert_state(jobs, job_id, "done");
        assert_reported(jobs, job_id, N);
        vt_test_assert_shown(jobs->db, N * (at + 1));
    }
}

static void
two_workers_with_one_job_show_it_once(void **state)
{
    on_each_database(a_lost_run_shows_nothing_more);
}

static void
a_failed_attempt_is_repeated_from_its_checkpoint(VtTestJobs *jobs, Event *event)
{
    gint64 job_id = vt_test_submit_count(jobs, N);
    g_autoptr(VtJob) waiting = NULL;

    jobs->counting.fail_at = 2;
    jobs->counting.fail_with = VT_ERROR_DATABASE;
    assert_int_equal(vt_test_run_one(jobs), job_id);
    waiting = vt_test_read(jobs, job_id);
    assert_int_equal(waiting->state, VT_JOB_STATE_QUEUED);
    assert_string_equal(waiting->error_code, "database");
    jobs->counting.fail_at = 0;
    jobs->now_us += VT_JOB_BACKOFF_US;
    assert_int_equal(vt_test_run_one(jobs), job_id);
    vt_test_assert_state(jobs, job_id, "done");
    assert_reported(jobs, job_id, N);
    vt_test_assert_shown(jobs->db, N);
}

static void
what_fails_for_a_while_goes_on_where_it_was(void **state)
{
    on_each_database(a_failed_attempt_is_repeated_from_its_checkpoint);
}

static void
reports_are_bounded(VtTestJobs *jobs, Event *event)
{
    gint64 job_id = vt_test_submit(jobs, (VtJobSpec){.kind = "nothing"});
    g_autoptr(GError) error = NULL;
    g_autoptr(VtJobRun) run = vt_job_run_claim(&jobs->hand, &error);
    g_autofree char *text = g_strnfill(VT_JOB_MAX_TEXT + 100, 'x');
    const VtJobReport report = {VT_JOB_LEVEL_WARNING, "much", "\xff thing", text};
    g_autoptr(VtJob) job = NULL;
    g_autoptr(json_t) first = NULL, beyond = NULL;
    const json_t *item;

    assert_ok(run != NULL, error);
    for (int i = 0; i < VT_JOB_MAX_ITEMS + 10; i++)
        vt_job_run_report(run, &report);
    assert_ok(vt_job_run_save(run, NULL, &error), error);
    vt_job_run_report(run, &report);
    assert_ok(vt_job_run_go(run, &error), error);
    job = vt_test_read(jobs, job_id);
    assert_int_equal(job->n_warning, VT_JOB_MAX_ITEMS + 11);
    assert_int_equal(job->state, VT_JOB_STATE_DONE);
    first = vt_job_items_json(jobs->db, job_id, "warning", 0, 1, &error);
    item = json_array_get(json_object_get(first, "items"), 0);
    assert_int_equal(strlen(json_string_value(json_object_get(item, "text"))), VT_JOB_MAX_TEXT);
    beyond = vt_job_items_json(jobs->db, job_id, NULL, VT_JOB_MAX_ITEMS - 1, 1000, &error);
    assert_int_equal(json_array_size(json_object_get(beyond, "items")), 1);
}

static void
a_talkative_job_fills_no_disk(void **state)
{
    on_each_database(reports_are_bounded);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cancelling_at_any_boundary_keeps_what_was_done),
        cmocka_unit_test(a_process_that_ends_leaves_the_job_to_the_next),
        cmocka_unit_test(two_workers_with_one_job_show_it_once),
        cmocka_unit_test(what_fails_for_a_while_goes_on_where_it_was),
        cmocka_unit_test(a_talkative_job_fills_no_disk),
    };
    return vt_test_run("jobs/run", tests);
}
