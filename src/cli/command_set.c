/* `set create`, `set save`, `set show`: sets of assets, here or on a running server. */
#include "cli/command.h"

#include "base/text.h"
#include "cli/errand.h"
#include "cli/output.h"
#include "media/asset_edit.h"
#include "media/member_text.h"
#include "publish/set_save.h"

/* What of a set is said by options; strings are owned. */
typedef struct {
    char *type, *members, *folder, *locale, *title, *alt, *tags;
    int rows;
    gboolean waits;
} Options;

static void
options_clear(Options *self)
{
    g_free(self->type);
    g_free(self->members);
    g_free(self->folder);
    g_free(self->locale);
    g_free(self->title);
    g_free(self->alt);
    g_free(self->tags);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static json_t *
create_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = {.now_us = g_get_real_time()};

    return vt_publish_set_create(db, tenant_id, errand->body, &actor, error);
}

static json_t *
save_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = {.now_us = g_get_real_time()};

    return vt_publish_set_save(
        db, tenant_id, errand->name, errand->word, errand->body, &actor, error);
}

static json_t *
show_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = {.now_us = g_get_real_time()};
    g_autofree VtAssetPlace *place =
        vt_asset_place_find(db, tenant_id, errand->name, errand->word, error);
    const VtEdit edit = {db, &vt_asset_edit_kind, place, &actor, VT_GROUP_LIVE};

    return place != NULL ? vt_edit_describe(&edit, error) : NULL;
}

static void
show_members(const json_t *state)
{
    const json_t *head = json_object_get(state, "head");
    const json_t *list = json_object_get(head, "members");

    for (gsize i = 0; i < json_array_size(list); i++) {
        g_autoptr(json_t) one = json_pack("[O]", json_array_get(list, i));
        g_autofree char *text = vt_members_text_format(one);

        vt_print("    %s\n", text);
    }
}

static void
show(const json_t *state)
{
    const json_t *head = json_object_get(state, "head");

    vt_print("%s\t%s\t%s\t%" G_GSIZE_FORMAT " members in %" JSON_INTEGER_FORMAT " rows\t%s\n",
        json_string_value(json_object_get(state, "name")),
        json_string_value(json_object_get(state, "type")),
        json_string_value(json_object_get(state, "locale")),
        json_array_size(json_object_get(head, "members")),
        json_integer_value(json_object_get(head, "rows")),
        json_is_null(json_object_get(state, "published")) ? "unpublished" : "published");
    show_members(state);
}

/* What was saved comes with notes beside it. */
static void
show_saved(const json_t *answer)
{
    show(json_object_get(answer, "asset"));
}

static VtExit
judge_notes(const json_t *answer)
{
    const json_t *warnings = json_object_get(answer, "warnings");

    for (gsize i = 0; i < json_array_size(warnings); i++) {
        const json_t *one = json_array_get(warnings, i);

        vt_complain("note: %s: %s\n", json_string_value(json_object_get(one, "subject")),
            json_string_value(json_object_get(one, "text")));
    }
    return VT_EXIT_DONE;
}

/* Puts what the options say into the body. FALSE: told why not. */
static gboolean
put_content(const Options *options, json_t *body)
{
    g_autoptr(GError) error = NULL;
    json_t *members =
        options->members != NULL ? vt_members_text_parse(options->members, &error) : NULL;

    if (error != NULL) {
        vt_complain("--members: %s\n", error->message);
        return FALSE;
    }
    if (members != NULL)
        json_object_set_new(body, "members", members);
    if (options->rows != 0)
        json_object_set_new(body, "rows", json_integer(options->rows));
    if (options->title != NULL)
        json_object_set_new(body, "title", json_string(options->title));
    if (options->alt != NULL)
        json_object_set_new(body, "alt", json_string(options->alt));
    if (options->tags != NULL)
        json_object_set_new(body, "tags", vt_json_words(options->tags));
    json_object_set_new(body, "publish", json_boolean(!options->waits));
    return TRUE;
}

#define CONTENT_OPTIONS(options)                                                                   \
    {"members", 0, 0, G_OPTION_ARG_STRING, &(options).members,                                     \
        "what it holds, in order, each ASSET, ASSET:SWATCH or ASSET:SWATCH:LABEL; a swatch is a "  \
        "picture or a color such as #ff0000",                                                      \
        "LIST"},                                                                                   \
        {"rows", 0, 0, G_OPTION_ARG_INT, &(options).rows, "rows of a spin set", "N"},              \
        {"title", 0, 0, G_OPTION_ARG_STRING, &(options).title, "its title", "TEXT"},               \
        {"alt", 0, 0, G_OPTION_ARG_STRING, &(options).alt, "its alternative text", "TEXT"},        \
        {"tags", 0, 0, G_OPTION_ARG_STRING, &(options).tags, "its tags", "TAG,…"},                 \
    {                                                                                              \
        "no-publish", 0, 0, G_OPTION_ARG_NONE, &(options).waits,                                   \
            "leave it a draft, and its members as they are", NULL                                  \
    }

