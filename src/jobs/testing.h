/* For tests of this room: a database, a clock that stands still, and a kind that counts, showing
 * each number once in a table of its own. */
#pragma once

#include "db/testing.h"
#include "jobs/book.h"
#include "jobs/run.h"
#include "tests/unit/support.h"

#include "jobs_test_sql.h"

#define VT_TEST_SECOND ((gint64)G_USEC_PER_SEC)
#define VT_TEST_HOUR (3600 * VT_TEST_SECOND)
#define VT_TEST_NINE (G_GINT64_CONSTANT(1772355600) * VT_TEST_SECOND) /* 2026-03-01, 09:00 UTC */

/* What the counting kind looks at; of the test. */
typedef struct {
    VtErrorCode fail_with;                                 /* when fail_at comes */
    gint64 fail_at;                                        /* 0: never */
    void (*after)(VtJobRun *run, gint64 n, gpointer data); /* each number, once it is shown */
    gpointer data;
    gint64 sleep_us; /* between two numbers */
} VtTestCounting;

static inline gboolean
vt_test_check_count(const json_t *parameters, GError **error)
{
    return json_is_integer(json_object_get(parameters, "n")) ||
           vt_throw(error, VT_ERROR_MISSING_FIELD, "\"n\" is missing");
}

/* Shows @n, reports it and moves the checkpoint, all in one transaction. */
static inline gboolean
vt_test_count_one(VtJobRun *run, gint64 n, GError **error)
{
    static const char *const subject[] = {"zero", "one", "two"};
    VtDb *db = vt_job_run_db(run);
    g_autoptr(json_t) checkpoint = json_pack("{s:I}", "next", (json_int_t)n + 1);
    VtJobReport report = {(VtJobLevel)(n % VT_JOB_LEVEL_COUNT), "counted", subject[n % 3], "x"};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtStmt) stmt = tx != NULL ? vt_db_stmt(db, &vt_sql_shown_add, error) : NULL;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", vt_job_run_job(run)->job_id);
    vt_stmt_bind_int(stmt, "n", n);
    if (!vt_stmt_exec(stmt, NULL, error))
        return FALSE;
    vt_job_run_report(run, &report);
    return vt_job_run_save(run, checkpoint, error) && vt_tx_commit(tx, error);
}

static inline gboolean
vt_test_count(VtJobRun *run, gpointer data, GError **error)
{
    VtTestCounting *counting = data;
    const VtJob *job = vt_job_run_job(run);
    gint64 total = json_integer_value(json_object_get(job->parameters, "n"));
    gint64 n = json_integer_value(json_object_get(job->checkpoint, "next"));

    for (; n < total && !vt_job_run_should_stop(run); n++) {
        if (counting->fail_at > 0 && n == counting->fail_at)
            return vt_throw(error, counting->fail_with, "number %d is not liked", (int)n);
        vt_job_run_progress(run, n + 1, total, "counting");
        if (!vt_test_count_one(run, n, error))
            return FALSE;
        if (counting->after != NULL)
            counting->after(run, n, counting->data);
        if (counting->sleep_us > 0)
            g_usleep((gulong)counting->sleep_us);
    }
    vt_job_run_set_result(run, json_pack("{s:I}", "counted", (json_int_t)n));
    return TRUE;
}

static inline gboolean
vt_test_nothing(VtJobRun *run, gpointer data, GError **error)
{
    return TRUE;
}

static const VtJobKind vt_test_kind_count = {.name = "count",
    .label = "Count",
    .max_attempts = 3,
    .check = vt_test_check_count,
    .run = vt_test_count};
static const VtJobKind vt_test_kind_nothing = {
    .name = "nothing", .label = "Nothing", .max_attempts = 1, .run = vt_test_nothing};
static const VtJobKind vt_test_kind_single = {.name = "single",
    .label = "Single",
    .is_single = TRUE,
    .max_attempts = 1,
    .run = vt_test_nothing};
static const VtJobKind vt_test_kind_standing = {.name = "standing",
    .label = "Standing",
    .standing = "daily",
    .max_attempts = 1,
    .run = vt_test_nothing};
static const VtJobKind vt_test_kind_filing = {.name = "filing",
    .label = "Filing",
    .files = VT_JOB_FILES_MADE,
    .max_attempts = 1,
    .run = vt_test_nothing};
