#include "cli/kind_group.h"

#include "cli/kinds.h"
#include "jobs/report.h"
#include "publish/group_publish.h"
#include "publish/group_schedule.h"

static gboolean
check_group(const json_t *parameters, GError **error)
{
    return json_is_integer(json_object_get(parameters, "group")) ||
           vt_throw(error, VT_ERROR_MISSING_FIELD, "\"group\" is the number of a publish group");
}

/* Whether an earlier attempt, whose worker was lost, has done it, or nobody wants it any more. */
static gboolean
is_over(VtJobRun *run, const VtGroup *group)
{
    const VtJob *job = vt_job_run_job(run);
    const VtJobReport resumed = {VT_JOB_LEVEL_SUCCESS, "resumed", group->name,
        "went live by a worker that was lost before it could tell more"};
    const VtJobReport taken_back = {
        VT_JOB_LEVEL_WARNING, "unscheduled", group->name, "does not wait for this job any more"};
    gboolean is_ours = group->job_id == job->job_id;

    if (is_ours && group->state != VT_GROUP_STATE_PUBLISHED)
        return FALSE;
    vt_job_run_report(run, is_ours ? &resumed : &taken_back);
    if (is_ours)
        vt_job_run_set_result(run, json_pack("{s:I}", "seq", (json_int_t)group->seq));
    return TRUE;
}

static void
report_notes(VtJobRun *run, const GArray *notes, guint64 n, VtJobLevel level)
{
    for (guint i = 0; i < notes->len; i++) {
        const VtGroupNote *one = &g_array_index(notes, VtGroupNote, i);
        const VtJobReport report = {level, vt_group_finding_names[one->code], one->subject,
            vt_group_finding_text(one->code)};

        vt_job_run_report(run, &report);
    }
    if (n > notes->len)
        vt_job_run_count(run, level, (gint64)(n - notes->len));
}

static void
report_result(VtJobRun *run, const VtGroupPublishResult *result)
{
    const VtJobReport published = {VT_JOB_LEVEL_SUCCESS, "published", NULL, "is live"};
    gint64 n = (gint64)result->n_published;

    for (guint i = 0; i < result->planned->len; i++) {
        VtJobReport report = published;

        report.subject = g_ptr_array_index(result->planned, i);
        vt_job_run_report(run, &report);
    }
    if (n > (gint64)result->planned->len)
        vt_job_run_count(run, VT_JOB_LEVEL_SUCCESS, n - (gint64)result->planned->len);
    vt_job_run_progress(run, n, n, NULL);
    vt_job_run_set_result(
        run, json_pack("{s:I,s:I}", "seq", (json_int_t)result->seq, "published", (json_int_t)n));
}

/* Who planned it and may do so no more leaves a group that says so. */
static gboolean
may_run(VtJobRun *run, VtGroup *group, const VtActor *actor, GError **error)
{
    GError *why = NULL;

    if (vt_kind_check_runner(run, vt_kind_group.role, &why))
        return TRUE;
    if (vt_error_is(why, VT_ERROR_FORBIDDEN))
        vt_group_give_up(vt_job_run_db(run), group, why, actor);
    g_propagate_error(error, why);
    return FALSE;
}

static gboolean
run_group(VtJobRun *run, gpointer data, GError **error)
{
    const VtJob *job = vt_job_run_job(run);
    const VtKindData *kinds = data;
    VtActor actor = vt_kind_actor(run);
    const VtGroupPublishOptions options = {
        .job_id = job->job_id, .stays_on_retry = job->n_failures + 1 < job->max_attempts};
    gint64 group_id = json_integer_value(json_object_get(job->parameters, "group"));
    g_autoptr(VtGroup) group = vt_group_read(vt_job_run_db(run), group_id, error);
    g_auto(VtGroupPublishResult) result = {0};
    gboolean done;

    if (group == NULL)
        return FALSE;
    if (is_over(run, group) || vt_job_run_should_stop(run))
        return TRUE;
    if (!may_run(run, group, &actor, error))
        return FALSE;
    vt_job_run_progress(run, 0, group->n_items, "publishing");
    done = vt_group_publish(vt_job_run_db(run), group_id, &options, &actor, &result, error);
    report_notes(run, result.report.errors, result.report.n_errors, VT_JOB_LEVEL_ERROR);
    report_notes(run, result.report.warnings, result.report.n_warnings, VT_JOB_LEVEL_WARNING);
    if (!done)
        return FALSE;
    report_result(run, &result);
    vt_kind_ring(kinds);
    return TRUE;
}

const VtJobKind vt_kind_group = {.name = VT_GROUP_JOB_KIND,
    .label = "Publish group",
    .role = VT_ROLE_PRODUCER,
    .is_single = TRUE,
    .is_owned = TRUE,
    .max_attempts = 3,
    .check = check_group,
    .run = run_group};
