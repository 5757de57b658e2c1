/* Workers as threads, and as processes of which one is killed again and again: no job is lost, and
 * none shows a thing twice. */
#include "jobs/worker.h"

#include "jobs/testing.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N_JOBS = 12, N_NUMBERS = 6, ROUNDS = 9, MAX_PROCESSES = 8, PATIENCE_S = 60 };
#define LEASE_US ((gint64)300000)

static gint64
count_in(VtDb *db, VtJobState state)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_test_states, NULL);
    gint64 n = 0;

    vt_stmt_bind_text(stmt, "state", vt_job_state_names[state]);
    while (vt_stmt_next(stmt))
        n = vt_stmt_int(stmt, "n");
    assert_true(vt_stmt_end(stmt, NULL));
    return n;
}

/* Until @n jobs are done. */
static void
wait_done(VtDb *db, gint64 n)
{
    gint64 until_us = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;

    while (count_in(db, VT_JOB_STATE_DONE) < n && g_get_monotonic_time() < until_us)
        g_usleep(5000);
    assert_int_equal(count_in(db, VT_JOB_STATE_DONE), n);
}

static VtJobWorkers *
start_workers(VtTestJobs *jobs, guint n)
{
    const VtJobWorkersOptions options = {.database_url = jobs->url,
        .kinds = &jobs->kinds,
        .n_workers = n,
        .name = "here",
        .is_alone = TRUE};

    return vt_job_workers_new(&options);
}

static void
threads_do_everything_once(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(kind);
        g_autoptr(VtJobWorkers) workers = start_workers(jobs, 4);

        jobs->now_us = g_get_real_time();
        for (int i = 0; i < N_JOBS; i++) {
            vt_test_submit_count(jobs, N_NUMBERS);
            vt_job_workers_ring(workers);
        }
        wait_done(jobs->db, N_JOBS);
        vt_test_assert_shown(jobs->db, N_JOBS * N_NUMBERS);
    }
}

/* The server stops in the middle and starts again. */
static void
who_stops_leaves_its_jobs_in_the_queue(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(kind);
        gint64 done = 0;

        jobs->counting.sleep_us = 2000;
        jobs->now_us = g_get_real_time();
        for (int i = 0; i < N_JOBS; i++)
            vt_test_submit_count(jobs, N_NUMBERS);
        for (int i = 0; i < 5 && done < N_JOBS; i++) {
            g_autoptr(VtJobWorkers) workers = start_workers(jobs, 2);

            g_usleep(20000);
            g_clear_pointer(&workers, vt_job_workers_free);
            done = count_in(jobs->db, VT_JOB_STATE_DONE);
            assert_int_equal(done + count_in(jobs->db, VT_JOB_STATE_QUEUED), N_JOBS);
        }
        {
            g_autoptr(VtJobWorkers) workers = start_workers(jobs, 2);

            wait_done(jobs->db, N_JOBS);
        }
        vt_test_assert_shown(jobs->db, N_JOBS * N_NUMBERS);
    }
}

static gint64
lease_of(VtDb *db, gint64 job_id)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_test_lease, NULL);
    gint64 lease_us = 0;

    vt_stmt_bind_int(stmt, "job_id", job_id);
    while (vt_stmt_next(stmt))
        lease_us = vt_stmt_int(stmt, "lease_until_us");
    assert_true(vt_stmt_end(stmt, NULL));
    return lease_us;
}

/* A cancel through another process, where nobody rings, reaches the run by the keeper; and the
 * lease is renewed long before it runs out. */
static void
a_running_job_keeps_its_lease_and_hears_that_it_is_cancelled(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(kind);
        g_autoptr(VtJobWorkers) workers = start_workers(jobs, 1);
        g_autoptr(GError) error = NULL;
        gint64 job_id, lease_us;

        jobs->counting.sleep_us = 1000;
        jobs->now_us = g_get_real_time();
        job_id = vt_test_submit_count(jobs, 1000000);
        vt_job_workers_ring(workers);
        while (count_in(jobs->db, VT_JOB_STATE_RUNNING) == 0)
            g_usleep(1000);
        lease_us = lease_of(jobs->db, job_id);
        while (lease_of(jobs->db, job_id) == lease_us)
            g_usleep(1000);
        assert_int_equal(count_in(jobs->db, VT_JOB_STATE_RUNNING), 1);
        assert_ok(vt_job_cancel(jobs->db, job_id, jobs->now_us, &error), error);
        while (count_in(jobs->db, VT_JOB_STATE_STOPPING) > 0)
            g_usleep(1000);
        vt_test_assert_state(jobs, job_id, "cancelled");
    }
}