static const VtJobKind *const vt_test_kind_table[] = {&vt_test_kind_count, &vt_test_kind_nothing,
    &vt_test_kind_single, &vt_test_kind_standing, &vt_test_kind_filing, NULL};

typedef struct {
    char *url; /* owned */
    VtDb *db;  /* owned */
    gint64 now_us;
    VtJobClock clock;
    VtTestCounting counting;
    VtJobKinds kinds;
    VtJobHand hand;
} VtTestJobs;

static inline gint64
vt_test_jobs_now(gpointer data)
{
    return *(gint64 *)data;
}

static inline void
vt_test_jobs_migrate(VtDb *db)
{
    static const VtMigration own[] = {{"jobs_test", 1, &vt_sql_schema_jobs_test_1}};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_db_migrate(db, vt_jobs_migrations, vt_jobs_n_migrations, &error), error);
    assert_ok(vt_db_migrate(db, own, G_N_ELEMENTS(own), &error), error);
}

static inline VtTestJobs *
vt_test_jobs_new(gsize kind)
{
    VtTestJobs *self = g_new0(VtTestJobs, 1);
    g_autoptr(GError) error = NULL;

    self->url = vt_test_database(kind);
    self->db = vt_db_open(self->url, VT_DB_DURABLE, &error);
    assert_ok(self->db != NULL, error);
    vt_test_jobs_migrate(self->db);
    self->now_us = VT_TEST_NINE;
    self->clock = (VtJobClock){vt_test_jobs_now, &self->now_us};
    self->kinds = (VtJobKinds){.table = vt_test_kind_table, .data = &self->counting};
    self->hand = (VtJobHand){self->db, &self->kinds, "here", VT_JOB_LEASE_US, &self->clock};
    return self;
}

static inline void
vt_test_jobs_free(VtTestJobs *self)
{
    vt_db_free(self->db);
    g_free(self->url);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtTestJobs, vt_test_jobs_free)

/* @spec of tenant 1 unless it names another. */
static inline gint64
vt_test_submit(VtTestJobs *self, VtJobSpec spec)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, &error);
    gint64 job_id = 0;

    if (spec.tenant_id == 0)
        spec.tenant_id = 1;
    assert_ok(vt_job_submit(self->db, &self->kinds, &spec, self->now_us, &job_id, &error), error);
    assert_ok(vt_tx_commit(tx, &error), error);
    return job_id;
}

static inline gint64
vt_test_submit_count(VtTestJobs *self, gint64 n)
{
    g_autoptr(json_t) parameters = json_pack("{s:I}", "n", (json_int_t)n);

    return vt_test_submit(self, (VtJobSpec){.kind = "count", .parameters = parameters});
}

static inline VtJob *
vt_test_read(VtTestJobs *self, gint64 job_id)
{
    g_autoptr(GError) error = NULL;
    VtJob *job = vt_job_read(self->db, job_id, &error);

    assert_ok(job != NULL, error);
    return job;
}

static inline void
vt_test_assert_state(VtTestJobs *self, gint64 job_id, const char *expected)
{
    g_autoptr(VtJob) job = vt_test_read(self, job_id);

    assert_string_equal(vt_job_state_names[job->state], expected);
}

/* Claims one job and runs it to its end; its number, 0: there was none. */
static inline gint64
vt_test_run_one(VtTestJobs *self)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtJobRun) run = vt_job_run_claim(&self->hand, &error);

    if (run == NULL) {
        assert_ok(error == NULL, error);
        return 0;
    }
    assert_ok(vt_job_run_go(run, &error), error);
    return vt_job_run_job(run)->job_id;
}

static inline guint
vt_test_fire(VtTestJobs *self)
{
    g_autoptr(GError) error = NULL;
    guint n = 0;

    assert_ok(vt_job_fire_due(self->db, &self->kinds, self->now_us, &n, &error), error);
    return n;
}

/* "n n_distinct" of what all jobs have shown. */
static inline void
vt_test_assert_shown(VtDb *db, gint64 expected)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_shown_count, NULL);

    assert_true(vt_stmt_next(stmt));
    assert_int_equal(vt_stmt_int(stmt, "n"), expected);
    assert_int_equal(vt_stmt_int(stmt, "n_distinct"), expected);
    assert_true(vt_stmt_end(stmt, NULL));
}
