/* The result manifest: every cell of the input with what became of its row, itself a manifest that
 * can be mended and imported again.
 */
#pragma once

#include "manifest/columns.h"
#include "manifest/outcome.h"

/* Whether the row's Result says that nothing of it is left to do. */
gboolean vt_manifest_result_is_done(const VtTsv *table, const VtManifestHeader *header, guint row);

/* Writes @path by way of a temporary file beside it.
 * @outcomes: by row of @table
 * @now_us: goes into ResultTime, microseconds since 1970 UTC
 * VT_ERROR_STORAGE. */
gboolean vt_manifest_result_write(const VtTsv *table,
    const VtManifestHeader *header,
    const VtManifestOutcome *outcomes,
    gint64 now_us,
    const char *path,
    GError **error);
