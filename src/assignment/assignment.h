/* What a media set says: nodes with ordered media, and swatches. A plain structure; set.h keeps it.
 *
 * As JSON with a fixed order of keys, nodes and swatches, so that equal sets are equal text:
 *
 *     {"master": {"primary": [12, 13], "additional": [["manual", 14]]},
 *      "cells": [{"values": [[3, 31], [4, 44]], "primary": [12]}],     pairs: dimension, value
 *      "variants": [{"variant": 77, "primary": [12]}],
 *      "swatches": [{"value": [3, 31], "hex": "#0000ff"},
 *                   {"value": [3, 32], "asset": 15, "crop": [0.1, 0.1, 0.5, 0.5]}],
 *      "matrix": [3, 4]}                                               dimensions
 *
 * Numbers are ids of assets, dimensions, values and variants. A node without rows is no node and is
 * not written.
 */
#pragma once

#include "catalog/product.h"
#include "contract/contract.h"

#include <glib.h>

enum {
    VT_ASSIGNMENT_MAX_ROWS = 10000,  /* of one scope of one node */
    VT_ASSIGNMENT_MAX_NODES = 20000, /* of one set */
    VT_PURPOSE_MAX = 128,            /* bytes */
};

typedef struct {
    gint64 asset_id;
    gint64 order;  /* rows sort by it, equal ones stay as they stood; dense from 1 after tidy() */
    char *purpose; /* owned; of Additional only, else NULL */
} VtAssignmentRow;

typedef struct {
    gint64 dimension_id;
    gint64 value_id;
} VtAssignmentValue;

/* Which node: MASTER; DIMENSIONS with 1 to 4 values, sorted by dimension; VARIANT with its product
 * id. */
typedef struct {
    VtScope scope;
    gint64 variant_id;
    guint n_values;
    VtAssignmentValue values[VT_PRODUCT_MAX_DIMENSIONS];
} VtAssignmentKey;

typedef struct {
    VtAssignmentKey key;
    GArray *rows[VT_MEDIA_GROUP_COUNT]; /* VtAssignmentRow */
} VtAssignmentNode;

typedef struct {
    VtAssignmentValue value;
    VtSwatchType type;
    char hex[8];     /* `#rrggbb` */
    gint64 asset_id; /* of an image swatch */
    gboolean is_cropped;
    double crop[4]; /* x, y, w, h in fractions */
} VtAssignmentSwatch;

typedef struct {
    GPtrArray *nodes;                         /* VtAssignmentNode, owned */
    GArray *swatches;                         /* VtAssignmentSwatch */
    guint n_matrix;                           /* 0: nobody laid a matrix out */
    gint64 matrix[VT_PRODUCT_MAX_DIMENSIONS]; /* dimensions of the grid people fill cells in; says
                                                 nothing about what is shown */
} VtAssignment;

VtAssignment *vt_assignment_new(void);
void vt_assignment_free(VtAssignment *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtAssignment, vt_assignment_free)

/* Adds a value to the key of a cell, keeping them sorted. FALSE when the dimension is in it already
 * or the key is full. */
gboolean vt_assignment_key_add(VtAssignmentKey *key, gint64 dimension_id, gint64 value_id);

/* The node of @key; NULL when it has none. Borrowed. */
VtAssignmentNode *vt_assignment_find(const VtAssignment *self, const VtAssignmentKey *key);

/**
 * vt_assignment_put:
 * @order: 0: keep the place of a row that is there, put a new one at the end
 *
 * Adds the row, or changes the order of the row with this asset (and purpose). Call
 * vt_assignment_tidy() when all rows are put.
 *
 * Returns: FALSE with VT_ERROR_BAD_VALUE (a purpose too long) or VT_ERROR_TOO_LARGE.
 */
gboolean vt_assignment_put(VtAssignment *self,
    const VtAssignmentKey *key,
    VtMediaGroup group,
    gint64 asset_id,
    const char *purpose,
    gint64 order,
    GError **error);

/* Removes the row if it is there; TRUE if it was. */
gboolean vt_assignment_remove(VtAssignment *self,
    const VtAssignmentKey *key,
    VtMediaGroup group,
    gint64 asset_id,
    const char *purpose);

/* Sets the swatch of its value. */
void vt_assignment_put_swatch(VtAssignment *self, const VtAssignmentSwatch *swatch);

/* Removes the swatch of the value if there is one; TRUE if there was. */
gboolean vt_assignment_remove_swatch(VtAssignment *self, const VtAssignmentValue *value);

/* Whether it shows nothing at all: no row and no swatch. */
gboolean vt_assignment_is_empty(const VtAssignment *self);

/* Adds a dimension to the matrix. FALSE when it is in it already or the matrix is full. */
gboolean vt_assignment_matrix_add(VtAssignment *self, gint64 dimension_id);

/* Sorts rows, numbers them from 1, drops empty nodes, sorts nodes and swatches. */
void vt_assignment_tidy(VtAssignment *self);

/* Every asset the set names, once each, ascending, as gint64. */
GArray *vt_assignment_assets(const VtAssignment *self);

/* Newly allocated; @self must be tidy. */
char *vt_assignment_format(const VtAssignment *self);

/* An empty set for NULL, a tombstone. NULL with VT_ERROR_BAD_JSON for anything that is not of the
 * form. */
VtAssignment *vt_assignment_parse(const char *text, GError **error);
