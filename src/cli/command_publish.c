/* `publish`: here on the data directory, where the consumers run before it returns, or there on a
 * running server, where --wait asks until every channel database has confirmed; or as a job of that
 * server, now, later or again and again. */
#include "cli/command.h"

#include "base/error.h"
#include "cli/changes.h"
#include "cli/client.h"
#include "cli/command_group.h"
#include "cli/data.h"
#include "cli/output.h"
#include "cli/wait.h"
#include "publish/publish.h"
#include "tenant/tenant.h"

#include <string.h>

typedef struct {
    gboolean all;
    char *products; /* ids, separated by commas */
    char *categories;
    char *assets; /* names, separated by commas */
    char *contexts;
    char *group; /* a publish group instead */
    gboolean with_dependencies;
    gboolean dry_run;
    gboolean changes;
    gboolean as_job;
    char *later;    /* a time; implies as_job, as the next */
    char *schedule; /* a rule */
    VtWait wait;
} Options;

static void
options_clear(Options *self)
{
    g_free(self->products);
    g_free(self->categories);
    g_free(self->assets);
    g_free(self->contexts);
    g_free(self->group);
    g_free(self->later);
    g_free(self->schedule);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* Publishes and brings the read stores up to date in this process: when it returns, all are. */
static json_t *
publish_here(
    const VtSettings *settings, const Options *options, json_t **ret_problem, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    g_auto(VtPublishResult) result = {0};
    g_auto(GStrv) products =
        options->products != NULL ? g_strsplit(options->products, ",", -1) : NULL;
    g_auto(GStrv) categories =
        options->categories != NULL ? g_strsplit(options->categories, ",", -1) : NULL;
    g_auto(GStrv) assets = options->assets != NULL ? g_strsplit(options->assets, ",", -1) : NULL;
    g_autofree char *code = NULL;
    VtActor actor = {.now_us = g_get_real_time()};
    VtPublishRequest request = {.all = options->all,
        .products = (const char *const *)products,
        .categories = (const char *const *)categories,
        .assets = (const char *const *)assets,
        .may_wait = TRUE,
        .with_dependencies = options->with_dependencies,
        .dry_run = options->dry_run,
        .tell_changes = options->changes};

    if (!vt_outlets_parse(options->contexts, &request.outlets, error) ||
        !vt_data_open(settings, FALSE, &data, error) ||
        !vt_tenant_choose(data.db, settings->tenant, &request.tenant_id, &code, error))
        return NULL;
    if (!vt_publish(data.db, &request, &actor, &result, error)) {
        *ret_problem = vt_publish_result_json(&result);
        return NULL;
    }
    return vt_data_sync(&data, error) ? vt_publish_result_json(&result) : NULL;
}

static json_t *
request_of(const Options *options)
{
    json_t *contexts = options->contexts != NULL ? vt_json_words(options->contexts) : NULL;

    return json_pack("{s:b,s:o,s:o,s:o,s:o*,s:b,s:b,s:b}", "all", options->all, "products",
        vt_json_words(options->products), "categories", vt_json_words(options->categories),
        "assets", vt_json_words(options->assets), "contexts", contexts, "with_dependencies",
        options->with_dependencies, "dry_run", options->dry_run, "tell_changes", options->changes);
}

static json_t *
publish_there(
    const VtSettings *settings, const Options *options, json_t **ret_problem, GError **error)
{
    g_autofree char *path = vt_client_path(settings, "publish", error);
    g_autoptr(json_t) request = request_of(options);
    g_autofree char *body = json_dumps(request, JSON_COMPACT);

    if (path == NULL)
        return NULL;
    return vt_client_call(settings, "POST", path, body, strlen(body), ret_problem, error);
}

static void
show(const json_t *result, const VtSettings *settings, gboolean dry_run)
{
    gint64 n = json_integer_value(json_object_get(result, "published"));
    gint64 marked = json_integer_value(json_object_get(result, "marked"));

    if (settings->json) {
        g_autofree char *text = json_dumps(result, JSON_COMPACT);

        vt_print("%s\n", text);
    } else if (dry_run) {
        vt_plan_show(result, "published", "go live");
    } else if (marked > 0) {
        vt_print(
            "marked %" G_GINT64_FORMAT " documents for the next publish of everything\n", marked);
    } else if (n == 0) {
        vt_print("nothing to publish: everything asked for is live already\n");
    } else {
        vt_print("published %" G_GINT64_FORMAT " documents at log number %" JSON_INTEGER_FORMAT
                 "\n",
            n, json_integer_value(json_object_get(result, "seq")));
    }
}

static void
complain_warnings(const json_t *result)
{
    const json_t *warnings = json_object_get(result, "warnings");

    for (gsize i = 0; i < json_array_size(warnings); i++) {
        const json_t *one = json_array_get(warnings, i);

        vt_complain("note: %s: %s\n", json_string_value(json_object_get(one, "subject")),
            json_string_value(json_object_get(one, "text")));
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
        vt_complain_names(problem, "missing", "not published");
        vt_complain_names(problem, "skipped", "somebody is editing");
        return vt_command_fail(error);
    }
    show(result, settings, options->dry_run);
    complain_warnings(result);
    vt_complain_names(result, "skipped", "skipped, for somebody is editing it or what it shows");
    if (options->dry_run)
        vt_complain_names(result, "missing", "not published, or not as it is now");
    done = json_integer_value(json_object_get(result, "n_skipped")) == 0 ? VT_EXIT_DONE
                                                                         : VT_EXIT_REFUSED;
    if (options->dry_run)
        return json_integer_value(json_object_get(result, "n_missing")) == 0 ? done
                                                                             : VT_EXIT_REFUSED;
    seq = json_integer_value(json_object_get(result, "seq"));
    return MAX(done, vt_wait_confirmed(settings, &options->wait, seq));
}

static VtExit
submit(const VtSettings *settings, const Options *options)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = vt_client_path(settings, "jobs", &error);
    g_autoptr(json_t) request = json_pack("{s:s,s:o,s:s*,s:s*}", "type", "publish", "parameters",
        request_of(options), "exec_time", options->later, "rule", options->schedule);
    g_autofree char *body = json_dumps(request, JSON_COMPACT);
    g_autoptr(json_t) job =
        path != NULL ? vt_client_call(settings, "POST", path, body, strlen(body), NULL, &error)
                     : NULL;
    const char *next = json_string_value(json_object_get(json_object_get(job, "schedule"), "next"));

    if (job == NULL)
        return vt_command_fail(error);
    if (settings->json) {
        g_autofree char *text = json_dumps(job, JSON_COMPACT);

        vt_print("%s\n", text);
    } else {
        vt_print("job %" JSON_INTEGER_FORMAT " %s: %s%s%s\n",
            json_integer_value(json_object_get(job, "id")),
            json_string_value(json_object_get(job, "name")),
            json_string_value(json_object_get(job, "state")), next != NULL ? ", next " : "",
            next != NULL ? next : "");
    }
    return VT_EXIT_DONE;
}

