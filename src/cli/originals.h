/* The files a portable manifest names, brought into a folder from the data directory or a server.
 */
#pragma once

#include "manifest/originals.h"

#include <glib.h>

/* Writes the bytes of an original into the open file @fd. */
typedef gboolean (*VtOriginalGet)(
    gpointer data, const VtManifestOriginal *original, int fd, GError **error);

/* Fills @folder, which is made when missing, with what the manifest at @manifest names. A file that
 * is there under the name of its content and has it stays; a file has its name only when it is
 * whole. When this returns, all of it is on disk. VT_ERROR_CONFLICT when bytes are not what the
 * manifest says, for they changed meanwhile. */
gboolean vt_originals_bring(const char *manifest,
    const char *folder,
    VtOriginalGet get,
    gpointer data,
    guint64 *ret_files,
    GError **error);
