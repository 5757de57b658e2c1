/* Why: see place.h. A plain rename of one database over another was tried on paper and dropped: a
 * new reader would find the write-ahead log of the old file beside the new one.
 *
 * Holds: at every instant PATH is absent or names a complete file; a crash leaves files of other
 * generations, which the next writer removes.
 */
#include "readstore/place.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

gboolean
vt_readstore_place_generation(const char *path, guint64 *ret_generation, GError **error)
{
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *prefix = g_strconcat(name, ".", NULL);
    char target[256];
    ssize_t length = readlink(path, target, sizeof target - 1);

    if (length < 0 && errno == ENOENT) {
        *ret_generation = 0;
        return TRUE;
    }
    if (length < 0 && errno != EINVAL)
        return vt_throw_errno(error, "cannot look at '%s'", path);
    target[MAX(length, 0)] = '\0';
    if (!g_str_has_prefix(target, prefix) || !g_ascii_string_to_unsigned(target + strlen(prefix),
                                                 10, 1, G_MAXINT64, ret_generation, NULL))
        return vt_throw(error,
            g_file_test(path, G_FILE_TEST_IS_REGULAR) ? VT_ERROR_DAMAGED : VT_ERROR_STORAGE,
            "'%s' is not the link a read store is found by; a copy of it must be built anew", path);
    return TRUE;
}

char *
vt_readstore_place_file(const char *path, guint64 generation)
{
    return g_strdup_printf("%s.%" G_GUINT64_FORMAT, path, generation);
}

/* What SQLite keeps beside a file. */
static void
remove_side_files(const char *file)
{
    static const char *const suffix[] = {"-wal", "-shm", "-journal"};

    for (gsize i = 0; i < G_N_ELEMENTS(suffix); i++) {
        g_autofree char *name = g_strconcat(file, suffix[i], NULL);

        unlink(name);
    }
}

void
vt_readstore_place_remove(const char *path, guint64 generation)
{
    g_autofree char *file = vt_readstore_place_file(path, generation);

    unlink(file);
    remove_side_files(file);
}

/* The generation a file of the folder is of: `main.db.12` and its side files; 0: of none. */
static guint64
generation_of(const char *entry, const char *prefix)
{
    char *end = NULL;
    guint64 generation;

    if (!g_str_has_prefix(entry, prefix) || !g_ascii_isdigit(entry[strlen(prefix)]))
        return 0;
    generation = g_ascii_strtoull(entry + strlen(prefix), &end, 10);
    return *end == '\0' || *end == '-' ? generation : 0;
}

void
vt_readstore_place_tidy(const char *path, guint64 generation)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *prefix = g_strconcat(name, ".", NULL);
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    const char *entry;

    while (entries != NULL && (entry = g_dir_read_name(entries)) != NULL) {
        const guint64 found = generation_of(entry, prefix);
        g_autofree char *file = g_build_filename(folder, entry, NULL);

        if (found != 0 && found != generation && found + 1 != generation)
            unlink(file);
    }
}

static gboolean
sync_folder(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int failed = 0;

    if (fd < 0)
        return vt_throw_errno(error, "cannot open '%s'", folder);
    failed = fsync(fd);
    close(fd);
    return failed == 0 || vt_throw_errno(error, "cannot write '%s'", folder);
}

gboolean
vt_readstore_place_install(const char *path, guint64 generation, GError **error)
{
    g_autofree char *file = vt_readstore_place_file(path, generation);
    g_autofree char *target = g_path_get_basename(file);
    g_autofree char *link = g_strconcat(path, ".next", NULL);

    unlink(link);
    if (symlink(target, link) != 0)
        return vt_throw_errno(error, "cannot make '%s'", link);
    if (!sync_folder(path, error))
        return FALSE;
    if (rename(link, path) != 0)
        return vt_throw_errno(error, "cannot replace '%s'", path);
    remove_side_files(path);
    if (!sync_folder(path, error))
        return FALSE;
    vt_readstore_place_tidy(path, generation);
    return TRUE;
}
