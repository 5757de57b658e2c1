/* See nodes.h.
 *
 * Always holds: a stamp is advanced after the change it stands for can be read, and is read before
 * the data are. So an answer in a cache is as new as its stamp, or newer.
 */
#include "delivery/nodes.h"

#include "base/directory.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "base/thread.h"

#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>

#define WATCH_US (G_USEC_PER_SEC / 10)
#define STORE_SUFFIX ".db"

typedef struct {
    _Atomic guint references;
    char *path;             /* owned, immutable */
    char *folder;           /* owned, immutable; removed with the store; NULL: it stays */
    VtReadstore *reader;    /* owned */
    VtStamp *stamp;         /* owned */
    VtStamp *rules;         /* owned: moves when keep_us does, or the store goes */
    _Atomic gint64 keep_us; /* how long answers are kept whatever changes */
    _Atomic gint64 cursor;  /* -1: cannot be read now */
    ino_t inode;            /* of the file last seen; guarded by the nodes' refreshing */
    gint64 searched;        /* what its search index has seen; guarded as the inode */
    gboolean seen;          /* by this refresh; guarded by the nodes' refreshing */
} Store;

typedef struct {
    char *name;        /* owned */
    VtStamp *stamp;    /* owned: moves when any of the stores does */
    GPtrArray *stores; /* of Store, owned references; replaced, never changed */
} Tenant;

struct _VtNodes {
    char *directory; /* owned, immutable, as are the next */
    guint n_readers;
    gboolean is_test;
    char *preview_folder; /* owned; NULL: there are no previews */
    VtPreviewMake make_preview;
    gpointer preview_data;
    VtMutex refreshing; /* one refresh at a time; taken before mutex */
    VtMutex mutex;
    GHashTable *tenants; /* name -> Tenant, owned; guarded by mutex, written while refreshing */
    VtCond stopped;
    gboolean stopping; /* guarded by mutex */
    VtThread *watcher; /* owned */
};

static Store *
store_new(const char *path, guint n_readers)
{
    Store *self = g_new0(Store, 1);

    atomic_init(&self->references, 1);
    atomic_init(&self->cursor, -1);
    atomic_init(&self->keep_us, 0);
    self->rules = vt_stamp_new();
    self->path = g_strdup(path);
    self->reader = vt_readstore_new(path, n_readers);
    self->stamp = vt_stamp_new();
    return self;
}

static Store *
store_ref(Store *self)
{
    atomic_fetch_add(&self->references, 1);
    return self;
}

static void
store_unref(gpointer data)
{
    Store *self = data;

    if (self == NULL || atomic_fetch_sub(&self->references, 1) != 1)
        return;
    vt_readstore_free(self->reader);
    vt_stamp_unref(self->stamp);
    vt_stamp_unref(self->rules);
    if (self->folder != NULL)
        vt_directory_remove(self->folder);
    g_free(self->folder);
    g_free(self->path);
    g_free(self);
}

static void
tenant_free(gpointer data)
{
    Tenant *self = data;

    g_free(self->name);
    vt_stamp_unref(self->stamp);
    g_ptr_array_unref(self->stores);
    g_free(self);
}

static Tenant *
tenant_new(const char *name)
{
    Tenant *self = g_new0(Tenant, 1);

    self->name = g_strdup(name);
    self->stamp = vt_stamp_new();
    self->stores = g_ptr_array_new_with_free_func(store_unref);
    return self;
}

/* Reads how long answers are kept. A change ends all that are. */
static void
refresh_rules(Store *self, VtReadstoreRead *read)
{
    g_autofree char *text =
        vt_readstore_find_configuration(read, VT_READSTORE_SETTING, VT_READSTORE_KEEP_S, NULL);
    gint64 keep_us = text != NULL ? g_ascii_strtoll(text, NULL, 10) * G_USEC_PER_SEC : 0;

    if (atomic_exchange(&self->keep_us, keep_us) != keep_us)
        vt_stamp_advance(self->rules);
}

/* The log number of the store, -1 when it cannot be read, and that of its search index. Where the
 * store's is another than before, its rules are read too. */
static gint64
read_cursor(Store *self, gint64 *ret_searched)
{
    g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(self->reader, NULL);

    *ret_searched = -1;
    if (read == NULL)
        return -1;
    vt_readstore_searched(read, ret_searched, NULL);
    if (vt_readstore_read_cursor(read) != atomic_load(&self->cursor))
        refresh_rules(self, read);
    return vt_readstore_read_cursor(read);
}

