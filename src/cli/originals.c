#include "cli/originals.h"

#include "base/error.h"
#include "base/hash.h"
#include "cli/output.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static gboolean
is_there(const char *path, const char *hash)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    guint64 bytes;
    VtHash found = {0};

    if (fd < 0)
        return FALSE;
    if (!vt_hash_fd(fd, &found, &bytes, NULL))
        found.hex[0] = '\0';
    close(fd);
    return strcmp(found.hex, hash) == 0;
}

static gboolean
fill(int fd, const VtManifestOriginal *original, VtOriginalGet get, gpointer data, GError **error)
{
    guint64 bytes;
    VtHash found;

    if (!get(data, original, fd, error))
        return FALSE;
    if (lseek(fd, 0, SEEK_SET) != 0)
        return vt_throw_errno(error, "cannot read '%s' again", original->path);
    return vt_hash_fd(fd, &found, &bytes, error) &&
           (strcmp(found.hex, original->hash) == 0 ||
               vt_throw(error, VT_ERROR_CONFLICT,
                   "'%s' changed while it was exported; export again", original->asset));
}

static gboolean
bring(const char *folder,
    const VtManifestOriginal *original,
    VtOriginalGet get,
    gpointer data,
    GError **error)
{
    g_autofree char *path = g_build_filename(folder, original->path, NULL);
    g_autofree char *part = g_strconcat(path, ".part", NULL);
    gboolean done;
    int fd;

    if (is_there(path, original->hash))
        return TRUE;
    fd = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return vt_throw_errno(error, "cannot write '%s'", part);
    done = fill(fd, original, get, data, error);
    close(fd);
    if (!done)
        g_unlink(part);
    return done && (g_rename(part, path) == 0 || vt_throw_errno(error, "cannot write '%s'", path));
}

/* One flush for all of them, and for their names. */
static gboolean
flush(const char *folder, GError **error)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    gboolean done = fd >= 0 && syncfs(fd) == 0;

    if (!done)
        vt_throw_errno(error, "cannot flush '%s'", folder);
    if (fd >= 0)
        close(fd);
    return done;
}

gboolean
vt_originals_bring(const char *manifest,
    const char *folder,
    VtOriginalGet get,
    gpointer data,
    guint64 *ret_files,
    GError **error)
{
    g_autoptr(GPtrArray) list = vt_manifest_originals(manifest, error);
    VtProgress progress = {.what = "originals"};

    if (list == NULL)
        return FALSE;
    if (g_mkdir_with_parents(folder, 0755) != 0)
        return vt_throw_errno(error, "cannot make the folder '%s'", folder);
    for (guint i = 0; i < list->len; i++) {
        if (!bring(folder, g_ptr_array_index(list, i), get, data, error))
            return FALSE;
        vt_progress_show(&progress, i + 1, list->len);
    }
    if (list->len > 0)
        vt_progress_end(&progress);
    *ret_files = list->len;
    return flush(folder, error);
}
