/* With a clock of our own: nothing fires before its time, everything after. */
#include "jobs/testing.h"

#include <string.h>

#define DAY (24 * VT_TEST_HOUR)

static void
on_each_database(void (*check)(VtTestJobs *jobs))
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(kind);

        check(jobs);
    }
}

static gint64
submit_later(VtTestJobs *jobs)
{
    return vt_test_submit(
        jobs, (VtJobSpec){.kind = "nothing", .exec_us = jobs->now_us + VT_TEST_HOUR});
}

/* At noon each day, UTC. */
static gint64
submit_daily(VtTestJobs *jobs)
{
    return vt_test_submit(jobs,
        (VtJobSpec){.kind = "nothing", .name = "noon", .rule = "0 0 12 * * ?", .zone = "UTC"});
}

#define change(jobs, call)                                                                         \
    do {                                                                                           \
        g_autoptr(GError) failure = NULL;                                                          \
        g_autoptr(VtTx) tx = vt_tx_begin((jobs)->db, VT_TX_WRITE, NULL);                           \
        GError **error = &failure;                                                                 \
        assert_ok(call, failure);                                                                  \
        assert_ok(vt_tx_commit(tx, error), failure);                                               \
    } while (0)

#define refuse(jobs, call, code)                                                                   \
    do {                                                                                           \
        g_autoptr(GError) failure = NULL;                                                          \
        g_autoptr(VtTx) tx = vt_tx_begin((jobs)->db, VT_TX_WRITE, NULL);                           \
        GError **error = &failure;                                                                 \
        assert_false(call);                                                                        \
        assert_true(vt_error_is(failure, code));                                                   \
    } while (0)

static void
a_job_for_later(VtTestJobs *jobs)
{
    gint64 job_id = submit_later(jobs);
    g_autoptr(VtJob) job = NULL;

    vt_test_assert_state(jobs, job_id, "scheduled");
    jobs->now_us += VT_TEST_HOUR - 1;
    assert_int_equal(vt_test_fire(jobs), 0);
    assert_int_equal(vt_test_run_one(jobs), 0);
    jobs->now_us += 1;
    assert_int_equal(vt_test_fire(jobs), 1);
    assert_int_equal(vt_test_fire(jobs), 0);
    vt_test_assert_state(jobs, job_id, "queued");
    assert_int_equal(vt_test_run_one(jobs), job_id);
    job = vt_test_read(jobs, job_id);
    assert_int_equal(job->state, VT_JOB_STATE_DONE);
    assert_int_equal(job->n_warning, 0);
}

static void
a_job_for_later_runs_at_its_time_and_once(void **state)
{
    on_each_database(a_job_for_later);
}

static void
a_missed_job_for_later(VtTestJobs *jobs)
{
    gint64 job_id = submit_later(jobs);
    g_autoptr(VtJob) job = NULL;
    g_autoptr(json_t) page = NULL;

    jobs->now_us += 3 * DAY;
    assert_int_equal(vt_test_fire(jobs), 1);
    assert_int_equal(vt_test_run_one(jobs), job_id);
    job = vt_test_read(jobs, job_id);
    assert_int_equal(job->state, VT_JOB_STATE_DONE);
    assert_int_equal(job->n_warning, 1);
    page = vt_job_items_json(jobs->db, job_id, "warning", 0, 10, NULL);
    assert_string_equal(json_string_value(json_object_get(
                            json_array_get(json_object_get(page, "items"), 0), "code")),
        "late");
}

static void
a_missed_job_for_later_runs_once_with_a_warning(void **state)
{
    on_each_database(a_missed_job_for_later);
}

static void
a_daily_job(VtTestJobs *jobs)
{
    gint64 job_id = submit_daily(jobs);
    g_autoptr(VtJob) made = NULL, rule = NULL;

    for (int day = 0; day < 3; day++) {
        gint64 noon_us = VT_TEST_NINE + 3 * VT_TEST_HOUR + day * DAY;
        gint64 run;

        jobs->now_us = noon_us - 1;
        assert_int_equal(vt_test_fire(jobs), 0);
        jobs->now_us = noon_us;
        assert_int_equal(vt_test_fire(jobs), 1);
        assert_int_equal(vt_test_fire(jobs), 0);
        run = vt_test_run_one(jobs);
        assert_true(run > job_id);
        g_clear_pointer(&made, vt_job_free);
        made = vt_test_read(jobs, run);
        assert_int_equal(made->parent_id, job_id);
        assert_string_equal(made->kind, "nothing");
        assert_true(g_str_has_prefix(made->name, "noon_2026-03-0"));
        vt_test_assert_state(jobs, job_id, "scheduled");
    }
    rule = vt_test_read(jobs, job_id);
    assert_int_equal(rule->last_fire_us, VT_TEST_NINE + 3 * VT_TEST_HOUR + 2 * DAY);
    assert_int_equal(rule->next_fire_us, rule->last_fire_us + DAY);
}

