/* `catalog import`: here on the data directory, or there on a running server; one report either
 * way. */
#include "cli/command.h"

#include "catalog/import.h"

#include "base/error.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/output.h"
#include "tenant/tenant.h"

static const char *const counts[] = {"channels", "dimensions", "categories", "catalogs", "products",
    "variants", "changed", "refused"};

static VtExit
show(const json_t *report, gboolean json)
{
    const json_t *problems = json_object_get(report, "problems");

    if (json) {
        g_autofree char *text = json_dumps(report, JSON_COMPACT);

        vt_print("%s\n", text);
    } else {
        for (gsize i = 0; i < G_N_ELEMENTS(counts); i++)
            vt_print("%s%" JSON_INTEGER_FORMAT " %s", i > 0 ? ", " : "",
                json_integer_value(json_object_get(report, counts[i])), counts[i]);
        vt_print("\n");
    }
    for (gsize i = 0; i < json_array_size(problems); i++)
        vt_complain("%s\n", json_string_value(json_array_get(problems, i)));
    return json_integer_value(json_object_get(report, "refused")) == 0 ? VT_EXIT_DONE
                                                                       : VT_EXIT_REFUSED;
}

static void
show_progress(guint64 done, guint64 total, gpointer data)
{
    vt_progress_show(data, done, total);
}

static json_t *
import_here(const VtSettings *settings, const char *text, gsize length, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    g_auto(VtCatalogReport) report = {0};
    g_autoptr(json_t) file = vt_json_parse(text, length, error);
    g_autofree char *code = NULL;
    VtActor actor = {.now_us = g_get_real_time()};
    VtProgress progress = {.what = "products"};
    gint64 tenant_id = 0;

    if (file == NULL || !vt_data_open(settings, FALSE, &data, error) ||
        !vt_tenant_choose(data.db, settings->tenant, &tenant_id, &code, error) ||
        !vt_catalog_import(
            data.db, tenant_id, file, &actor, show_progress, &progress, &report, error))
        return NULL;
    vt_progress_end(&progress);
    return vt_data_sync(&data, error) ? vt_catalog_report_json(&report) : NULL;
}

static json_t *
import_there(const VtSettings *settings, const char *text, gsize length, GError **error)
{
    g_autofree char *path = vt_client_path(settings, "catalog", error);

    return path != NULL ? vt_client_call(settings, "POST", path, text, length, NULL, error) : NULL;
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL, unreadable = NULL;
    g_autoptr(json_t) report = NULL;
    gsize length = 0;

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 1, &words))
        return VT_EXIT_USAGE;
    if (!g_file_get_contents(words[0], &text, &length, &unreadable)) {
        vt_throw(&error, VT_ERROR_FILE_MISSING, "%s", unreadable->message);
        return vt_command_fail(error);
    }
    report = settings.server != NULL ? import_there(&settings, text, length, &error)
                                     : import_here(&settings, text, length, &error);
    return report != NULL ? show(report, settings.json) : vt_command_fail(error);
}

const VtCommand vt_command_catalog_import = {
    .name = "catalog import",
    .arguments = "FILE.json",
    .summary = "Loads or updates channels, dimensions, categories, products and variants",
    .options = "data database storage tenant server token config json",
    .examples =
        "  vitrine catalog import catalog.json --data /srv/vitrine\n"
        "  vitrine catalog import catalog.json --server http://127.0.0.1:8080 --token \"$TOKEN\"\n",
    .run = run,
};
