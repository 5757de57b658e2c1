/* `unpublish`: here on the data directory, whose owner may force it, or there on a running server.
 */
#include "cli/command.h"

#include "base/error.h"
#include "cli/changes.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/output.h"
#include "cli/wait.h"
#include "publish/unpublish.h"
#include "tenant/tenant.h"

#include <string.h>

typedef struct {
    char *products; /* ids, separated by commas */
    char *categories;
    char *assets; /* names, separated by commas */
    char *contexts;
    char *channel;
    char *locale;
    gboolean force;
    gboolean dry_run;
    gboolean changes;
    VtWait wait;
} Options;

static void
options_clear(Options *self)
{
    g_free(self->products);
    g_free(self->categories);
    g_free(self->assets);
    g_free(self->contexts);
    g_free(self->channel);
    g_free(self->locale);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static json_t *
unpublish_here(
    const VtSettings *settings, const Options *options, json_t **ret_problem, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    g_auto(VtUnpublishResult) result = {0};
    g_auto(GStrv) products =
        options->products != NULL ? g_strsplit(options->products, ",", -1) : NULL;
    g_auto(GStrv) categories =
        options->categories != NULL ? g_strsplit(options->categories, ",", -1) : NULL;
    g_auto(GStrv) assets = options->assets != NULL ? g_strsplit(options->assets, ",", -1) : NULL;
    g_autofree char *code = NULL;
    VtActor actor = {.now_us = g_get_real_time()};
    VtUnpublishRequest request = {.products = (const char *const *)products,
        .categories = (const char *const *)categories,
        .assets = (const char *const *)assets,
        .channel = options->channel,
        .locale = options->locale,
        .may_wait = TRUE,
        .force = options->force,
        .dry_run = options->dry_run,
        .tell_changes = options->changes};

    if (!vt_outlets_parse(options->contexts, &request.outlets, error) ||
        !vt_data_open(settings, FALSE, &data, error) ||
        !vt_tenant_choose(data.db, settings->tenant, &request.tenant_id, &code, error))
        return NULL;
    if (!vt_unpublish(data.db, &request, &actor, &result, error)) {
        *ret_problem = vt_unpublish_result_json(&result);
        return NULL;
    }
    return vt_data_sync(&data, error) ? vt_unpublish_result_json(&result) : NULL;
}

static json_t *
unpublish_there(
    const VtSettings *settings, const Options *options, json_t **ret_problem, GError **error)
{
    g_autofree char *path = vt_client_path(settings, "unpublish", error);
    json_t *contexts = options->contexts != NULL ? vt_json_words(options->contexts) : NULL;
    g_autoptr(json_t) request = json_pack("{s:o,s:o,s:o,s:o*,s:b,s:b,s:b,s:s*,s:s*}", "products",
        vt_json_words(options->products), "categories", vt_json_words(options->categories),
        "assets", vt_json_words(options->assets), "contexts", contexts, "force", options->force,
        "dry_run", options->dry_run, "tell_changes", options->changes, "channel", options->channel,
        "locale", options->locale);
    g_autofree char *body = json_dumps(request, JSON_COMPACT);

    if (path == NULL)
        return NULL;
    return vt_client_call(settings, "POST", path, body, strlen(body), ret_problem, error);
}

static void
show(const json_t *result, gboolean json, gboolean dry_run)
{
    gint64 n = json_integer_value(json_object_get(result, "unpublished"));
    gint64 marked = json_integer_value(json_object_get(result, "marked"));

    if (json) {
        g_autofree char *text = json_dumps(result, JSON_COMPACT);

        vt_print("%s\n", text);
    } else if (dry_run) {
        vt_plan_show(result, "unpublished", "be taken back");
    } else if (marked > 0) {
        vt_print("marked %" G_GINT64_FORMAT " documents to be taken back by the next publish of "
                 "everything\n",
            marked);
    } else if (n == 0) {
        vt_print("nothing to unpublish: nothing asked for is live\n");
    } else {
        vt_print("unpublished %" G_GINT64_FORMAT " documents at log number %" JSON_INTEGER_FORMAT
                 "\n",
            n, json_integer_value(json_object_get(result, "seq")));
    }
}

static VtExit
unpublish(const VtSettings *settings, const Options *options)
{
    g_autoptr(json_t) problem = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) result = settings->server != NULL
                                   ? unpublish_there(settings, options, &problem, &error)
                                   : unpublish_here(settings, options, &problem, &error);

    if (result == NULL) {
        vt_complain_names(problem, "referenced", "shown by");
        return vt_command_fail(error);
    }
    show(result, settings->json, options->dry_run);
    vt_complain_names(
        result, "referenced", options->dry_run ? "shown by" : "shown by, and missing there now");
    return vt_wait_confirmed(
        settings, &options->wait, json_integer_value(json_object_get(result, "seq")));
}

