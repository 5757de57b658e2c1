/* `publish`: here on the data directory, where the consumers run before it returns, or there on a
 * running server, where --wait asks until every channel database has confirmed. */
#include "cli/command.h"

#include "publish/publish.h"

#include "base/error.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/output.h"
#include "tenant/tenant.h"

#include <string.h>

enum {
    DEFAULT_WAIT_SECONDS = 60,
    MAX_WAIT_SECONDS = 24 * 3600,
    POLL_FIRST_US = 5000,
    POLL_LAST_US = 200000
};

typedef struct {
    gboolean all;
    char *products; /* ids, separated by commas */
    char *assets;   /* names, separated by commas */
    gboolean with_dependencies;
    gboolean wait;
    gint64 wait_seconds;
} Options;

static void
options_clear(Options *self)
{
    g_free(self->products);
    g_free(self->assets);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static void
complain_names(const json_t *result, const char *key, const char *why)
{
    const json_t *names = json_object_get(result, key);

    for (gsize i = 0; i < json_array_size(names); i++)
        vt_complain("%s: %s\n", why, json_string_value(json_array_get(names, i)));
}

/* Publishes and brings the read stores up to date in this process: when it returns, all are. */
static json_t *
publish_here(
    const VtSettings *settings, const Options *options, json_t **ret_problem, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    g_auto(VtPublishResult) result = {0};
    g_auto(GStrv) products =
        options->products != NULL ? g_strsplit(options->products, ",", -1) : NULL;
    g_auto(GStrv) assets = options->assets != NULL ? g_strsplit(options->assets, ",", -1) : NULL;
    g_autofree char *code = NULL;
    VtActor actor = {.now_us = g_get_real_time()};
    VtPublishRequest request = {.all = options->all,
        .products = (const char *const *)products,
        .assets = (const char *const *)assets,
        .with_dependencies = options->with_dependencies};

    if (!vt_data_open(settings, FALSE, &data, error) ||
        !vt_tenant_choose(data.db, settings->tenant, &request.tenant_id, &code, error))
        return NULL;
    if (!vt_publish(data.db, &request, &actor, &result, error)) {
        *ret_problem = vt_publish_result_json(&result);
        return NULL;
    }
    return vt_data_sync(&data, error) ? vt_publish_result_json(&result) : NULL;
}

static json_t *
list_as_json(const char *text)
{
    g_auto(GStrv) words = text != NULL ? g_strsplit(text, ",", -1) : g_new0(char *, 1);
    json_t *list = json_array();

    for (char **word = words; *word != NULL; word++)
        json_array_append_new(list, json_string(*word));
    return list;
}

static json_t *
publish_there(
    const VtSettings *settings, const Options *options, json_t **ret_problem, GError **error)
{
    g_autofree char *path = vt_client_path(settings, "publish", error);
    g_autoptr(json_t) request = json_pack("{s:b,s:o,s:o,s:b}", "all", options->all, "products",
        list_as_json(options->products), "assets", list_as_json(options->assets),
        "with_dependencies", options->with_dependencies);
    g_autofree char *body = json_dumps(request, JSON_COMPACT);

    if (path == NULL)
        return NULL;
    return vt_client_call(settings, "POST", path, body, strlen(body), ret_problem, error);
}

/* Names of channel databases that have not reached @seq, as one text; NULL when all have. */
static char *
behind(const json_t *status, gint64 seq)
{
    g_autoptr(GString) text = g_string_new("");
    const json_t *databases = json_object_get(status, "databases");

    for (gsize i = 0; i < json_array_size(databases); i++) {
        const json_t *one = json_array_get(databases, i);
        const char *problem = json_string_value(json_object_get(one, "problem"));

        if (json_integer_value(json_object_get(one, "seq")) < seq)
            g_string_append_printf(text, "%s%s%s%s", text->len > 0 ? "; " : "",
                json_string_value(json_object_get(one, "name")), problem != NULL ? ": " : "",
                problem != NULL ? problem : "");
    }
    return text->len > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

static VtExit
wait_there(const VtSettings *settings, gint64 seq, gint64 wait_seconds)
{
    g_autofree char *rest = g_strdup_printf("sync?seq=%" G_GINT64_FORMAT, seq);
    g_autoptr(GError) error = NULL;
    g_autofree char *path = vt_client_path(settings, rest, &error);
    gint64 until = g_get_monotonic_time() + wait_seconds * G_USEC_PER_SEC;
    gulong pause = POLL_FIRST_US;

    if (path == NULL)
        return vt_command_fail(error);
    for (;;) {
        g_autoptr(json_t) status = vt_client_call(settings, "GET", path, NULL, 0, NULL, &error);
        g_autofree char *who = NULL;

        if (status == NULL)
            return vt_command_fail(error);
        who = behind(status, seq);
        if (who == NULL)
            return VT_EXIT_DONE;
        if (g_get_monotonic_time() >= until) {
            vt_complain("published, but not confirmed within %" G_GINT64_FORMAT " s by: %s\n",
                wait_seconds, who);
            return VT_EXIT_REFUSED;
        }
        g_usleep(pause);
        pause = MIN(pause * 2, POLL_LAST_US);
    }
}

static void
show(const json_t *result, gboolean json)
{
    gint64 n = json_integer_value(json_object_get(result, "published"));

    if (json) {
        g_autofree char *text = json_dumps(result, JSON_COMPACT);

        vt_print("%s\n", text);
    } else if (n == 0) {
        vt_print("nothing to publish: everything asked for is live already\n");
    } else {
        vt_print("published %" G_GINT64_FORMAT " documents at log number %" JSON_INTEGER_FORMAT
                 "\n",
            n, json_integer_value(json_object_get(result, "seq")));
    }
}

static VtExit
publish(const VtSettings *settings, const Options *options)
{
    g_autoptr(json_t) problem = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) result = settings->server != NULL
                                   ? publish_there(settings, options, &problem, &error)
                                   : publish_here(settings, options, &problem, &error);
    VtExit done;
    gint64 seq;

    if (result == NULL) {
        complain_names(problem, "missing", "not published");
        complain_names(problem, "skipped", "somebody is editing");
        return vt_command_fail(error);
    }
    show(result, settings->json);
    complain_names(result, "skipped", "skipped, for somebody is editing it or what it shows");
    done = json_integer_value(json_object_get(result, "n_skipped")) == 0 ? VT_EXIT_DONE
                                                                         : VT_EXIT_REFUSED;
    seq = json_integer_value(json_object_get(result, "seq"));
    if (!options->wait || settings->server == NULL || seq == 0)
        return done;
    return MAX(done, wait_there(settings, seq, options->wait_seconds));
}

static gboolean
parse_wait(Options *options, const char *value, GError **error)
{
    options->wait = TRUE;
    options->wait_seconds = DEFAULT_WAIT_SECONDS;
    return value == NULL ||
           g_ascii_string_to_signed(value, 10, 0, MAX_WAIT_SECONDS, &options->wait_seconds, error);
}

static gboolean
parse(const VtCommand *self, int argc, char **argv, VtSettings *settings, Options *options)
{
    const GOptionEntry own[] = {
        {"all", 0, 0, G_OPTION_ARG_NONE, &options->all,
            "every finished draft of every kind and locale", NULL},
        {"products", 0, 0, G_OPTION_ARG_STRING, &options->products,
            "products by id, in every context", "ID,…"},
        {"assets", 0, 0, G_OPTION_ARG_STRING, &options->assets, "assets by name, in every locale",
            "NAME,…"},
        {"with-dependencies", 0, 0, G_OPTION_ARG_NONE, &options->with_dependencies,
            "media the products show go live too", NULL},
        {0},
    };
    g_autofree char **rest = g_new0(char *, (gsize)argc + 1);
    int n = 0;

    /* --wait[=SECONDS] has an optional value, which GOption would take from the next word */
    for (int i = 0; i < argc; i++) {
        g_autoptr(GError) error = NULL;
        gboolean is_wait = g_str_has_prefix(argv[i], "--wait=") || strcmp(argv[i], "--wait") == 0;

        if (!is_wait)
            rest[n++] = argv[i];
        else if (!parse_wait(options, argv[i][6] == '=' ? argv[i] + 7 : NULL, &error)) {
            vt_complain("--wait takes seconds: %s\n", error->message);
            return FALSE;
        }
    }
    if (!vt_command_parse(self, n, rest, settings, own, 0, NULL))
        return FALSE;
    if (options->all + (options->products != NULL) + (options->assets != NULL) == 1)
        return TRUE;
    vt_complain("say one of --all, --products, --assets; see `vitrine publish --help`\n");
    return FALSE;
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(Options) options = {0};

    return parse(self, argc, argv, &settings, &options) ? publish(&settings, &options)
                                                        : VT_EXIT_USAGE;
}

const VtCommand vt_command_publish = {
    .name = "publish",
    .arguments =
        "(--all | --products ID,… | --assets NAME,…) [--with-dependencies] [--wait[=SECONDS]]",
    .summary = "Makes finished drafts public, all in one step or not at all",
    .options = "data database storage tenant server token config json",
    .examples = "  vitrine publish --all --with-dependencies --data /srv/vitrine\n"
                "  vitrine publish --products 81323,90001 --server http://127.0.0.1:8080 --token "
                "\"$TOKEN\" --wait\n"
                "  vitrine publish --assets tee-blue-front --wait=10      # exit 1 names who has "
                "not confirmed\n",
    .run = run,
};