/* `sets/NAME` with the locale, or the same of another noun. */
static char *
path_of(const char *noun, const char *name, const char *locale)
{
    g_autofree char *escaped = vt_text_escape(name, FALSE);
    g_autofree char *tag = locale != NULL ? vt_text_escape(locale, FALSE) : NULL;

    return g_strdup_printf(
        "%s/%s%s%s", noun, escaped, tag != NULL ? "?locale=" : "", tag != NULL ? tag : "");
}

static VtExit
run_create(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(Options) options = {0};
    const GOptionEntry own[] = {
        {"type", 0, 0, G_OPTION_ARG_STRING, &options.type,
            "image_set, swatch_set, spin_set or mixed_media_set", "TYPE"},
        {"folder", 0, 0, G_OPTION_ARG_STRING, &options.folder,
            "the folder it goes into, made when missing", "PATH"},
        CONTENT_OPTIONS(options),
        {0},
    };
    g_auto(VtErrand) errand = {.method = "POST",
        .rest = g_strdup("sets"),
        .here = create_here,
        .show = show_saved,
        .judge = judge_notes,
        .goes_live = TRUE};

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    if (options.type == NULL || options.members == NULL) {
        vt_complain("say --type and --members; see `vitrine set create --help`\n");
        return VT_EXIT_USAGE;
    }
    errand.name = words[0];
    errand.body = json_pack(
        "{s:s,s:s,s:s*}", "name", words[0], "type", options.type, "folder", options.folder);
    return put_content(&options, errand.body) ? vt_errand_run(&settings, &errand) : VT_EXIT_USAGE;
}

static VtExit
run_save(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(Options) options = {0};
    const GOptionEntry own[] = {
        {"locale", 0, 0, G_OPTION_ARG_STRING, &options.locale, "in this locale", "TAG"},
        CONTENT_OPTIONS(options),
        {0},
    };
    g_auto(VtErrand) errand = {.method = "PUT",
        .body = json_object(),
        .here = save_here,
        .show = show_saved,
        .judge = judge_notes,
        .goes_live = TRUE};

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    errand.word = options.locale;
    errand.rest = path_of("sets", words[0], options.locale);
    return put_content(&options, errand.body) ? vt_errand_run(&settings, &errand) : VT_EXIT_USAGE;
}

static VtExit
run_show(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_autofree char *locale = NULL;
    const GOptionEntry own[] = {
        {"locale", 0, 0, G_OPTION_ARG_STRING, &locale, "in this locale", "TAG"},
        {0},
    };
    g_auto(VtErrand) errand = {.method = "GET", .here = show_here, .show = show};

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    errand.word = locale;
    errand.rest = path_of("assets", words[0], locale);
    return vt_errand_run(&settings, &errand);
}

const VtCommand vt_command_set_create = {
    .name = "set create",
    .arguments = "NAME --type TYPE --members LIST [--rows N] [--folder PATH] [--title TEXT] "
                 "[--alt TEXT] [--tags TAG,…] [--no-publish]",
    .summary = "Makes a set of assets, which goes live with its members",
    .options = "data database storage tenant server token config json",
    .examples = "  vitrine set create tee-views --type image_set --members tee-front,tee-back "
                "--data /srv/vitrine\n"
                "  vitrine set create tee-colors --type swatch_set --members "
                "'tee-red:#ff0000:Red,tee-plaid:plaid-dot' --no-publish\n",
    .run = run_create,
};

const VtCommand vt_command_set_save = {
    .name = "set save",
    .arguments = "NAME [--members LIST] [--rows N] [--locale TAG] [--title TEXT] [--alt TEXT] "
                 "[--tags TAG,…] [--no-publish]",
    .summary = "Changes a set that nobody edits, which goes live with its members",
    .options = "data database storage tenant server token config json",
    .examples = "  vitrine set save tee-views --members tee-front,tee-side,tee-back --data "
                "/srv/vitrine\n"
                "  vitrine set save tee-views --locale de-de --members tee-front-de "
                "--server http://127.0.0.1:8080 --token \"$TOKEN\"\n",
    .run = run_save,
};

const VtCommand vt_command_set_show = {
    .name = "set show",
    .arguments = "NAME [--locale TAG]",
    .summary = "Shows a set as it was finished last, a member a line as --members takes them",
    .options = "data database storage tenant server token config json",
    .examples = "  vitrine set show tee-views --data /srv/vitrine\n",
    .run = run_show,
};
