/* `token create|list|revoke`: on the data directory, or through a running server. */
#include "cli/command.h"

#include "cli/errand.h"
#include "cli/output.h"
#include "tenant/token.h"

enum { MAX_DAYS = 3650 };
#define DAY_US (G_GINT64_CONSTANT(86400) * G_USEC_PER_SEC)

static json_t *
create_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = {.now_us = g_get_real_time()};
    gint64 days = json_integer_value(json_object_get(errand->body, "days"));
    gint64 expires_us = days > 0 ? actor.now_us + days * DAY_US : 0;
    g_autofree char *token = NULL;

    return vt_token_issue(
               db, tenant_id, errand->name, errand->word, expires_us, &actor, &token, error)
               ? json_pack("{s:s}", "token", token)
               : NULL;
}

static void
show_token(const json_t *answer)
{
    vt_print("%s\n", json_string_value(json_object_get(answer, "token")));
}

static VtExit
run_create(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_autofree char *user = NULL, *name = NULL;
    int days = 0;
    const GOptionEntry own[] = {
        {"user", 0, 0, G_OPTION_ARG_STRING, &user, "whose token it is", "NAME"},
        {"name", 0, 0, G_OPTION_ARG_STRING, &name, "what it is for", "TEXT"},
        {"days", 0, 0, G_OPTION_ARG_INT, &days, "valid for so many days (default: no end)", "N"},
        {0},
    };
    g_auto(VtErrand) errand = {.method = "POST", .here = create_here, .show = show_token};

    if (!vt_command_parse(self, argc, argv, &settings, own, 0, NULL))
        return VT_EXIT_USAGE;
    if (user == NULL || name == NULL || days < 0 || days > MAX_DAYS) {
        vt_complain("--user and --name are needed, and --days is at most %d; see `vitrine token "
                    "create --help`\n",
            MAX_DAYS);
        return VT_EXIT_USAGE;
    }
    errand.name = user;
    errand.word = name;
    errand.rest = g_strdup("tokens");
    errand.body = json_pack("{s:s,s:s}", "user", user, "name", name);
    if (days > 0)
        json_object_set_new(errand.body, "days", json_integer(days));
    return vt_errand_run(&settings, &errand);
}

static json_t *
list_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    return vt_token_list_json(db, tenant_id, error);
}

static json_t *
revoke_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = {.now_us = g_get_real_time()};
    gint64 token_id = g_ascii_strtoll(errand->name, NULL, 10);

    return vt_token_revoke(db, tenant_id, token_id, &actor, error)
               ? vt_token_list_json(db, tenant_id, error)
               : NULL;
}

static void
show_tokens(const json_t *answer)
{
    const json_t *tokens = json_object_get(answer, "tokens");

    for (gsize i = 0; i < json_array_size(tokens); i++) {
        const json_t *token = json_array_get(tokens, i);
        const char *expires = json_string_value(json_object_get(token, "expires"));

        vt_print("%" JSON_INTEGER_FORMAT "\t%s\t%s\t%s\n",
            json_integer_value(json_object_get(token, "id")),
            json_string_value(json_object_get(token, "user")),
            json_string_value(json_object_get(token, "name")), expires != NULL ? expires : "-");
    }
}

static VtExit
run_list(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(VtErrand) errand = {.method = "GET", .here = list_here, .show = show_tokens};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 0, NULL))
        return VT_EXIT_USAGE;
    errand.rest = g_strdup("tokens");
    return vt_errand_run(&settings, &errand);
}

static VtExit
run_revoke(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(VtErrand) errand = {.method = "DELETE", .here = revoke_here, .show = show_tokens};
    gint64 token_id = 0;

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 1, &words))
        return VT_EXIT_USAGE;
    if (!g_ascii_string_to_signed(words[0], 10, 1, G_MAXINT64, &token_id, NULL)) {
        vt_complain("'%s' is no number of a token; `vitrine token list` shows them\n", words[0]);
        return VT_EXIT_USAGE;
    }
    errand.name = words[0];
    errand.rest = g_strdup_printf("tokens/%" G_GINT64_FORMAT, token_id);
    return vt_errand_run(&settings, &errand);
}

#define OPTIONS "data database tenant server token config"

const VtCommand vt_command_token_create = {
    .name = "token create",
    .arguments = "--user NAME --name TEXT",
    .summary = "Makes an API token and prints it; it cannot be shown again",
    .options = OPTIONS,
    .examples = "  vitrine token create --user bob --name build-server --days 365\n",
    .run = run_create,
};

const VtCommand vt_command_token_list = {
    .name = "token list",
    .arguments = "",
    .summary = "Lists the API tokens of a tenant's users: number, user, name, end",
    .options = OPTIONS " json",
    .examples = "  vitrine token list --data /srv/vitrine\n",
    .run = run_list,
};

const VtCommand vt_command_token_revoke = {
    .name = "token revoke",
    .arguments = "NUMBER",
    .summary = "Ends an API token and prints those that are left",
    .options = OPTIONS " json",
    .examples = "  vitrine token revoke 3 --data /srv/vitrine\n",
    .run = run_revoke,
};