/* This program again, as a process that works until it is killed. */
static void
worker_process(const char *url, const char *name)
{
    VtTestCounting counting = {.sleep_us = 3000};
    const VtJobKinds kinds = {vt_test_kind_table, &counting};
    const VtJobWorkersOptions options = {
        .database_url = url, .kinds = &kinds, .n_workers = 1, .name = name, .lease_us = LEASE_US};

    vt_job_workers_new(&options);
    for (;;)
        pause();
}

static GPid
start_process(const char *url, int number)
{
    g_autofree char *name = g_strdup_printf("process %d", number);
    const char *const words[] = {"/proc/self/exe", "--worker", url, name, NULL};
    g_auto(GStrv) argv = g_strdupv((char **)(gsize)words);
    g_autoptr(GError) error = NULL;
    GPid pid = 0;

    assert_ok(
        g_spawn_async(NULL, argv, NULL,
            G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
            NULL, NULL, &pid, &error),
        error);
    return pid;
}

static void
kill_process(GPid pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* What was lost waits a while before it is tried again; the test does not. */
static void
hurry(VtDb *db)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_test_hurry, NULL);

    assert_true(vt_stmt_exec(stmt, NULL, NULL));
}

static void
survive(VtTestJobs *jobs, guint n_processes, GRand *chance)
{
    GPid pid[MAX_PROCESSES];
    gint64 until_us = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;
    int n_killed = 0;

    for (guint i = 0; i < n_processes; i++)
        pid[i] = start_process(jobs->url, (int)i);
    for (int i = 0; i < N_JOBS; i++) /* now, for processes are slow to start */
        vt_test_submit_count(jobs, N_NUMBERS);
    while (count_in(jobs->db, VT_JOB_STATE_DONE) < N_JOBS && g_get_monotonic_time() < until_us) {
        guint victim = (guint)g_rand_int_range(chance, 0, (gint32)n_processes);

        g_usleep(1000);
        if (n_killed < 2 && count_in(jobs->db, VT_JOB_STATE_RUNNING) > 0) {
            g_usleep((gulong)g_rand_int_range(chance, 0, 15000));
            kill_process(pid[victim]);
            pid[victim] = start_process(jobs->url, (int)n_processes + n_killed);
            n_killed++;
        }
        hurry(jobs->db);
    }
    for (guint i = 0; i < n_processes; i++)
        kill_process(pid[i]);
    assert_true(n_killed > 0);
}

static guint
from_environment(const char *name, guint fallback)
{
    const char *text = g_getenv(name);
    guint64 number = fallback;

    if (text != NULL)
        g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT, &number, NULL);
    return (guint)number;
}

static void
killed_processes_lose_and_repeat_nothing(void **state)
{
    guint rounds = ROUNDS * MAX(from_environment("VITRINE_TEST_SCALE", 1), 1);
    GRand *chance = g_rand_new_with_seed(from_environment("VITRINE_TEST_SEED", 20261124));

    if (vt_test_n_databases() < 2) {
        g_rand_free(chance);
        skip();
    }
    for (guint round = 0; round < rounds; round++) {
        g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(1);

        jobs->now_us = g_get_real_time();
        survive(jobs, round % 2 == 0 ? 2 : MAX_PROCESSES, chance);
        assert_int_equal(count_in(jobs->db, VT_JOB_STATE_DONE), N_JOBS);
        vt_test_assert_shown(jobs->db, N_JOBS * N_NUMBERS);
    }
    g_rand_free(chance);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_do_everything_once),
        cmocka_unit_test(who_stops_leaves_its_jobs_in_the_queue),
        cmocka_unit_test(a_running_job_keeps_its_lease_and_hears_that_it_is_cancelled),
        cmocka_unit_test(killed_processes_lose_and_repeat_nothing),
    };

    if (argc == 4 && strcmp(argv[1], "--worker") == 0)
        worker_process(argv[2], argv[3]);
    return vt_test_run("jobs/worker", tests);
}
