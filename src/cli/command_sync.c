/* `sync`: the consumers of the change log by hand, for repair; `sync status`: the stages of a log
 * number. */
#include "cli/command.h"

#include "base/error.h"
#include "base/json.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/output.h"
#include "sync/quarantine.h"
#include "sync/status.h"
#include "sync/sync.h"
#include "tenant/tenant.h"

#include <string.h>

typedef struct {
    gboolean full;
    gboolean retry;
} Options;

/* Asks for a retry in one tenant or in all. */
static gboolean
retry(const VtSettings *settings, VtDb *db, GError **error)
{
    const VtActor actor = {.now_us = g_get_real_time()};
    g_autoptr(GPtrArray) tenants = vt_tenant_list(db, error);

    for (guint i = 0; tenants != NULL && i < tenants->len; i++) {
        const VtTenant *tenant = g_ptr_array_index(tenants, i);
        guint n = 0;

        if ((settings->tenant == NULL || strcmp(settings->tenant, tenant->code) == 0) &&
            !vt_quarantine_retry(db, tenant->tenant_id, &actor, &n, error))
            return FALSE;
    }
    return tenants != NULL;
}

static VtExit
sync_here(const VtSettings *settings, const Options *options)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtData) data = {.lock_fd = -1};
    VtSyncReport report;
    VtSync sync;

    if (!vt_data_open(settings, FALSE, &data, &error) ||
        (options->retry && !retry(settings, data.db, &error)))
        return vt_command_fail(error);
    sync = (VtSync){.db = data.db, .directory = data.readstore, .node = data.node, .by_hand = TRUE};
    if (options->full
            ? !vt_sync_rebuild(&sync, settings->tenant, g_get_real_time(), &report, &error)
            : !vt_sync_run(&sync, g_get_real_time(), &report, &error))
        return vt_command_fail(error);
    vt_print(settings->json ? "{\"databases\":%" G_GUINT64_FORMAT ",\"failed\":%" G_GUINT64_FORMAT
                              ",\"quarantined\":%" G_GUINT64_FORMAT "}\n"
                            : "%" G_GUINT64_FORMAT " channel databases, %" G_GUINT64_FORMAT
                              " failed, %" G_GUINT64_FORMAT " things could not be taken\n",
        report.n_stores, report.n_failed, report.n_quarantined);
    if (report.n_failed + report.n_quarantined == 0)
        return VT_EXIT_DONE;
    vt_throw(&error, VT_ERROR_STORAGE, "the read stores do not show everything; see the log");
    return vt_command_fail(error);
}

static VtExit
sync_there(const VtSettings *settings, const Options *options)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = vt_client_path(settings, "sync", &error);
    g_autoptr(json_t) request =
        json_pack("{s:b,s:b}", "retry", options->retry, "full", options->full);
    g_autofree char *body = json_dumps(request, JSON_COMPACT);
    g_autoptr(json_t) result =
        path != NULL ? vt_client_call(settings, "POST", path, body, strlen(body), NULL, &error)
                     : NULL;

    if (result == NULL)
        return vt_command_fail(error);
    vt_print(settings->json ? "{\"retried\":%" JSON_INTEGER_FORMAT "}\n"
                            : "asked for; %" JSON_INTEGER_FORMAT " things are tried again\n",
        json_integer_value(json_object_get(result, "retried")));
    return VT_EXIT_DONE;
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    Options options = {0};
    const GOptionEntry own[] = {
        {"full", 0, 0, G_OPTION_ARG_NONE, &options.full, "build every read store anew", NULL},
        {"retry", 0, 0, G_OPTION_ARG_NONE, &options.retry, "try again what stores could not take",
            NULL},
        {0},
    };

    if (!vt_command_parse(self, argc, argv, &settings, own, 0, NULL))
        return VT_EXIT_USAGE;
    return settings.server != NULL ? sync_there(&settings, &options)
                                   : sync_here(&settings, &options);
}

const VtCommand vt_command_sync = {
    .name = "sync",
    .arguments = "[--full] [--retry]",
    .summary = "Brings the read stores up to the change log, or builds them anew",
    .options = "data database storage tenant server token config json",
    .examples =
        "  vitrine sync --data /srv/vitrine           # now, whatever their schedules say\n"
        "  vitrine sync --full --data /srv/vitrine    # after a damaged or deleted read store\n"
        "  vitrine sync --retry --server http://127.0.0.1:8080 --token \"$TOKEN\"\n",
    .run = run,
};

