/* `sync`: the consumers of the change log by hand, for repair. */
#include "cli/command.h"

#include "sync/sync.h"

#include "base/error.h"
#include "cli/data.h"
#include "cli/output.h"

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    gboolean full = FALSE;
    const GOptionEntry own[] = {
        {"full", 0, 0, G_OPTION_ARG_NONE, &full, "build every read store anew", NULL},
        {0},
    };
    g_autoptr(GError) error = NULL;
    g_auto(VtData) data = {.lock_fd = -1};
    VtSyncReport report;
    VtSync sync;

    if (!vt_command_parse(self, argc, argv, &settings, own, 0, NULL))
        return VT_EXIT_USAGE;
    if (!vt_data_open(&settings, FALSE, &data, &error))
        return vt_command_fail(error);
    sync = (VtSync){.db = data.db, .directory = data.readstore};
    if (full ? !vt_sync_rebuild(&sync, settings.tenant, g_get_real_time(), &report, &error)
             : !vt_sync_run(&sync, g_get_real_time(), &report, &error))
        return vt_command_fail(error);
    vt_print(settings.json
                 ? "{\"databases\":%" G_GUINT64_FORMAT ",\"failed\":%" G_GUINT64_FORMAT "}\n"
                 : "%" G_GUINT64_FORMAT " channel databases, %" G_GUINT64_FORMAT " failed\n",
        report.n_stores, report.n_failed);
    return report.n_failed == 0 ? VT_EXIT_DONE : VT_EXIT_REFUSED;
}

const VtCommand vt_command_sync = {
    .name = "sync",
    .arguments = "[--full]",
    .summary = "Brings the read stores up to the change log, or builds them anew",
    .options = "data database storage tenant config json",
    .examples =
        "  vitrine sync --data /srv/vitrine\n"
        "  vitrine sync --full --data /srv/vitrine    # after a damaged or deleted read store\n",
    .run = run,
};