static void
a_recurring_job_makes_one_job_each_time(void **state)
{
    on_each_database(a_daily_job);
}

static void
missed_times(VtTestJobs *jobs)
{
    gint64 job_id = submit_daily(jobs);
    g_autoptr(VtJob) job = NULL;

    jobs->now_us += 10 * DAY;
    assert_int_equal(vt_test_fire(jobs), 0);
    job = vt_test_read(jobs, job_id);
    assert_int_equal(job->n_missed, 1);
    assert_int_equal(job->next_fire_us, VT_TEST_NINE + 10 * DAY + 3 * VT_TEST_HOUR);
    jobs->now_us = job->next_fire_us + VT_JOB_MISFIRE_US - 1;
    assert_int_equal(vt_test_fire(jobs), 1);
}

static void
missed_times_of_a_recurring_job_are_skipped(void **state)
{
    on_each_database(missed_times);
}

static void
a_long_run(VtTestJobs *jobs)
{
    gint64 job_id = submit_daily(jobs);
    gint64 first;

    jobs->now_us += 3 * VT_TEST_HOUR;
    assert_int_equal(vt_test_fire(jobs), 1);
    jobs->now_us += DAY; /* nobody has run it yet */
    assert_int_equal(vt_test_fire(jobs), 0);
    refuse(jobs, vt_job_fire_now(jobs->db, &jobs->kinds, job_id, jobs->now_us, &first, error),
        VT_ERROR_JOB_STATE);
    jobs->now_us += VT_TEST_HOUR;
    first = vt_test_run_one(jobs);
    assert_true(first > 0);
    assert_int_equal(vt_test_run_one(jobs), 0);
    assert_int_equal(vt_test_fire(jobs), 1); /* the time that waited, once */
    assert_true(vt_test_run_one(jobs) > first);
    assert_int_equal(vt_test_fire(jobs), 0);
}

static void
a_time_that_comes_too_early_waits_for_the_last_run(void **state)
{
    on_each_database(a_long_run);
}

static void
pausing(VtTestJobs *jobs)
{
    gint64 daily = submit_daily(jobs), later = submit_later(jobs), queued;

    change(jobs, vt_job_pause(jobs->db, daily, error));
    change(jobs, vt_job_pause(jobs->db, later, error));
    vt_test_assert_state(jobs, daily, "paused");
    refuse(jobs, vt_job_pause(jobs->db, daily, error), VT_ERROR_JOB_STATE);
    jobs->now_us += DAY;
    assert_int_equal(vt_test_fire(jobs), 0);
    change(jobs, vt_job_resume(jobs->db, daily, jobs->now_us, error));
    assert_int_equal(vt_test_fire(jobs), 0);
    change(jobs, vt_job_resume(jobs->db, later, jobs->now_us, error));
    refuse(jobs, vt_job_resume(jobs->db, later, jobs->now_us, error), VT_ERROR_JOB_STATE);
    assert_int_equal(vt_test_fire(jobs), 1);
    assert_int_equal(vt_test_run_one(jobs), later);
    jobs->now_us += 3 * VT_TEST_HOUR;
    assert_int_equal(vt_test_fire(jobs), 1);
    queued = vt_test_submit(jobs, (VtJobSpec){.kind = "nothing"});
    refuse(jobs, vt_job_pause(jobs->db, queued, error), VT_ERROR_JOB_STATE);
    refuse(jobs, vt_job_resume(jobs->db, queued, jobs->now_us, error), VT_ERROR_JOB_STATE);
    refuse(jobs, vt_job_pause(jobs->db, 999, error), VT_ERROR_NOT_FOUND);
}

static void
a_paused_job_lets_its_times_pass(void **state)
{
    on_each_database(pausing);
}

