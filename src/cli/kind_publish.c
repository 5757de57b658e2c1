#include "cli/kind_publish.h"

#include "cli/kinds.h"
#include "publish/order.h"
#include "publish/warning.h"
#include "sync/sync.h"

#include <string.h>

/* A job that names nothing takes what never was live. */
static json_t *
order_of(const json_t *parameters)
{
    json_t *order = json_deep_copy(parameters);

    if (json_object_size(order) == 0)
        json_object_set_new(
            order, "mode", json_string(vt_publish_mode_names[VT_PUBLISH_MODE_INCREMENTAL]));
    return order;
}

static gboolean
check_publish(const json_t *parameters, GError **error)
{
    g_autoptr(json_t) body = order_of(parameters);
    g_auto(VtPublishOrder) order = {0};

    if (!vt_publish_order_parse(body, 0, &order, error))
        return FALSE;
    return !order.request.dry_run ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "a job does not only tell what it would do");
}

static gboolean
check_unpublish(const json_t *parameters, GError **error)
{
    g_auto(VtUnpublishOrder) order = {0};

    return vt_unpublish_order_parse(parameters, 0, &order, error);
}

static void
report_names(VtJobRun *run, const GPtrArray *names, guint64 n, const VtJobReport *of_each)
{
    guint n_named = names != NULL ? names->len : 0;

    for (guint i = 0; i < n_named; i++) {
        VtJobReport report = *of_each;

        report.subject = g_ptr_array_index(names, i);
        vt_job_run_report(run, &report);
    }
    if (n > n_named)
        vt_job_run_count(run, of_each->level, (gint64)(n - n_named));
}

/* Whether an earlier attempt, whose worker was lost, has done it already. */
static gboolean
was_done(VtJobRun *run, gint64 *ret_seq, GError **error)
{
    g_autofree char *text = NULL;
    VtJobReport report = {.level = VT_JOB_LEVEL_SUCCESS, .code = "resumed"};

    if (!vt_changelog_of_job(vt_job_run_db(run), vt_job_run_job(run)->job_id, ret_seq, error))
        return FALSE;
    if (*ret_seq == 0)
        return TRUE;
    text = g_strdup_printf("done as log number %" G_GINT64_FORMAT
                           " by a worker that was lost before it could tell more",
        *ret_seq);
    report.text = text;
    vt_job_run_report(run, &report);
    vt_job_run_set_result(run, json_pack("{s:I}", "seq", (json_int_t)*ret_seq));
    return TRUE;
}

static void
report_published(VtJobRun *run, const VtPublishResult *result)
{
    const VtJobReport published = {VT_JOB_LEVEL_SUCCESS, "published", NULL, "is live"};
    const VtJobReport skipped = {VT_JOB_LEVEL_WARNING, "checked_out", NULL,
        "skipped, for somebody is editing it or what it shows"};
    g_autoptr(json_t) advice = vt_publish_advice_json(result->advice);
    gint64 n = (gint64)(result->n_published + result->n_skipped);

    report_names(run, result->planned, result->n_published, &published);
    report_names(run, result->skipped, result->n_skipped, &skipped);
    for (gsize i = 0; i < json_array_size(advice); i++) {
        const json_t *one = json_array_get(advice, i);
        const VtJobReport report = {VT_JOB_LEVEL_WARNING,
            json_string_value(json_object_get(one, "code")),
            json_string_value(json_object_get(one, "subject")),
            json_string_value(json_object_get(one, "text"))};

        vt_job_run_report(run, &report);
    }
    vt_job_run_progress(run, n, n, NULL);
    vt_job_run_set_result(
        run, json_pack("{s:I,s:I,s:I}", "seq", (json_int_t)result->seq, "published",
                 (json_int_t)result->n_published, "skipped", (json_int_t)result->n_skipped));
}

