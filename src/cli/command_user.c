/* `user add|list|role|password|disable|email`: on the data directory, or through a running server.
 */
#include "cli/command.h"

#include "base/text.h"
#include "cli/errand.h"
#include "cli/output.h"
#include "cli/password.h"
#include "tenant/account.h"
#include "tenant/mail_wish.h"
#include "tenant/user.h"

#include <string.h>

static VtActor
me(void)
{
    return (VtActor){.now_us = g_get_real_time()};
}

static json_t *
list_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    g_autoptr(GPtrArray) users = vt_user_list(db, tenant_id, error);

    return users != NULL ? vt_user_list_json(users) : NULL;
}

static void
show_users(const json_t *answer)
{
    const json_t *users = json_object_get(answer, "users");

    for (gsize i = 0; i < json_array_size(users); i++) {
        const json_t *user = json_array_get(users, i);
        const char *email = json_string_value(json_object_get(user, "email"));

        vt_print("%s\t%s%s%s%s\n", json_string_value(json_object_get(user, "name")),
            json_string_value(json_object_get(user, "role")),
            json_is_true(json_object_get(user, "disabled")) ? "\tdisabled" : "",
            email != NULL ? "\t" : "", email != NULL ? email : "");
    }
}

/* `users/NAME/REST` */
static char *
path_of(const char *name, const char *rest)
{
    g_autofree char *escaped = vt_text_escape(name, FALSE);

    return g_strdup_printf("users/%s/%s", escaped, rest);
}

static VtExit
run_list(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(VtErrand) errand = {.method = "GET", .here = list_here, .show = show_users};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 0, NULL))
        return VT_EXIT_USAGE;
    errand.rest = g_strdup("users");
    return vt_errand_run(&settings, &errand);
}

static json_t *
add_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = me();
    VtRole role = VT_ROLE_READER;

    return vt_account_role_parse(errand->other, &role, error) &&
                   vt_user_add(db, tenant_id, errand->name, errand->word, role, &actor, error)
               ? list_here(db, tenant_id, errand, ret_problem, error)
               : NULL;
}

static VtExit
run_add(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_autofree char *role = NULL, *file = NULL, *password = NULL;
    const GOptionEntry own[] = {
        {"role", 0, 0, G_OPTION_ARG_STRING, &role, "reader, producer or administrator", "ROLE"},
        {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &file,
            "file that holds the password; -: standard input", "FILE"},
        {0},
    };
    g_auto(VtErrand) errand = {.method = "POST", .here = add_here, .show = show_users};
    g_autoptr(GError) error = NULL;

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    if (role == NULL || file == NULL) {
        vt_complain("--role and --password-file are needed; see `vitrine user add --help`\n");
        return VT_EXIT_USAGE;
    }
    password = vt_password_read(file, &error);
    if (password == NULL)
        return vt_command_fail(error);
    errand.name = words[0];
    errand.word = password;
    errand.other = role;
    errand.rest = g_strdup("users");
    errand.body =
        json_pack("{s:s,s:s,s:s}", "name", errand.name, "password", password, "role", role);
    return vt_errand_run(&settings, &errand);
}

static gboolean
set_role(VtDb *db, gint64 tenant_id, const VtErrand *errand, const VtActor *actor, GError **error)
{
    VtRole role = VT_ROLE_READER;

    if (strcmp(errand->word, "none") == 0)
        return vt_user_remove_role(db, tenant_id, errand->name, actor, error);
    return vt_account_role_parse(errand->word, &role, error) &&
           vt_user_set_role(db, tenant_id, errand->name, role, actor, error);
}

static json_t *
role_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = me();

    return set_role(db, tenant_id, errand, &actor, error)
               ? list_here(db, tenant_id, errand, ret_problem, error)
               : NULL;
}

static VtExit
run_role(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(VtErrand) errand = {.method = "PUT", .here = role_here, .show = show_users};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 2, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    errand.rest = path_of(errand.name, "role");
    errand.word = words[1];
    errand.body = json_pack("{s:s}", "role", errand.word);
    return vt_errand_run(&settings, &errand);
}

