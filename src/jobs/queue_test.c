#include "jobs/testing.h"

#include <string.h>

/* Runs @check on each database. */
static void
on_each_database(void (*check)(VtTestJobs *jobs))
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(kind);

        check(jobs);
    }
}

static gint64
claim(VtTestJobs *jobs)
{
    g_autoptr(GError) error = NULL;
    gint64 job_id = -1;

    assert_ok(vt_job_claim(
                  jobs->db, &jobs->kinds, "here", VT_JOB_LEASE_US, jobs->now_us, &job_id, &error),
        error);
    return job_id;
}

/* The code of what ending gives, "" for success. */
static const char *
end(VtTestJobs *jobs, const VtJob *job, const GError *failure)
{
    const VtJobEnding ending = {.error = failure, .now_us = jobs->now_us};
    g_autoptr(VtTx) tx = vt_tx_begin(jobs->db, VT_TX_WRITE, NULL);
    g_autoptr(GError) error = NULL;

    if (vt_job_end(jobs->db, &jobs->kinds, job, &ending, &error) && vt_tx_commit(tx, &error))
        return "";
    return vt_error_rows[vt_error_code(error)].code;
}

static void
more_priority_comes_first_then_age(VtTestJobs *jobs)
{
    gint64 old = vt_test_submit(jobs, (VtJobSpec){.kind = "nothing"});
    gint64 young = vt_test_submit(jobs, (VtJobSpec){.kind = "nothing"});
    gint64 urgent = vt_test_submit(jobs, (VtJobSpec){.kind = "nothing", .priority = 5});

    assert_int_equal(claim(jobs), urgent);
    assert_int_equal(claim(jobs), old);
    assert_int_equal(claim(jobs), young);
    assert_int_equal(claim(jobs), 0);
}

static void
the_queue_is_in_order(void **state)
{
    on_each_database(more_priority_comes_first_then_age);
}

static void
one_lane_is_worked_on_once(VtTestJobs *jobs)
{
    gint64 first = vt_test_submit(jobs, (VtJobSpec){.kind = "single"});
    gint64 second = vt_test_submit(jobs, (VtJobSpec){.kind = "single"});
    gint64 other = vt_test_submit(jobs, (VtJobSpec){.kind = "single", .tenant_id = 2});
    g_autoptr(VtJob) job = NULL;

    assert_int_equal(claim(jobs), first);
    assert_int_equal(claim(jobs), other);
    assert_int_equal(claim(jobs), 0);
    job = vt_test_read(jobs, first);
    assert_string_equal(end(jobs, job, NULL), "");
    assert_int_equal(claim(jobs), second);
}

static void
a_single_kind_runs_once_at_a_time_in_each_tenant(void **state)
{
    on_each_database(one_lane_is_worked_on_once);
}

static void
only_known_kinds_are_claimed(VtTestJobs *jobs)
{
    static const VtJobKind *const few[] = {&vt_test_kind_single, NULL};
    const VtJobKinds kinds = {few, NULL};
    g_autoptr(GError) error = NULL;
    gint64 job_id = 0;

    vt_test_submit(jobs, (VtJobSpec){.kind = "nothing"});
    assert_ok(
        vt_job_claim(jobs->db, &kinds, "here", VT_JOB_LEASE_US, jobs->now_us, &job_id, &error),
        error);
    assert_int_equal(job_id, 0);
    assert_true(claim(jobs) > 0);
}

static void
a_worker_claims_what_it_knows(void **state)
{
    on_each_database(only_known_kinds_are_claimed);
}

