#include "sync/sync.h"

#include "assignment/place.h"
#include "base/log.h"
#include "catalog/dimension.h"
#include "media/asset.h"
#include "readstore/reader.h"
#include "sync/affected.h"
#include "sync/edge.h"
#include "sync/flatten.h"
#include "sync/flatten_category.h"
#include "sync/quarantine.h"
#include "sync/record.h"
#include "sync/search.h"
#include "sync/touched.h"
#include "sync/turn.h"
#include "tenant/setting.h"
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
    gint64 head;    /* the log number of the snapshot */
    VtReadstoreWriter *writer;
    gboolean is_new; /* the store is built, nothing is in it yet */
    gboolean is_written;
    gboolean is_held; /* until another store has a channel that moved */
    guint n_quarantined;
    VtSyncTurn turn; /* its schedule */
    VtSyncSearch search;
    gboolean has_edges;
    VtAffected *affected;     /* owned; of a batch; NULL: nobody wants to know */
    GPtrArray *tags;          /* owned; what the edges are to forget; NULL: nothing */
    GPtrArray *channels;      /* owned */
    GPtrArray *catalogs;      /* owned */
    VtDimensions *dimensions; /* owned */
    VtResolveOptions options;
} Run;

static void
run_clear(Run *self)
{
    g_clear_pointer(&self->writer, vt_readstore_writer_free);
    g_clear_pointer(&self->channels, g_ptr_array_unref);
    g_clear_pointer(&self->catalogs, g_ptr_array_unref);
    g_clear_pointer(&self->dimensions, vt_dimensions_free);
    vt_sync_turn_clear(&self->turn);
    vt_sync_search_clear(&self->search);
    g_clear_pointer(&self->affected, vt_affected_free);
    g_clear_pointer(&self->tags, g_ptr_array_unref);
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

char *
vt_sync_store_path(const char *directory, const char *tenant, const char *database)
{
    g_autofree char *file = g_strconcat(database, ".db", NULL);

    return g_build_filename(directory, tenant, file, NULL);
}

static const char *
node_of(const Run *self)
{
    return self->sync->node != NULL ? self->sync->node : "";
}

static char *
store_path(const Run *self)
{
    return vt_sync_store_path(self->sync->directory, self->tenant->code, self->database);
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
    return self->dimensions != NULL &&
           vt_set_read_options(self->db, self->tenant->tenant_id, &self->options, error);
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
    VtFlattenContext context = {self->database, self->channels, self->catalogs, self->options};

    return vt_flatten_live_product(self->writer, self->db, &context, product_id, error);
}

static gboolean
put_category(Run *self, gint64 category_id, GError **error)
{
    VtFlattenContext context = {self->database, self->channels, self->catalogs, self->options};

    return vt_flatten_live_category(self->writer, self->db, &context, category_id, error);
}

/* How answers are kept, for delivery. */
static gboolean
put_delivery(Run *self, GError **error)
{
    gint64 tenant_id = self->tenant->tenant_id;
    g_autofree char *invalidation =
        vt_setting_read(self->db, tenant_id, VT_SETTING_INVALIDATION, NULL, error);
    g_autofree char *ttl = invalidation != NULL ? vt_setting_read(self->db, tenant_id,
                                                      VT_SETTING_CACHE_TTL_S, NULL, error)
                                                : NULL;

    if (ttl == NULL)
        return FALSE;
    return vt_readstore_put_configuration(self->writer, VT_READSTORE_SETTING, VT_READSTORE_KEEP_S,
        strcmp(invalidation, "ttl") == 0 ? ttl : "0", error);
}

static gboolean
put_asset(Run *self, gint64 asset_id, GError **error)
{
    return vt_sync_put_asset(self->writer, self->db, self->affected, asset_id, error);
}

typedef struct {
    VtLogKind kind;
    gboolean (*put)(Run *self, gint64 id, GError **error);
    GArray *(*page)(VtDb *db, gint64 tenant_id, gint64 after, guint page, GError **error);
} Kind;

static const Kind kind_asset = {VT_LOG_KIND_ASSET, put_asset, vt_asset_page};
static const Kind kind_product = {VT_LOG_KIND_PRODUCT, put_product, vt_product_page};
static const Kind kind_category = {VT_LOG_KIND_CATEGORY, put_category, vt_category_page};

static gboolean
quarantine(Run *self, const Kind *kind, gint64 id, const GError *reason, GError **error)
{
    self->n_quarantined++;
    vt_log(VT_LOG_WARNING, "sync.quarantined",
        "tenant '%s', channel database '%s', %s %" G_GINT64_FORMAT ": %s", self->tenant->code,
        self->database, vt_log_kind_names[kind->kind], id, reason->message);
    return vt_quarantine_put(self->writer, kind->kind, id, self->head, reason->message, error);
}

/* Takes things one after the other and stops at the first that cannot be. */
static gboolean
take(Run *self, const Kind *kind, const gint64 *ids, guint n, GError **error)
{
    for (guint i = 0; i < n; i++)
        if (!kind->put(self, ids[i], error) ||
            (!self->is_new && !vt_quarantine_lift(self->writer, kind->kind, ids[i], error)))
            return FALSE;
    return TRUE;
}

/* Takes the things with all their rows, or none of them and says why in @ret_reason. */
static gboolean
take_or_undo(
    Run *self, const Kind *kind, const gint64 *ids, guint n, GError **ret_reason, GError **error)
{
    g_autoptr(GError) reason = NULL;

    if (!vt_readstore_item_begin(self->writer, error))
        return FALSE;
    if (!take(self, kind, ids, n, &reason) && !vt_quarantine_is_meant(reason)) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return FALSE;
    }
    if (!vt_readstore_item_end(self->writer, reason == NULL, error))
        return FALSE;
    *ret_reason = g_steal_pointer(&reason);
    return TRUE;
}

