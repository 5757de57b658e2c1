/* EntityKeyValue: which product or category, and which place in its media, a row is about.
 *
 *     id                      Product|Master, Product|Variant
 *     id|Color:Blue|Size:M    Product|DimensionMatrix, 1 to 4 pairs in any order
 *     id|Color|Blue           Product|Master|Swatch
 *     id                      Category
 *
 * A backslash takes `|`, `:` and itself literally.
 */
#pragma once

#include <glib.h>

typedef enum {
    VT_MANIFEST_ENTITY_NONE, /* a row about an asset alone */
    VT_MANIFEST_ENTITY_MASTER,
    VT_MANIFEST_ENTITY_VARIANT,
    VT_MANIFEST_ENTITY_MATRIX,
    VT_MANIFEST_ENTITY_SWATCH,
    VT_MANIFEST_ENTITY_CATEGORY,
} VtManifestEntity;

/* The parts without escapes, trimmed: the id, then name and value of each pair. NULL with
 * VT_ERROR_BAD_VALUE when @text is not of the form of @entity. Free with g_strfreev. */
char **vt_entity_key_parse(VtManifestEntity entity, const char *text, GError **error);
