#include "cli/data.h"

#include "assignment/set.h"
#include "base/random.h"
#include "base/text.h"
#include "catalog/product.h"
#include "changelog/change.h"
#include "jobs/job.h"
#include "media/asset.h"
#include "publish/publish.h"
#include "sync/quarantine.h"
#include "sync/sync.h"
#include "tenant/tenant.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { NODE_DIGITS = 16 };

static const struct {
    const VtMigration *list;
    const gsize *n;
} room_row[] = {
    {vt_changelog_migrations, &vt_changelog_n_migrations},
    {vt_jobs_migrations, &vt_jobs_n_migrations},
    {vt_tenant_migrations, &vt_tenant_n_migrations},
    {vt_catalog_migrations, &vt_catalog_n_migrations},
    {vt_document_migrations, &vt_document_n_migrations},
    {vt_media_migrations, &vt_media_n_migrations},
    {vt_assignment_migrations, &vt_assignment_n_migrations},
    {vt_publish_migrations, &vt_publish_n_migrations},
    {vt_sync_migrations, &vt_sync_n_migrations},
};

GArray *
vt_data_migrations(void)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(VtMigration));

    for (gsize i = 0; i < G_N_ELEMENTS(room_row); i++)
        g_array_append_vals(all, room_row[i].list, (guint)*room_row[i].n);
    return all;
}

void
vt_data_clear(VtData *self)
{
    g_clear_pointer(&self->db, vt_db_free);
    g_clear_pointer(&self->blobs, vt_blob_store_free);
    g_clear_pointer(&self->directory, g_free);
    g_clear_pointer(&self->database_url, g_free);
    g_clear_pointer(&self->readstore, g_free);
    g_clear_pointer(&self->node, g_free);
    if (self->lock_fd > 0)
        close(self->lock_fd);
    if (self->node_fd > 0)
        close(self->node_fd);
    self->lock_fd = self->node_fd = -1;
}

static gboolean
take_lock(VtData *self, GError **error)
{
    g_autofree char *path = g_build_filename(self->directory, "lock", NULL);

    self->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (self->lock_fd < 0)
        return vt_throw_errno(error, "cannot open '%s'", path);
    if (flock(self->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return TRUE;
    if (errno != EWOULDBLOCK)
        return vt_throw_errno(error, "cannot lock '%s'", path);
    return vt_throw(error, VT_ERROR_DATA_IN_USE,
        "another process works on '%s'; act on the running server with --server URL "
        "--token TOKEN",
        self->directory);
}

static gboolean
open_blobs(VtData *self, const char *storage, GError **error)
{
    g_autofree char *inside = g_build_filename(self->directory, "blobs", NULL);

    if (storage != NULL && !g_str_has_prefix(storage, "file:"))
        return vt_throw(
            error, VT_ERROR_USAGE, "'%s' is not a storage address; write file:DIR", storage);
    self->blobs = vt_blob_store_open(
        storage != NULL ? storage + strlen("file:") : inside, g_get_real_time(), error);
    return self->blobs != NULL;
}

/* A name is made once: whoever links it first wins. */
static gboolean
make_node(const char *path, GError **error)
{
    char name[NODE_DIGITS + 1] = {0};
    g_autofree char *draft = NULL;
    gboolean made;

    vt_random_hex(name, NODE_DIGITS);
    draft = g_strdup_printf("%s.%s", path, name);
    if (!g_file_set_contents(draft, name, NODE_DIGITS, NULL))
        return vt_throw_errno(error, "cannot write '%s'", draft);
    made = link(draft, path) == 0 || errno == EEXIST;
    if (!made)
        vt_throw_errno(error, "cannot make '%s'", path);
    unlink(draft);
    return made;
}

static gboolean
read_node(VtData *self, GError **error)
{
    g_autofree char *path = g_build_filename(self->directory, "node", NULL);

    if (!g_file_test(path, G_FILE_TEST_EXISTS) && !make_node(path, error))
        return FALSE;
    if (!g_file_get_contents(path, &self->node, NULL, NULL))
        return vt_throw_errno(error, "cannot read '%s'", path);
    return vt_text_is_code(self->node) ||
           vt_throw(error, VT_ERROR_STORAGE, "'%s' holds no name of a node; remove it", path);
}

static gboolean
open_database(VtData *self, GError **error)
{
    g_autoptr(GArray) migrations = vt_data_migrations();

    self->db = vt_db_open(self->database_url, VT_DB_DURABLE, error);
    return self->db != NULL &&
           vt_db_migrate(self->db, (const VtMigration *)(gconstpointer)migrations->data,
               migrations->len, error);
}

gboolean
vt_data_open(const VtSettings *settings, gboolean create, VtData *ret_data, GError **error)
{
    g_auto(VtData) data = {.directory = g_strdup(settings->data), .lock_fd = -1};

    if (!g_file_test(settings->data, G_FILE_TEST_IS_DIR) && !create)
        return vt_throw(error, VT_ERROR_NOT_FOUND,
            "there is no data directory '%s'; make one with `vitrine init`", settings->data);
    if (g_mkdir_with_parents(settings->data, 0750) != 0)
        return vt_throw_errno(error, "cannot make the folder '%s'", settings->data);
    data.readstore = g_build_filename(settings->data, "readstore", NULL);
    data.database_url = settings->database != NULL
                            ? g_strdup(settings->database)
                            : g_strdup_printf("sqlite:%s/vitrine.db", settings->data);
    if (g_str_has_prefix(data.database_url, "sqlite:") && !take_lock(&data, error))
        return FALSE;
    if (!read_node(&data, error) || !open_database(&data, error) ||
        !open_blobs(&data, settings->storage, error))
        return FALSE;
    *ret_data = data;
    memset(&data, 0, sizeof data);
    data.lock_fd = -1;
    return TRUE;
}

gboolean
vt_data_take_node(VtData *self)
{
    g_autofree char *path = g_build_filename(self->directory, "node", NULL);

    self->node_fd = open(path, O_RDONLY | O_CLOEXEC);
    return self->node_fd > 0 && flock(self->node_fd, LOCK_EX | LOCK_NB) == 0;
}

gboolean
vt_data_sync(VtData *self, GError **error)
{
    VtSync sync = {.db = self->db, .directory = self->readstore, .node = self->node};
    VtSyncReport report;

    if (!vt_sync_run(&sync, g_get_real_time(), &report, error))
        return FALSE;
    if (report.n_failed > 0)
        return vt_throw(error, VT_ERROR_STORAGE,
            "%" G_GUINT64_FORMAT " channel databases could not be brought up to date; see the log",
            report.n_failed);
    return TRUE;
}

VtCage *
vt_data_cage(guint n_workers)
{
    VtCageOptions options = vt_cage_options;

    options.n_workers = n_workers;
    return vt_cage_new(&options);
}

VtIngest *
vt_data_ingest(VtData *self, VtCage *cage)
{
    return vt_ingest_new(self->blobs, cage, VT_INGEST_MAX_BYTES);
}