/* Whether the store has moved since the last time. While refreshing. */
static gboolean
refresh_store(Store *self)
{
    struct stat about = {0};
    gint64 cursor, searched;
    gboolean moved;

    stat(self->path, &about);
    cursor = read_cursor(self, &searched);
    moved = cursor != atomic_load(&self->cursor) || searched != self->searched ||
            about.st_ino != self->inode;
    atomic_store(&self->cursor, cursor);
    self->searched = searched;
    self->inode = about.st_ino;
    self->seen = TRUE;
    if (moved)
        vt_stamp_advance(self->stamp);
    return moved;
}

static Store *
find_store(GPtrArray *stores, const char *path)
{
    for (guint i = 0; i < stores->len; i++) {
        Store *store = g_ptr_array_index(stores, i);

        if (strcmp(store->path, path) == 0)
            return store;
    }
    return NULL;
}

/* The stores whose files are there, as a new list. Advances the stamps of all that moved or went.
 * While refreshing, so the tenant's own list may be read without the mutex. */
static GPtrArray *
refresh_stores(VtNodes *self, Tenant *tenant, gboolean *ret_moved)
{
    g_autofree char *folder = g_build_filename(self->directory, tenant->name, NULL);
    g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
    GPtrArray *stores = g_ptr_array_new_with_free_func(store_unref);
    const char *name;

    for (guint i = 0; i < tenant->stores->len; i++)
        ((Store *)g_ptr_array_index(tenant->stores, i))->seen = FALSE;
    while (files != NULL && (name = g_dir_read_name(files)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        Store *known;

        if (!g_str_has_suffix(name, STORE_SUFFIX))
            continue;
        known = find_store(tenant->stores, path);
        g_ptr_array_add(
            stores, known == NULL ? store_new(path, self->n_readers) : store_ref(known));
        *ret_moved |= refresh_store(g_ptr_array_index(stores, stores->len - 1));
    }
    for (guint i = 0; i < tenant->stores->len; i++) {
        Store *store = g_ptr_array_index(tenant->stores, i);

        if (store->seen)
            continue;
        vt_stamp_advance(store->stamp);
        vt_stamp_advance(store->rules);
        *ret_moved = TRUE;
    }
    return stores;
}

static void
swap_stores(VtNodes *self, Tenant *tenant, GPtrArray *stores)
{
    g_autoptr(GPtrArray) old = NULL;
    VT_LOCKED(&self->mutex);

    old = tenant->stores;
    tenant->stores = stores;
}

static Tenant *
known_tenant(VtNodes *self, const char *name)
{
    Tenant *tenant;
    VT_LOCKED(&self->mutex);

    tenant = g_hash_table_lookup(self->tenants, name);
    if (tenant == NULL) {
        tenant = tenant_new(name);
        g_hash_table_insert(self->tenants, tenant->name, tenant);
    }
    return tenant;
}

/* The names of known tenants and of folders that may be tenants. */
static GHashTable *
all_names(VtNodes *self)
{
    GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GDir) folders = g_dir_open(self->directory, 0, NULL);
    GHashTableIter iter;
    gpointer known;
    const char *name;
    VT_LOCKED(&self->mutex);

    while (folders != NULL && (name = g_dir_read_name(folders)) != NULL) {
        if (vt_text_is_code(name))
            g_hash_table_add(names, g_strdup(name));
    }
    g_hash_table_iter_init(&iter, self->tenants);
    while (g_hash_table_iter_next(&iter, &known, NULL))
        g_hash_table_add(names, g_strdup(known));
    return names;
}

void
vt_nodes_refresh(VtNodes *self)
{
    g_autoptr(GHashTable) names = NULL;
    GHashTableIter iter;
    gpointer name;
    VT_LOCKED(&self->refreshing);

    names = all_names(self);
    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        Tenant *tenant = known_tenant(self, name);
        gboolean moved = FALSE;

        swap_stores(self, tenant, refresh_stores(self, tenant, &moved));
        if (moved)
            vt_stamp_advance(tenant->stamp);
    }
}

/* FALSE when the nodes are to be freed. */
static gboolean
wait_a_moment(VtNodes *self)
{
    VT_LOCKED(&self->mutex);

    if (!self->stopping)
        vt_cond_wait_for(&self->stopped, &self->mutex, WATCH_US);
    return !self->stopping;
}

