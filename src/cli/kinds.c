#include "cli/kinds.h"

#include "cli/kind_activation.h"
#include "cli/kind_cleanup.h"
#include "cli/kind_export.h"
#include "cli/kind_group.h"
#include "cli/kind_import.h"
#include "cli/kind_publish.h"
#include "cli/kind_purge.h"
#include "cli/kind_search.h"
#include "cli/kind_sets.h"
#include "cli/kind_sync.h"
#include "cli/kind_upload.h"
#include "jobs/book.h"
#include "tenant/mail_wish.h"
#include "tenant/tenant.h"
#include "tenant/user.h"

const VtJobKind *const vt_kind_table[] = {&vt_kind_publish, &vt_kind_unpublish, &vt_kind_group,
    &vt_kind_activation, &vt_kind_sync, &vt_kind_search, &vt_kind_purge, &vt_kind_cleanup,
    &vt_kind_import, &vt_kind_export, &vt_kind_sets, &vt_kind_upload, &vt_kind_metadata, NULL};

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

void
vt_kind_ring(const VtKindData *self)
{
    if (self->sync != NULL)
        vt_sync_loop_ring(self->sync);
}

char *
vt_kind_tenant(VtJobRun *run, GError **error)
{
    gint64 tenant_id = vt_job_run_job(run)->tenant_id;
    g_autoptr(GPtrArray) tenants = vt_tenant_list(vt_job_run_db(run), error);

    for (guint i = 0; tenants != NULL && i < tenants->len; i++) {
        const VtTenant *tenant = g_ptr_array_index(tenants, i);

        if (tenant->tenant_id == tenant_id)
            return g_strdup(tenant->code);
    }
    return tenants != NULL ? vt_throw_null(error, VT_ERROR_NOT_FOUND, "the tenant is not there")
                           : NULL;
}

VtActor
vt_kind_actor(const VtJobRun *run)
{
    const VtJob *job = vt_job_run_job(run);

    return (VtActor){
        .account_id = job->run_as, .job_id = job->job_id, .now_us = vt_job_run_now(run)};
}

gboolean
vt_kinds_add_addresses(
    VtDb *db, const VtJob *job, VtJobOutcome outcome, GPtrArray *addresses, GError **error)
{
    const VtMailNews news = {.tenant_id = job->tenant_id,
        .run_as = job->run_as,
        .type = job->kind,
        .email = job->email,
        .outcome = outcome};

    return vt_mail_addressees(db, &news, addresses, error);
}

gboolean
vt_kinds_book_standing(VtDb *db, const VtJobKinds *kinds, gint64 now_us, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(GPtrArray) tenants = tx != NULL ? vt_tenant_list(db, error) : NULL;

    for (guint i = 0; tenants != NULL && i < tenants->len; i++) {
        const VtTenant *tenant = g_ptr_array_index(tenants, i);

        if (!vt_job_book_standing(db, kinds, tenant->tenant_id, now_us, error))
            return FALSE;
    }
    return tenants != NULL && vt_tx_commit(tx, error);
}