static void
running_now(VtTestJobs *jobs)
{
    gint64 daily = submit_daily(jobs), later = submit_later(jobs), run = 0;

    change(jobs, vt_job_fire_now(jobs->db, &jobs->kinds, later, jobs->now_us, &run, error));
    assert_int_equal(run, later);
    assert_int_equal(vt_test_run_one(jobs), later);
    change(jobs, vt_job_pause(jobs->db, daily, error));
    change(jobs, vt_job_fire_now(jobs->db, &jobs->kinds, daily, jobs->now_us, &run, error));
    assert_int_equal(vt_test_run_one(jobs), run);
    vt_test_assert_state(jobs, daily, "paused");
    refuse(jobs, vt_job_fire_now(jobs->db, &jobs->kinds, run, jobs->now_us, &run, error),
        VT_ERROR_JOB_STATE);
    jobs->now_us += VT_TEST_HOUR;
    assert_int_equal(vt_test_fire(jobs), 0);
}

static void
a_job_may_be_run_before_its_time(void **state)
{
    on_each_database(running_now);
}

static gboolean
edit_rule(VtTestJobs *jobs, gint64 job_id, const char *rule, gint64 exec_us, GError **error)
{
    g_autoptr(VtJob) job = vt_test_read(jobs, job_id);
    VtJobSpec spec = vt_job_spec(job);

    spec.rule = rule;
    spec.exec_us = exec_us;
    spec.name = "changed";
    return vt_job_edit(jobs->db, &jobs->kinds, job_id, &spec, jobs->now_us, error);
}

static void
editing(VtTestJobs *jobs)
{
    gint64 job_id = submit_daily(jobs), run;
    g_autoptr(VtJob) job = NULL;

    change(jobs, edit_rule(jobs, job_id, "0 0 10 * * ?", 0, error));
    jobs->now_us += VT_TEST_HOUR;
    assert_int_equal(vt_test_fire(jobs), 1);
    run = vt_test_run_one(jobs);
    job = vt_test_read(jobs, run);
    assert_true(g_str_has_prefix(job->name, "changed_"));
    jobs->now_us += 2 * VT_TEST_HOUR;
    assert_int_equal(vt_test_fire(jobs), 0);
    refuse(jobs, edit_rule(jobs, job_id, "0 0 0 31 2 ?", 0, error), VT_ERROR_BAD_VALUE);
    refuse(jobs, edit_rule(jobs, job_id, "immediately", 0, error), VT_ERROR_BAD_VALUE);
    refuse(jobs, edit_rule(jobs, job_id, NULL, jobs->now_us, error), VT_ERROR_BAD_VALUE);
    refuse(jobs, edit_rule(jobs, job_id, NULL, 0, error), VT_ERROR_BAD_VALUE);
    refuse(jobs, edit_rule(jobs, run, "daily", 0, error), VT_ERROR_JOB_STATE);
    change(jobs, edit_rule(jobs, job_id, NULL, jobs->now_us + VT_TEST_HOUR, error));
    jobs->now_us += VT_TEST_HOUR;
    assert_int_equal(vt_test_fire(jobs), 1);
    assert_int_equal(vt_test_run_one(jobs), job_id);
    refuse(jobs, vt_job_delete(jobs->db, job_id, error), VT_ERROR_JOB_STATE);
}

static void
a_changed_job_fires_by_its_new_rule(void **state)
{
    on_each_database(editing);
}

static void
deleting(VtTestJobs *jobs)
{
    gint64 daily = submit_daily(jobs), later = submit_later(jobs);

    change(jobs, vt_job_delete(jobs->db, daily, error));
    change(jobs, vt_job_delete(jobs->db, later, error));
    refuse(jobs, vt_job_delete(jobs->db, daily, error), VT_ERROR_NOT_FOUND);
    jobs->now_us += 10 * DAY;
    assert_int_equal(vt_test_fire(jobs), 0);
    assert_int_equal(vt_test_run_one(jobs), 0);
}

static void
a_deleted_job_never_runs(void **state)
{
    on_each_database(deleting);
}

static void
the_last_time(VtTestJobs *jobs)
{
    gint64 job_id = vt_test_submit(
        jobs, (VtJobSpec){.kind = "nothing", .rule = "0 0 10 1 3 ? 2026", .zone = "UTC"});

    jobs->now_us += VT_TEST_HOUR;
    assert_int_equal(vt_test_fire(jobs), 1);
    vt_test_assert_state(jobs, job_id, "done");
    assert_true(vt_test_run_one(jobs) > job_id);
}

