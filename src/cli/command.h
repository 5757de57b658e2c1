/* The table of commands, and what every command does first and last. */
#pragma once

#include "cli/settings.h"

typedef enum {
    VT_EXIT_DONE = 0,
    VT_EXIT_REFUSED = 1, /* done in part or refused; reasons are on standard error */
    VT_EXIT_USAGE = 2,
} VtExit;

typedef struct _VtCommand VtCommand;
struct _VtCommand {
    const char *name;      /* one or two words */
    const char *arguments; /* after the name, for the usage line */
    const char *summary;
    const char *options;  /* names of settings it takes, separated by blanks */
    const char *examples; /* lines, each ends with \n */
    VtExit (*run)(
        const VtCommand *self, int argc, char **argv); /* argv[0] is the last word of the name */
};

/* Finds and runs the command argv names. Returns the exit code. */
int vt_command_main(int argc, char **argv);

/**
 * vt_command_parse:
 * @own: options of this command beside its settings, or NULL
 * @n_arguments: how many words it needs after its options; -1: any number
 * @ret_words: those words, NULL-terminated, owned by the caller
 *
 * Parses options and completes @settings. Prints usage errors itself.
 *
 * Returns: FALSE when the command line is not understood: return VT_EXIT_USAGE.
 */
gboolean vt_command_parse(const VtCommand *self,
    int argc,
    char **argv,
    VtSettings *settings,
    const GOptionEntry *own,
    int n_arguments,
    char ***ret_words);

/* Prints "vitrine: <message>" with the error's code and gives the exit code for it. Frees nothing.
 */
VtExit vt_command_fail(const GError *error);

extern const VtCommand vt_command_init;
extern const VtCommand vt_command_serve;
extern const VtCommand vt_command_asset_history;
extern const VtCommand vt_command_catalog_import;
extern const VtCommand vt_command_export;
extern const VtCommand vt_command_import;
extern const VtCommand vt_command_doctor;
extern const VtCommand vt_command_group_add;
extern const VtCommand vt_command_group_create;
extern const VtCommand vt_command_group_delete;
extern const VtCommand vt_command_group_list;
extern const VtCommand vt_command_group_publish;
extern const VtCommand vt_command_group_remove;
extern const VtCommand vt_command_group_schedule;
extern const VtCommand vt_command_group_show;
extern const VtCommand vt_command_group_undo;
extern const VtCommand vt_command_group_unschedule;
extern const VtCommand vt_command_group_validate;
extern const VtCommand vt_command_jobs_list;
extern const VtCommand vt_command_jobs_show;
extern const VtCommand vt_command_jobs_cancel;
extern const VtCommand vt_command_jobs_run;
extern const VtCommand vt_command_jobs_pause;
extern const VtCommand vt_command_jobs_resume;
extern const VtCommand vt_command_jobs_delete;
extern const VtCommand vt_command_migrate;
extern const VtCommand vt_command_preview_create;
extern const VtCommand vt_command_preview_list;
extern const VtCommand vt_command_preview_revoke;
extern const VtCommand vt_command_past;
extern const VtCommand vt_command_publish;
extern const VtCommand vt_command_purge;
extern const VtCommand vt_command_set_create;
extern const VtCommand vt_command_set_save;
extern const VtCommand vt_command_set_show;
extern const VtCommand vt_command_setting_list;
extern const VtCommand vt_command_setting_set;
extern const VtCommand vt_command_sync;
extern const VtCommand vt_command_sync_status;
extern const VtCommand vt_command_tenant_create;
extern const VtCommand vt_command_token_create;
extern const VtCommand vt_command_token_list;
extern const VtCommand vt_command_token_revoke;
extern const VtCommand vt_command_trash_empty;
extern const VtCommand vt_command_trash_list;
extern const VtCommand vt_command_trash_put;
extern const VtCommand vt_command_trash_restore;
extern const VtCommand vt_command_undo;
extern const VtCommand vt_command_unpublish;
extern const VtCommand vt_command_user_add;
extern const VtCommand vt_command_user_disable;
extern const VtCommand vt_command_user_email;
extern const VtCommand vt_command_user_list;
extern const VtCommand vt_command_user_password;
extern const VtCommand vt_command_user_role;
extern const VtCommand vt_command_version;