static void
watch(gpointer data)
{
    VtNodes *self = data;

    while (wait_a_moment(self))
        vt_nodes_refresh(self);
}

VtNodes *
vt_nodes_new(const VtNodesOptions *options)
{
    VtNodes *self = g_new0(VtNodes, 1);

    self->directory = g_strdup(options->directory);
    self->n_readers = options->n_readers;
    self->is_test = options->is_test;
    self->preview_folder = g_strdup(options->preview_folder);
    self->make_preview = options->make_preview;
    self->preview_data = options->preview_data;
    if (self->preview_folder != NULL)
        vt_directory_remove(self->preview_folder);
    vt_mutex_init(&self->refreshing);
    vt_mutex_init(&self->mutex);
    vt_cond_init(&self->stopped);
    self->tenants = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, tenant_free);
    vt_nodes_refresh(self);
    self->watcher = vt_thread_new("nodes-watch", watch, self);
    return self;
}

gboolean
vt_nodes_are_test(const VtNodes *self)
{
    return self->is_test;
}

static void
stop(VtNodes *self)
{
    VT_LOCKED(&self->mutex);

    self->stopping = TRUE;
    vt_cond_signal(&self->stopped);
}

void
vt_nodes_free(VtNodes *self)
{
    if (self == NULL)
        return;
    stop(self);
    vt_thread_join(self->watcher);
    g_hash_table_unref(self->tenants);
    vt_cond_clear(&self->stopped);
    vt_mutex_clear(&self->mutex);
    vt_mutex_clear(&self->refreshing);
    g_free(self->preview_folder);
    g_free(self->directory);
    g_free(self);
}

static int
furthest_first(gconstpointer a, gconstpointer b)
{
    gint64 first = atomic_load(&(*(Store *const *)a)->cursor);
    gint64 second = atomic_load(&(*(Store *const *)b)->cursor);

    return first > second ? -1 : first < second;
}

/* New references to the tenant's stores, furthest first, and to its stamp; NULL when it has none.
 */
static GPtrArray *
stores_of(VtNodes *self, const char *name, VtStamp **ret_stamp)
{
    Tenant *tenant;
    GPtrArray *stores;
    VT_LOCKED(&self->mutex);

    tenant = g_hash_table_lookup(self->tenants, name);
    if (tenant == NULL || tenant->stores->len == 0)
        return NULL;
    stores = g_ptr_array_new_with_free_func(store_unref);
    for (guint i = 0; i < tenant->stores->len; i++)
        g_ptr_array_add(stores, store_ref(g_ptr_array_index(tenant->stores, i)));
    g_ptr_array_sort(stores, furthest_first);
    *ret_stamp = vt_stamp_ref(tenant->stamp);
    return stores;
}

gboolean
vt_nodes_check(VtNodes *self, GError **error)
{
    g_autoptr(GHashTable) names = all_names(self);
    GHashTableIter iter;
    gpointer name;

    g_hash_table_iter_init(&iter, names);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        g_autoptr(VtStamp) stamp = NULL;
        g_autoptr(GPtrArray) stores = stores_of(self, name, &stamp);

        for (guint i = 0; stores != NULL && i < stores->len; i++) {
            Store *store = g_ptr_array_index(stores, i);
            g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(store->reader, error);

            if (read == NULL)
                return FALSE;
        }
    }
    return TRUE;
}

gboolean
vt_look_is_current(const VtLook *self)
{
    return vt_stamp_now(self->stamp) == self->made_at;
}

VtKeep
vt_look_keep(const VtLook *self)
{
    if (self->is_private)
        return VT_KEEP_PRIVATE;
    return vt_look_is_current(self) ? VT_KEEP_ANYBODY : VT_KEEP_NOBODY;
}

void
vt_keep_private(VtReply *reply)
{
    vt_reply_add_header(reply, "Cache-Control", "private, no-store");
    vt_reply_add_header(reply, "Referrer-Policy", "no-referrer");
    vt_reply_add_header(reply, "X-Robots-Tag", "noindex");
}

void
vt_look_clear(VtLook *self)
{
    g_clear_pointer(&self->read, vt_readstore_read_free);
    g_clear_pointer(&self->stamp, vt_stamp_unref);
    g_clear_pointer(&self->store, store_unref);
}

