/* `token create|list|revoke`: on the data directory, or through a running server. */
#include "cli/command.h"

#include "base/error.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/output.h"
#include "tenant/tenant.h"
#include "tenant/token.h"

#include <string.h>

enum { MAX_DAYS = 3650 };
#define DAY_US (G_GINT64_CONSTANT(86400) * G_USEC_PER_SEC)

static gboolean
open_tenant(const VtSettings *settings, VtData *data, gint64 *ret_tenant_id, GError **error)
{
    g_autofree char *code = NULL;

    return vt_data_open(settings, FALSE, data, error) &&
           vt_tenant_choose(data->db, settings->tenant, ret_tenant_id, &code, error);
}

static json_t *
ask(const VtSettings *settings,
    const char *method,
    const char *rest,
    const json_t *body,
    GError **error)
{
    g_autofree char *path = vt_client_path(settings, rest, error);
    g_autofree char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;

    if (path == NULL)
        return NULL;
    return vt_client_call(
        settings, method, path, text, text != NULL ? strlen(text) : 0, NULL, error);
}

static char *
create_here(
    const VtSettings *settings, const char *user, const char *name, int days, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    VtActor actor = {.now_us = g_get_real_time()};
    gint64 expires_us = days > 0 ? actor.now_us + days * DAY_US : 0;
    char *token = NULL;
    gint64 tenant_id = 0;

    if (!open_tenant(settings, &data, &tenant_id, error) ||
        !vt_token_issue(data.db, tenant_id, user, name, expires_us, &actor, &token, error))
        return NULL;
    return token;
}

static char *
create_there(
    const VtSettings *settings, const char *user, const char *name, int days, GError **error)
{
    g_autoptr(json_t) body = json_pack("{s:s,s:s}", "user", user, "name", name);
    g_autoptr(json_t) answer = NULL;

    if (days > 0)
        json_object_set_new(body, "days", json_integer(days));
    answer = ask(settings, "POST", "tokens", body, error);
    return answer != NULL ? g_strdup(json_string_value(json_object_get(answer, "token"))) : NULL;
}

static VtExit
run_create(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_autofree char *user = NULL, *name = NULL, *token = NULL;
    int days = 0;
    const GOptionEntry own[] = {
        {"user", 0, 0, G_OPTION_ARG_STRING, &user, "whose token it is", "NAME"},
        {"name", 0, 0, G_OPTION_ARG_STRING, &name, "what it is for", "TEXT"},
        {"days", 0, 0, G_OPTION_ARG_INT, &days, "valid for so many days (default: no end)", "N"},
        {0},
    };
    g_autoptr(GError) error = NULL;

    if (!vt_command_parse(self, argc, argv, &settings, own, 0, NULL))
        return VT_EXIT_USAGE;
    if (user == NULL || name == NULL || days < 0 || days > MAX_DAYS) {
        vt_complain("--user and --name are needed, and --days is at most %d; see `vitrine token "
                    "create --help`\n",
            MAX_DAYS);
        return VT_EXIT_USAGE;
    }
    token = settings.server != NULL ? create_there(&settings, user, name, days, &error)
                                    : create_here(&settings, user, name, days, &error);
    if (token == NULL)
        return vt_command_fail(error);
    vt_print("%s\n", token);
    return VT_EXIT_DONE;
}

static json_t *
list_here(const VtSettings *settings, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    gint64 tenant_id = 0;

    if (!open_tenant(settings, &data, &tenant_id, error))
        return NULL;
    return vt_token_list_json(data.db, tenant_id, error);
}

static json_t *
revoke_here(const VtSettings *settings, gint64 token_id, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    VtActor actor = {.now_us = g_get_real_time()};
    gint64 tenant_id = 0;

    if (!open_tenant(settings, &data, &tenant_id, error) ||
        !vt_token_revoke(data.db, tenant_id, token_id, &actor, error))
        return NULL;
    return vt_token_list_json(data.db, tenant_id, error);
}

static VtExit
print_tokens(const VtSettings *settings, const json_t *answer, const GError *error)
{
    const json_t *tokens = json_object_get(answer, "tokens");
    g_autofree char *text = NULL;

    if (answer == NULL)
        return vt_command_fail(error);
    text = json_dumps(answer, JSON_COMPACT);
    if (settings->json)
        vt_print("%s\n", text);
    for (gsize i = 0; !settings->json && i < json_array_size(tokens); i++) {
        const json_t *token = json_array_get(tokens, i);
        const char *expires = json_string_value(json_object_get(token, "expires"));

        vt_print("%" G_GINT64_FORMAT "\t%s\t%s\t%s\n",
            (gint64)json_integer_value(json_object_get(token, "id")),
            json_string_value(json_object_get(token, "user")),
            json_string_value(json_object_get(token, "name")), expires != NULL ? expires : "-");
    }
    return VT_EXIT_DONE;
}

static VtExit
run_list(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) tokens = NULL;

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 0, NULL))
        return VT_EXIT_USAGE;
    tokens = settings.server != NULL ? ask(&settings, "GET", "tokens", NULL, &error)
                                     : list_here(&settings, &error);
    return print_tokens(&settings, tokens, error);
}

static VtExit
run_revoke(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) tokens = NULL;
    g_autofree char *rest = NULL;
    gint64 token_id = 0;

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 1, &words))
        return VT_EXIT_USAGE;
    if (!g_ascii_string_to_signed(words[0], 10, 1, G_MAXINT64, &token_id, NULL)) {
        vt_complain("'%s' is no number of a token; `vitrine token list` shows them\n", words[0]);
        return VT_EXIT_USAGE;
    }
    rest = g_strdup_printf("tokens/%" G_GINT64_FORMAT, token_id);
    tokens = settings.server != NULL ? ask(&settings, "DELETE", rest, NULL, &error)
                                     : revoke_here(&settings, token_id, &error);
    return print_tokens(&settings, tokens, error);
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
