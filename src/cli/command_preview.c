/* `preview create|list|revoke`: on the data directory, or through a running server. */
#include "cli/command.h"

#include "cli/errand.h"
#include "cli/output.h"
#include "publish/preview.h"

typedef struct {
    char *products; /* ids, separated by commas */
    char *categories;
    char *assets; /* names, separated by commas */
    char *group;
    int hours; /* 0: as long as may be */
} Options;

static void
options_clear(Options *self)
{
    g_free(self->products);
    g_free(self->categories);
    g_free(self->assets);
    g_free(self->group);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* PreviewRequest. */
static json_t *
request_of(const Options *options)
{
    json_t *request = json_object();

    if (options->group != NULL) {
        json_object_set_new(request, "group", json_string(options->group));
    } else {
        json_object_set_new(request, "products", vt_json_words(options->products));
        json_object_set_new(request, "categories", vt_json_words(options->categories));
        json_object_set_new(request, "assets", vt_json_words(options->assets));
    }
    if (options->hours != 0)
        json_object_set_new(request, "hours", json_integer(options->hours));
    return request;
}

static json_t *
create_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = {.now_us = g_get_real_time()};

    return vt_preview_create(db, tenant_id, errand->body, &actor, error);
}

static json_t *
list_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    return vt_preview_list(db, tenant_id, g_get_real_time(), error);
}

static json_t *
revoke_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = {.now_us = g_get_real_time()};
    gint64 preview_id = g_ascii_strtoll(errand->name, NULL, 10);

    return vt_preview_revoke(db, tenant_id, preview_id, &actor, error)
               ? vt_preview_list(db, tenant_id, actor.now_us, error)
               : NULL;
}

static void
show_address(const json_t *preview)
{
    vt_print("%s\n", json_string_value(json_object_get(preview, "address")));
}

static VtExit
run_create(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(Options) options = {0};
    const GOptionEntry own[] = {
        {"products", 0, 0, G_OPTION_ARG_STRING, &options.products,
            "products by id, in every context, with what they show", "ID,…"},
        {"categories", 0, 0, G_OPTION_ARG_STRING, &options.categories, "categories by id", "ID,…"},
        {"assets", 0, 0, G_OPTION_ARG_STRING, &options.assets, "assets by name", "NAME,…"},
        {"group", 0, 0, G_OPTION_ARG_STRING, &options.group, "a publish group instead", "NAME"},
        {"hours", 0, 0, G_OPTION_ARG_INT, &options.hours,
            "how long it is good (default: as long as the setting preview_hours lets it)", "N"},
        {0},
    };
    g_auto(VtErrand) errand = {.method = "POST", .here = create_here, .show = show_address};

    if (!vt_command_parse(self, argc, argv, &settings, own, 0, NULL))
        return VT_EXIT_USAGE;
    if ((options.products != NULL || options.categories != NULL || options.assets != NULL) ==
        (options.group != NULL)) {
        vt_complain("say --group, or any of --products, --categories and --assets\n");
        return VT_EXIT_USAGE;
    }
    errand.rest = g_strdup("previews");
    errand.body = request_of(&options);
    return vt_errand_run(&settings, &errand);
}

static void
show_previews(const json_t *answer)
{
    const json_t *previews = json_object_get(answer, "previews");

    for (gsize i = 0; i < json_array_size(previews); i++) {
        const json_t *one = json_array_get(previews, i);
        const char *user = json_string_value(json_object_get(one, "user"));
        g_autofree char *shows = json_dumps(json_object_get(one, "shows"), JSON_COMPACT);

        vt_print("%" JSON_INTEGER_FORMAT "\t%s\t%s\t%s\n",
            json_integer_value(json_object_get(one, "id")), user != NULL ? user : "-",
            json_string_value(json_object_get(one, "expires")), shows);
    }
}

static VtExit
run_list(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(VtErrand) errand = {.method = "GET", .here = list_here, .show = show_previews};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 0, NULL))
        return VT_EXIT_USAGE;
    errand.rest = g_strdup("previews");
    return vt_errand_run(&settings, &errand);
}

static VtExit
run_revoke(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(VtErrand) errand = {.method = "DELETE", .here = revoke_here, .show = show_previews};
    gint64 preview_id = 0;

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 1, &words))
        return VT_EXIT_USAGE;
    if (!g_ascii_string_to_signed(words[0], 10, 1, G_MAXINT64, &preview_id, NULL)) {
        vt_complain(
            "'%s' is no number of a preview; `vitrine preview list` shows them\n", words[0]);
        return VT_EXIT_USAGE;
    }
    errand.name = words[0];
    errand.rest = g_strdup_printf("previews/%" G_GINT64_FORMAT, preview_id);
    return vt_errand_run(&settings, &errand);
}

#define OPTIONS "data database tenant server token config json"

const VtCommand vt_command_preview_create = {
    .name = "preview create",
    .arguments = "(--products ID,… | --categories ID,… | --assets NAME,… | --group NAME)",
    .summary = "Prints an address under which drafts answer as if they were live, for a time",
    .options = OPTIONS,
    .examples = "  vitrine preview create --products 81323 --hours 24\n"
                "  vitrine preview create --group spring\n",
    .run = run_create,
};

const VtCommand vt_command_preview_list = {
    .name = "preview list",
    .arguments = "",
    .summary = "Lists the previews that have not ended: number, user, end, what they show",
    .options = OPTIONS,
    .examples = "  vitrine preview list --data /srv/vitrine\n",
    .run = run_list,
};

const VtCommand vt_command_preview_revoke = {
    .name = "preview revoke",
    .arguments = "NUMBER",
    .summary = "Ends a preview and prints those that are left",
    .options = OPTIONS,
    .examples = "  vitrine preview revoke 3 --data /srv/vitrine\n",
    .run = run_revoke,
};
