#include "cli/kind_purge.h"

#include "cli/kinds.h"
#include "sync/edge.h"
#include "sync/invalidate.h"

/* Between two looks at what the edges have confirmed, and how long they are waited for. */
enum { LOOK_US = 200000 };
#define WAIT_US (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)

static gboolean
check_purge(const json_t *parameters, GError **error)
{
    g_auto(VtInvalidation) ask = {0};

    return vt_invalidation_read(parameters, &ask, error);
}

static gsize
count_confirmed(const json_t *edges)
{
    gsize n = 0;

    for (gsize i = 0; i < json_array_size(edges); i++)
        n += json_is_true(json_object_get(json_array_get(edges, i), "confirmed"));
    return n;
}

static void
report_edges(VtJobRun *run, const json_t *edges)
{
    for (gsize i = 0; i < json_array_size(edges); i++) {
        const json_t *edge = json_array_get(edges, i);
        const char *problem = json_string_value(json_object_get(edge, "problem"));
        gboolean confirmed = json_is_true(json_object_get(edge, "confirmed"));
        const VtJobReport report = {
            .level = confirmed ? VT_JOB_LEVEL_SUCCESS : VT_JOB_LEVEL_WARNING,
            .code = confirmed ? "purged" : "waiting",
            .subject = json_string_value(json_object_get(edge, "name")),
            .text = confirmed         ? "has forgotten it"
                    : problem != NULL ? problem
                                      : "has not confirmed; it is asked until it has"};

        vt_job_run_report(run, &report);
    }
}

/* Waits for the edges; those that are away are asked on when the job has ended. */
static gboolean
wait_for_edges(VtJobRun *run, const VtKindData *data, gint64 seq, GError **error)
{
    gint64 until_us = g_get_monotonic_time() + WAIT_US;

    for (;;) {
        g_autoptr(json_t) edges = json_array();
        gsize n;

        if (!vt_edge_status_json(
                vt_job_run_db(run), vt_job_run_job(run)->tenant_id, NULL, seq, edges, error))
            return FALSE;
        n = json_array_size(edges);
        vt_job_run_progress(run, (gint64)count_confirmed(edges), (gint64)n, "waiting for edges");
        if (count_confirmed(edges) == n || g_get_monotonic_time() >= until_us) {
            report_edges(run, edges);
            return TRUE;
        }
        if (vt_job_run_should_stop(run))
            return TRUE;
        vt_edge_loop_ring(data->edges);
        g_usleep(LOOK_US);
    }
}

static gboolean
run_purge(VtJobRun *run, gpointer data, GError **error)
{
    const VtJob *job = vt_job_run_job(run);
    VtActor actor = vt_kind_actor(run);
    g_autofree char *tenant = vt_kind_tenant(run, error);
    g_auto(VtInvalidation) ask = {0};
    g_auto(VtInvalidated) done = {0};

    if (tenant == NULL || !vt_kind_check_runner(run, vt_kind_purge.role, error) ||
        !vt_invalidation_read(job->parameters, &ask, error) ||
        !vt_invalidate(vt_job_run_db(run), job->tenant_id, tenant, &ask, &actor, &done, error))
        return FALSE;
    vt_job_run_set_result(run, vt_invalidated_json(&done));
    return wait_for_edges(run, data, done.seq, error);
}

const VtJobKind vt_kind_purge = {.name = "purge",
    .label = "Purge",
    .role = VT_ROLE_ADMINISTRATOR,
    .max_attempts = 3,
    .check = check_purge,
    .run = run_purge};
