#include "blob/blob.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEPT_MODE 0444

enum { BLOCK_BYTES = 1 << 18, DRAFT_SECONDS = 24 * 60 * 60 };

struct _VtBlobStore {
    char *directory; /* owned */
};

struct _VtBlobDraft {
    char *path; /* owned; NULL once kept */
    int fd;
};

static void
close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define AUTO_FD __attribute__((cleanup(close_fd))) int

static gboolean
make_directory(const char *path, GError **error)
{
    return g_mkdir_with_parents(path, 0750) == 0 ||
           vt_throw_errno(error, "cannot make the folder '%s'", path);
}

static void
remove_old_drafts(const char *directory, gint64 now_us)
{
    g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(directory, name, NULL);

        GStatBuf about;

        if (g_stat(path, &about) == 0 && about.st_mtime < now_us / G_USEC_PER_SEC - DRAFT_SECONDS)
            g_unlink(path);
    }
}

VtBlobStore *
vt_blob_store_open(const char *directory, gint64 now_us, GError **error)
{
    g_autofree char *drafts = g_build_filename(directory, "tmp", NULL);
    VtBlobStore *self;

    if (!make_directory(drafts, error))
        return NULL;
    remove_old_drafts(drafts, now_us);
    self = g_new0(VtBlobStore, 1);
    self->directory = g_strdup(directory);
    return self;
}

void
vt_blob_store_free(VtBlobStore *self)
{
    if (self == NULL)
        return;
    g_free(self->directory);
    g_free(self);
}

VtBlobDraft *
vt_blob_draft_new(VtBlobStore *store, GError **error)
{
    g_autofree char *path = g_build_filename(store->directory, "tmp", "draft-XXXXXX", NULL);
    int fd = g_mkstemp_full(path, O_RDWR | O_CLOEXEC, 0640);
    VtBlobDraft *self;

    if (fd < 0) {
        vt_throw_errno(error, "cannot make a file in '%s/tmp'", store->directory);
        return NULL;
    }
    self = g_new0(VtBlobDraft, 1);
    self->path = g_steal_pointer(&path);
    self->fd = fd;
    return self;
}

int
vt_blob_draft_fd(const VtBlobDraft *self)
{
    return self->fd;
}

void
vt_blob_draft_free(VtBlobDraft *self)
{
    if (self == NULL)
        return;
    close(self->fd);
    if (self->path != NULL)
        g_unlink(self->path);
    g_free(self->path);
    g_free(self);
}

static char *
path_of(const VtBlobStore *self, const char *kind, const char *original, const char *suffix)
{
    g_autofree char *file = g_strconcat(original, suffix, NULL);
    const char shelf[] = {original[0], original[1], '\0'};

    return g_build_filename(self->directory, kind, shelf, file, NULL);
}

static char *
original_path(const VtBlobStore *self, const char *original)
{
    return path_of(self, "original", original, "");
}

static char *
pyramid_path(const VtBlobStore *self, const char *original, guint version)
{
    g_autofree char *suffix = g_strdup_printf(".%u", version);

    return path_of(self, "pyramid", original, suffix);
}

static gboolean
flush_folder(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    AUTO_FD fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return (fd >= 0 && fsync(fd) == 0) || vt_throw_errno(error, "cannot flush '%s'", folder);
}

static gboolean
keep(VtBlobDraft *draft, const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);

    if (!make_directory(folder, error))
        return FALSE;
    if (fchmod(draft->fd, KEPT_MODE) != 0 || fsync(draft->fd) != 0 ||
        rename(draft->path, path) != 0)
        return vt_throw_errno(error, "cannot keep '%s'", path);
    g_clear_pointer(&draft->path, g_free);
    return flush_folder(path, error);
}

static gboolean
write_all(int fd, const char *data, gsize length, GError **error)
{
    while (length > 0) {
        ssize_t n = write(fd, data, length);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return vt_throw_errno(error, "cannot write");
        data += n;
        length -= (gsize)n;
    }
    return TRUE;
}

