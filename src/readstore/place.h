/* Where the file of a read store lies, and how a new one takes its place.
 *
 * PATH is a symbolic link to PATH.N; N grows with every full sync. The link is replaced by rename,
 * so whoever opens PATH gets the old file or the new one, whole, and SQLite's side files (named
 * after the file, not the link) never meet the wrong database. The previous file stays until the
 * next full sync: a reader between opening and reading is safe.
 */
#pragma once

#include <glib.h>

/* The generation PATH points to, 0 when there is no such link. FALSE with VT_ERROR_DAMAGED when
 * PATH is a file, as after a backup that follows links, or VT_ERROR_STORAGE when it is something
 * else. */
gboolean vt_readstore_place_generation(const char *path, guint64 *ret_generation, GError **error);

/* The file of a generation. Newly allocated. */
char *vt_readstore_place_file(const char *path, guint64 generation);

/* Removes the file of a generation with its side files; it need not exist. */
void vt_readstore_place_remove(const char *path, guint64 generation);

/* Removes the files of all generations but @generation and the one before: what rebuilds that were
 * killed have left. For the one process that writes the store, while it rebuilds nothing. */
void vt_readstore_place_tidy(const char *path, guint64 generation);

/* Makes PATH, a link or a file, point to @generation, whose file is complete and closed, and
 * removes those before the previous one. Lasting when it returns. Error: VT_ERROR_STORAGE. */
gboolean vt_readstore_place_install(const char *path, guint64 generation, GError **error);
