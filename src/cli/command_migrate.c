/* `migrate`: brings the database to this program's schema without serving; any command would do the
 * same on its way. For those who want to do it while nobody waits. */
#include "cli/command.h"

#include "cli/data.h"
#include "cli/output.h"

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_autoptr(GError) error = NULL;
    g_auto(VtData) data = {.lock_fd = -1};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 0, NULL))
        return VT_EXIT_USAGE;
    if (!vt_data_open(&settings, FALSE, &data, &error) || !vt_data_sync(&data, &error))
        return vt_command_fail(error);
    vt_complain("the database has the schema of this program, and the read stores follow it\n");
    return VT_EXIT_DONE;
}

const VtCommand vt_command_migrate = {
    .name = "migrate",
    .arguments = "",
    .summary = "Brings the database and the read stores to this program's version",
    .options = "data database storage config",
    .examples = "  vitrine migrate --data /srv/vitrine\n"
                "  vitrine migrate --data /srv/vitrine --database postgresql:///vitrine\n",
    .run = run,
};
