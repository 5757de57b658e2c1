/* `setting list`, `setting set`: the settings of a tenant, here or on a running server. */
#include "cli/command.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/output.h"
#include "tenant/setting.h"
#include "tenant/tenant.h"

#include <string.h>

/* What is to be set; name NULL: only the list is wanted. */
typedef struct {
    const char *name, *value;
    char *database;
} Wish;

static json_t *
act_here(const VtSettings *settings, const Wish *wish, GError **error)
{
    const VtActor actor = {.now_us = g_get_real_time()};
    g_auto(VtData) data = {.lock_fd = -1};
    g_autofree char *code = NULL;
    gint64 tenant_id = 0;

    if (!vt_data_open(settings, FALSE, &data, error) ||
        !vt_tenant_choose(data.db, settings->tenant, &tenant_id, &code, error))
        return NULL;
    if (wish->name != NULL && (!vt_setting_put(data.db, tenant_id, wish->name, wish->database,
                                   wish->value, &actor, NULL, error) ||
                                  !vt_data_sync(&data, error)))
        return NULL;
    return vt_setting_list_json(data.db, tenant_id, error);
}

static json_t *
act_there(const VtSettings *settings, const Wish *wish, GError **error)
{
    g_autofree char *name = wish->name != NULL ? vt_text_escape(wish->name, FALSE) : NULL;
    g_autofree char *database =
        wish->database != NULL ? vt_text_escape(wish->database, FALSE) : NULL;
    g_autofree char *rest =
        name == NULL ? g_strdup("settings")
                     : g_strdup_printf("settings/%s%s%s", name,
                           database != NULL ? "?database=" : "", database != NULL ? database : "");
    g_autofree char *path = vt_client_path(settings, rest, error);
    g_autoptr(json_t) body = json_pack("{s:s*}", "value", wish->value);
    g_autofree char *text = json_dumps(body, JSON_COMPACT);

    if (path == NULL)
        return NULL;
    return wish->name == NULL
               ? vt_client_call(settings, "GET", path, NULL, 0, NULL, error)
               : vt_client_call(settings, "PUT", path, text, strlen(text), NULL, error);
}

static const char *
text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* @name NULL: all of them. */
static void
show(const json_t *list, const char *name)
{
    const json_t *rows = json_object_get(list, "settings");

    for (gsize i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        const json_t *own = json_object_get(row, "databases");

        if (name != NULL && strcmp(name, text_of(row, "name")) != 0)
            continue;
        vt_print(
            "%s = %s\n    %s\n", text_of(row, "name"), text_of(row, "value"), text_of(row, "doc"));
        for (gsize j = 0; j < json_array_size(own); j++)
            vt_print("    channel database %s: %s\n", text_of(json_array_get(own, j), "name"),
                text_of(json_array_get(own, j), "value"));
    }
}

static VtExit
act(const VtSettings *settings, const Wish *wish)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) list = settings->server != NULL ? act_there(settings, wish, &error)
                                                      : act_here(settings, wish, &error);

    if (list == NULL)
        return vt_command_fail(error);
    if (settings->json) {
        g_autofree char *text = json_dumps(list, JSON_COMPACT);

        vt_print("%s\n", text);
    } else {
        show(list, wish->name);
    }
    return VT_EXIT_DONE;
}

static VtExit
run_list(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    const Wish wish = {0};

    return vt_command_parse(self, argc, argv, &settings, NULL, 0, NULL) ? act(&settings, &wish)
                                                                        : VT_EXIT_USAGE;
}

static VtExit
run_set(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_autofree char *database = NULL;
    const GOptionEntry own[] = {
        {"channel-database", 0, 0, G_OPTION_ARG_STRING, &database,
            "for this channel database alone", "NAME"},
        {0},
    };
    Wish wish = {0};

    if (!vt_command_parse(self, argc, argv, &settings, own, 2, &words))
        return VT_EXIT_USAGE;
    wish = (Wish){words[0], words[1], database};
    return act(&settings, &wish);
}

const VtCommand vt_command_setting_list = {
    .name = "setting list",
    .arguments = "",
    .summary = "Lists the settings of a tenant, what they mean and what is in force",
    .options = "data database storage tenant server token config json",
    .examples = "  vitrine setting list --data /srv/vitrine\n",
    .run = run_list,
};

const VtCommand vt_command_setting_set = {
    .name = "setting set",
    .arguments = "NAME VALUE [--channel-database NAME]",
    .summary = "Changes a setting of a tenant; the value `default` goes back to the default",
    .options = "data database storage tenant server token config json",
    .examples = "  vitrine setting set sync_schedule hourly --data /srv/vitrine\n"
                "  vitrine setting set sync_schedule '0 0/15 6-22 ? * MON-FRI' --channel-database "
                "tills\n"
                "  vitrine setting set invalidation ttl --server http://127.0.0.1:8080 --token "
                "\"$TOKEN\"\n",
    .run = run_set,
};
