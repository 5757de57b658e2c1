/* `purge`: having every edge forget things by hand. */
#include "cli/command.h"

#include "base/error.h"
#include "base/json.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/output.h"
#include "cli/wait.h"
#include "sync/invalidate.h"
#include "tenant/tenant.h"

#include <string.h>

typedef struct {
    char *assets;    /* names, separated by commas */
    char *addresses; /* separated by blanks */
    char *template;  /* a file */
    VtWait wait;
} Options;

static void
options_clear(Options *self)
{
    g_free(self->assets);
    g_free(self->addresses);
    g_free(self->template);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static char **
words_of(const char *text, const char *between)
{
    return text != NULL ? g_strsplit(text, between, -1) : g_new0(char *, 1);
}

/* *ret_pattern is NULL without a template. */
static gboolean
load_template(const Options *options, char **ret_pattern, GError **error)
{
    g_autoptr(GError) local = NULL;

    if (options->template == NULL ||
        g_file_get_contents(options->template, ret_pattern, NULL, &local))
        return TRUE;
    return vt_throw(error, VT_ERROR_STORAGE, "%s", local->message);
}

static json_t *
texts_json(char **texts)
{
    json_t *list = json_array();

    for (char **text = texts; *text != NULL; text++)
        json_array_append_new(list, json_string(*text));
    return list;
}

/* Schema PurgeRequested. */
static json_t *
purge_here(const VtSettings *settings,
    char **assets,
    char **addresses,
    const char *pattern,
    GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    g_autofree char *code = NULL;
    g_auto(VtInvalidated) done = {0};
    VtActor actor = {.now_us = g_get_real_time()};
    VtInvalidation ask = {.assets = (const char *const *)assets,
        .addresses = (const char *const *)addresses,
        .pattern = pattern};

    if (!vt_data_open(settings, FALSE, &data, error) ||
        !vt_tenant_choose(data.db, settings->tenant, &ask.tenant_id, &code, error))
        return NULL;
    ask.tenant = code;
    if (!vt_invalidate(data.db, &ask, &actor, &done, error))
        return NULL;
    g_ptr_array_add(done.tags, NULL);
    g_ptr_array_add(done.addresses, NULL);
    return json_pack("{s:I,s:o,s:o}", "seq", (json_int_t)done.seq, "tags",
        texts_json((char **)done.tags->pdata), "addresses",
        texts_json((char **)done.addresses->pdata));
}

static json_t *
purge_there(const VtSettings *settings,
    char **assets,
    char **addresses,
    const char *pattern,
    GError **error)
{
    g_autofree char *path = vt_client_path(settings, "purges", error);
    g_autoptr(json_t) request =
        json_pack("{s:o,s:o}", "assets", texts_json(assets), "addresses", texts_json(addresses));
    g_autofree char *body = NULL;

    if (path == NULL)
        return NULL;
    if (pattern != NULL && json_object_set_new(request, "template", json_string(pattern)) != 0)
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "the template is not UTF-8");
    body = json_dumps(request, JSON_COMPACT);
    return vt_client_call(settings, "POST", path, body, strlen(body), NULL, error);
}

static json_t *
purge(const VtSettings *settings, const Options *options, GError **error)
{
    g_auto(GStrv) assets = words_of(options->assets, ",");
    g_auto(GStrv) addresses = words_of(options->addresses, " ");
    g_autofree char *pattern = NULL;

    if (!load_template(options, &pattern, error))
        return NULL;
    return settings->server != NULL ? purge_there(settings, assets, addresses, pattern, error)
                                    : purge_here(settings, assets, addresses, pattern, error);
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(Options) options = {0};
    const GOptionEntry own[] = {
        {"assets", 0, 0, G_OPTION_ARG_STRING, &options.assets, "assets, in every size and shape",
            "NAME,…"},
        {"addresses", 0, 0, G_OPTION_ARG_STRING, &options.addresses, "addresses, between blanks",
            "URL …"},
        {"template", 0, 0, G_OPTION_ARG_FILENAME, &options.template,
            "addresses by lines, with <ID> for the name of each asset", "FILE"},
        {0},
    };
    g_autofree char **rest = g_new0(char *, (gsize)argc + 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) result = NULL;
    int n = 0;

    if (!vt_wait_parse(&options.wait, argc, argv, rest, &n) ||
        !vt_command_parse(self, n, rest, &settings, own, 0, NULL))
        return VT_EXIT_USAGE;
    result = purge(&settings, &options, &error);
    if (result == NULL)
        return vt_command_fail(error);
    if (settings.json) {
        g_autofree char *text = json_dumps(result, JSON_COMPACT);

        vt_print("%s\n", text);
    } else {
        vt_print("asked every edge to forget %zu tags and %zu addresses\n",
            json_array_size(json_object_get(result, "tags")),
            json_array_size(json_object_get(result, "addresses")));
    }
    return vt_wait_confirmed(
        &settings, &options.wait, json_integer_value(json_object_get(result, "seq")));
}

const VtCommand vt_command_purge = {
    .name = "purge",
    .arguments = "[--assets NAME,…] [--addresses \"URL …\"] [--template FILE] [--wait[=SECONDS]]",
    .summary = "Has every edge forget assets or addresses; for what publishing does by itself",
    .options = "data database storage tenant server token config json",
    .examples = "  vitrine purge --assets tee-front,tee-back --data /srv/vitrine\n"
                "  vitrine purge --assets tee-front --template sizes.txt --wait --server "
                "http://127.0.0.1:8080 --token \"$TOKEN\"\n",
    .run = run,
};
