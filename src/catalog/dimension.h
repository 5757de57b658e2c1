/* Dimensions of a tenant and their values, held in memory while a file is loaded or a channel's
 * configuration is built. Names and values are found by vt_text_key. */
#pragma once

#include "db/db.h"

typedef struct {
    gint64 value_id;
    char *value;
    char *swatch_hex; /* or NULL */
} VtDimensionValue;

typedef struct {
    gint64 dimension_id;
    char *name;
    GPtrArray *values;  /* VtDimensionValue, owned, in order */
    GHashTable *by_key; /* value key, owned -> VtDimensionValue */
} VtDimension;

typedef struct {
    GPtrArray *list;    /* VtDimension, owned */
    GHashTable *by_key; /* name key, owned -> VtDimension */
} VtDimensions;

VtDimensions *vt_dimensions_load(VtDb *db, gint64 tenant_id, GError **error);
void vt_dimensions_free(VtDimensions *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtDimensions, vt_dimensions_free)

/* NULL when the tenant has none of this name. Borrowed. */
VtDimension *vt_dimensions_find(const VtDimensions *self, const char *name);
VtDimensionValue *vt_dimension_find_value(const VtDimension *self, const char *value);

/* Finds or makes. VT_ERROR_DIMENSION for a name that addresses use themselves (locale, variant,
 * catalog, ids, q, purpose), an empty name, or more than 255 bytes. The caller owns the
 * transaction. */
VtDimension *vt_dimensions_put(
    VtDimensions *self, VtDb *db, gint64 tenant_id, const char *name, GError **error);

/* VT_ERROR_DIMENSION for a value that is empty but for spaces, or longer than 255 bytes. */
gboolean vt_dimension_value_check(const char *value, GError **error);

/* Finds or makes the value; a @swatch_hex (`#rrggbb`, or NULL: leave as it is) is stored.
 * @ret_changed tells whether the value is new or its swatch differs now. */
VtDimensionValue *vt_dimension_put_value(VtDimension *self,
    VtDb *db,
    const char *value,
    const char *swatch_hex,
    gboolean *ret_changed,
    GError **error);
