/* Bulk export: the library and what is shown where, as a manifest that can be imported again.
 *
 * Rows of assets, one for each locale and the neutral one first, sets of assets behind what they
 * hold, then rows of assignments, swatches and pictures of categories. A row says what the head
 * says; its action is PublishNow where that is live, else Draft: imported where it came from it
 * changes nothing. Rows are written as they are read, page by page, in one snapshot: the sink must
 * not dawdle.
 *
 * Not in a manifest: a set without rows, the grid people fill cells in, older revisions, aliases,
 * and ImageQuality, which no file tells.
 */
#pragma once

#include "base/error.h"
#include "db/db.h"

typedef struct {
    VtDb *db; /* borrowed: the caller's thread's alone, no transaction open */
    gint64 tenant_id;
    const char *tenant;          /* code, for addresses */
    const char *const *products; /* ids, NULL-terminated; NULL: all, and the categories */
    gboolean assets;             /* rows of the library; with products of what they use */
    gboolean assignments;
    gboolean all_locales; /* else the neutral locale only */
    gboolean portable;    /* for another installation: without ids and versions, with the paths
                             originals.h tells */
} VtExportOptions;

/* Where an export goes. */
typedef struct {
    gboolean (*text)(gpointer data, const char *text, gsize length, GError **error);
    void (*progress)(gpointer data, guint64 n_rows); /* or NULL */
    gpointer data;
} VtExportSink;

/* @ret_rows: rows written, without the header. VT_ERROR_ENTITY_NOT_FOUND for a product, the sink's
 * errors, or one of db.h; what was written by then is no whole manifest. */
gboolean vt_manifest_export(
    const VtExportOptions *options, const VtExportSink *sink, guint64 *ret_rows, GError **error);
