/* `trash …`: assets put away for a while, here or on a server. */
#include "cli/command.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/errand.h"
#include "cli/output.h"
#include "publish/trash.h"
#include "tenant/setting.h"

static VtActor
me(void)
{
    return (VtActor){.now_us = g_get_real_time()};
}

static const char *
text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* An id such as MA17; 0 for none. */
static gboolean
read_id(const char *text, gint64 *ret_asset_id, GError **error)
{
    *ret_asset_id = 0;
    return text == NULL || vt_asset_internal_id_parse(text, ret_asset_id) ||
           vt_throw(error, VT_ERROR_BAD_VALUE,
               "'%s' is no id of an asset, such as MA17; `vitrine trash list` tells them", text);
}

static json_t *
list_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    gint64 before = 0, days = 0;

    return read_id(errand->word, &before, error) &&
                   vt_setting_read_number(db, tenant_id, VT_SETTING_TRASH_DAYS, &days, error)
               ? vt_trash_list(db, tenant_id, before, VT_TRASH_PAGE, days, error)
               : NULL;
}

static void
show_list(const json_t *answer)
{
    const json_t *assets = json_object_get(answer, "assets");
    const char *next = text_of(answer, "next");

    for (gsize i = 0; i < json_array_size(assets); i++) {
        const json_t *one = json_array_get(assets, i);

        vt_print("%s\t%s\t%s\tuntil %s%s\n", text_of(one, "id"), text_of(one, "name"),
            text_of(one, "type"), text_of(one, "kept_until"),
            json_is_true(json_object_get(one, "was_live")) ? "\twas live" : "");
    }
    if (next != NULL)
        vt_complain("there is more: --before %s\n", next);
}

static VtExit
run_list(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_autofree char *before = NULL;
    const GOptionEntry own[] = {
        {"before", 0, 0, G_OPTION_ARG_STRING, &before, "what comes after an earlier page", "ID"},
        {0},
    };
    g_auto(VtErrand) errand = {.method = "GET", .here = list_here, .show = show_list};

    if (!vt_command_parse(self, argc, argv, &settings, own, 0, NULL))
        return VT_EXIT_USAGE;
    errand.word = before;
    errand.rest = g_strdup("trash");
    errand.body = json_pack("{s:s*}", "before", before);
    return vt_errand_run(&settings, &errand);
}

static json_t *
put_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = me();
    const char *const names[] = {errand->name, NULL};
    const VtTrashRequest request = {
        .tenant_id = tenant_id, .assets = names, .force = errand->word != NULL};
    g_auto(VtUnpublishResult) result = {0};

    return vt_trash(db, &request, &actor, &result, error) ? vt_trash_json(&result) : NULL;
}

static void
show_put(const json_t *answer)
{
    vt_complain_names(answer, "holders", "goes on without it");
    vt_print("in the trash\n");
}

static VtExit
run_put(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_autofree char *escaped = NULL;
    gboolean force = FALSE;
    const GOptionEntry own[] = {
        {"force", 0, 0, G_OPTION_ARG_NONE, &force,
            "also what published media of products show; administrators only", NULL},
        {0},
    };
    g_auto(VtErrand)
        errand = {.method = "DELETE", .here = put_here, .show = show_put, .goes_live = TRUE};

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    errand.word = force ? "?force=true" : NULL;
    escaped = vt_text_escape(errand.name, FALSE);
    errand.rest = g_strdup_printf("assets/%s%s", escaped, force ? errand.word : "");
    return vt_errand_run(&settings, &errand);
}

static json_t *
restore_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = me();
    g_auto(VtTrashRestored) restored = {0};
    gint64 asset_id, seq = 0;

    return read_id(errand->name, &asset_id, error) &&
                   vt_trash_bring_back(db, tenant_id, asset_id, &actor, &restored, &seq, error)
               ? vt_trash_restored_json(&restored, seq)
               : NULL;
}

static void
show_restored(const json_t *answer)
{
    vt_print("%s is back%s%s\n", text_of(answer, "name"),
        json_is_true(json_object_get(answer, "renamed")) ? "; its own name was taken meanwhile"
                                                         : "",
        json_integer_value(json_object_get(answer, "seq")) != 0 ? ", and live" : "");
}

static VtExit
run_restore(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_autofree char *escaped = NULL;
    g_auto(VtErrand)
        errand = {.method = "POST", .here = restore_here, .show = show_restored, .goes_live = TRUE};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 1, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    escaped = vt_text_escape(errand.name, FALSE);
    errand.rest = g_strdup_printf("trash/%s/restore", escaped);
    errand.body = json_object();
    return vt_errand_run(&settings, &errand);
}

static json_t *
empty_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = me();
    gint64 asset_id, n_gone = 0;

    if (!read_id(errand->name, &asset_id, error) ||
        !vt_trash_empty_all(db, tenant_id, asset_id, &actor, &n_gone, error))
        return NULL;
    if (asset_id != 0 && n_gone == 0)
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "no such asset is in the trash");
    return json_pack("{s:I}", "gone", (json_int_t)n_gone);
}

static void
show_emptied(const json_t *answer)
{
    vt_print("%" JSON_INTEGER_FORMAT " assets are gone for good\n",
        json_integer_value(json_object_get(answer, "gone")));
}

static VtExit
run_empty(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_autofree char *escaped = NULL;
    gboolean all = FALSE;
    const GOptionEntry own[] = {
        {"all", 0, 0, G_OPTION_ARG_NONE, &all, "everything that is in the trash", NULL},
        {0},
    };
    g_auto(VtErrand) errand = {.method = "DELETE", .here = empty_here, .show = show_emptied};

    if (!vt_command_parse(self, argc, argv, &settings, own, -1, &words))
        return VT_EXIT_USAGE;
    if (all ? words[0] != NULL : words[0] == NULL || words[1] != NULL) {
        vt_complain("name one asset by its id, or say --all\n");
        return VT_EXIT_USAGE;
    }
    errand.name = words[0];
    escaped = errand.name != NULL ? vt_text_escape(errand.name, FALSE) : NULL;
    errand.rest = g_strdup_printf("trash%s%s", all ? "" : "/", all ? "" : escaped);
    return vt_errand_run(&settings, &errand);
}

#define OPTIONS "data database storage tenant server token config json"

const VtCommand vt_command_trash_list = {
    .name = "trash list",
    .arguments = "[--before ID]",
    .summary = "Lists the assets in the trash, and until when they are kept",
    .options = OPTIONS,
    .examples = "  vitrine trash list --data /srv/vitrine\n",
    .run = run_list,
};

const VtCommand vt_command_trash_put = {
    .name = "trash put",
    .arguments = "ASSET [--force]",
    .summary = "Takes an asset back from every shop and puts it into the trash",
    .options = OPTIONS,
    .examples = "  vitrine trash put tee-front\n",
    .run = run_put,
};

const VtCommand vt_command_trash_restore = {
    .name = "trash restore",
    .arguments = "ID",
    .summary = "Takes an asset out of the trash; what was live of it goes live again",
    .options = OPTIONS,
    .examples = "  vitrine trash restore MA17\n",
    .run = run_restore,
};

const VtCommand vt_command_trash_empty = {
    .name = "trash empty",
    .arguments = "ID | --all",
    .summary = "Makes an asset, or all, in the trash be gone for good",
    .options = OPTIONS,
    .examples = "  vitrine trash empty MA17\n"
                "  vitrine trash empty --all\n",
    .run = run_empty,
};