/* Takes a page of things at once; where one of them cannot be taken, the page is taken again one
 * by one, so that only that one goes into quarantine. */
static gboolean
put_page(Run *self, const Kind *kind, const gint64 *ids, guint n, GError **error)
{
    g_autoptr(GError) reason = NULL;

    if (!take_or_undo(self, kind, ids, n, &reason, error))
        return FALSE;
    if (reason == NULL)
        return TRUE;
    if (n == 1)
        return quarantine(self, kind, ids[0], reason, error);
    for (guint i = 0; i < n; i++)
        if (!put_page(self, kind, &ids[i], 1, error))
            return FALSE;
    return TRUE;
}

static gint
compare_ids(gconstpointer a, gconstpointer b)
{
    gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;

    return (left > right) - (left < right);
}

static gboolean
put_each(Run *self, GHashTable *set, const Kind *kind, GError **error)
{
    g_autoptr(GArray) ids = g_array_sized_new(FALSE, FALSE, sizeof(gint64), g_hash_table_size(set));
    GHashTableIter iter;
    gpointer id;

    g_hash_table_iter_init(&iter, set);
    while (g_hash_table_iter_next(&iter, &id, NULL))
        g_array_append_vals(ids, id, 1);
    g_array_sort(ids, compare_ids);
    for (guint at = 0; at < ids->len; at += PAGE)
        if (!put_page(self, kind, &g_array_index(ids, gint64, at), MIN(PAGE, ids->len - at), error))
            return FALSE;
    return TRUE;
}

/* Puts everything of a kind, page by page. */
static gboolean
put_all(Run *self, const Kind *kind, GError **error)
{
    gint64 after = 0;

    for (;;) {
        g_autoptr(GArray) ids = kind->page(self->db, self->tenant->tenant_id, after, PAGE, error);

        if (ids == NULL)
            return FALSE;
        if (ids->len > 0 && !put_page(self, kind, &g_array_index(ids, gint64, 0), ids->len, error))
            return FALSE;
        if (ids->len < PAGE)
            return TRUE;
        after = g_array_index(ids, gint64, ids->len - 1);
    }
}

static gboolean
put_touched(Run *self, const VtTouched *touched, GError **error)
{
    return put_each(self, touched->assets, &kind_asset, error) &&
           (touched->all_products ? put_all(self, &kind_product, error)
                                  : put_each(self, touched->products, &kind_product, error)) &&
           put_each(self, touched->categories, &kind_category, error) &&
           (!touched->records || put_channels(self, error)) &&
           (!touched->delivery || put_delivery(self, error));
}

/* The search index, where it has its turn, at the end of the open batch. */
static gboolean
refresh_search(Run *self, GError **error)
{
    return !self->search.turn.has_come ||
           vt_sync_search_refresh(&self->search, self->writer, error);
}

/* Everything, into a new store beside the old one. A new store has its search index from the start.
 */
