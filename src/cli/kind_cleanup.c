#include "cli/kind_cleanup.h"

#include "cli/kinds.h"
#include "jobs/cleanup.h"
#include "jobs/files.h"
#include "tenant/setting.h"

enum { STEP = 100 };
#define DAY_US (G_GINT64_CONSTANT(24 * 3600) * G_USEC_PER_SEC)

static gboolean
run_cleanup(VtJobRun *run, gpointer data, GError **error)
{
    const VtJob *job = vt_job_run_job(run);
    const VtKindData *kinds = data;
    VtDb *db = vt_job_run_db(run);
    gint64 days = 0, n_forgotten = 0;
    guint n = STEP;

    if (!vt_kind_check_runner(run, vt_kind_cleanup.role, error) ||
        !vt_setting_read_number(db, job->tenant_id, VT_SETTING_JOB_LOG_DAYS, &days, error))
        return FALSE;
    while (n == STEP && !vt_job_run_should_stop(run)) {
        if (!vt_job_forget(
                db, job->tenant_id, vt_job_run_now(run) - days * DAY_US, STEP, &n, error))
            return FALSE;
        n_forgotten += n;
        vt_job_run_progress(run, n_forgotten, 0, "forgetting old jobs");
    }
    vt_job_folders_tidy(db, kinds->files, vt_job_run_now(run));
    vt_job_run_count(run, VT_JOB_LEVEL_SUCCESS, n_forgotten);
    vt_job_run_set_result(run, json_pack("{s:I}", "forgotten", (json_int_t)n_forgotten));
    return TRUE;
}

const VtJobKind vt_kind_cleanup = {.name = "cleanup",
    .label = "Clean-up",
    .standing = "0 30 3 * * ?",
    .role = VT_ROLE_ADMINISTRATOR,
    .is_single = TRUE,
    .max_attempts = 3,
    .run = run_cleanup};
