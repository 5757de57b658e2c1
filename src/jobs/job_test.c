#include "jobs/testing.h"

#include "jobs/cleanup.h"

#include <string.h>

static void
on_each_database(void (*check)(VtTestJobs *jobs))
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(kind);

        check(jobs);
    }
}

/* Names of the listed jobs, or the code of a refusal. */
static char *
listed(VtTestJobs *jobs, VtJobQuery query)
{
    GString *names = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) list = NULL;

    query.tenant_id = query.tenant_id == 0 ? 1 : query.tenant_id;
    query.to_us = query.to_us == 0 ? G_MAXINT64 : query.to_us;
    query.limit = query.limit == 0 ? 10 : query.limit;
    list = vt_job_list(jobs->db, &query, &error);
    if (list == NULL)
        g_string_append(names, vt_error_rows[vt_error_code(error)].code);
    for (guint i = 0; list != NULL && i < list->len; i++)
        g_string_append_printf(
            names, "%s%s", i > 0 ? " " : "", ((VtJob *)g_ptr_array_index(list, i))->name);
    return g_string_free(names, FALSE);
}

/* a: counted 4 (1 warning, 1 error), account 7 on behalf of 8; b: nothing, an hour later; c: queued
 * another hour later; z: of another tenant. */
static void
make_jobs(VtTestJobs *jobs)
{
    g_autoptr(json_t) parameters = json_pack("{s:i}", "n", 4);

    vt_test_submit(jobs, (VtJobSpec){.kind = "count",
                             .name = "a",
                             .parameters = parameters,
                             .submitted_by = 7,
                             .run_as = 8});
    vt_test_run_one(jobs);
    jobs->now_us += VT_TEST_HOUR;
    vt_test_submit(jobs, (VtJobSpec){.kind = "nothing", .name = "b", .run_as = 7});
    vt_test_run_one(jobs);
    jobs->now_us += VT_TEST_HOUR;
    vt_test_submit(jobs, (VtJobSpec){.kind = "nothing", .name = "c"});
    vt_test_submit(jobs, (VtJobSpec){.kind = "nothing", .name = "z", .tenant_id = 2});
}

static const struct {
    VtJobQuery query;
    const char *expected;
} list_row[] = {
    {{0}, "c b a"},
    {{.tenant_id = 2}, "z"},
    {{.tenant_id = 3}, ""},
    {{.state = "done"}, "b a"},
    {{.state = "queued"}, "c"},
    {{.state = "lost"}, "bad_enum"},
    {{.kind = "count"}, "a"},
    {{.account_id = 7}, "b a"},
    {{.account_id = 8}, "a"},
    {{.account_id = 9}, ""},
    {{.from_us = VT_TEST_NINE + 1}, "c b"},
    {{.to_us = VT_TEST_NINE + VT_TEST_HOUR}, "a"},
    {{.from_us = VT_TEST_NINE + VT_TEST_HOUR, .to_us = VT_TEST_NINE + VT_TEST_HOUR + 1}, "b"},
    {{.limit = 1}, "c"},
    {{.limit = 1, .skip = 2}, "a"},
    {{.limit = VT_JOB_MAX_LIST + 1}, "bad_value"},
    {{.skip = VT_JOB_MAX_SKIP + 1}, "bad_value"},
    {{.sort = "name"}, "a b c"},
    {{.sort = "name", .is_descending = TRUE}, "c b a"},
    {{.sort = "started"}, "a b c"},
    {{.sort = "started", .is_descending = TRUE}, "c b a"},
    {{.sort = "errors", .is_descending = TRUE}, "a c b"},
    {{.sort = "warnings"}, "c b a"},
    {{.sort = "total", .is_descending = TRUE, .limit = 1}, "a"},
    {{.sort = "run_as"}, "c b a"},
    {{.sort = "colour"}, "bad_enum"},
};

static void
lists(VtTestJobs *jobs)
{
    make_jobs(jobs);
    for (gsize i = 0; i < G_N_ELEMENTS(list_row); i++) {
        g_autofree char *names = listed(jobs, list_row[i].query);

        assert_string_equal(names, list_row[i].expected);
    }
}

static void
a_list_is_narrowed_and_sorted(void **state)
{
    on_each_database(lists);
}

static void
describes(VtTestJobs *jobs)
{
    g_autoptr(json_t) notice = json_pack(
        "{s:s,s:s,s:s}", "url", "http://a.example/", "method", "POST", "secret", "s3cret");
    gint64 job_id = vt_test_submit(jobs,
        (VtJobSpec){
            .kind = "nothing", .name = "n", .notice = notice, .rule = "daily", .zone = "UTC"});
    g_autoptr(VtJob) job = vt_test_read(jobs, job_id);
    g_autoptr(json_t) json = vt_job_json(job, "anna", NULL);
    g_autofree char *text = json_dumps(json, JSON_COMPACT);
    const json_t *schedule = json_object_get(json, "schedule");

    assert_null(strstr(text, "s3cret"));
    assert_string_equal(
        json_string_value(json_object_get(schedule, "next")), "2026-03-02T00:00:00Z");
    assert_string_equal(json_string_value(json_object_get(json, "submitted_by")), "anna");
    assert_true(json_is_null(json_object_get(json, "run_as")));
    assert_true(json_is_null(json_object_get(json, "outcome")));
    assert_string_equal(json_string_value(json_object_get(json, "state")), "scheduled");
}

static void
a_job_is_described_without_its_secret(void **state)
{
    on_each_database(describes);
}

static void
counts(VtTestJobs *jobs)
{
    guint64 n[VT_JOB_STATE_COUNT];

    make_jobs(jobs);
    vt_test_submit(jobs, (VtJobSpec){.kind = "nothing", .rule = "daily", .zone = "UTC"});
    assert_true(vt_job_count(jobs->db, n, NULL));
    assert_int_equal(n[VT_JOB_STATE_QUEUED], 2);
    assert_int_equal(n[VT_JOB_STATE_SCHEDULED], 1);
    assert_int_equal(n[VT_JOB_STATE_DONE], 0);
}

static void
what_has_not_ended_is_counted_by_state(void **state)
{
    on_each_database(counts);
}

static void
forgets(VtTestJobs *jobs)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *left = NULL;
    guint n = 0;

    make_jobs(jobs);
    assert_ok(vt_job_forget(jobs->db, 1, VT_TEST_NINE, 10, &n, &error), error);
    assert_int_equal(n, 0);
    assert_ok(vt_job_forget(jobs->db, 1, jobs->now_us, 1, &n, &error), error);
    assert_int_equal(n, 1);
    left = listed(jobs, (VtJobQuery){0});
    assert_string_equal(left, "c b");
    assert_ok(vt_job_forget(jobs->db, 1, G_MAXINT64, 10, &n, &error), error);
    assert_int_equal(n, 1);
    assert_ok(vt_job_forget(jobs->db, 1, G_MAXINT64, 10, &n, &error), error);
    assert_int_equal(n, 0);
}

static void
only_jobs_that_ended_long_ago_are_forgotten(void **state)
{
    on_each_database(forgets);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_narrowed_and_sorted),
        cmocka_unit_test(a_job_is_described_without_its_secret),
        cmocka_unit_test(what_has_not_ended_is_counted_by_state),
        cmocka_unit_test(only_jobs_that_ended_long_ago_are_forgotten),
    };
    return vt_test_run("jobs/job", tests);
}
