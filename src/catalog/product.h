/* Products as the rest of the house sees them: read-only pictures of the catalogue's rows. */
#pragma once

#include "changelog/change.h"
#include "db/db.h"
#include "db/migrate.h"

enum { VT_PRODUCT_MAX_DIMENSIONS = 4, VT_PRODUCT_CODE_MAX = 255 /* bytes */ };

typedef struct {
    gint64 value_id;
    char *value;      /* as first loaded */
    char *swatch_hex; /* central swatch, `#rrggbb`, or NULL */
} VtProductValue;

typedef struct {
    gint64 dimension_id;
    char *name; /* as first loaded */
    GPtrArray
        *values; /* VtProductValue, owned: those its variants have, in the dimension's order */
} VtProductDimension;

typedef struct {
    gint64 product_id;
    char *code;
    char *name;
    gint64
        value_ids[VT_PRODUCT_MAX_DIMENSIONS]; /* by place of the dimension; 0 where it has none */
} VtProductVariant;

typedef struct {
    gint64 product_id;
    char *code;
    char *name;
    VtProductKind kind;    /* never VARIANT: a variant is loaded as part of its master */
    gboolean all_channels; /* no assortment: sold in every channel */
    GArray *channel_ids;   /* gint64, the assortment */
    VtProductDimension dimensions[VT_PRODUCT_MAX_DIMENSIONS];
    guint n_dimensions;
    GPtrArray *variants; /* VtProductVariant, owned, in order of loading */
} VtProduct;

/* The product with everything below it. VT_ERROR_ENTITY_NOT_FOUND; for a variant's id also. */
VtProduct *vt_product_load(VtDb *db, gint64 product_id, GError **error);
void vt_product_free(VtProduct *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtProduct, vt_product_free)

gboolean vt_product_is_sold_in(const VtProduct *self, gint64 channel_id);

/* What an id names. */
typedef struct {
    gint64 product_id; /* of the product itself, or of a variant's master */
    gint64 variant_id; /* 0 unless the id names a variant */
    VtProductKind kind;
} VtProductRef;

/* VT_ERROR_ENTITY_NOT_FOUND when the tenant has neither product nor variant of this id. */
gboolean vt_product_find(
    VtDb *db, gint64 tenant_id, const char *code, VtProductRef *ret_ref, GError **error);

/* Up to @page product ids (no variants) greater than @after, ascending, as gint64: for walking all.
 */
GArray *vt_product_page(VtDb *db, gint64 tenant_id, gint64 after, guint page, GError **error);

/* Ids of products that have this dimension, ascending. */
GArray *vt_product_of_dimension(VtDb *db, gint64 dimension_id, GError **error);

extern const VtMigration vt_catalog_migrations[];
extern const gsize vt_catalog_n_migrations;
