/* Finished renditions on disk: DIRECTORY/ab/KEY, where KEY names its cause and so is never stale.
 *
 * A file appears whole, by rename, or not at all. It is not forced to disk: a file DIRECTORY/open
 * holds the boot under which the cache is in use, and a cache that was open when the machine itself
 * went down is emptied. Bounded in bytes and files; what was used longest ago goes first. One
 * process at a time; any thread.
 */
#pragma once

#include "base/hash.h"

#include <glib.h>

typedef struct _VtRenditionCache VtRenditionCache;

/* @boot: text that differs after each start of the machine. Reads the directory once. NULL with
 * VT_ERROR_STORAGE. */
VtRenditionCache *vt_rendition_cache_open(
    const char *directory, guint64 max_bytes, guint max_files, const char *boot, GError **error);

/* Waits for the disk, so that the next start may trust the files. NULL is allowed. */
void vt_rendition_cache_free(VtRenditionCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtRenditionCache, vt_rendition_cache_free)

/* A descriptor the caller closes, or -1 when the rendition is not here. */
int vt_rendition_cache_find(VtRenditionCache *self, const VtHash *key, guint64 *ret_bytes);

/* FALSE with VT_ERROR_STORAGE; the rendition is then not kept. */
gboolean vt_rendition_cache_put(
    VtRenditionCache *self, const VtHash *key, GBytes *rendition, GError **error);

/* What the cache holds now. */
guint64 vt_rendition_cache_bytes(VtRenditionCache *self);
