#include "cli/command.h"

#include "base/error.h"
#include "base/tool.h"
#include "cli/demo_draw.h"
#include "cli/output.h"
#include "imaging/ingest_worker.h"

#include <stdlib.h>
#include <string.h>

static const VtCommand *const commands[] = {
    &vt_command_init,
    &vt_command_serve,
    &vt_command_catalog_import,
    &vt_command_import,
    &vt_command_export,
    &vt_command_publish,
    &vt_command_unpublish,
    &vt_command_undo,
    &vt_command_group_create,
    &vt_command_group_list,
    &vt_command_group_show,
    &vt_command_group_add,
    &vt_command_group_remove,
    &vt_command_group_validate,
    &vt_command_group_schedule,
    &vt_command_group_unschedule,
    &vt_command_group_publish,
    &vt_command_group_undo,
    &vt_command_group_delete,
    &vt_command_sync_status,
    &vt_command_sync,
    &vt_command_purge,
    &vt_command_asset_history,
    &vt_command_past,
    &vt_command_trash_list,
    &vt_command_trash_put,
    &vt_command_trash_restore,
    &vt_command_trash_empty,
    &vt_command_jobs_list,
    &vt_command_jobs_show,
    &vt_command_jobs_cancel,
    &vt_command_jobs_run,
    &vt_command_jobs_pause,
    &vt_command_jobs_resume,
    &vt_command_jobs_delete,
    &vt_command_set_create,
    &vt_command_set_save,
    &vt_command_set_show,
    &vt_command_preview_create,
    &vt_command_preview_list,
    &vt_command_preview_revoke,
    &vt_command_setting_list,
    &vt_command_setting_set,
    &vt_command_tenant_create,
    &vt_command_user_add,
    &vt_command_user_list,
    &vt_command_user_role,
    &vt_command_user_password,
    &vt_command_user_disable,
    &vt_command_user_email,
    &vt_command_token_create,
    &vt_command_token_list,
    &vt_command_token_revoke,
    &vt_command_migrate,
    &vt_command_doctor,
    &vt_command_version,
};

static void
print_overview(void)
{
    g_autofree char *settings = vt_settings_help();

    vt_print("Vitrine keeps a shop's media and shows them in every channel and language.\n\n"
             "Usage: vitrine COMMAND [options]\n\nCommands:\n");
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
        vt_print("  %-16s %s\n", commands[i]->name, commands[i]->summary);
    vt_print("\n`vitrine COMMAND --help` explains a command, with examples.\n\n"
             "Every setting may also come from the environment or a configuration file:\n%s\n"
             "Exit codes: 0 done, 1 done in part or refused, 2 bad usage.\n",
        settings);
}

/* How many words of argv (from 1) are the name of @command; 0: it is another. */
static int
matches(const VtCommand *command, int argc, char **argv)
{
    g_auto(GStrv) words = g_strsplit(command->name, " ", -1);
    int n = (int)g_strv_length(words);

    if (argc < 1 + n)
        return 0;
    for (int i = 0; i < n; i++)
        if (strcmp(words[i], argv[1 + i]) != 0)
            return 0;
    return n;
}

int
vt_command_main(int argc, char **argv)
{
    if (argc < 2) {
        vt_complain("say what to do: `vitrine --help` lists the commands\n");
        return VT_EXIT_USAGE;
    }
    if (strcmp(argv[1], "ingest-worker") == 0)
        return vt_ingest_worker_main();
    if (strcmp(argv[1], "tool-worker") == 0)
        return vt_tool_worker_main(argc - 2, argv + 2);
    if (strcmp(argv[1], "draw-sample") == 0)
        return vt_demo_draw_main(argc - 2, argv + 2);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_overview();
        return VT_EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0)
        return vt_command_version.run(&vt_command_version, 1, argv);
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        int n = matches(commands[i], argc, argv);

        if (n > 0)
            return commands[i]->run(commands[i], argc - n, argv + n);
    }
    vt_complain("there is no command '%s'; `vitrine --help` lists them\n", argv[1]);
    return VT_EXIT_USAGE;
}

static GOptionContext *
context_of(const VtCommand *self, VtSettings *settings, const GOptionEntry *own)
{
    g_autofree char *examples = g_strdup_printf("Examples:\n%s", self->examples);
    GOptionContext *context = g_option_context_new(self->arguments);

    g_option_context_set_summary(context, self->summary);
    g_option_context_set_description(context, examples);
    if (own != NULL)
        g_option_context_add_main_entries(context, own, NULL);
    vt_settings_add_options(settings, context, self->options);
    return context;
}

/* `COMMAND --help` answers with the command's own usage line. */
static void
print_help(const VtCommand *self, GOptionContext *context)
{
    g_autofree char *name = g_strdup_printf("vitrine %s", self->name);
    g_autofree char *help = NULL;

    g_set_prgname(name);
    help = g_option_context_get_help(context, TRUE, NULL);
    vt_print("%s", help);
}

gboolean
vt_command_parse(const VtCommand *self,
    int argc,
    char **argv,
    VtSettings *settings,
    const GOptionEntry *own,
    int n_arguments,
    char ***ret_words)
{
    g_autoptr(GOptionContext) context = context_of(self, settings, own);
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) words = g_new0(char *, (gsize)argc + 1);

    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            print_help(self, context);
            exit(VT_EXIT_DONE);
        }
        words[i] = g_strdup(argv[i]);
    }
    g_option_context_set_help_enabled(context, FALSE);
    if (!g_option_context_parse_strv(context, &words, &error)) {
        vt_complain("%s; see `vitrine %s --help`\n", error->message, self->name);
        return FALSE;
    }
    if (n_arguments >= 0 && (int)g_strv_length(words) - 1 != n_arguments) {
        vt_complain("usage: vitrine %s %s; see `vitrine %s --help`\n", self->name, self->arguments,
            self->name);
        return FALSE;
    }
    if (!vt_settings_complete(settings, &error)) {
        vt_complain("%s\n", error->message);
        return FALSE;
    }
    if (ret_words != NULL)
        *ret_words = g_strdupv(words + 1);
    return TRUE;
}

VtExit
vt_command_fail(const GError *error)
{
    VtErrorCode code = vt_error_code(error);

    vt_complain("%s (%s)\n", error->message, vt_error_rows[code].code);
    return code == VT_ERROR_USAGE ? VT_EXIT_USAGE : VT_EXIT_REFUSED;
}
