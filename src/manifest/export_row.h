/* The rows of an export: cells from what an asset's locale or a set says. No database. */
#pragma once

#include "assignment/assignment.h"
#include "catalog/dimension.h"
#include "manifest/columns.h"
#include "media/content.h"

/* A row while it is filled; cells of what it does not say are empty. */
typedef struct {
    char *cell[VT_N_COLUMNS]; /* owned, or NULL */
} VtExportRow;

void vt_export_row_clear(VtExportRow *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtExportRow, vt_export_row_clear)

void vt_export_row_put(VtExportRow *self, VtColumn column, const char *text); /* NULL allowed */

/* As `MediaChannel` names the library, and for what is shown everywhere. */
#define VT_EXPORT_LIBRARY "Omnichannel"

/* Appends the header, and a row, to a table being written. Result columns are left out. */
void vt_export_header_write(GString *text);
void vt_export_row_write(const VtExportRow *self, GString *text);

/* Texts, tags, what players need and facts of the binary. */
void vt_export_row_put_content(VtExportRow *self, VtAssetType type, const VtAssetContent *content);

/* Paths of the originals of the binary and of the tracks in @locale's language. Each is the hash
 * and an ending. */
void vt_export_row_put_paths(VtExportRow *self, const VtAssetContent *content, const char *locale);

/* What ids in sets are called. */
typedef struct {
    GHashTable *dimensions; /* gint64 -> VtDimension, borrowed from list */
    GHashTable *values;     /* gint64 -> VtDimensionValue, borrowed from list */
    VtDimensions *list;     /* owned */
} VtExportNames;

/* @list: taken */
void vt_export_names_init(VtExportNames *self, VtDimensions *list);
void vt_export_names_clear(VtExportNames *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtExportNames, vt_export_names_clear)

/* EntityType, EntityKey and EntityKeyValue of a node: @code is the id of the product, or of the
 * variant. FALSE when the catalogue knows a value no more; the row is to be left out then. */
gboolean vt_export_row_put_node(
    VtExportRow *self, const VtExportNames *names, const char *code, const VtAssignmentKey *key);

void vt_export_row_put_category(VtExportRow *self, const char *code);

/* The same of a swatch, with the Swatch columns; an image swatch is named by @asset. */
gboolean vt_export_row_put_swatch(VtExportRow *self,
    const VtExportNames *names,
    const char *code,
    const VtAssignmentSwatch *swatch,
    const char *asset);
