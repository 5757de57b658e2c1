/* `tenant create`. */
#include "cli/command.h"

#include "cli/data.h"
#include "cli/kinds.h"
#include "cli/output.h"
#include "jobs/book.h"
#include "tenant/account.h"
#include "tenant/tenant.h"

static gboolean
create(VtDb *db, const char *code, GError **error)
{
    const VtJobKinds kinds = {vt_kind_table, NULL};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    gint64 tenant_id = 0, now_us = g_get_real_time();

    return tx != NULL && vt_tenant_create(db, code, now_us, &tenant_id, error) &&
           vt_job_book_standing(db, &kinds, tenant_id, now_us, error) && vt_tx_commit(tx, error);
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(VtData) data = {.lock_fd = -1};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 1, &words))
        return VT_EXIT_USAGE;
    if (!vt_data_open(&settings, FALSE, &data, &error) || !create(data.db, words[0], &error) ||
        !vt_data_sync(&data, &error))
        return vt_command_fail(error);
    vt_complain("tenant '%s' is there\n", words[0]);
    return VT_EXIT_DONE;
}

const VtCommand vt_command_tenant_create = {
    .name = "tenant create",
    .arguments = "CODE",
    .summary = "Adds a tenant, apart from the others in everything but user names",
    .options = "data database storage config",
    .examples = "  vitrine tenant create outlet --data /srv/vitrine\n",
    .run = run,
};