/* What does not go together with a job. */
static gboolean
check_job(const VtSettings *settings, const Options *options)
{
    if (!options->as_job)
        return TRUE;
    if (options->later != NULL && options->schedule != NULL)
        vt_complain("say --later or --schedule, not both\n");
    else if (options->dry_run || options->wait.is_wanted)
        vt_complain("a job goes with neither --dry-run nor --wait; see `vitrine jobs show`\n");
    else if (settings->server == NULL)
        vt_complain("jobs are done by a running server: say --server URL --token TOKEN\n");
    else
        return TRUE;
    return FALSE;
}

static gboolean
parse(const VtCommand *self, int argc, char **argv, VtSettings *settings, Options *options)
{
    const GOptionEntry own[] = {
        {"all", 0, 0, G_OPTION_ARG_NONE, &options->all,
            "every finished draft of every kind and locale", NULL},
        {"products", 0, 0, G_OPTION_ARG_STRING, &options->products,
            "products by id, in every context", "ID,…"},
        {"categories", 0, 0, G_OPTION_ARG_STRING, &options->categories,
            "categories by id, in every channel", "ID,…"},
        {"assets", 0, 0, G_OPTION_ARG_STRING, &options->assets, "assets by name, in every locale",
            "NAME,…"},
        {"contexts", 0, 0, G_OPTION_ARG_STRING, &options->contexts,
            "of assets: image, content, video; go live in these, beside where they are live",
            "NAME,…"},
        {"group", 0, 0, G_OPTION_ARG_STRING, &options->group,
            "all a publish group holds; see `vitrine group publish`", "NAME"},
        {"with-dependencies", 0, 0, G_OPTION_ARG_NONE, &options->with_dependencies,
            "media the products show go live too", NULL},
        {"dry-run", 0, 0, G_OPTION_ARG_NONE, &options->dry_run,
            "tell what would go live and what stands in the way; change nothing", NULL},
        {"changes", 0, 0, G_OPTION_ARG_NONE, &options->changes,
            "with --dry-run: tell which answers would differ, before and after", NULL},
        {"job", 0, 0, G_OPTION_ARG_NONE, &options->as_job,
            "let the server do it as a job, and return at once", NULL},
        {"later", 0, 0, G_OPTION_ARG_STRING, &options->later,
            "as a job at a time such as 2026-01-31T12:00:00Z", "TIME"},
        {"schedule", 0, 0, G_OPTION_ARG_STRING, &options->schedule,
            "as a job again and again, by a rule such as '0 15 10 ? * MON-FRI'", "RULE"},
        {0},
    };
    g_autofree char **rest = g_new0(char *, (gsize)argc + 1);
    int n = 0;

    if (!vt_wait_parse(&options->wait, argc, argv, rest, &n))
        return FALSE;
    if (!vt_command_parse(self, n, rest, settings, own, 0, NULL))
        return FALSE;
    options->as_job = options->as_job || options->later != NULL || options->schedule != NULL;
    if (!check_job(settings, options))
        return FALSE;
    if (options->all + (options->products != NULL) + (options->categories != NULL) +
            (options->assets != NULL) + (options->group != NULL) !=
        1)
        vt_complain("say one of --all, --products, --categories, --assets, --group; see `vitrine "
                    "publish --help`\n");
    else if (options->contexts != NULL && !options->all && options->assets == NULL)
        vt_complain("--contexts goes with --all or --assets\n");
    else if (options->group != NULL && (options->as_job || options->with_dependencies))
        vt_complain("a publish group goes with neither --with-dependencies nor a job; see `vitrine "
                    "group schedule`\n");
    else
        return TRUE;
    return FALSE;
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(Options) options = {0};

    if (!parse(self, argc, argv, &settings, &options))
        return VT_EXIT_USAGE;
    if (options.group != NULL)
        return vt_command_group_go_live(
            &settings, options.group, options.dry_run, options.changes, &options.wait);
    return options.as_job ? submit(&settings, &options) : publish(&settings, &options);
}

const VtCommand vt_command_publish = {
    .name = "publish",
    .arguments = "(--all | --products ID,… | --categories ID,… | --assets NAME,… | --group NAME) "
                 "[--contexts NAME,…] [--with-dependencies] [--dry-run [--changes]] "
                 "[--wait[=SECONDS]] [--job | "
                 "--later TIME | --schedule RULE]",
    .summary = "Makes finished drafts public, all in one step or not at all",
    .options = "data database storage tenant server token config json",
    .examples = "  vitrine publish --products 81323 --dry-run --changes --data /srv/vitrine\n"
                "  vitrine publish --all --with-dependencies --data /srv/vitrine\n"
                "  vitrine publish --products 81323,90001 --server http://127.0.0.1:8080 --token "
                "\"$TOKEN\" --wait\n"
                "  vitrine publish --all --schedule '0 0 22 * * ?' --server http://127.0.0.1:8080 "
                "--token \"$TOKEN\"\n"
                "  vitrine publish --assets tee-blue-front --wait=10      # exit 1 names who has "
                "not confirmed\n",
    .run = run,
};
