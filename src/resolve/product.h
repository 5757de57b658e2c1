/* What the fallback rules know of a product: its dimensions, their values, its variants.
 *
 * Values are small integers: a value's place in the product's own list of that dimension. Names and
 * values compare by vt_text_key, which happens here once; the rules compare integers. A choice
 * names one value per dimension; a cell, a variant and a shopper's selection are all choices.
 *
 * VtResolveProduct only borrows: flattening fills it from the catalogue, the read store from a
 * decoded row.
 */
#pragma once

#include <glib.h>

#define VT_RESOLVE_MAX_DIMENSIONS 4
#define VT_RESOLVE_MAX_VALUES 10000   /* of one dimension of one product */
#define VT_RESOLVE_MAX_VARIANTS 10000 /* of one product */

/* Special values of a choice. */
#define VT_RESOLVE_NOT_CHOSEN (-1) /* the dimension is left open, or empty on a variant */
#define VT_RESOLVE_GONE                                                                            \
    (-2) /* names what the product no longer has: a cell with it is an orphan                      \
          */

/* value[i] belongs to dimension i of the product; places past its dimensions are NOT_CHOSEN. */
typedef struct {
    gint32 value[VT_RESOLVE_MAX_DIMENSIONS];
} VtResolveChoice;

#define VT_RESOLVE_NO_CHOICE                                                                       \
    ((VtResolveChoice){{VT_RESOLVE_NOT_CHOSEN, VT_RESOLVE_NOT_CHOSEN, VT_RESOLVE_NOT_CHOSEN,       \
        VT_RESOLVE_NOT_CHOSEN}})

typedef struct {
    const char *text; /* as shown */
    const char *key;  /* vt_text_key of it */
} VtResolveValue;

typedef struct {
    const char *name; /* as shown */
    const char *key;  /* vt_text_key of it */
    guint weight;     /* 8, 4, 2 or 1, set by vt_resolve_product_weigh */
    const VtResolveValue *values;
    guint n_values;
} VtResolveDimension;

typedef struct {
    const char *id;
    VtResolveChoice choice;
} VtResolveVariant;

typedef struct {
    const char *id;
    VtResolveDimension dimensions[VT_RESOLVE_MAX_DIMENSIONS];
    guint n_dimensions; /* 0 for a simple product */
    const VtResolveVariant *variants;
    guint n_variants;
} VtResolveProduct;

/* What a request asks for: a variant; some values; or neither (VT_RESOLVE_NO_SELECTION). */
typedef struct {
    int variant;            /* index, -1 when none is named */
    VtResolveChoice choice; /* of the variant where one is named */
} VtResolveSelection;

#define VT_RESOLVE_NO_SELECTION ((VtResolveSelection){-1, VT_RESOLVE_NO_CHOICE})

/* Sets the weights: Color, Style, Configuration, Size weigh in this order, other names follow in
 * the order of the product's list. Call once all dimensions have their key. */
void vt_resolve_product_weigh(VtResolveProduct *product);

/* Indexes, -1 when the product has none of this name. Names of dimensions and values compare by
 * vt_text_key, ids exactly. */
int vt_resolve_product_find_dimension(const VtResolveProduct *product, const char *name);
int vt_resolve_product_find_value(
    const VtResolveProduct *product, guint dimension, const char *text);
int vt_resolve_product_find_variant(const VtResolveProduct *product, const char *id);

/* The selection that names variant @variant of the product. */
VtResolveSelection vt_resolve_selection_variant(const VtResolveProduct *product, guint variant);

/* The selection of these values. Where every dimension is chosen and a variant has exactly these
 * values, it is that variant; else it is partial. */
VtResolveSelection vt_resolve_selection_choice(
    const VtResolveProduct *product, const VtResolveChoice *choice);