/* Errors that may pass are tried again, later each time; others are not. */
static void
failures_are_met(VtTestJobs *jobs)
{
    gint64 again = vt_test_submit_count(jobs, 1);
    gint64 never = vt_test_submit_count(jobs, 1);
    g_autoptr(GError) passing = g_error_new(VT_ERROR, VT_ERROR_DATABASE, "busy");
    g_autoptr(GError) lasting = g_error_new(VT_ERROR, VT_ERROR_BAD_VALUE, "bad");
    gint64 wait_us = VT_JOB_BACKOFF_US;

    for (int attempt = 1; attempt <= 3; attempt++) {
        g_autoptr(VtJob) job = NULL;

        assert_int_equal(claim(jobs), again);
        job = vt_test_read(jobs, again);
        assert_int_equal(job->attempt, attempt);
        assert_string_equal(end(jobs, job, passing), "");
        if (attempt == 3)
            break;
        vt_test_assert_state(jobs, again, "queued");
        if (attempt == 1) {
            g_autoptr(VtJob) other = NULL;

            assert_int_equal(claim(jobs), never);
            other = vt_test_read(jobs, never);
            assert_string_equal(end(jobs, other, lasting), "");
            vt_test_assert_state(jobs, never, "failed");
        }
        jobs->now_us += wait_us - 1;
        assert_int_equal(claim(jobs), 0);
        jobs->now_us += 1;
        wait_us *= 2;
    }
    vt_test_assert_state(jobs, again, "failed");
}

static void
what_may_pass_is_tried_again_with_patience(void **state)
{
    on_each_database(failures_are_met);
}