static void
a_rule_without_further_times_is_done(void **state)
{
    on_each_database(the_last_time);
}

/* A program that does not know a kind any more loses nothing of what it knows. */
static void
an_unknown_kind(VtTestJobs *jobs)
{
    static const VtJobKind *const few[] = {&vt_test_kind_count, NULL};
    g_autoptr(json_t) parameters = json_pack("{s:i}", "n", 1);
    gint64 daily = submit_daily(jobs);
    gint64 counted = vt_test_submit(jobs,
        (VtJobSpec){
            .kind = "count", .parameters = parameters, .rule = "0 0 12 * * ?", .zone = "UTC"});
    g_autoptr(VtJob) missed = NULL;

    jobs->kinds.table = few;
    jobs->now_us += 3 * VT_TEST_HOUR;
    assert_int_equal(vt_test_fire(jobs), 1);
    assert_true(vt_test_run_one(jobs) > counted);
    missed = vt_test_read(jobs, daily);
    assert_int_equal(missed->n_missed, 1);
    assert_int_equal(missed->next_fire_us, jobs->now_us + DAY);
}

static void
what_cannot_be_fired_hinders_no_other(void **state)
{
    on_each_database(an_unknown_kind);
}

static void
standing_jobs(VtTestJobs *jobs)
{
    const VtJobQuery query = {.tenant_id = 1, .to_us = G_MAXINT64, .limit = 10};
    g_autoptr(GPtrArray) list = NULL, again = NULL;

    change(jobs, vt_job_book_standing(jobs->db, &jobs->kinds, 1, jobs->now_us, error));
    change(jobs, vt_job_book_standing(jobs->db, &jobs->kinds, 1, jobs->now_us, error));
    list = vt_job_list(jobs->db, &query, NULL);
    assert_int_equal(list->len, 1);
    assert_string_equal(((VtJob *)g_ptr_array_index(list, 0))->kind, "standing");
    change(jobs, vt_job_pause(jobs->db, ((VtJob *)g_ptr_array_index(list, 0))->job_id, error));
    change(jobs, vt_job_book_standing(jobs->db, &jobs->kinds, 1, jobs->now_us, error));
    again = vt_job_list(jobs->db, &query, NULL);
    assert_int_equal(again->len, 1);
}

static void
a_kind_with_a_standing_rule_is_booked_once(void **state)
{
    on_each_database(standing_jobs);
}

static void
the_next_times_of_a_rule_are_told(void **state)
{
    g_autoptr(GError) error = NULL, refused = NULL;
    g_autoptr(json_t) fires = vt_job_next_fires_json(
        "0 30 2 ? * sun", "Europe/Berlin", VT_TEST_NINE + 20 * DAY, 3, &error);
    static const char *const expected[] = {
        "2026-03-22T01:30:00Z", "2026-03-29T01:00:00Z", "2026-04-05T00:30:00Z"};

    assert_ok(fires != NULL, error);
    assert_string_equal(json_string_value(json_object_get(fires, "rule")), "0 30 2 ? * SUN");
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        assert_string_equal(
            json_string_value(json_array_get(json_object_get(fires, "fires"), i)), expected[i]);
    assert_null(vt_job_next_fires_json("0 0 0 31 2 ?", "", VT_TEST_NINE, 3, &refused));
    assert_true(vt_error_is(refused, VT_ERROR_BAD_VALUE));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_for_later_runs_at_its_time_and_once),
        cmocka_unit_test(a_missed_job_for_later_runs_once_with_a_warning),
        cmocka_unit_test(a_recurring_job_makes_one_job_each_time),
        cmocka_unit_test(missed_times_of_a_recurring_job_are_skipped),
        cmocka_unit_test(a_time_that_comes_too_early_waits_for_the_last_run),
        cmocka_unit_test(a_paused_job_lets_its_times_pass),
        cmocka_unit_test(a_job_may_be_run_before_its_time),
        cmocka_unit_test(a_changed_job_fires_by_its_new_rule),
        cmocka_unit_test(a_deleted_job_never_runs),
        cmocka_unit_test(a_rule_without_further_times_is_done),
        cmocka_unit_test(what_cannot_be_fired_hinders_no_other),
        cmocka_unit_test(a_kind_with_a_standing_rule_is_booked_once),
        cmocka_unit_test(the_next_times_of_a_rule_are_told),
    };
    return vt_test_run("jobs/book", tests);
}
