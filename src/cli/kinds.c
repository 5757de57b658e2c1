#include "cli/kinds.h"

#include "cli/kind_cleanup.h"
#include "cli/kind_publish.h"
#include "cli/kind_sync.h"
#include "jobs/queue.h"
#include "tenant/tenant.h"
#include "tenant/user.h"

#define NIGHTLY "0 30 3 * * ?"

const VtJobKind *const vt_kind_table[] = {
    &vt_kind_publish, &vt_kind_unpublish, &vt_kind_sync, &vt_kind_cleanup, NULL};

static gboolean
check_role(const VtJob *job, VtRole role, VtRole needed, GError **error)
{
    return role >= needed ||
           vt_throw(error, VT_ERROR_FORBIDDEN, "who runs job '%s' has the role '%s'; it takes '%s'",
               job->name, vt_role_names[role], vt_role_names[needed]);
}

gboolean
vt_kind_check_runner(VtJobRun *run, VtRole needed, GError **error)
{
    const VtJob *job = vt_job_run_job(run);
    g_autoptr(GPtrArray) users = NULL;

    if (job->run_as == 0) /* the command line, whose right is to the data itself */
        return TRUE;
    users = vt_user_list(vt_job_run_db(run), job->tenant_id, error);
    if (users == NULL)
        return FALSE;
    for (guint i = 0; i < users->len; i++) {
        const VtUser *user = g_ptr_array_index(users, i);

        if (user->account_id == job->run_as && user->disabled_us == 0)
            return check_role(job, user->role, needed, error);
    }
    return vt_throw(error, VT_ERROR_FORBIDDEN,
        "who runs job '%s' may not sign in to this tenant any more", job->name);
}

VtActor
vt_kind_actor(const VtJobRun *run)
{
    const VtJob *job = vt_job_run_job(run);

    return (VtActor){
        .account_id = job->run_as, .job_id = job->job_id, .now_us = vt_job_run_now(run)};
}

static gboolean
has_cleanup(VtDb *db, gint64 tenant_id, gboolean *ret_has, GError **error)
{
    static const VtJobState booked[] = {VT_JOB_STATE_SCHEDULED, VT_JOB_STATE_PAUSED};

    *ret_has = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(booked) && !*ret_has; i++) {
        VtJobQuery query = {.tenant_id = tenant_id,
            .kind = vt_kind_cleanup.name,
            .state = vt_job_state_names[booked[i]],
            .to_us = G_MAXINT64,
            .limit = 1};
        g_autoptr(GPtrArray) list = vt_job_list(db, &query, error);

        if (list == NULL)
            return FALSE;
        *ret_has = list->len > 0;
    }
    return TRUE;
}

static gboolean
book_cleanup(VtDb *db, const VtJobKinds *kinds, gint64 tenant_id, gint64 now_us, GError **error)
{
    VtJobSpec spec = {.tenant_id = tenant_id,
        .kind = vt_kind_cleanup.name,
        .name = "Nightly clean-up",
        .rule = NIGHTLY};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    gboolean has = FALSE;
    gint64 job_id;

    if (tx == NULL || !has_cleanup(db, tenant_id, &has, error))
        return FALSE;
    if (has)
        return TRUE;
    return vt_job_submit(db, kinds, &spec, now_us, &job_id, error) && vt_tx_commit(tx, error);
}

gboolean
vt_kinds_book_cleanup(VtDb *db, const VtJobKinds *kinds, gint64 now_us, GError **error)
{
    g_autoptr(GPtrArray) tenants = vt_tenant_list(db, error);

    for (guint i = 0; tenants != NULL && i < tenants->len; i++) {
        const VtTenant *tenant = g_ptr_array_index(tenants, i);

        if (!book_cleanup(db, kinds, tenant->tenant_id, now_us, error))
            return FALSE;
    }
    return tenants != NULL;
}