static void
the_lost_write_nothing(VtTestJobs *jobs)
{
    gint64 job_id = vt_test_submit_count(jobs, 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(VtJob) first = NULL, second = NULL;
    guint n = 0;

    assert_int_equal(claim(jobs), job_id);
    first = vt_test_read(jobs, job_id);
    jobs->now_us += VT_JOB_LEASE_US;
    assert_ok(vt_job_reclaim(jobs->db, &jobs->kinds, jobs->now_us, &n, &error), error);
    assert_int_equal(n, 0);
    jobs->now_us += 1;
    assert_ok(vt_job_reclaim(jobs->db, &jobs->kinds, jobs->now_us, &n, &error), error);
    assert_int_equal(n, 1);
    assert_string_equal(end(jobs, first, NULL), "job_lost");
    jobs->now_us += VT_JOB_BACKOFF_US;
    assert_int_equal(claim(jobs), job_id);
    assert_string_equal(end(jobs, first, NULL), "job_lost");
    second = vt_test_read(jobs, job_id);
    assert_string_equal(second->error_code, "job_lost");
    assert_string_equal(end(jobs, second, NULL), "");
    vt_test_assert_state(jobs, job_id, "done");
    assert_string_equal(end(jobs, second, NULL), "job_lost");
}

static void
whose_lease_ran_out_writes_nothing_more(void **state)
{
    on_each_database(the_lost_write_nothing);
}

static void
a_job_whose_workers_die_fails_in_the_end(VtTestJobs *jobs)
{
    gint64 job_id = vt_test_submit_count(jobs, 1), stopping = 0;
    g_autoptr(GError) error = NULL;
    g_autoptr(VtJob) job = NULL;
    guint n = 0;

    for (int i = 0; i < 3; i++) {
        jobs->now_us += VT_JOB_MAX_BACKOFF_US;
        assert_int_equal(claim(jobs), job_id);
        jobs->now_us += VT_JOB_LEASE_US + 1;
        assert_ok(vt_job_reclaim(jobs->db, &jobs->kinds, jobs->now_us, &n, &error), error);
    }
    job = vt_test_read(jobs, job_id);
    assert_int_equal(job->state, VT_JOB_STATE_FAILED);
    assert_string_equal(job->error_code, "job_lost");
    stopping = vt_test_submit_count(jobs, 1);
    assert_int_equal(claim(jobs), stopping);
    assert_ok(vt_job_cancel(jobs->db, stopping, jobs->now_us, &error), error);
    assert_ok(vt_job_abandon(jobs->db, "here", &error), error);
    assert_ok(vt_job_reclaim(jobs->db, &jobs->kinds, jobs->now_us, &n, &error), error);
    vt_test_assert_state(jobs, stopping, "cancelled");
}

static void
no_job_is_tried_for_ever(void **state)
{
    on_each_database(a_job_whose_workers_die_fails_in_the_end);
}

static void
cancelling_depends_on_the_state(VtTestJobs *jobs)
{
    gint64 queued = vt_test_submit_count(jobs, 1);
    gint64 later = vt_test_submit(
        jobs, (VtJobSpec){.kind = "nothing", .exec_us = jobs->now_us + VT_TEST_HOUR});
    g_autoptr(GError) error = NULL, again = NULL, of_later = NULL, of_none = NULL;
    gint64 running;
    g_autoptr(VtJob) job = NULL;

    assert_ok(vt_job_cancel(jobs->db, queued, jobs->now_us, &error), error);
    vt_test_assert_state(jobs, queued, "cancelled");
    running = vt_test_submit_count(jobs, 1);
    assert_int_equal(claim(jobs), running);
    assert_ok(vt_job_cancel(jobs->db, running, jobs->now_us, &error), error);
    vt_test_assert_state(jobs, running, "stopping");
    assert_false(vt_job_cancel(jobs->db, running, jobs->now_us, &again));
    assert_true(vt_error_is(again, VT_ERROR_JOB_STATE));
    job = vt_test_read(jobs, running);
    assert_string_equal(end(jobs, job, NULL), "");
    vt_test_assert_state(jobs, running, "cancelled");
    assert_false(vt_job_cancel(jobs->db, later, jobs->now_us, &of_later));
    assert_true(vt_error_is(of_later, VT_ERROR_JOB_STATE));
    assert_false(vt_job_cancel(jobs->db, 999, jobs->now_us, &of_none));
    assert_true(vt_error_is(of_none, VT_ERROR_NOT_FOUND));
}

static void
cancelling_waits_for_who_works(void **state)
{
    on_each_database(cancelling_depends_on_the_state);
}

static void
followers_are_queued(VtTestJobs *jobs)
{
    g_autoptr(json_t) parameters = json_pack("{s:i}", "n", 0);
    g_autoptr(json_t) only = json_pack("{s:s,s:b}", "type", "nothing", "only_if_changed", 1);
    g_autoptr(json_t) always = json_pack("{s:s}", "type", "nothing");
    gint64 quiet = vt_test_submit(jobs,
        (VtJobSpec){.kind = "count", .name = "upload", .parameters = parameters, .follow = only});
    gint64 loud = vt_test_submit(jobs, (VtJobSpec){.kind = "count",
                                           .name = "feed",
                                           .parameters = parameters,
                                           .run_as = 7,
                                           .follow = always});
    g_autoptr(VtJob) follower = NULL;
    gint64 id;

    assert_int_equal(vt_test_run_one(jobs), quiet);
    assert_int_equal(vt_test_run_one(jobs), loud);
    id = vt_test_run_one(jobs);
    follower = vt_test_read(jobs, id);
    assert_string_equal(follower->name, "Pub_feed");
    assert_int_equal(follower->parent_id, loud);
    assert_int_equal(follower->run_as, 7);
    assert_int_equal(vt_test_run_one(jobs), 0);
}

static void
a_job_may_be_followed_by_another(void **state)
{
    on_each_database(followers_are_queued);
}

static void
names_are_made_and_unique(VtTestJobs *jobs)
{
    gint64 made = vt_test_submit(jobs, (VtJobSpec){.kind = "nothing"});
    gint64 first = vt_test_submit(jobs, (VtJobSpec){.kind = "nothing", .name = "nightly"});
    gint64 second = vt_test_submit(jobs, (VtJobSpec){.kind = "nothing", .name = "nightly"});
    gint64 other =
        vt_test_submit(jobs, (VtJobSpec){.kind = "nothing", .name = "nightly", .tenant_id = 2});
    g_autofree char *suffixed = g_strdup_printf("nightly-%d", (int)second);
    const struct {
        gint64 id;
        const char *name, *original;
    } name_row[] = {
        {made, "Nothing_2026-03-01-09:00:00", "Nothing_2026-03-01-09:00:00"},
        {first, "nightly", "nightly"},
        {second, suffixed, "nightly"},
        {other, "nightly", "nightly"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(name_row); i++) {
        g_autoptr(VtJob) job = vt_test_read(jobs, name_row[i].id);

        assert_string_equal(job->name, name_row[i].name);
        assert_string_equal(job->original_name, name_row[i].original);
    }
}

static void
every_job_has_a_name_of_its_own(void **state)
{
    on_each_database(names_are_made_and_unique);
}

static const struct {
    const char *kind, *name, *parameters, *follow, *rule, *zone;
    gint64 exec_us;
    const char *code;
} refused_row[] = {
    {"dream", NULL, NULL, NULL, NULL, NULL, 0, "bad_enum"},
    {"nothing", "", NULL, NULL, NULL, NULL, 0, "bad_value"},
    {"nothing", "a\tb", NULL, NULL, NULL, NULL, 0, "bad_value"},
    {"nothing", NULL, "{\"n\":1}", NULL, NULL, NULL, 0, "bad_value"},
    {"nothing", NULL, "[]", NULL, NULL, NULL, 0, "bad_value"},
    {"count", NULL, "{}", NULL, NULL, NULL, 0, "missing_field"},
    {"nothing", NULL, NULL, "{}", NULL, NULL, 0, "bad_value"},
    {"nothing", NULL, NULL, "{\"type\":\"dream\"}", NULL, NULL, 0, "bad_enum"},
    {"nothing", NULL, NULL, "{\"type\":\"nothing\",\"x\":1}", NULL, NULL, 0, "bad_value"},
    {"nothing", NULL, NULL, "{\"type\":\"count\"}", NULL, NULL, 0, "missing_field"},
    {"nothing", NULL, NULL, NULL, "0 0 12 * * ?", NULL, VT_TEST_NINE + 1, "bad_value"},
    {"nothing", NULL, NULL, NULL, "now and then", NULL, 0, "bad_value"},
    {"nothing", NULL, NULL, NULL, "immediately", NULL, 0, "bad_value"},
    {"nothing", NULL, NULL, NULL, "0 0 0 1 1 ? 2020", NULL, 0, "bad_value"},
    {"nothing", NULL, NULL, NULL, "daily", "Mars/Base", 0, "bad_value"},
    {"nothing", NULL, NULL, NULL, NULL, NULL, VT_TEST_NINE, "bad_value"},
};

static void
refusals_are_told(VtTestJobs *jobs)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refused_row); i++) {
        const char *parameters = refused_row[i].parameters, *follow = refused_row[i].follow;
        g_autoptr(json_t) given = parameters != NULL ? json_loads(parameters, 0, NULL) : NULL;
        g_autoptr(json_t) next = follow != NULL ? json_loads(follow, 0, NULL) : NULL;
        VtJobSpec spec = {.tenant_id = 1,
            .kind = refused_row[i].kind,
            .name = refused_row[i].name,
            .parameters = given,
            .follow = next,
            .rule = refused_row[i].rule,
            .zone = refused_row[i].zone,
            .exec_us = refused_row[i].exec_us};
        g_autoptr(VtTx) tx = vt_tx_begin(jobs->db, VT_TX_WRITE, NULL);
        g_autoptr(GError) error = NULL;
        gint64 job_id = 0;

        assert_false(vt_job_submit(jobs->db, &jobs->kinds, &spec, VT_TEST_NINE, &job_id, &error));
        assert_string_equal(vt_error_rows[vt_error_code(error)].code, refused_row[i].code);
    }
    assert_int_equal(claim(jobs), 0);
}

static void
what_no_job_can_be_made_of_is_refused(void **state)
{
    on_each_database(refusals_are_told);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_queue_is_in_order),
        cmocka_unit_test(a_single_kind_runs_once_at_a_time_in_each_tenant),
        cmocka_unit_test(a_worker_claims_what_it_knows),
        cmocka_unit_test(what_may_pass_is_tried_again_with_patience),
        cmocka_unit_test(whose_lease_ran_out_writes_nothing_more),
        cmocka_unit_test(no_job_is_tried_for_ever),
        cmocka_unit_test(cancelling_waits_for_who_works),
        cmocka_unit_test(a_job_may_be_followed_by_another),
        cmocka_unit_test(every_job_has_a_name_of_its_own),
        cmocka_unit_test(what_no_job_can_be_made_of_is_refused),
    };
    return vt_test_run("jobs/queue", tests);
}
