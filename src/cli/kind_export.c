#include "cli/kind_export.h"

#include "cli/kinds.h"
#include "jobs/files.h"
#include "manifest/export.h"
#include "tenant/tenant.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MAX_PRODUCTS = 10000 };

static gboolean
check_products(const json_t *products, GError **error)
{
    gboolean are_texts =
        products == NULL || (json_is_array(products) && json_array_size(products) > 0 &&
                                json_array_size(products) <= MAX_PRODUCTS);

    for (gsize i = 0; are_texts && i < json_array_size(products); i++)
        are_texts = json_is_string(json_array_get(products, i));
    return are_texts ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "\"products\" are 1 to %d ids", MAX_PRODUCTS);
}

static gboolean
check_export(const json_t *parameters, GError **error)
{
    static const char *const flags[] = {"assets", "all_locales", "portable", NULL};
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(gsize)parameters, key, value)
    {
        if (strcmp(key, "products") == 0)
            continue;
        if (!g_strv_contains(flags, key))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "an export has no parameter \"%s\"", key);
        if (!json_is_boolean(value))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" is true or false", key);
    }
    return check_products(json_object_get(parameters, "products"), error);
}

/* One run. */
typedef struct {
    VtJobRun *run;
    char *part; /* owned: the manifest while it is written */
    char *path; /* owned */
    int fd;
} Export;

static void
export_clear(Export *self)
{
    if (self->fd >= 0)
        close(self->fd);
    g_free(self->part);
    g_free(self->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Export, export_clear)

/* An export that is stopped writes no more. */
static gboolean
take_text(gpointer data, const char *text, gsize length, GError **error)
{
    const Export *self = data;

    if (vt_job_run_should_stop(self->run))
        return vt_throw(error, VT_ERROR_STOPPED, "the export was stopped");
    while (length > 0) {
        ssize_t n = TEMP_FAILURE_RETRY(write(self->fd, text, length));

        if (n < 0)
            return vt_throw_errno(error, "cannot write the manifest");
        text += n;
        length -= (gsize)n;
    }
    return TRUE;
}

static void
show_progress(gpointer data, guint64 n_rows)
{
    const Export *self = data;

    vt_job_run_progress(self->run, (gint64)n_rows, 0, NULL);
}

static gboolean
open_part(Export *self, const VtKindData *kinds, GError **error)
{
    g_autofree char *folder =
        vt_job_folder_make(kinds->files, vt_job_run_job(self->run)->job_id, error);

    if (folder == NULL)
        return FALSE;
    self->path = g_build_filename(folder, VT_JOB_RESULT, NULL);
    self->part = g_strconcat(self->path, ".part", NULL);
    self->fd = open(self->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return self->fd >= 0 || vt_throw_errno(error, "cannot write '%s'", self->part);
}

static GPtrArray *
products_of(const json_t *parameters)
{
    const json_t *list = json_object_get(parameters, "products");
    GPtrArray *products = list != NULL ? g_ptr_array_new() : NULL;

    for (gsize i = 0; i < json_array_size(list); i++)
        g_ptr_array_add(products, (gpointer)(gsize)json_string_value(json_array_get(list, i)));
    if (products != NULL)
        g_ptr_array_add(products, NULL);
    return products;
}

static gboolean
write_manifest(Export *self, const char *tenant, guint64 *ret_rows, GError **error)
{
    const VtJob *job = vt_job_run_job(self->run);
    const json_t *parameters = job->parameters;
    g_autoptr(GPtrArray) products = products_of(parameters);
    gboolean assets = json_is_true(json_object_get(parameters, "assets"));
    const VtExportSink sink = {take_text, show_progress, self};
    const VtExportOptions options = {.db = vt_job_run_db(self->run),
        .tenant_id = job->tenant_id,
        .tenant = tenant,
        .products = products != NULL ? (const char *const *)products->pdata : NULL,
        .assets = assets || products == NULL,
        .assignments = !assets || products != NULL,
        .all_locales = json_is_true(json_object_get(parameters, "all_locales")),
        .portable = json_is_true(json_object_get(parameters, "portable"))};

    return vt_manifest_export(&options, &sink, ret_rows, error) &&
           ((fsync(self->fd) == 0 && g_rename(self->part, self->path) == 0) ||
               vt_throw_errno(error, "cannot write '%s'", self->path));
}

static gboolean
run_export(VtJobRun *run, gpointer data, GError **error)
{
    g_auto(Export) self = {.run = run, .fd = -1};
    g_autofree char *tenant = vt_kind_tenant(run, error);
    g_autoptr(GError) local = NULL;
    guint64 n_rows = 0;

    if (tenant == NULL || !vt_kind_check_runner(run, vt_kind_export.role, error) ||
        !open_part(&self, data, error))
        return FALSE;
    if (!write_manifest(&self, tenant, &n_rows, &local)) {
        if (vt_error_is(local, VT_ERROR_STOPPED))
            return TRUE;
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    vt_job_run_progress(run, (gint64)n_rows, (gint64)n_rows, NULL);
    vt_job_run_count(run, VT_JOB_LEVEL_SUCCESS, (gint64)n_rows);
    vt_job_run_set_result(run, json_pack("{s:I}", "rows", (json_int_t)n_rows));
    return TRUE;
}

const VtJobKind vt_kind_export = {.name = "export",
    .label = "Export",
    .role = VT_ROLE_READER,
    .files = VT_JOB_FILES_MADE,
    .max_attempts = 20,
    .check = check_export,
    .run = run_export};