static gboolean
parse(const VtCommand *self, int argc, char **argv, VtSettings *settings, Options *options)
{
    const GOptionEntry own[] = {
        {"products", 0, 0, G_OPTION_ARG_STRING, &options->products,
            "products by id, in every context", "ID,…"},
        {"categories", 0, 0, G_OPTION_ARG_STRING, &options->categories,
            "categories by id, in every channel", "ID,…"},
        {"assets", 0, 0, G_OPTION_ARG_STRING, &options->assets, "assets by name, in every locale",
            "NAME,…"},
        {"contexts", 0, 0, G_OPTION_ARG_STRING, &options->contexts,
            "of assets: image, content, video; only from these", "NAME,…"},
        {"channel", 0, 0, G_OPTION_ARG_STRING, &options->channel,
            "products and categories in this channel only; Omnichannel is one", "CODE"},
        {"locale", 0, 0, G_OPTION_ARG_STRING, &options->locale, "products in this locale only",
            "TAG"},
        {"force", 0, 0, G_OPTION_ARG_NONE, &options->force,
            "also assets that published sets show (administrators)", NULL},
        {"dry-run", 0, 0, G_OPTION_ARG_NONE, &options->dry_run,
            "tell what would be taken back and where it is shown; change nothing", NULL},
        {"changes", 0, 0, G_OPTION_ARG_NONE, &options->changes,
            "with --dry-run: tell which answers would differ, before and after", NULL},
        {0},
    };
    g_autofree char **rest = g_new0(char *, (gsize)argc + 1);
    int n = 0;

    if (!vt_wait_parse(&options->wait, argc, argv, rest, &n) ||
        !vt_command_parse(self, n, rest, settings, own, 0, NULL))
        return FALSE;
    if (options->contexts != NULL && (options->products != NULL || options->categories != NULL)) {
        vt_complain("--contexts goes with --assets\n");
        return FALSE;
    }
    if (options->products != NULL || options->categories != NULL || options->assets != NULL)
        return TRUE;
    vt_complain("say --products, --categories or --assets; see `vitrine unpublish --help`\n");
    return FALSE;
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(Options) options = {0};

    return parse(self, argc, argv, &settings, &options) ? unpublish(&settings, &options)
                                                        : VT_EXIT_USAGE;
}

const VtCommand vt_command_unpublish = {
    .name = "unpublish",
    .arguments =
        "((--products | --categories) ID,… [--channel CODE] [--locale TAG] | --assets NAME,… "
        "[--contexts NAME,…]) [--force] [--dry-run [--changes]] [--wait[=SECONDS]]",
    .summary = "Takes published media back, all in one step or not at all",
    .options = "data database storage tenant server token config json",
    .examples =
        "  vitrine unpublish --products 81323 --data /srv/vitrine\n"
        "  vitrine unpublish --products 81323 --channel OUN001 --locale en-us    # inherits "
        "again there\n"
        "  vitrine unpublish --assets tee-blue-front --dry-run --changes\n"
        "  vitrine unpublish --assets tee-blue-front --force    # also where it is shown\n",
    .run = run,
};
