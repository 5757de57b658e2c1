/* See rendition_cache.h.
 *
 * Always holds: a file with a name that is a hash is complete; drafts have another name and are
 * removed at the next opening. The index is the truth about what may be evicted; a file that is
 * gone although the index has it is a miss.
 */
#include "delivery/rendition_cache.h"

#include "base/error.h"
#include "base/log.h"
#include "base/thread.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "open"
#define N_FOLDERS 256

typedef struct {
    GList link; /* in recent */
    VtHash key;
    guint64 n_bytes;
    gint64 used_us; /* only to sort while the directory is read */
} Entry;

struct _VtRenditionCache {
    char *directory; /* owned, immutable */
    guint64 max_bytes;
    guint max_files;
    _Atomic guint64 last_draft;

    VtMutex mutex;
    GHashTable *by_key; /* Entry.key.hex -> Entry, owned; guarded by mutex */
    GQueue recent;      /* of Entry by link, last used first; guarded by mutex */
    guint64 n_bytes;    /* guarded by mutex */
};

static char *
path_of(const VtRenditionCache *self, const char *key)
{
    return g_strdup_printf("%s/%.2s/%s", self->directory, key, key);
}

/* With the mutex held, or before other threads know the cache. */
static void
index_add(VtRenditionCache *self, Entry *entry)
{
    entry->link.data = entry;
    self->n_bytes += entry->n_bytes;
    g_hash_table_insert(self->by_key, entry->key.hex, entry);
    g_queue_push_head_link(&self->recent, &entry->link);
}

/* With the mutex held. */
static void
index_remove(VtRenditionCache *self, Entry *entry)
{
    self->n_bytes -= entry->n_bytes;
    g_queue_unlink(&self->recent, &entry->link);
    g_hash_table_remove(self->by_key, entry->key.hex);
}

/* With the mutex held. An unlink is short, and outside it a new file of the same name could go. */
static void
evict(VtRenditionCache *self)
{
    while (self->recent.length > 0 &&
           (self->n_bytes > self->max_bytes || self->recent.length > self->max_files)) {
        Entry *entry = self->recent.tail->data;
        g_autofree char *path = path_of(self, entry->key.hex);

        unlink(path);
        index_remove(self, entry);
    }
}

static int
by_use(gconstpointer a, gconstpointer b)
{
    const Entry *first = *(Entry *const *)a;
    const Entry *second = *(Entry *const *)b;

    return first->used_us < second->used_us ? -1 : first->used_us > second->used_us;
}

/* Takes the files of one folder into @found; what is no rendition, or all of it, is removed. */
static void
read_folder(const char *folder, gboolean keep, GPtrArray *found)
{
    DIR *directory = opendir(folder);
    struct dirent *at;

    while (directory != NULL && (at = readdir(directory)) != NULL) {
        struct stat about = {0};
        Entry *entry;

        if (at->d_name[0] == '.' || fstatat(dirfd(directory), at->d_name, &about, 0) != 0)
            continue;
        if (!keep || !vt_hash_is_valid(at->d_name)) {
            unlinkat(dirfd(directory), at->d_name, 0);
            continue;
        }
        entry = g_new0(Entry, 1);
        memcpy(entry->key.hex, at->d_name, VT_HASH_LENGTH);
        entry->n_bytes = (guint64)about.st_size;
        entry->used_us = MAX(about.st_atime, about.st_mtime) * G_USEC_PER_SEC;
        g_ptr_array_add(found, entry);
    }
    if (directory != NULL)
        closedir(directory);
}

static gboolean
read_directory(VtRenditionCache *self, gboolean keep, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new();

    for (guint i = 0; i < N_FOLDERS; i++) {
        g_autofree char *folder = g_strdup_printf("%s/%02x", self->directory, i);

        if (g_mkdir_with_parents(folder, 0755) != 0)
            return vt_throw_errno(error, "cannot make '%s'", folder);
        read_folder(folder, keep, found);
    }
    g_ptr_array_sort(found, by_use);
    for (guint i = 0; i < found->len; i++)
        index_add(self, g_ptr_array_index(found, i));
    evict(self);
    return TRUE;
}

/* Whether the files on disk are complete: the cache was closed, or the machine has been up since.
 */
