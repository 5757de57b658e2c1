#include "cli/kind_cleanup.h"

#include "cli/kinds.h"
#include "jobs/cleanup.h"
#include "jobs/files.h"
#include "media/trash.h"
#include "tenant/setting.h"

enum { STEP = 100 };
#define DAY_US (G_GINT64_CONSTANT(24 * 3600) * G_USEC_PER_SEC)

/* The end of the days a setting counts. */
static gboolean
read_limit(VtJobRun *run, VtSettingId setting, gint64 *ret_before_us, GError **error)
{
    g_autofree char *text =
        vt_setting_read(vt_job_run_db(run), vt_job_run_job(run)->tenant_id, setting, NULL, error);
    gint64 days = 0;

    if (text == NULL || !g_ascii_string_to_signed(text, 10, 1, G_MAXINT, &days, error))
        return FALSE;
    *ret_before_us = vt_job_run_now(run) - days * DAY_US;
    return TRUE;
}

/* One step of what is cleaned up. */
typedef gboolean (*Forget)(VtJobRun *run, gint64 before_us, guint *ret_n, GError **error);

static gboolean
forget_jobs(VtJobRun *run, gint64 before_us, guint *ret_n, GError **error)
{
    return vt_job_forget(
        vt_job_run_db(run), vt_job_run_job(run)->tenant_id, before_us, STEP, ret_n, error);
}

static gboolean
empty_trash(VtJobRun *run, gint64 before_us, guint *ret_n, GError **error)
{
    const VtJob *job = vt_job_run_job(run);
    const VtActor actor = {
        .account_id = job->run_as, .job_id = job->job_id, .now_us = vt_job_run_now(run)};

    return vt_trash_empty(
        vt_job_run_db(run), job->tenant_id, 0, before_us, STEP, &actor, ret_n, error);
}

static const struct {
    VtSettingId setting;
    Forget forget;
    const char *message;
    const char *result;
} duty[] = {
    {VT_SETTING_JOB_LOG_DAYS, forget_jobs, "forgetting old jobs", "forgotten"},
    {VT_SETTING_TRASH_DAYS, empty_trash, "emptying the trash", "trash_emptied"},
};

static gboolean
run_cleanup(VtJobRun *run, gpointer data, GError **error)
{
    const VtKindData *kinds = data;
    g_autoptr(json_t) result = json_object();
    gint64 n_all = 0;

    if (!vt_kind_check_runner(run, vt_kind_cleanup.role, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(duty); i++) {
        gint64 before_us = 0, n_done = 0;
        guint n = STEP;

        if (!read_limit(run, duty[i].setting, &before_us, error))
            return FALSE;
        while (n == STEP && !vt_job_run_should_stop(run)) {
            if (!duty[i].forget(run, before_us, &n, error))
                return FALSE;
            n_done += n;
            vt_job_run_progress(run, n_all + n_done, 0, duty[i].message);
        }
        json_object_set_new(result, duty[i].result, json_integer(n_done));
        n_all += n_done;
    }
    vt_job_folders_tidy(vt_job_run_db(run), kinds->files, vt_job_run_now(run));
    vt_job_run_count(run, VT_JOB_LEVEL_SUCCESS, n_all);
    vt_job_run_set_result(run, g_steal_pointer(&result));
    return TRUE;
}

const VtJobKind vt_kind_cleanup = {.name = "cleanup",
    .label = "Clean-up",
    .standing = "0 30 3 * * ?",
    .role = VT_ROLE_ADMINISTRATOR,
    .is_single = TRUE,
    .max_attempts = 3,
    .run = run_cleanup};
