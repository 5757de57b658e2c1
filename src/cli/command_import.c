/* `import`: a manifest and its media, here on the data directory or sent to a running server. */
#include "cli/command.h"

#include "base/error.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/follow.h"
#include "cli/output.h"
#include "manifest/files.h"
#include "manifest/import.h"
#include "tenant/tenant.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_WORKERS = 2, MAX_WORKERS = 64 };

typedef struct {
    char *media;
    char *result;
    char *rerun;
    gboolean force;
    int workers;
} Options;

static void
options_clear(Options *self)
{
    g_free(self->media);
    g_free(self->result);
    g_free(self->rerun);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static gboolean
reruns_all(const Options *options)
{
    return g_strcmp0(options->rerun, "all") == 0;
}

static void
show_progress(gpointer data, guint n_done, guint n_rows, const char *doing)
{
    vt_progress_show(data, n_done, n_rows);
}

static json_t *
import_here(
    const VtSettings *settings, const Options *options, const char *manifest, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    g_autoptr(VtCage) cage = NULL;
    g_autoptr(VtIngest) ingest = NULL;
    g_autoptr(VtHttpAllowed) allowed =
        vt_http_allowed_parse(settings->import_allow != NULL ? settings->import_allow : "", error);
    g_autofree char *code = NULL;
    VtProgress progress = {.what = "rows"};
    const VtManifestWatch watch = {.progress = show_progress, .data = &progress};
    VtManifestReport report;
    VtManifestOptions wanted = {.media_dir = options->media,
        .workers = (guint)options->workers,
        .rerun_all = reruns_all(options),
        .force = options->force,
        .actor = {.now_us = g_get_real_time()},
        .watch = &watch};

    if (allowed == NULL || !vt_data_open(settings, FALSE, &data, error) ||
        !vt_tenant_choose(data.db, settings->tenant, &wanted.tenant_id, &code, error))
        return NULL;
    cage = vt_data_cage((guint)options->workers);
    ingest = vt_data_ingest(&data, cage);
    wanted.db = data.db;
    wanted.ingest = ingest;
    wanted.allowed = allowed;
    if (!vt_manifest_import(&wanted, manifest, options->result, &report, error))
        return NULL;
    vt_progress_end(&progress);
    return vt_data_sync(&data, error) ? vt_manifest_report_json(&report) : NULL;
}

/* The bytes of a file of the media folder; NULL when an import from it would not take it either. */
static GMappedFile *
map_file(int folder, const char *name)
{
    int fd = vt_manifest_file_open(folder, name, NULL);
    GMappedFile *file = fd >= 0 ? g_mapped_file_new_from_fd(fd, FALSE, NULL) : NULL;

    if (fd >= 0)
        close(fd);
    return file;
}

static gboolean
put_file(const VtSettings *settings, const char *rest, GBytes *body, GError **error)
{
    g_autofree char *target = vt_client_path(settings, rest, error);
    g_autoptr(json_t) answer = NULL;
    gsize length = 0;
    const char *bytes = g_bytes_get_data(body, &length);

    if (target == NULL)
        return FALSE;
    answer =
        vt_client_call(settings, "PUT", target, bytes != NULL ? bytes : "", length, NULL, error);
    return answer != NULL;
}

/* What is wrong with a file is told by its rows of the result manifest. Of one that is larger than
 * the server takes only the size is sent. */
static gboolean
send_file(
    const VtSettings *settings, const char *upload, int folder, const char *name, GError **error)
{
    g_autoptr(GMappedFile) file = map_file(folder, name);
    g_autofree char *escaped = g_uri_escape_string(name, "/", FALSE);
    g_autofree char *rest = NULL;
    g_autofree char *size = NULL;
    g_autoptr(GBytes) body = NULL;
    g_autoptr(GBytes) nothing = g_bytes_new_static("", 0);
    g_autoptr(GError) refused = NULL;

    if (file == NULL)
        return TRUE;
    body = g_mapped_file_get_bytes(file);
    rest = g_strdup_printf("uploads/%s/%s", upload, escaped);
    if (put_file(settings, rest, body, &refused) ||
        vt_error_is(refused, VT_ERROR_BAD_VALUE)) /* no path of an upload */
        return TRUE;
    if (!vt_error_is(refused, VT_ERROR_TOO_LARGE)) {
        g_propagate_error(error, g_steal_pointer(&refused));
        return FALSE;
    }
    size = g_strdup_printf("%s?bytes=%zu", rest, g_bytes_get_size(body));
    return put_file(settings, size, nothing, error);
}

static gboolean
send_all(const VtSettings *settings,
    const char *upload,
    int folder,
    const GPtrArray *names,
    GError **error)
{
    VtProgress progress = {.what = "files sent"};

    for (guint i = 0; i < names->len; i++) {
        if (!send_file(settings, upload, folder, g_ptr_array_index(names, i), error))
            return FALSE;
        vt_progress_show(&progress, i + 1, names->len);
    }
    if (names->len > 0)
        vt_progress_end(&progress);
    return TRUE;
}

/* Sends every file the manifest names, each once. */
static gboolean
send_files(const VtSettings *settings,
    const char *upload,
    const Options *options,
    const char *manifest,
    GError **error)
{
    g_autoptr(GPtrArray) names = vt_manifest_files_named(manifest, error);
    gboolean done;
    int folder;

    if (names == NULL || options->media == NULL)
        return names != NULL;
    folder = open(options->media, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return vt_throw(error, VT_ERROR_FILE_MISSING, "the media folder '%s': %s", options->media,
            g_strerror(errno));
    done = send_all(settings, upload, folder, names, error);
    close(folder);
    return done;
}

static json_t *
call(const VtSettings *settings,
    const char *method,
    const char *rest,
    const char *body,
    gsize length,
    GError **error)
{
    g_autofree char *path = vt_client_path(settings, rest, error);

    return path != NULL ? vt_client_call(settings, method, path, body, length, NULL, error) : NULL;
}

/* Sends everything, and gives the job that imports it. */
static json_t *
begin_there(
    const VtSettings *settings, const Options *options, const char *manifest, GError **error)
{
    g_autoptr(json_t) upload = call(settings, "POST", "uploads", NULL, 0, error);
    const char *id = json_string_value(json_object_get(upload, "upload"));
    g_autofree char *rest = g_strdup_printf("uploads/%s/import?rerun=%s%s", id,
        reruns_all(options) ? "all" : "failed", options->force ? "&force=true" : "");
    g_autofree char *text = NULL;
    g_autoptr(GError) local = NULL;
    gsize length = 0;

    if (upload == NULL || !send_files(settings, id, options, manifest, error))
        return NULL;
    if (!g_file_get_contents(manifest, &text, &length, &local))
        return vt_throw_null(error, VT_ERROR_FILE_MISSING, "%s", local->message);
    return call(settings, "POST", rest, text, length, error);
}

static gboolean
fetch_result(const VtSettings *settings, const json_t *job, const char *path, GError **error)
{
    g_autofree char *part = g_strconcat(path, ".XXXXXX", NULL);
    int fd = g_mkstemp_full(part, O_RDWR | O_CLOEXEC, 0644);
    gboolean done;

    if (fd < 0)
        return vt_throw_errno(error, "cannot write '%s'", path);
    done = vt_follow_fetch(settings, job, fd, error) &&
           (g_rename(part, path) == 0 || vt_throw_errno(error, "cannot write '%s'", path));
    close(fd);
    if (!done)
        g_unlink(part);
    return done;
}

/* A job that is cancelled before it began has neither a report nor a result. */
static json_t *
import_there(
    const VtSettings *settings, const Options *options, const char *manifest, GError **error)
{
    g_autoptr(json_t) begun = begin_there(settings, options, manifest, error);
    g_autoptr(json_t) job = begun != NULL ? vt_follow_job(settings, begun, "rows", error) : NULL;
    json_t *report = json_object_get(job, "result");

    if (job == NULL)
        return NULL;
    if (!json_is_object(report))
        return vt_throw_null(error, VT_ERROR_STOPPED, "the import was cancelled");
    return fetch_result(settings, job, options->result, error) ? json_incref(report) : NULL;
}

static VtExit
show(const json_t *report, gboolean json)
{
    const json_t *rows = json_object_get(report, "rows");
    gint64 n_bad = json_integer_value(json_object_get(rows, "Failed")) +
                   json_integer_value(json_object_get(rows, "PartialSuccess"));
    gboolean first = TRUE, is_stopped = json_is_true(json_object_get(report, "stopped"));

    if (is_stopped)
        vt_complain("the import was cancelled; what was done stays\n");
    if (json) {
        g_autofree char *text = json_dumps(report, JSON_COMPACT);

        vt_print("%s\n", text);
        return n_bad == 0 && !is_stopped ? VT_EXIT_DONE : VT_EXIT_REFUSED;
    }
    for (int i = 0; i < VT_IMPORT_RESULT_COUNT; i++) {
        gint64 n = json_integer_value(json_object_get(rows, vt_import_result_names[i]));

        if (n > 0)
            vt_print("%s%" G_GINT64_FORMAT " %s", first ? "" : ", ", n, vt_import_result_names[i]);
        first = first && n == 0;
    }
    vt_print("%s\n", first ? "no rows" : "");
    return n_bad == 0 && !is_stopped ? VT_EXIT_DONE : VT_EXIT_REFUSED;
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(Options) options = {.workers = DEFAULT_WORKERS};
    const GOptionEntry own[] = {
        {"media", 0, 0, G_OPTION_ARG_FILENAME, &options.media,
            "folder of the files the manifest names", "DIR"},
        {"result", 0, 0, G_OPTION_ARG_FILENAME, &options.result,
            "where the result manifest goes (default: MANIFEST with .result.tsv)", "FILE"},
        {"rerun", 0, 0, G_OPTION_ARG_STRING, &options.rerun,
            "of a result manifest: the rows that are not done yet (default), or all", "failed|all"},
        {"force", 0, 0, G_OPTION_ARG_NONE, &options.force,
            "take back assets that published sets show (for administrators)", NULL},
        {"workers", 0, 0, G_OPTION_ARG_INT, &options.workers, "files decoded at once (default: 2)",
            "N"},
        {0},
    };
    g_auto(GStrv) words = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) report = NULL;

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    if (options.workers < 1 || options.workers > MAX_WORKERS) {
        vt_complain("--workers takes 1 to %d\n", MAX_WORKERS);
        return VT_EXIT_USAGE;
    }
    if (options.rerun != NULL && !reruns_all(&options) && strcmp(options.rerun, "failed") != 0) {
        vt_complain("--rerun takes failed or all\n");
        return VT_EXIT_USAGE;
    }
    if (options.result == NULL)
        options.result = g_strconcat(words[0], ".result.tsv", NULL);
    report = settings.server != NULL ? import_there(&settings, &options, words[0], &error)
                                     : import_here(&settings, &options, words[0], &error);
    return report != NULL ? show(report, settings.json) : vt_command_fail(error);
}

const VtCommand vt_command_import = {
    .name = "import",
    .arguments = "MANIFEST.tsv [--media DIR] [--result FILE] [--rerun failed|all] [--force] "
                 "[--workers N]",
    .summary = "Imports media and assignments by manifest; writes a result manifest that can be "
               "fixed and imported again",
    .options = "data database storage import-allow tenant server token config json",
    .examples = "  vitrine import manifest.tsv --media photos --data /srv/vitrine\n"
                "  vitrine import manifest.tsv --media photos --server http://127.0.0.1:8080 "
                "--token \"$TOKEN\"\n"
                "  vitrine import manifest.tsv.result.tsv --media photos    # again, after fixing "
                "the failed rows\n",
    .run = run,
};
