/* What the queue costs: jobs submitted, claimed and ended per second by one worker and by four, on
 * SQLite and, where VITRINE_TEST_POSTGRESQL names a database, there. The jobs do nothing, so all of
 * it is the queue's own writing. Prints one line of JSON.
 *
 *     jobs-bench [JOBS]      1,000 unless told
 */
#include "jobs/worker.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

static void
must(gboolean ok, GError *error)
{
    if (!ok)
        g_error("%s", error != NULL ? error->message : "failed");
}

static double
seconds_since(gint64 start)
{
    return (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
}

static gboolean
nothing(VtJobRun *run, gpointer data, GError **error)
{
    return TRUE;
}

static const VtJobKind kind = {
    .name = "nothing", .label = "Nothing", .max_attempts = 1, .run = nothing};
static const VtJobKind *const table[] = {&kind, NULL};
static const VtJobKinds kinds = {table, NULL};

static void
submit(VtDb *db, guint n)
{
    GError *error = NULL;

    for (guint i = 0; i < n; i++) {
        VtJobSpec spec = {.tenant_id = 1, .kind = "nothing", .name = "n"};
        VtTx *tx = vt_tx_begin(db, VT_TX_WRITE, &error);
        gint64 job_id = 0;

        must(tx != NULL, error);
        must(vt_job_submit(db, &kinds, &spec, g_get_real_time(), &job_id, &error), error);
        must(vt_tx_commit(tx, &error), error);
        vt_tx_free(tx);
    }
}

static guint
count_open(VtDb *db)
{
    const VtJobQuery query = {.tenant_id = 1, .state = "queued", .to_us = G_MAXINT64, .limit = 1};
    GError *error = NULL;
    GPtrArray *list = vt_job_list(db, &query, &error);
    guint n;

    must(list != NULL, error);
    n = list->len;
    g_ptr_array_unref(list);
    return n;
}

/* Jobs per second that @n_workers take and end. */
static double
drain(const char *url, VtDb *db, guint n, guint n_workers)
{
    const VtJobWorkersOptions options = {
        .database_url = url, .kinds = &kinds, .n_workers = n_workers, .name = "bench"};
    gint64 start = g_get_monotonic_time();
    VtJobWorkers *workers = vt_job_workers_new(&options);
    double seconds;

    while (count_open(db) > 0)
        g_usleep(10000);
    seconds = seconds_since(start);
    vt_job_workers_free(workers);
    return n / seconds;
}

static void
measure(const char *name, const char *url, guint n)
{
    GError *error = NULL;
    VtDb *db = vt_db_open(url, VT_DB_DURABLE, &error);
    double submitted, one, four;
    gint64 start;

    must(db != NULL, error);
    must(vt_db_migrate(db, vt_jobs_migrations, vt_jobs_n_migrations, &error), error);
    start = g_get_monotonic_time();
    submit(db, n);
    submitted = n / seconds_since(start);
    one = drain(url, db, n, 1);
    submit(db, n);
    four = drain(url, db, n, 4);
    printf(",\"%s\":{\"submitted_per_s\":%.0f,\"done_per_s\":%.0f,\"done_by_4_per_s\":%.0f}", name,
        submitted, one, four);
    fflush(stdout);
    vt_db_free(db);
}

int
main(int argc, char **argv)
{
    const char *server = g_getenv("VITRINE_TEST_POSTGRESQL");
    guint n = argc > 1 ? (guint)g_ascii_strtoull(argv[1], NULL, 10) : 1000;
    g_autofree char *folder = g_dir_make_tmp("jobs-bench-XXXXXX", NULL);
    g_autofree char *url = g_strdup_printf("sqlite:%s/jobs.db", folder);
    const char *const remove[] = {"rm", "-rf", folder, NULL};

    printf("{\"bench\":\"jobs\",\"jobs\":%u", n);
    measure("sqlite", url, n);
    if (server != NULL)
        measure("postgresql", server, n);
    printf("}\n");
    g_spawn_sync(NULL, (char **)(gsize)remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
        NULL, NULL);
    return 0;
}
