/* `asset history`: when an asset went live, was taken back or purged, and how far servers are. */
#include "cli/command.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/output.h"
#include "media/asset_edit.h"
#include "sync/history.h"
#include "tenant/tenant.h"

/* What is wanted. */
typedef struct {
    const char *asset;
    char *before; /* owned */
    gint64 limit;
} Wish;

static void
wish_clear(Wish *self)
{
    g_free(self->before);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wish, wish_clear)

static json_t *
history_here(const VtSettings *settings, const Wish *wish, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    g_autofree char *code = NULL;
    g_autofree VtAssetPlace *place = NULL;
    VtHistoryQuery query = {
        .before = wish->before, .limit = (guint)CLAMP(wish->limit, 1, VT_HISTORY_PAGE_MAX)};

    if (!vt_data_open(settings, FALSE, &data, error) ||
        !vt_tenant_choose(data.db, settings->tenant, &query.tenant_id, &code, error))
        return NULL;
    place = vt_asset_place_find(data.db, query.tenant_id, wish->asset, NULL, error);
    if (place == NULL)
        return NULL;
    query.tenant = code;
    query.asset_id = place->asset.asset_id;
    return vt_history_json(data.db, &query, error);
}

static json_t *
history_there(const VtSettings *settings, const Wish *wish, GError **error)
{
    g_autofree char *asset = vt_text_escape(wish->asset, FALSE);
    g_autofree char *before = vt_text_escape(wish->before != NULL ? wish->before : "", FALSE);
    g_autofree char *rest = g_strdup_printf(
        "assets/%s/publishes?before=%s&limit=%" G_GINT64_FORMAT, asset, before, wish->limit);
    g_autofree char *path = vt_client_path(settings, rest, error);

    return path != NULL ? vt_client_call(settings, "GET", path, NULL, 0, NULL, error) : NULL;
}

static const char *
text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "-";
}

/* "TIME  NUMBER  publish system_neutral (image), …  by WHOM  main of node a: 2026-…" */
static void
print_one(const json_t *one)
{
    const json_t *items = json_object_get(one, "items"), *seq = json_object_get(one, "seq");
    const char *const lists[] = {"databases", "edges"};
    const char *const times[] = {"applied", "confirmed_at"};

    vt_print("%s  %" JSON_INTEGER_FORMAT "  %s by %s\n", text_of(one, "at"),
        json_integer_value(seq), text_of(one, "cause"), text_of(one, "user"));
    for (gsize i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i),
                     *contexts = json_object_get(item, "contexts");

        vt_print("    %s %s", text_of(item, "action"), text_of(item, "locale"));
        for (gsize j = 0; j < json_array_size(contexts); j++)
            vt_print(" %s", json_string_value(json_array_get(contexts, j)));
        vt_print("\n");
    }
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        for (gsize j = 0; j < json_array_size(json_object_get(one, lists[i])); j++) {
            const json_t *server = json_array_get(json_object_get(one, lists[i]), j);
            gboolean confirmed = json_is_true(json_object_get(server, "confirmed"));

            vt_print("    %s of %s: %s %s\n", text_of(server, "name"), text_of(server, "node"),
                confirmed ? "has it," : "has it not,",
                text_of(server, confirmed ? times[i] : "problem"));
        }
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(Wish) wish = {.limit = VT_HISTORY_PAGE};
    const GOptionEntry own[] = {
        {"before", 0, 0, G_OPTION_ARG_STRING, &wish.before, "what comes after an earlier page",
            "NEXT"},
        {"limit", 0, 0, G_OPTION_ARG_INT64, &wish.limit, "at most so many (20; 100 at most)", "N"},
        {0},
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) result = NULL;
    const char *next;

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    wish.asset = words[0];
    result = settings.server != NULL ? history_there(&settings, &wish, &error)
                                     : history_here(&settings, &wish, &error);
    if (result == NULL)
        return vt_command_fail(error);
    if (settings.json) {
        g_autofree char *text = json_dumps(result, JSON_COMPACT);

        vt_print("%s\n", text);
        return VT_EXIT_DONE;
    }
    for (gsize i = 0; i < json_array_size(json_object_get(result, "publishes")); i++)
        print_one(json_array_get(json_object_get(result, "publishes"), i));
    next = json_string_value(json_object_get(result, "next"));
    if (next != NULL)
        vt_complain("there is more: --before %s\n", next);
    return VT_EXIT_DONE;
}

const VtCommand vt_command_asset_history = {
    .name = "asset history",
    .arguments = "NAME [--limit N] [--before NEXT]",
    .summary = "Tells when an asset went live, was taken back or purged, and on which servers",
    .options = "data database storage tenant server token config json",
    .examples = "  vitrine asset history tee-front --data /srv/vitrine\n"
                "  vitrine asset history tee-front --limit 1 --json --server "
                "http://127.0.0.1:8080 --token \"$TOKEN\"\n",
    .run = run,
};