static gboolean
build(Run *self, GError **error)
{
    g_autofree char *path = store_path(self);

    g_clear_pointer(&self->writer, vt_readstore_writer_free);
    g_clear_pointer(&self->affected, vt_affected_free);
    self->is_new = TRUE;
    self->n_quarantined = 0;
    self->writer = vt_readstore_writer_rebuild(path, self->tenant->code, self->database, error);
    self->is_written = self->writer != NULL &&
                       vt_readstore_batch_begin(self->writer, self->head, error) &&
                       put_channels(self, error) && put_delivery(self, error) &&
                       put_all(self, &kind_asset, error) && put_all(self, &kind_product, error) &&
                       put_all(self, &kind_category, error) &&
                       vt_sync_search_refresh(&self->search, self->writer, error) &&
                       vt_readstore_batch_commit(self->writer, NULL, error) &&
                       vt_readstore_writer_install(self->writer, error);
    return self->is_written;
}

static gboolean
has_channel(VtReadstoreRead *read, const char *code)
{
    g_autoptr(VtReadstoreChannel) row = vt_readstore_find_channel(read, code, NULL);

    return row != NULL;
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

        if (strcmp(channel->database, self->database) == 0 && !has_channel(read, channel->code))
            return TRUE;
    }
    return read == NULL;
}

