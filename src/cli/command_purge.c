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

/* Schema PurgeRequest; owned by the caller. */
static json_t *
request_of(const Options *options, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autofree char *pattern = NULL;
    g_auto(GStrv) addresses =
        g_strsplit(options->addresses != NULL ? options->addresses : "", " ", -1);
    g_autoptr(json_t) request =
        json_pack("{s:o,s:[]}", "assets", vt_json_words(options->assets), "addresses");

    for (char **address = addresses; *address != NULL; address++)
        json_array_append_new(json_object_get(request, "addresses"), json_string(*address));
    if (options->template == NULL)
        return g_steal_pointer(&request);
    if (!g_file_get_contents(options->template, &pattern, NULL, &local))
        return vt_throw_null(error, VT_ERROR_STORAGE, "%s", local->message);
    if (json_object_set_new(request, "template", json_string(pattern)) != 0)
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "the template is not UTF-8");
    return g_steal_pointer(&request);
}

/* Schema PurgeRequested, as of the next. */
static json_t *
purge_here(const VtSettings *settings, const json_t *request, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    g_autofree char *code = NULL;
    g_auto(VtInvalidation) ask = {0};
    g_auto(VtInvalidated) done = {0};
    VtActor actor = {.now_us = g_get_real_time()};
    gint64 tenant_id = 0;

    if (!vt_invalidation_read(request, &ask, error) ||
        !vt_data_open(settings, FALSE, &data, error) ||
        !vt_tenant_choose(data.db, settings->tenant, &tenant_id, &code, error) ||
        !vt_invalidate(data.db, tenant_id, code, &ask, &actor, &done, error))
        return NULL;
    return vt_invalidated_json(&done);
}

static json_t *
purge_there(const VtSettings *settings, const json_t *request, GError **error)
{
    g_autofree char *path = vt_client_path(settings, "purges", error);
    g_autofree char *body = json_dumps(request, JSON_COMPACT);

    return path != NULL ? vt_client_call(settings, "POST", path, body, strlen(body), NULL, error)
                        : NULL;
}

static json_t *
purge(const VtSettings *settings, const Options *options, GError **error)
{
    g_autoptr(json_t) request = request_of(options, error);

    if (request == NULL)
        return NULL;
    return settings->server != NULL ? purge_there(settings, request, error)
                                    : purge_here(settings, request, error);
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