static json_t *
status_here(const VtSettings *settings, gint64 seq, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    g_autofree char *code = NULL;
    VtSyncQuestion question = {.seq = seq, .now_us = g_get_real_time()};

    if (!vt_data_open(settings, FALSE, &data, error) ||
        !vt_tenant_choose(data.db, settings->tenant, &question.tenant_id, &code, error))
        return NULL;
    question.tenant = code;
    question.node = data.node;
    return vt_sync_status_json(data.db, &question, error);
}

static json_t *
status_there(const VtSettings *settings, gint64 seq, GError **error)
{
    g_autofree char *rest = g_strdup_printf("sync?seq=%" G_GINT64_FORMAT, seq);
    g_autofree char *path = vt_client_path(settings, rest, error);

    return path != NULL ? vt_client_call(settings, "GET", path, NULL, 0, NULL, error) : NULL;
}

static const char *
text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "-";
}

static void
show_edges(const json_t *edges)
{
    for (gsize i = 0; i < json_array_size(edges); i++) {
        const json_t *one = json_array_get(edges, i);

        vt_print("  edge %s (node %s): %s, confirmed %s, problem %s\n", text_of(one, "name"),
            text_of(one, "node"),
            json_is_true(json_object_get(one, "confirmed")) ? "up to date" : "behind",
            text_of(one, "confirmed_at"), text_of(one, "problem"));
    }
}

static void
show_search(const json_t *search)
{
    vt_print("    search: %s, applied %s, schedule %s, due %s, problem %s\n",
        text_of(search, "state"), text_of(search, "applied"), text_of(search, "schedule"),
        text_of(search, "due"), text_of(search, "problem"));
}

static void
show_status(const json_t *status)
{
    const json_t *stores = json_object_get(status, "databases");
    const json_t *nodes = json_object_get(status, "nodes");
    const json_t *quarantined = json_object_get(status, "quarantined");

    vt_print("log number %" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT ": %s, %s\n",
        json_integer_value(json_object_get(status, "seq")),
        json_integer_value(json_object_get(status, "head")), text_of(status, "cause"),
        text_of(status, "published"));
    for (gsize i = 0; i < json_array_size(stores); i++) {
        const json_t *one = json_array_get(stores, i);

        vt_print("  %s (node %s): %s, applied %s, visible %s, schedule %s, due %s, problem %s\n",
            text_of(one, "name"), text_of(one, "node"), text_of(one, "state"),
            text_of(one, "applied"), text_of(one, "visible"), text_of(one, "schedule"),
            text_of(one, "due"), text_of(one, "problem"));
        show_search(json_object_get(one, "search"));
    }
    show_edges(json_object_get(status, "edges"));
    for (gsize i = 0; i < json_array_size(nodes); i++)
        if (json_is_true(json_object_get(json_array_get(nodes, i), "stale")))
            vt_print("  node %s is lost since %s\n", text_of(json_array_get(nodes, i), "name"),
                text_of(json_array_get(nodes, i), "seen"));
    for (gsize i = 0; i < json_array_size(quarantined); i++) {
        const json_t *one = json_array_get(quarantined, i);

        vt_print("  %s lacks %s %s: %s\n", text_of(one, "store"), text_of(one, "kind"),
            text_of(one, "name"), text_of(one, "reason"));
    }
}

static VtExit
run_status(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    gint64 seq = 0;
    const GOptionEntry own[] = {
        {"seq", 0, 0, G_OPTION_ARG_INT64, &seq, "the log number; the newest unless told", "N"},
        {0},
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) status = NULL;

    if (!vt_command_parse(self, argc, argv, &settings, own, 0, NULL))
        return VT_EXIT_USAGE;
    status = settings.server != NULL ? status_there(&settings, seq, &error)
                                     : status_here(&settings, seq, &error);
    if (status == NULL)
        return vt_command_fail(error);
    if (settings.json) {
        g_autofree char *text = json_dumps(status, JSON_COMPACT);

        vt_print("%s\n", text);
    } else {
        show_status(status);
    }
    return VT_EXIT_DONE;
}

const VtCommand vt_command_sync_status = {
    .name = "sync status",
    .arguments = "[--seq N]",
    .summary = "Tells how far a log number has come: published, applied, visible",
    .options = "data database storage tenant server token config json",
    .examples = "  vitrine sync status --data /srv/vitrine\n"
                "  vitrine sync status --seq 1204 --server http://127.0.0.1:8080 --token "
                "\"$TOKEN\" --json\n",
    .run = run_status,
};
