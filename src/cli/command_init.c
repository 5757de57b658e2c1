/* `init`. */
#include "cli/command.h"

#include "cli/data.h"
#include "cli/output.h"
#include "cli/password.h"
#include "tenant/setup.h"

#include <string.h>

/* Nothing but what an init that was cut short may have left. */
static gboolean
is_unused(const char *directory, GError **error)
{
    static const char *const ours[] = {
        "lock", "vitrine.db", "vitrine.db-wal", "vitrine.db-shm", "blobs", "node", NULL};
    g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
        if (!g_strv_contains(ours, name))
            return vt_throw(
                error, VT_ERROR_DATA_USED, "'%s' is not empty: it holds '%s'", directory, name);
    return TRUE;
}

static gboolean
set_up(VtDb *db, const VtSetup *setup, char **ret_token, GError **error)
{
    VtActor actor = {.now_us = g_get_real_time()};

    return vt_setup_run(db, setup, &actor, ret_token, error);
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_autofree char *admin = NULL, *file = NULL, *password = NULL, *token = NULL;
    const GOptionEntry own[] = {
        {"admin", 0, 0, G_OPTION_ARG_STRING, &admin, "name of the first administrator", "NAME"},
        {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &file, "file that holds the password",
            "FILE"},
        {0},
    };
    g_autoptr(GError) error = NULL;
    g_auto(VtData) data = {.lock_fd = -1};

    if (!vt_command_parse(self, argc, argv, &settings, own, 0, NULL))
        return VT_EXIT_USAGE;
    if (settings.tenant == NULL || admin == NULL || file == NULL) {
        vt_complain(
            "--tenant, --admin and --password-file are needed; see `vitrine init --help`\n");
        return VT_EXIT_USAGE;
    }
    if ((password = vt_password_read(file, &error)) == NULL || !is_unused(settings.data, &error) ||
        !vt_data_open(&settings, TRUE, &data, &error) ||
        !set_up(data.db, &(VtSetup){settings.tenant, admin, password}, &token, &error))
        return vt_command_fail(error);
    vt_print("%s\n", token);
    return VT_EXIT_DONE;
}

const VtCommand vt_command_init = {
    .name = "init",
    .arguments = "--tenant CODE --admin NAME --password-file FILE",
    .summary = "Makes a data directory with one tenant and one administrator; prints the API token",
    .options = "data database storage tenant config",
    .examples =
        "  vitrine init --data /srv/vitrine --tenant acme --admin anna --password-file secret\n"
        "  TOKEN=$(vitrine init --tenant acme --admin anna --password-file secret)\n",
    .run = run,
};
