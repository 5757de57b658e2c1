#include "cli/kind_activation.h"

#include "cli/kinds.h"
#include "publish/activation.h"

enum { STEP = 500 };

/* Whose time it was may have left since: it goes live all the same. */
static gboolean
run_activation(VtJobRun *run, gpointer data, GError **error)
{
    const VtKindData *kinds = data;
    gint64 n_all = 0;
    guint n = STEP;

    while (n == STEP && !vt_job_run_should_stop(run)) {
        VtActor actor = vt_kind_actor(run);

        if (!vt_activation_run(
                vt_job_run_db(run), vt_job_run_job(run)->tenant_id, STEP, &actor, &n, error))
            return FALSE;
        n_all += n;
        vt_job_run_progress(run, n_all, 0, "showing assets whose time has come");
    }
    vt_job_run_count(run, VT_JOB_LEVEL_SUCCESS, n_all);
    vt_job_run_set_result(run, json_pack("{s:I}", "shown", (json_int_t)n_all));
    vt_kind_ring(kinds);
    return TRUE;
}

const VtJobKind vt_kind_activation = {.name = VT_ACTIVATION_JOB_KIND,
    .label = "Activation",
    .role = VT_ROLE_PRODUCER,
    .is_single = TRUE,
    .is_owned = TRUE,
    .max_attempts = 3,
    .run = run_activation};
