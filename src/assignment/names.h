/* What the ids in the sets of a product or a category are called, and back; kept in memory for
 * one place somebody works in. One thread, one session. */
#pragma once

#include "assignment/assignment.h"
#include "media/asset.h"

typedef struct _VtSetNames VtSetNames;

/* @db, @product (NULL: of a category, which has neither dimensions nor variants): borrowed for as
 * long as the names live. */
VtSetNames *vt_set_names_new(VtDb *db, gint64 tenant_id, const VtProduct *product);
void vt_set_names_free(VtSetNames *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtSetNames, vt_set_names_free)

/* @ret_asset: borrowed; NULL when the asset is gone. */
gboolean vt_set_names_asset(
    VtSetNames *self, gint64 asset_id, const VtAsset **ret_asset, GError **error);

/* VT_ERROR_UNKNOWN_ASSET when there is none of this name. Borrowed. */
const VtAsset *vt_set_names_find_asset(VtSetNames *self, const char *name, GError **error);

/* Borrowed; NULL for what the catalogue has no more. */
gboolean vt_set_names_value(VtSetNames *self,
    const VtAssignmentValue *value,
    const char **ret_dimension,
    const char **ret_value,
    GError **error);

/* Of the product's dimensions: the name (borrowed; NULL for one it has no more), and the id
 * (VT_ERROR_DIMENSION). */
const char *vt_set_names_dimension(const VtSetNames *self, gint64 dimension_id);
gboolean vt_set_names_find_dimension(
    const VtSetNames *self, const char *name, gint64 *ret_dimension_id, GError **error);

/* A value of the product, or one it lost that @before uses: such cells are kept until somebody
 * removes them. VT_ERROR_DIMENSION for any other. */
gboolean vt_set_names_find_value(VtSetNames *self,
    const char *dimension,
    const char *value,
    const VtAssignment *before,
    VtAssignmentValue *ret_value,
    GError **error);

/* Borrowed; NULL for a variant that is gone. */
const char *vt_set_names_variant(const VtSetNames *self, gint64 variant_id);

/* VT_ERROR_UNKNOWN_VARIANT. */
gboolean vt_set_names_find_variant(
    const VtSetNames *self, const char *code, gint64 *ret_variant_id, GError **error);