static gboolean
is_trusted(const char *mark, const char *boot)
{
    g_autofree char *then = NULL;

    return !g_file_get_contents(mark, &then, NULL, NULL) || strcmp(then, boot) == 0;
}

VtRenditionCache *
vt_rendition_cache_open(
    const char *directory, guint64 max_bytes, guint max_files, const char *boot, GError **error)
{
    g_autoptr(VtRenditionCache) self = g_new0(VtRenditionCache, 1);
    g_autofree char *mark = g_build_filename(directory, MARK, NULL);
    gboolean trusted = is_trusted(mark, boot);

    self->max_bytes = max_bytes;
    self->max_files = max_files;
    vt_mutex_init(&self->mutex);
    self->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    g_queue_init(&self->recent);
    if (!trusted)
        vt_log(VT_LOG_WARNING, "rendition_cache.emptied",
            "'%s' was in use when the machine went down; its files are made again", directory);
    self->directory = g_strdup(directory);
    if (!read_directory(self, trusted, error))
        return NULL;
    if (!g_file_set_contents(mark, boot, -1, NULL))
        return vt_throw_null(error, VT_ERROR_STORAGE, "cannot write '%s'", mark);
    return g_steal_pointer(&self);
}

/* The mark goes only when everything is on disk. */
static void
unmark(const VtRenditionCache *self)
{
    g_autofree char *mark = g_build_filename(self->directory, MARK, NULL);
    int fd = open(self->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return;
    if (syncfs(fd) == 0)
        unlink(mark);
    close(fd);
}

void
vt_rendition_cache_free(VtRenditionCache *self)
{
    if (self == NULL)
        return;
    if (self->directory != NULL)
        unmark(self);
    g_hash_table_unref(self->by_key);
    vt_mutex_clear(&self->mutex);
    g_free(self->directory);
    g_free(self);
}

int
vt_rendition_cache_find(VtRenditionCache *self, const VtHash *key, guint64 *ret_bytes)
{
    g_autofree char *path = path_of(self, key->hex);
    Entry *entry;
    int fd;
    VT_LOCKED(&self->mutex);

    entry = g_hash_table_lookup(self->by_key, key->hex);
    if (entry == NULL)
        return -1;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        index_remove(self, entry);
        return -1;
    }
    g_queue_unlink(&self->recent, &entry->link);
    g_queue_push_head_link(&self->recent, &entry->link);
    *ret_bytes = entry->n_bytes;
    return fd;
}

static gboolean
write_all(int fd, const guint8 *at, gsize left)
{
    while (left > 0) {
        ssize_t written = write(fd, at, left);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return FALSE;
        at += written;
        left -= (gsize)written;
    }
    return TRUE;
}

static gboolean
write_draft(const char *path, GBytes *rendition, GError **error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    gsize length;
    const guint8 *bytes = g_bytes_get_data(rendition, &length);
    gboolean written;

    if (fd < 0)
        return vt_throw_errno(error, "cannot make '%s'", path);
    written = write_all(fd, bytes, length);
    if (!written)
        vt_throw_errno(error, "cannot write '%s'", path);
    close(fd);
    return written;
}

gboolean
vt_rendition_cache_put(VtRenditionCache *self, const VtHash *key, GBytes *rendition, GError **error)
{
    guint64 number = atomic_fetch_add(&self->last_draft, 1);
    g_autofree char *path = path_of(self, key->hex);
    g_autofree char *draft = g_strdup_printf("%s.%" G_GUINT64_FORMAT, path, number);
    Entry *entry;

    if (!write_draft(draft, rendition, error)) {
        unlink(draft);
        return FALSE;
    }
    VT_LOCKED(&self->mutex);
    if (rename(draft, path) != 0) {
        vt_throw_errno(error, "cannot rename '%s'", draft);
        unlink(draft);
        return FALSE;
    }
    entry = g_hash_table_lookup(self->by_key, key->hex);
    if (entry != NULL)
        index_remove(self, entry);
    entry = g_new0(Entry, 1);
    entry->key = *key;
    entry->n_bytes = g_bytes_get_size(rendition);
    index_add(self, entry);
    evict(self);
    return TRUE;
}

guint64
vt_rendition_cache_bytes(VtRenditionCache *self)
{
    VT_LOCKED(&self->mutex);

    return self->n_bytes;
}