static gboolean
copy(int from, int to, guint64 max_bytes, VtHasher *hasher, guint64 *ret_bytes, GError **error)
{
    g_autofree char *block = g_malloc(BLOCK_BYTES);
    guint64 total = 0;
    ssize_t n;

    while ((n = read(from, block, BLOCK_BYTES)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return vt_throw_errno(error, "cannot read");
        total += (guint64)n;
        if (total > max_bytes)
            return vt_throw(
                error, VT_ERROR_TOO_LARGE, "more than %" G_GUINT64_FORMAT " bytes", max_bytes);
        vt_hasher_update(hasher, block, (gsize)n);
        if (!write_all(to, block, (gsize)n, error))
            return FALSE;
    }
    *ret_bytes = total;
    return TRUE;
}

int
vt_blob_draft_open(const VtBlobDraft *self, GError **error)
{
    int fd = open(self->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0)
        vt_throw_errno(error, "cannot open '%s'", self->path);
    return fd;
}

/* What is too large already is not read first. */
static gboolean
check_size(int fd, guint64 max_bytes, GError **error)
{
    off_t at = lseek(fd, 0, SEEK_CUR);
    struct stat facts;

    if (at < 0 || fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_size - at < 0 ||
        (guint64)(facts.st_size - at) <= max_bytes)
        return TRUE;
    return vt_throw(error, VT_ERROR_TOO_LARGE, "more than %" G_GUINT64_FORMAT " bytes", max_bytes);
}

gboolean
vt_blob_draft_fill(VtBlobDraft *self,
    int source_fd,
    guint64 max_bytes,
    VtHash *ret_hash,
    guint64 *ret_bytes,
    GError **error)
{
    g_autoptr(VtHasher) hasher = vt_hasher_new();

    if (fchmod(self->fd, KEPT_MODE) != 0)
        return vt_throw_errno(error, "cannot prepare '%s'", self->path);
    if (!check_size(source_fd, max_bytes, error) ||
        !copy(source_fd, self->fd, max_bytes, hasher, ret_bytes, error))
        return FALSE;
    *ret_hash = vt_hasher_finish(hasher);
    return TRUE;
}

gboolean
vt_blob_keep_original(VtBlobStore *self, VtBlobDraft *draft, const VtHash *hash, GError **error)
{
    g_autofree char *path = original_path(self, hash->hex);

    return access(path, F_OK) == 0 || keep(draft, path, error);
}

gboolean
vt_blob_put_original(VtBlobStore *self,
    int source_fd,
    guint64 max_bytes,
    VtHash *ret_hash,
    guint64 *ret_bytes,
    GError **error)
{
    g_autoptr(VtBlobDraft) draft = vt_blob_draft_new(self, error);
    guint64 bytes = 0;
    VtHash hash;

    if (draft == NULL || !vt_blob_draft_fill(draft, source_fd, max_bytes, &hash, &bytes, error) ||
        !vt_blob_keep_original(self, draft, &hash, error))
        return FALSE;
    *ret_hash = hash;
    *ret_bytes = bytes;
    return TRUE;
}

gboolean
vt_blob_keep_pyramid(
    VtBlobStore *self, VtBlobDraft *draft, const char *original, guint version, GError **error)
{
    g_autofree char *path = NULL;

    g_return_val_if_fail(vt_hash_is_valid(original), FALSE);
    path = pyramid_path(self, original, version);
    return keep(draft, path, error);
}

static int
open_path(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

    if (fd < 0 && errno == ENOENT)
        vt_throw(error, VT_ERROR_NOT_FOUND, "no blob '%s'", path);
    else if (fd < 0)
        vt_throw_errno(error, "cannot open '%s'", path);
    return fd;
}

int
vt_blob_open_original(VtBlobStore *self, const char *original, GError **error)
{
    g_autofree char *path = NULL;

    g_return_val_if_fail(vt_hash_is_valid(original), -1);
    path = original_path(self, original);
    return open_path(path, error);
}

int
vt_blob_open_pyramid(VtBlobStore *self, const char *original, guint version, GError **error)
{
    g_autofree char *path = NULL;

    g_return_val_if_fail(vt_hash_is_valid(original), -1);
    path = pyramid_path(self, original, version);
    return open_path(path, error);
}

gboolean
vt_blob_has_original(VtBlobStore *self, const char *original)
{
    g_autofree char *path = original_path(self, original);

    return access(path, F_OK) == 0;
}

gboolean
vt_blob_has_pyramid(VtBlobStore *self, const char *original, guint version)
{
    g_autofree char *path = pyramid_path(self, original, version);

    return access(path, F_OK) == 0;
}
