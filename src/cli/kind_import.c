#include "cli/kind_import.h"

#include "api/api.h"
#include "cli/kind_sets.h"
#include "cli/kinds.h"
#include "jobs/files.h"
#include "manifest/import.h"
#include "publish/set_generate.h"

#include <string.h>

enum { MAX_ATTEMPTS = 20 };

/* One run. */
typedef struct {
    VtJobRun *run;
    char *folder, *manifest, *files, *trail, *result; /* owned */
    json_t *brought; /* owned: names of what came in; NULL: no preset makes sets of them */
} Import;

static void
import_clear(Import *self)
{
    g_free(self->folder);
    g_free(self->manifest);
    g_free(self->files);
    g_free(self->trail);
    g_free(self->result);
    json_decref(self->brought);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Import, import_clear)

static gboolean
check_import(const json_t *parameters, GError **error)
{
    static const char *const known[] = {"rerun", "force", NULL};
    const char *rerun = json_string_value(json_object_get(parameters, "rerun"));
    const json_t *force = json_object_get(parameters, "force");
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(gsize)parameters, key, value)
    {
        if (!g_strv_contains(known, key))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "an import has no parameter \"%s\"", key);
    }
    if (json_object_get(parameters, "rerun") != NULL && g_strcmp0(rerun, "failed") != 0 &&
        g_strcmp0(rerun, "all") != 0)
        return vt_throw(error, VT_ERROR_BAD_ENUM, "\"rerun\" is failed or all");
    return force == NULL || json_is_boolean(force) ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "\"force\" is true or false");
}

static void
show_progress(gpointer data, guint n_done, guint n_rows, const char *doing)
{
    const Import *self = data;

    vt_job_run_progress(self->run, n_done, n_rows, doing);
}

static gboolean
should_stop(gpointer data)
{
    const Import *self = data;

    return vt_job_run_should_stop(self->run);
}

static void
report_row(gpointer data, const VtManifestRowReport *row)
{
    static const VtJobLevel level_of[VT_IMPORT_RESULT_COUNT] = {
        [VT_IMPORT_RESULT_SUCCESS] = VT_JOB_LEVEL_SUCCESS,
        [VT_IMPORT_RESULT_SUCCESSWITHWARNINGS] = VT_JOB_LEVEL_WARNING,
        [VT_IMPORT_RESULT_SKIPPED] = VT_JOB_LEVEL_WARNING,
        [VT_IMPORT_RESULT_PARTIALSUCCESS] = VT_JOB_LEVEL_ERROR,
        [VT_IMPORT_RESULT_FAILED] = VT_JOB_LEVEL_ERROR,
    };
    const Import *self = data;
    g_autofree char *text = g_strdup_printf("line %u: %s", row->line, row->text);
    const VtJobReport report = {level_of[row->result], row->code, row->subject, text};

    if (self->brought != NULL && (row->result == VT_IMPORT_RESULT_SUCCESS ||
                                     row->result == VT_IMPORT_RESULT_SUCCESSWITHWARNINGS))
        json_array_append_new(self->brought, json_string(row->subject));
    if (report.level == VT_JOB_LEVEL_SUCCESS)
        vt_job_run_count(self->run, report.level, 1);
    else
        vt_job_run_report(self->run, &report);
}

static gboolean
keep(gpointer data, gint64 n_bytes, GError **error)
{
    const Import *self = data;
    g_autoptr(json_t) checkpoint = json_pack("{s:I}", "trail", (json_int_t)n_bytes);

    return vt_job_run_save(self->run, checkpoint, error);
}

static gboolean
find_files(Import *self, const VtKindData *kinds, GError **error)
{
    self->folder = vt_job_folder(kinds->files, vt_job_run_job(self->run)->job_id);
    self->manifest = g_build_filename(self->folder, VT_API_UPLOAD_MANIFEST, NULL);
    self->files = g_build_filename(self->folder, VT_API_UPLOAD_FILES, NULL);
    self->trail = g_build_filename(self->folder, "trail", NULL);
    self->result = g_build_filename(self->folder, VT_JOB_RESULT, NULL);
    return g_file_test(self->manifest, G_FILE_TEST_IS_REGULAR) ||
           vt_throw(error, VT_ERROR_FILE_MISSING, "the manifest of the job is not here any more");
}

gboolean
vt_kind_import_go(VtJobRun *run, const VtKindData *kinds, const VtKindImport *wish, GError **error)
{
    const VtJob *job = vt_job_run_job(run);
    g_auto(Import) self = {.run = run};
    VtManifestWatch watch = {.progress = show_progress,
        .should_stop = should_stop,
        .report = report_row,
        .keep = keep,
        .trail_bytes = json_integer_value(json_object_get(job->checkpoint, "trail")),
        .data = &self};
    VtManifestOptions options = {.db = vt_job_run_db(run),
        .ingest = kinds->ingest,
        .tenant_id = job->tenant_id,
        .allowed = kinds->allowed,
        .rerun_all = wish->rerun_all,
        .force = wish->force,
        .actor = vt_kind_actor(run),
        .watch = &watch};
    VtManifestReport report;
    gboolean wanted = FALSE;

    if (!vt_kind_check_runner(run, wish->role, error) || !find_files(&self, kinds, error))
        return FALSE;
    if (!vt_set_generate_is_wanted(options.db, job->tenant_id, &wanted, error))
        return FALSE;
    self.brought = wanted ? json_array() : NULL;
    options.media_dir = self.files;
    watch.trail_path = self.trail;
    if (!vt_manifest_import(&options, self.manifest, self.result, &report, error))
        return FALSE;
    if (self.brought != NULL && !vt_kind_sets_behind(run, self.brought, error))
        return FALSE;
    vt_kind_ring(kinds);
    vt_job_run_set_result(run, vt_manifest_report_json(&report));
    return TRUE;
}

static gboolean
run_import(VtJobRun *run, gpointer data, GError **error)
{
    const json_t *parameters = vt_job_run_job(run)->parameters;
    const char *rerun = json_string_value(json_object_get(parameters, "rerun"));
    VtKindImport wish = {.role = vt_kind_import.role,
        .rerun_all = g_strcmp0(rerun, "all") == 0,
        .force = json_is_true(json_object_get(parameters, "force"))};

    if (wish.force)
        wish.role = VT_ROLE_ADMINISTRATOR;
    return vt_kind_import_go(run, data, &wish, error);
}

const VtJobKind vt_kind_import = {.name = "import",
    .label = "Import",
    .role = VT_ROLE_PRODUCER,
    .is_single = TRUE,
    .files = VT_JOB_FILES_GIVEN,
    .max_attempts = MAX_ATTEMPTS,
    .check = check_import,
    .run = run_import};