static json_t *
password_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = me();

    return vt_user_set_password(db, tenant_id, errand->name, errand->word, &actor, error)
               ? list_here(db, tenant_id, errand, ret_problem, error)
               : NULL;
}

static VtExit
run_password(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_autofree char *file = NULL, *password = NULL;
    const GOptionEntry own[] = {
        {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &file,
            "file that holds the password; -: standard input", "FILE"},
        {0},
    };
    g_auto(VtErrand) errand = {.method = "PUT", .here = password_here, .show = show_users};
    g_autoptr(GError) error = NULL;

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    if (file == NULL) {
        vt_complain("--password-file is needed; see `vitrine user password --help`\n");
        return VT_EXIT_USAGE;
    }
    password = vt_password_read(file, &error);
    if (password == NULL)
        return vt_command_fail(error);
    errand.name = words[0];
    errand.rest = path_of(errand.name, "password");
    errand.word = password;
    errand.body = json_pack("{s:s}", "password", password);
    return vt_errand_run(&settings, &errand);
}

static json_t *
disable_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = me();
    gboolean disabled = json_is_true(json_object_get(errand->body, "disabled"));

    return vt_user_set_disabled(db, tenant_id, errand->name, disabled, &actor, error)
               ? list_here(db, tenant_id, errand, ret_problem, error)
               : NULL;
}

static VtExit
run_disable(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    gboolean enable = FALSE;
    const GOptionEntry own[] = {
        {"enable", 0, 0, G_OPTION_ARG_NONE, &enable, "let the user in again", NULL},
        {0},
    };
    g_auto(VtErrand) errand = {.method = "PUT", .here = disable_here, .show = show_users};

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    errand.rest = path_of(errand.name, "disabled");
    errand.body = json_pack("{s:b}", "disabled", !enable);
    return vt_errand_run(&settings, &errand);
}

static json_t *
email_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = me();

    return vt_user_set_email(db, tenant_id, errand->name, errand->word, &actor, error)
               ? list_here(db, tenant_id, errand, ret_problem, error)
               : NULL;
}

static VtExit
run_email(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(VtErrand) errand = {.method = "PUT", .here = email_here, .show = show_users};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 2, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    errand.rest = path_of(errand.name, "email");
    errand.word = strcmp(words[1], "none") != 0 ? words[1] : NULL;
    errand.body = json_pack("{s:s?}", "email", errand.word);
    return vt_errand_run(&settings, &errand);
}

#define OPTIONS "data database tenant server token config json"

const VtCommand vt_command_user_list = {
    .name = "user list",
    .arguments = "",
    .summary = "Lists the users of a tenant with their roles",
    .options = OPTIONS,
    .examples = "  vitrine user list --data /srv/vitrine\n",
    .run = run_list,
};

const VtCommand vt_command_user_add = {
    .name = "user add",
    .arguments = "NAME --role ROLE --password-file FILE",
    .summary = "Adds a user and prints the users of the tenant",
    .options = OPTIONS,
    .examples = "  vitrine user add bob --role producer --password-file secret\n",
    .run = run_add,
};

const VtCommand vt_command_user_role = {
    .name = "user role",
    .arguments = "NAME ROLE",
    .summary = "Gives a user the role reader, producer, administrator or none in a tenant",
    .options = OPTIONS,
    .examples = "  vitrine user role bob administrator --tenant acme\n",
    .run = run_role,
};

const VtCommand vt_command_user_password = {
    .name = "user password",
    .arguments = "NAME --password-file FILE",
    .summary = "Sets the password of a user",
    .options = OPTIONS,
    .examples = "  vitrine user password bob --password-file secret\n",
    .run = run_password,
};

const VtCommand vt_command_user_disable = {
    .name = "user disable",
    .arguments = "NAME",
    .summary = "Keeps a user out of all tenants; his work stays",
    .options = OPTIONS,
    .examples = "  vitrine user disable bob\n  vitrine user disable bob --enable\n",
    .run = run_disable,
};

const VtCommand vt_command_user_email = {
    .name = "user email",
    .arguments = "NAME ADDRESS",
    .summary = "Sets where a user gets e-mail; `none` takes the address away",
    .options = OPTIONS,
    .examples = "  vitrine user email bob bob@example.com\n",
    .run = run_email,
};