/* Whether one of the channels belongs to the store, or did. */
static gboolean
is_of_store(const Run *self, GHashTable *channel_ids)
{
    g_autofree char *path = store_path(self);
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(store, NULL);
    GHashTableIter iter;
    gpointer id;

    g_hash_table_iter_init(&iter, channel_ids);
    while (g_hash_table_iter_next(&iter, &id, NULL)) {
        const VtChannel *channel = vt_channel_by_id(self->channels, *(const gint64 *)id);

        if (channel == NULL || read == NULL || strcmp(channel->database, self->database) == 0 ||
            has_channel(read, channel->code))
            return TRUE;
    }
    return FALSE;
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

/* Edges forget everything when it is not known what they hold. */
static gboolean
forget_everything(Run *self, GError **error)
{
    g_clear_pointer(&self->tags, g_ptr_array_unref);
    self->tags = g_ptr_array_new_with_free_func(g_free);
    return vt_edge_add_everything(
        self->db, self->tenant->tenant_id, self->tenant->code, self->tags, error);
}

static gboolean
open_affected(Run *self, GError **error)
{
    g_autofree char *path = store_path(self);

    if (!self->has_edges)
        return TRUE;
    self->affected = vt_affected_open(path, error);
    return self->affected != NULL;
}

/* What the edges are to forget of a batch that is in the store now. */
static gboolean
find_tags(Run *self, const VtReadstoreChanges *changes, GError **error)
{
    VtAffectedAsk ask = {.db = self->db,
        .tenant_id = self->tenant->tenant_id,
        .tenant = self->tenant->code,
        .channels = self->channels,
        .database = self->database};
    gboolean purge = TRUE;

    if (self->affected == NULL)
        return TRUE;
    if (!vt_setting_read_flag(
            self->db, ask.tenant_id, VT_SETTING_PURGE_ON_REPUBLISH, &purge, error))
        return FALSE;
    ask.only_deleted = !purge;
    self->tags = vt_affected_tags(self->affected, &ask, changes, error);
    return self->tags != NULL;
}

/* One batch: all entries up to the snapshot's log number. */
static gboolean
advance(Run *self, gint64 after, guint64 *ret_changed, GError **error)
{
    g_autoptr(VtReadstoreChanges) changes = NULL;
    g_auto(VtTouched) touched = {0};
    const VtTouchedAsk ask = {self->tenant->tenant_id, after, self->head, VT_TOUCHED_MAX};

    if (!vt_touched_find(self->db, &ask, &touched, error))
        return FALSE;
    touched.all |= is_of_store(self, touched.channels);
    if (touched.all && is_early(self)) {
        self->head = after;
        self->is_held = TRUE;
        return TRUE;
    }
    if (touched.all) {
        *ret_changed = 1;
        return build(self, error);
    }
    if (!open_affected(self, error) || !vt_readstore_batch_begin(self->writer, self->head, error) ||
        !put_touched(self, &touched, error) || !refresh_search(self, error) ||
        !vt_readstore_batch_commit(self->writer, &changes, error))
        return FALSE;
    *ret_changed = changes->n_changed;
    self->is_written = TRUE;
    return find_tags(self, changes, error);
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

/* The search index alone, of a store that stays as it is. */
static gboolean
catch_up_search(Run *self, guint64 *ret_changed, GError **error)
{
    gint64 cursor = vt_readstore_writer_cursor(self->writer);

    if (!self->search.turn.has_come || vt_readstore_writer_searched(self->writer) == cursor)
        return TRUE;
    if (!vt_readstore_batch_begin(self->writer, cursor, error) || !refresh_search(self, error) ||
        !vt_readstore_batch_commit(self->writer, NULL, error))
        return FALSE;
    *ret_changed = 1;
    return TRUE;
}

/* Brings the store from @after, its log number, to that of the snapshot. */
static gboolean
bring_up(Run *self, gint64 after, guint64 *ret_changed, GError **error)
{
    g_autoptr(GError) local = NULL;

    if (self->writer != NULL && after == self->head && after != 0)
        return catch_up_search(self, ret_changed, error);
    if (!load_context(self, error))
        return FALSE;
    if (self->writer != NULL && after > 0 && after < self->head) {
        if (advance(self, after, ret_changed, &local))
            return TRUE;
        if (!vt_error_is(local, VT_ERROR_DAMAGED)) {
            g_propagate_error(error, g_steal_pointer(&local));
            return FALSE;
        }
    }
    *ret_changed = 1;
    return build(self, error);
}

/* Whether the edges were told of everything the store had when its log number was @after: a crash
 * between a batch and its confirmation leaves the store ahead. */
static gboolean
are_edges_told(const Run *self, gint64 after, gboolean *ret_told, GError **error)
{
    g_autofree char *name = vt_sync_consumer_name(self->tenant->code, self->database);
    gint64 confirmed = 0;

    if (!vt_sync_turn_seq(
            self->db, self->tenant->tenant_id, name, node_of(self), &confirmed, error))
        return FALSE;
    *ret_told = confirmed == after;
    return TRUE;
}

/* Reads the database in one snapshot, so that rows and log number belong together. */
static gboolean
run_in_snapshot(Run *self, gboolean anew, guint64 *ret_changed, GError **error)
{
    g_autoptr(VtTx) tx = NULL;
    gboolean told = TRUE;
    gint64 after = 0;

    if (!open_store(self, anew, error))
        return FALSE;
    tx = vt_tx_begin(self->db, VT_TX_READ, error);
    if (tx == NULL || !vt_changelog_head(self->db, &self->head, error) ||
        !vt_edge_is_any(self->db, node_of(self), &self->has_edges, error))
        return FALSE;
    after = self->writer != NULL ? vt_readstore_writer_cursor(self->writer) : 0;
    *ret_changed = 0;
    if ((self->has_edges && !are_edges_told(self, after, &told, error)) ||
        !bring_up(self, after, ret_changed, error))
        return FALSE;
    return !self->has_edges || (told && !self->is_new) || forget_everything(self, error);
}

static VtSyncSearchOf
search_of(const Run *self)
{
    return (VtSyncSearchOf){
        self->tenant->tenant_id, self->tenant->code, self->database, node_of(self)};
}

/* Says how far the search index is; @is_known: the store was looked into. */
static gboolean
confirm_search(const Run *self, gboolean is_known, gint64 now_us, GError **error)
{
    const VtSyncSearchOf whose = search_of(self);
    gint64 seq = is_known && self->writer != NULL ? vt_readstore_writer_searched(self->writer)
                                                  : self->search.turn.seq;

    return vt_sync_search_confirm(&self->search, self->db, &whose, seq, now_us, error);
}

/* Says how far the consumer is and what it lacks, where that is news. */
static gboolean
confirm(const Run *self, const char *problem, gint64 now_us, GError **error)
{
    g_autofree char *name = vt_sync_consumer_name(self->tenant->code, self->database);
    g_autofree char *path = store_path(self);
    VtSyncWord word = {.tenant_id = self->tenant->tenant_id,
        .consumer = name,
        .node = node_of(self),
        .path = path,
        .seq = self->head,
        .is_written = self->is_written,
        .tags = self->tags,
        .problem = problem,
        .now_us = now_us};

    return vt_sync_confirm(self->db, &word, &self->turn, error);
}

static void
note_due(VtSyncReport *report, const VtSyncTurn *turn)
{
    if (turn->due_us != 0 && (report->next_us == 0 || turn->due_us < report->next_us))
        report->next_us = turn->due_us;
}

/* Whether the consumer and its search index have their turns; a store that is not there yet is not
 * waited for. */
static gboolean
begin_turn(Run *self, gboolean anew, gint64 now_us, VtSyncReport *report, GError **error)
{
    g_autofree char *name = vt_sync_consumer_name(self->tenant->code, self->database);
    g_autofree char *path = store_path(self);
    const VtSyncTurnOf store = {
        self->tenant->tenant_id, VT_SETTING_SYNC_SCHEDULE, self->database, name, node_of(self)};
    const VtSyncSearchOf search = search_of(self);

    if (!vt_sync_turn_load(self->db, &store, now_us, &self->turn, error) ||
        !vt_sync_search_load(self->db, &search, now_us, &self->search, error))
        return FALSE;
    if (anew || self->sync->by_hand || !g_file_test(path, G_FILE_TEST_EXISTS))
        self->turn.has_come = self->search.turn.has_come = TRUE;
    note_due(report, &self->turn);
    note_due(report, &self->search.turn);
    return TRUE;
}

/* The search index goes on with what the store has, which waits for its own turn. */
static gboolean
search_while_waiting(Run *self, VtSyncReport *report, GError **error)
{
    guint64 n_changed = 0;

    if (!self->search.turn.has_come || self->search.turn.seq >= self->turn.seq)
        return TRUE;
    if (!open_store(self, FALSE, error))
        return FALSE;
    if (self->writer == NULL)
        return TRUE;
    if (!catch_up_search(self, &n_changed, error))
        return FALSE;
    report->n_changed += n_changed;
    if (n_changed > 0 && self->sync->applied != NULL)
        self->sync->applied(self->sync->data);
    return TRUE;
}

static gboolean
wait_for_turn(Run *self, gint64 now_us, VtSyncReport *report, GError **error)
{
    g_autoptr(GError) problem = NULL;

    if (!vt_changelog_head(self->db, &self->head, error))
        return FALSE;
    if (self->turn.seq < self->head)
        report->n_waiting++;
    self->head = self->turn.seq;
    if (!search_while_waiting(self, report, &problem)) {
        report->n_failed++;
        vt_log(
            VT_LOG_ERROR, "sync.search_failed", "%s: %s", self->search.consumer, problem->message);
        self->search.problem = g_strdup(problem->message);
    }
    return confirm_search(self, problem == NULL, now_us, error) &&
           confirm(self, self->turn.problem, now_us, error);
}

static gboolean
run_one(Run *self, gboolean anew, gint64 now_us, VtSyncReport *report, GError **error)
{
    g_autoptr(GError) problem = NULL;
    guint64 n_changed = 0;

    report->n_stores++;
    if (!begin_turn(self, anew, now_us, report, error))
        return FALSE;
    if (!self->turn.has_come)
        return wait_for_turn(self, now_us, report, error);
    if (!run_in_snapshot(self, anew, &n_changed, &problem)) {
        report->n_failed++;
        vt_log(VT_LOG_ERROR, "sync.failed", "tenant '%s', channel database '%s': %s",
            self->tenant->code, self->database, problem->message);
        self->head = self->turn.seq;
        return confirm(self, problem->message, now_us, error);
    }
    report->n_changed += n_changed;
    report->n_held += self->is_held;
    report->n_quarantined += self->n_quarantined;
    if (n_changed > 0 && self->sync->applied != NULL)
        self->sync->applied(self->sync->data);
    if (!confirm_search(self, TRUE, now_us, error) || !confirm(self, NULL, now_us, error))
        return FALSE;
    if (self->tags != NULL && self->sync->requested != NULL)
        self->sync->requested(self->sync->data);
    return TRUE;
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
vt_sync_request_rebuild(VtDb *db, gint64 tenant_id, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtChange) change = vt_change_new(tenant_id, "sync full");

    vt_change_add(change, VT_LOG_KIND_CHANNEL, 0);
    return tx != NULL && vt_change_write(change, db, actor, NULL, error) && vt_tx_commit(tx, error);
}

gboolean
vt_sync_rebuild(
    const VtSync *self, const char *tenant, gint64 now_us, VtSyncReport *ret_report, GError **error)
{
    return run_tenants(self, tenant, TRUE, now_us, ret_report, error);
}
