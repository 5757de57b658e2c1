/* `version`. */
#include "cli/command.h"

#include "cli/output.h"

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, -1, NULL))
        return VT_EXIT_USAGE;
    if (settings.json)
        vt_print("{\"version\":\"%s\"}\n", VT_VERSION);
    else
        vt_print("vitrine %s\n", VT_VERSION);
    return VT_EXIT_DONE;
}

const VtCommand vt_command_version = {
    .name = "version",
    .arguments = "",
    .summary = "Tells the version",
    .options = "json",
    .examples = "  vitrine version\n",
    .run = run,
};