static void
report_refused(VtJobRun *run, const VtPublishResult *result)
{
    const VtJobReport missing = {VT_JOB_LEVEL_ERROR,
        vt_error_rows[VT_ERROR_UNPUBLISHED_DEPENDENCIES].code, NULL, "is not published"};
    const VtJobReport edited = {VT_JOB_LEVEL_ERROR, vt_error_rows[VT_ERROR_CHECKED_OUT].code, NULL,
        "somebody is editing it"};

    report_names(run, result->missing, result->n_missing, &missing);
    report_names(run, result->skipped, result->n_skipped, &edited);
}

static gboolean
run_publish(VtJobRun *run, gpointer data, GError **error)
{
    const VtJob *job = vt_job_run_job(run);
    const VtKindData *kinds = data;
    VtActor actor = vt_kind_actor(run);
    g_autoptr(json_t) body = order_of(job->parameters);
    g_auto(VtPublishOrder) order = {0};
    g_auto(VtPublishResult) result = {0};
    gint64 seq = 0;

    if (!vt_publish_order_parse(body, job->tenant_id, &order, error) ||
        !vt_kind_check_runner(run,
            order.mode == VT_PUBLISH_MODE_FULL_OVERRIDE ? VT_ROLE_ADMINISTRATOR : VT_ROLE_PRODUCER,
            error) ||
        !was_done(run, &seq, error))
        return FALSE;
    if (seq != 0 || vt_job_run_should_stop(run))
        return TRUE;
    vt_job_run_progress(run, 0, 0, "publishing");
    order.request.name_published = TRUE;
    if (!vt_publish(vt_job_run_db(run), &order.request, &actor, &result, error)) {
        report_refused(run, &result);
        return FALSE;
    }
    report_published(run, &result);
    if (order.mode == VT_PUBLISH_MODE_FULL_OVERRIDE &&
        !vt_sync_request_rebuild(vt_job_run_db(run), job->tenant_id, &actor, error))
        return FALSE;
    vt_kind_ring(kinds);
    return TRUE;
}

static gboolean
run_unpublish(VtJobRun *run, gpointer data, GError **error)
{
    const VtJob *job = vt_job_run_job(run);
    const VtKindData *kinds = data;
    const VtJobReport referenced = {
        VT_JOB_LEVEL_ERROR, vt_error_rows[VT_ERROR_REFERENCED].code, NULL, "is live and shows it"};
    VtActor actor = vt_kind_actor(run);
    g_auto(VtUnpublishOrder) order = {0};
    g_auto(VtUnpublishResult) result = {0};
    gint64 seq = 0, n;

    if (!vt_unpublish_order_parse(job->parameters, job->tenant_id, &order, error) ||
        !vt_kind_check_runner(
            run, order.request.force ? VT_ROLE_ADMINISTRATOR : VT_ROLE_PRODUCER, error) ||
        !was_done(run, &seq, error))
        return FALSE;
    if (seq != 0 || vt_job_run_should_stop(run))
        return TRUE;
    if (!vt_unpublish(vt_job_run_db(run), &order.request, &actor, &result, error)) {
        report_names(run, result.referenced, result.n_referenced, &referenced);
        return FALSE;
    }
    n = (gint64)result.n_unpublished;
    vt_job_run_count(run, VT_JOB_LEVEL_SUCCESS, n);
    vt_job_run_progress(run, n, n, NULL);
    vt_job_run_set_result(
        run, json_pack("{s:I,s:I}", "seq", (json_int_t)result.seq, "unpublished", (json_int_t)n));
    vt_kind_ring(kinds);
    return TRUE;
}

const VtJobKind vt_kind_publish = {.name = "publish",
    .label = "Publish",
    .role = VT_ROLE_PRODUCER,
    .is_single = TRUE,
    .max_attempts = 3,
    .check = check_publish,
    .run = run_publish};

const VtJobKind vt_kind_unpublish = {.name = "unpublish",
    .label = "Unpublish",
    .role = VT_ROLE_PRODUCER,
    .max_attempts = 3,
    .check = check_unpublish,
    .run = run_unpublish};