/* @stamp: (borrowed) */
static gboolean
look(Store *store, VtStamp *stamp, VtLook *ret_look, GError **error)
{
    guint64 made_at = vt_stamp_now(stamp);
    VtReadstoreRead *read = vt_readstore_read_begin(store->reader, error);

    if (read == NULL)
        return FALSE;
    *ret_look = (VtLook){
        .store = store_ref(store), .read = read, .stamp = vt_stamp_ref(stamp), .made_at = made_at};
    return TRUE;
}

gboolean
vt_nodes_look_at_channel(VtNodes *self,
    const char *tenant,
    const char *channel,
    VtLook *ret_look,
    VtReadstoreChannel **ret_channel,
    GError **error)
{
    g_autoptr(VtStamp) stamp = NULL;
    g_autoptr(GPtrArray) stores = stores_of(self, tenant, &stamp);

    for (guint i = 0; stores != NULL && i < stores->len; i++) {
        Store *store = g_ptr_array_index(stores, i);
        g_autoptr(VtReadstoreChannel) found = NULL;
        g_autoptr(GError) problem = NULL;
        g_auto(VtLook) here = {0};
        gint64 keep_us = atomic_load(&store->keep_us);

        if (!look(store, keep_us > 0 ? store->rules : store->stamp, &here, error))
            return FALSE;
        here.keep_us = keep_us;
        if (atomic_load(&store->keep_us) != keep_us)
            here.made_at--; /* the rule changed meanwhile: this answer is not kept */
        found = vt_readstore_find_channel(here.read, channel, &problem);
        if (found != NULL) {
            *ret_look = here;
            here = (VtLook){0};
            *ret_channel = g_steal_pointer(&found);
            return TRUE;
        }
        if (!vt_error_is(problem, VT_ERROR_NOT_FOUND)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return FALSE;
        }
    }
    return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no channel '%s'", channel);
}

/* What the stores say themselves decides, not what was seen last: an answer may name a picture of a
 * batch that was applied a moment ago. */
gboolean
vt_nodes_look_at_images(VtNodes *self, const char *tenant, VtLook *ret_look, GError **error)
{
    g_autoptr(VtStamp) stamp = NULL;
    g_autoptr(GPtrArray) stores = stores_of(self, tenant, &stamp);
    g_autoptr(GError) problem = NULL;
    g_auto(VtLook) furthest = {0};

    if (stores == NULL)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no tenant '%s'", tenant);
    for (guint i = 0; i < stores->len; i++) {
        g_auto(VtLook) here = {0};

        g_clear_error(&problem);
        if (!look(g_ptr_array_index(stores, i), stamp, &here, &problem) ||
            (furthest.read != NULL &&
                vt_readstore_read_cursor(here.read) <= vt_readstore_read_cursor(furthest.read)))
            continue;
        vt_look_clear(&furthest);
        furthest = here;
        here = (VtLook){0};
    }
    if (furthest.read == NULL) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    *ret_look = furthest;
    furthest = (VtLook){0};
    return TRUE;
}

/* A folder of its own for one store; newly allocated. */
static char *
make_folder(const VtNodes *self, GError **error)
{
    g_autofree char *folder = g_build_filename(self->preview_folder, "XXXXXX", NULL);

    if (g_mkdir_with_parents(self->preview_folder, 0750) != 0 || g_mkdtemp(folder) == NULL) {
        vt_throw_errno(error, "cannot make a folder in '%s'", self->preview_folder);
        return NULL;
    }
    return g_steal_pointer(&folder);
}

gboolean
vt_nodes_look_at_preview(VtNodes *self, const VtPreviewAsk *ask, VtLook *ret_look, GError **error)
{
    g_autofree char *folder = NULL;
    g_autofree char *path = NULL;
    Store *store;
    gboolean done;

    if (self->preview_folder == NULL)
        return vt_throw(error, VT_ERROR_PREVIEW_INVALID, "there are no previews here");
    folder = make_folder(self, error);
    if (folder == NULL)
        return FALSE;
    path = g_build_filename(folder, "part" STORE_SUFFIX, NULL);
    store = store_new(path, 1);
    store->folder = g_steal_pointer(&folder);
    done = self->make_preview(self->preview_data, ask, path, error) &&
           look(store, store->stamp, ret_look, error);
    store_unref(store);
    if (done)
        ret_look->is_private = TRUE;
    return done;
}
