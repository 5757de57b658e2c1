/* The files a portable manifest names: what has to lie beside it before it can be imported
 * elsewhere.
 */
#pragma once

#include "contract/contract.h"

#include <glib.h>

/* Where a file comes from and what the manifest calls it; all owned. */
typedef struct {
    char *hash; /* SHA-256 of its bytes */
    char *path;
    char *asset;
    char *locale;
    gboolean is_track;
    VtTrackRole role;
} VtManifestOriginal;

/* Each file of the manifest at @path, as vt_manifest_export() wrote it, once. At most what an
 * import takes: VT_ERROR_TOO_LARGE beyond it. VT_ERROR_BAD_VALUE when a cell is none of ours. */
GPtrArray *vt_manifest_originals(const char *path, GError **error);
