#include "sync/sync.h"

#include "base/log.h"
#include "catalog/dimension.h"
#include "changelog/consumer.h"
#include "media/asset.h"
#include "readstore/reader.h"
#include "sync/flatten.h"
#include "sync/flatten_category.h"
#include "sync/record.h"
#include "tenant/tenant.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { PAGE = 500 };

/* One run of one consumer. */
typedef struct {
    const VtSync *sync;
    VtDb *db;
    const VtTenant *tenant;
    const char *database;
    int lock_fd;    /* held while the store is written; -1: not */
    gboolean waits; /* for the stores of channels that moved away */
    VtReadstoreWriter *writer;
    GPtrArray *channels;      /* owned */
    GPtrArray *catalogs;      /* owned */
    VtDimensions *dimensions; /* owned */
} Run;

static void
run_clear(Run *self)
{
    g_clear_pointer(&self->writer, vt_readstore_writer_free);
    g_clear_pointer(&self->channels, g_ptr_array_unref);
    g_clear_pointer(&self->catalogs, g_ptr_array_unref);
    g_clear_pointer(&self->dimensions, vt_dimensions_free);
    if (self->lock_fd >= 0)
        close(self->lock_fd);
    self->lock_fd = -1;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

char *
vt_sync_consumer_name(const char *tenant, const char *database)
{
    return g_strdup_printf("read store %s/%s", tenant, database);
}

static char *
store_path(const Run *self)
{
    g_autofree char *file = g_strconcat(self->database, ".db", NULL);

    return g_build_filename(self->sync->directory, self->tenant->code, file, NULL);
}

static gboolean
load_context(Run *self, GError **error)
{
    self->channels = vt_channel_list(self->db, self->tenant->tenant_id, error);
    if (self->channels == NULL)
        return FALSE;
    self->catalogs = vt_catalog_list(self->db, self->tenant->tenant_id, error);
    if (self->catalogs == NULL)
        return FALSE;
    self->dimensions = vt_dimensions_load(self->db, self->tenant->tenant_id, error);
    return self->dimensions != NULL;
}

static gboolean
put_channels(Run *self, GError **error)
{
    for (guint i = 0; i < self->channels->len; i++) {
        const VtChannel *channel = g_ptr_array_index(self->channels, i);

        if (strcmp(channel->database, self->database) == 0 &&
            !vt_sync_put_channel(self->writer, channel, self->dimensions, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
put_product(Run *self, gint64 product_id, GError **error)
{
    VtFlattenContext context = {self->database, self->channels, self->catalogs};
    g_autoptr(VtProduct) product = vt_product_load(self->db, product_id, error);
    g_autoptr(GPtrArray) sets = NULL;
    g_auto(GStrv) locales = NULL;

    if (product == NULL)
        return FALSE;
    sets = vt_set_published_of_product(self->db, product_id, error);
    if (sets == NULL)
        return FALSE;
    locales = vt_set_locales_of_product(self->db, product_id, error);
    return locales != NULL && vt_flatten_product(self->writer, &context, product, sets,
                                  (const char *const *)locales, error);
}

static gboolean
put_category(Run *self, gint64 category_id, GError **error)
{
    VtFlattenContext context = {self->database, self->channels, self->catalogs};
    g_autoptr(VtCategory) category = vt_category_load(self->db, category_id, error);
    g_autoptr(GPtrArray) sets = NULL;
    g_auto(GStrv) locales = NULL;

    if (category == NULL)
        return FALSE;
    sets = vt_set_published_of_category(self->db, category_id, error);
    if (sets == NULL)
        return FALSE;
    locales = vt_set_locales_of_category(self->db, category_id, error);
    return locales != NULL && vt_flatten_category(self->writer, &context, category, sets,
                                  (const char *const *)locales, error);
}

/* The ids a batch touches, each once. */
typedef struct {
    GHashTable *products; /* gint64, owned, as are the next */
    GHashTable *categories;
    GHashTable *assets;
    gboolean all;        /* the channels themselves changed */
    gboolean dimensions; /* the configuration changed */
} Touched;

static void
touched_clear(Touched *self)
{
    g_clear_pointer(&self->products, g_hash_table_unref);
    g_clear_pointer(&self->categories, g_hash_table_unref);
    g_clear_pointer(&self->assets, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Touched, touched_clear)

static void
touch(GHashTable *ids, gint64 id)
{
    if (id != 0)
        g_hash_table_add(ids, g_memdup2(&id, sizeof id));
}

static gboolean
touch_document(Run *self, Touched *touched, gint64 document_id, GError **error)
{
    g_autofree char *locale = NULL;
    gint64 asset_id = 0;
    VtSetKey key;

    if (!vt_asset_of_document(self->db, document_id, &asset_id, &locale, error) ||
        !vt_set_of_document(self->db, document_id, &key, error))
        return FALSE;
    touch(touched->assets, asset_id);
    touch(touched->products, key.product_id);
    touch(touched->categories, key.category_id);
    return TRUE;
}

static gboolean
touch_dimension(Run *self, Touched *touched, gint64 dimension_id, GError **error)
{
    g_autoptr(GArray) ids = vt_product_of_dimension(self->db, dimension_id, error);

    if (ids == NULL)
        return FALSE;
    for (guint i = 0; i < ids->len; i++)
        touch(touched->products, g_array_index(ids, gint64, i));
    touched->dimensions = TRUE;
    return TRUE;
}

static gboolean
touch_entry(Run *self, Touched *touched, const VtLogEntry *entry, GError **error)
{
    switch (entry->kind) {
    case VT_LOG_KIND_PUBLICATION:
        return touch_document(self, touched, entry->subject, error);
    case VT_LOG_KIND_PRODUCT: /* a new variant may bring a new value */
        touch(touched->products, entry->subject);
        touched->dimensions = TRUE;
        return TRUE;
    case VT_LOG_KIND_ASSET:
    case VT_LOG_KIND_IMAGE_RECORD:
        touch(touched->assets, entry->subject);
        return TRUE;
    case VT_LOG_KIND_DIMENSION:
        return touch_dimension(self, touched, entry->subject, error);
    case VT_LOG_KIND_CHANNEL:
    case VT_LOG_KIND_CATALOG:
        touched->all = TRUE;
        return TRUE;
    case VT_LOG_KIND_CATEGORY:
        touch(touched->categories, entry->subject);
        return TRUE;
    case VT_LOG_KIND_SETTING:
        return TRUE;
    }
    return TRUE;
}

static gboolean
find_touched(Run *self, gint64 after, gint64 up_to, Touched *touched, GError **error)
{
    g_autoptr(GArray) entries =
        vt_changelog_read(self->db, self->tenant->tenant_id, after, up_to, error);

    if (entries == NULL)
        return FALSE;
    touched->products = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    touched->categories = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    touched->assets = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    for (guint i = 0; i < entries->len && !touched->all; i++)
        if (!touch_entry(self, touched, &g_array_index(entries, VtLogEntry, i), error))
            return FALSE;
    return TRUE;
}

static gboolean
put_asset(Run *self, gint64 asset_id, GError **error)
{
    return vt_sync_put_asset(self->writer, self->db, asset_id, error);
}

typedef gboolean (*PutOne)(Run *self, gint64 id, GError **error);
typedef GArray *(*ListPage)(VtDb *db, gint64 tenant_id, gint64 after, guint page, GError **error);

static gboolean
put_each(Run *self, GHashTable *ids, PutOne put, GError **error)
{
    GHashTableIter iter;
    gpointer id;

    g_hash_table_iter_init(&iter, ids);
    while (g_hash_table_iter_next(&iter, &id, NULL))
        if (!put(self, *(const gint64 *)id, error))
            return FALSE;
    return TRUE;
}

static gboolean
put_touched(Run *self, const Touched *touched, GError **error)
{
    return put_each(self, touched->assets, put_asset, error) &&
           put_each(self, touched->products, put_product, error) &&
           put_each(self, touched->categories, put_category, error) &&
           (!touched->dimensions || put_channels(self, error));
}

/* Puts everything @list knows, page by page. */
static gboolean
put_pages(Run *self, ListPage list, PutOne put, GError **error)
{
    gint64 after = 0;

    for (;;) {
        g_autoptr(GArray) ids = list(self->db, self->tenant->tenant_id, after, PAGE, error);

        if (ids == NULL)
            return FALSE;
        for (guint i = 0; i < ids->len; i++)
            if (!put(self, g_array_index(ids, gint64, i), error))
                return FALSE;
        if (ids->len < PAGE)
            return TRUE;
        after = g_array_index(ids, gint64, ids->len - 1);
    }
}

/* Everything, into a new store beside the old one. */
static gboolean
build(Run *self, gint64 head, GError **error)
{
    g_autofree char *path = store_path(self);

    g_clear_pointer(&self->writer, vt_readstore_writer_free);
    self->writer = vt_readstore_writer_rebuild(path, self->tenant->code, self->database, error);
    return self->writer != NULL && vt_readstore_batch_begin(self->writer, head, error) &&
           put_channels(self, error) && put_pages(self, vt_asset_page, put_asset, error) &&
           put_pages(self, vt_product_page, put_product, error) &&
           put_pages(self, vt_category_page, put_category, error) &&
           vt_readstore_batch_commit(self->writer, NULL, error) &&
           vt_readstore_writer_install(self->writer, error);
}

/* Whether a channel of the database is not in its store yet. */
static gboolean
lacks_channel(const Run *self, const GPtrArray *channels)
{
    g_autofree char *path = store_path(self);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(store, NULL);

    for (guint i = 0; read != NULL && i < channels->len; i++) {
        const VtChannel *channel = g_ptr_array_index(channels, i);
        g_autoptr(VtReadstoreChannel) row = NULL;

        if (strcmp(channel->database, self->database) != 0)
            continue;
        row = vt_readstore_find_channel(read, channel->code, NULL);
        if (row == NULL)
            return TRUE;
    }
    return read == NULL;
}

/* Whether a channel of another store is not there yet: this one may be the only one to have it. */
static gboolean
is_early(const Run *self)
{
    for (guint i = 0; self->waits && i < self->channels->len; i++) {
        const VtChannel *channel = g_ptr_array_index(self->channels, i);
        const Run other = {
            .sync = self->sync, .tenant = self->tenant, .database = channel->database};

        if (strcmp(channel->database, self->database) != 0 && lacks_channel(&other, self->channels))
            return TRUE;
    }
    return FALSE;
}

/* One batch: all entries up to the snapshot's log number. */
static gboolean
advance(
    Run *self, gint64 after, gint64 head, gint64 *ret_head, guint64 *ret_changed, GError **error)
{
    g_autoptr(VtReadstoreChanges) changes = NULL;
    g_auto(Touched) touched = {0};

    if (!find_touched(self, after, head, &touched, error))
        return FALSE;
    if (touched.all && is_early(self)) {
        *ret_head = after;
        return TRUE;
    }
    if (touched.all) {
        *ret_changed = 1;
        return build(self, head, error);
    }
    if (!vt_readstore_batch_begin(self->writer, head, error) ||
        !put_touched(self, &touched, error) ||
        !vt_readstore_batch_commit(self->writer, &changes, error))
        return FALSE;
    *ret_changed = changes->n_changed;
    return TRUE;
}

/* Waits until no other process or thread writes the store: with PostgreSQL a command and a server
 * may share the folder, and two builds would write the same file. */
static gboolean
lock_store(Run *self, const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *file = g_strdup_printf("%s/%s.lock", folder, self->database);

    if (g_mkdir_with_parents(folder, 0750) != 0)
        return vt_throw_errno(error, "cannot make the folder '%s'", folder);
    self->lock_fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (self->lock_fd < 0)
        return vt_throw_errno(error, "cannot open '%s'", file);
    while (flock(self->lock_fd, LOCK_EX) != 0)
        if (errno != EINTR)
            return vt_throw_errno(error, "cannot lock '%s'", file);
    return TRUE;
}

/* Opens the store where it can be gone on with; no writer means it must be built. */
static gboolean
open_store(Run *self, gboolean anew, GError **error)
{
    g_autofree char *path = store_path(self);
    g_autoptr(GError) local = NULL;

    if (!lock_store(self, path, error))
        return FALSE;
    if (anew)
        return TRUE;
    self->writer = vt_readstore_writer_open(path, self->tenant->code, self->database, &local);
    if (self->writer != NULL || vt_error_is(local, VT_ERROR_CONFLICT) ||
        vt_error_is(local, VT_ERROR_NEWER_SCHEMA) || vt_error_is(local, VT_ERROR_DAMAGED))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

/* Reads the database in one snapshot, so that rows and log number belong together. */
static gboolean
run_in_snapshot(Run *self, gboolean anew, gint64 *ret_head, guint64 *ret_changed, GError **error)
{
    g_autoptr(VtTx) tx = NULL;
    g_autoptr(GError) local = NULL;
    gint64 head = 0, after = 0;

    if (!open_store(self, anew, error))
        return FALSE;
    tx = vt_tx_begin(self->db, VT_TX_READ, error);
    if (tx == NULL || !vt_changelog_head(self->db, &head, error))
        return FALSE;
    after = self->writer != NULL ? vt_readstore_writer_cursor(self->writer) : 0;
    *ret_changed = 0;
    *ret_head = head;
    if (self->writer != NULL && after == head && head != 0)
        return TRUE;
    if (!load_context(self, error))
        return FALSE;
    if (self->writer != NULL && after > 0 && after < head) {
        if (advance(self, after, head, ret_head, ret_changed, &local))
            return TRUE;
        if (!vt_error_is(local, VT_ERROR_DAMAGED)) {
            g_propagate_error(error, g_steal_pointer(&local));
            return FALSE;
        }
    }
    *ret_changed = 1;
    return build(self, head, error);
}

/* Says how far the consumer is, where that is news. */
static gboolean
confirm(const Run *self, gint64 head, const char *problem, gint64 now_us, GError **error)
{
    g_autofree char *name = vt_sync_consumer_name(self->tenant->code, self->database);
    g_autoptr(GPtrArray) list = vt_consumer_list(self->db, self->tenant->tenant_id, error);
    gint64 seq = 0;

    if (list == NULL)
        return FALSE;
    for (guint i = 0; i < list->len; i++) {
        const VtConsumer *consumer = g_ptr_array_index(list, i);

        if (strcmp(consumer->name, name) != 0)
            continue;
        seq = consumer->seq;
        if (g_strcmp0(consumer->problem, problem) == 0 && (problem != NULL || seq == head))
            return TRUE;
    }
    return vt_consumer_save(self->db, self->tenant->tenant_id, name, problem != NULL ? seq : head,
        problem, now_us, error);
}

static gboolean
run_one(Run *self, gboolean anew, gint64 now_us, VtSyncReport *report, GError **error)
{
    g_autoptr(GError) problem = NULL;
    guint64 n_changed = 0;
    gint64 head = 0;

    report->n_stores++;
    if (!run_in_snapshot(self, anew, &head, &n_changed, &problem)) {
        report->n_failed++;
        vt_log(VT_LOG_ERROR, "sync.failed", "tenant '%s', channel database '%s': %s",
            self->tenant->code, self->database, problem->message);
        return confirm(self, 0, problem->message, now_us, error);
    }
    report->n_changed += n_changed;
    if (n_changed > 0 && self->sync->applied != NULL)
        self->sync->applied(self->sync->data);
    return confirm(self, head, NULL, now_us, error);
}

/* A channel that moves is answered by its old store until the new one has it: stores that gain a
 * channel go first, and when one of them fails no other is to lose its own. One that moves just now
 * is left to the next run. */
static gboolean
run_tenant(const VtSync *self,
    const VtTenant *tenant,
    gboolean anew,
    gint64 now_us,
    VtSyncReport *report,
    GError **error)
{
    g_auto(GStrv) databases = vt_channel_databases(self->db, tenant->tenant_id, error);
    g_autoptr(GPtrArray) channels =
        databases != NULL ? vt_channel_list(self->db, tenant->tenant_id, error) : NULL;
    g_autofree gboolean *gains = NULL;
    guint n, n_failed = (guint)report->n_failed;

    if (channels == NULL)
        return FALSE;
    n = g_strv_length(databases);
    gains = g_new0(gboolean, n + 1);
    for (guint i = 0; i < n; i++) {
        const Run run = {.sync = self, .tenant = tenant, .database = databases[i]};

        gains[i] = lacks_channel(&run, channels);
    }
    for (guint i = 0; i < 2 * n; i++) {
        g_auto(Run) run = {.sync = self,
            .db = self->db,
            .tenant = tenant,
            .database = databases[i % n],
            .lock_fd = -1,
            .waits = i >= n};

        if (i == n && report->n_failed > n_failed)
            return TRUE;
        if (gains[i % n] == (i < n) && !run_one(&run, anew, now_us, report, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
run_tenants(const VtSync *self,
    const char *only,
    gboolean anew,
    gint64 now_us,
    VtSyncReport *ret_report,
    GError **error)
{
    g_autoptr(GPtrArray) tenants = vt_tenant_list(self->db, error);

    *ret_report = (VtSyncReport){0};
    if (tenants == NULL)
        return FALSE;
    for (guint i = 0; i < tenants->len; i++) {
        const VtTenant *tenant = g_ptr_array_index(tenants, i);

        if (only != NULL && strcmp(only, tenant->code) != 0)
            continue;
        if (!run_tenant(self, tenant, anew, now_us, ret_report, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
vt_sync_run(const VtSync *self, gint64 now_us, VtSyncReport *ret_report, GError **error)
{
    return run_tenants(self, NULL, FALSE, now_us, ret_report, error);
}

gboolean
vt_sync_rebuild(
    const VtSync *self, const char *tenant, gint64 now_us, VtSyncReport *ret_report, GError **error)
{
    return run_tenants(self, tenant, TRUE, now_us, ret_report, error);
}
