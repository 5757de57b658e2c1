/* The body of a product row: everything delivery needs to answer for one product and its variants
 * in one (channel, locale), as one compact JSON text.
 *
 *   {"dimensions": [["Color", "Blue", "Red"], ["Size", "S"]],  name, then values in order
 *    "variants":   [["81323-BL-S", 0, 0], …],           id, then a value index (or -1) per
 * dimension "lists":      [[[7, 8, 9], ["manual", 4]], …],     primary asset ids, then purpose and
 * asset … "sets":       [["Omnichannel", "system_neutral", "", [[0], [1, [0, -1]], [2, 5]],
 *                    [[0, 1, 77, 0, 0, 0.5, 0.5]]], …], channel, locale, catalogue, nodes, swatches
 *    "central":    [[0, 0, "#0000ff"], …],              swatches of the catalogue
 *    "severance":  "scope"}                             only where it is not "node"
 *
 * A node is its list, alone for the master, with a choice for a cell, with the index of the variant
 * for a variant. A swatch is dimension, value, then a colour, or an asset and perhaps a rectangle.
 * Equal lists are written once. Nodes that can never answer (no rows, orphans) are not written.
 */
#pragma once

#include "resolve/resolve.h"

/* Bytes of a body; a longer one is refused when it is put and when it is read. */
#define VT_READSTORE_MAX_BODY (16 * 1024 * 1024)

typedef struct {
    VtResolveProduct product; /* without an id: the row's key has it */
    const VtResolveSet *sets; /* the winner of the chain, and one for each catalogue that has one */
    guint n_sets;
    const VtResolveSwatch *central;
    guint n_central;
    gboolean sever_by_scope; /* see vt_resolve_node */
} VtReadstoreProduct;

/* Newly allocated. The texts of @product must be UTF-8. */
char *vt_readstore_product_encode(const VtReadstoreProduct *product);

/* A decoded row owns all it points to; free it with vt_readstore_product_free. NULL with
 * VT_ERROR_STORAGE for anything that is not exactly such a body: the file may be damaged. Every
 * index of a decoded row is in range. */
VtReadstoreProduct *vt_readstore_product_decode(const char *body, gsize length, GError **error);
void vt_readstore_product_free(VtReadstoreProduct *self); /* only decoded ones; NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtReadstoreProduct, vt_readstore_product_free)

/* The set that answers a request with @catalog (NULL: none); NULL when the product has none. */
const VtResolveSet *vt_readstore_product_find_set(
    const VtReadstoreProduct *self, const char *catalog);

/* Whether any of its sets shows the asset, as media or as a swatch. */
gboolean vt_readstore_product_names(const VtReadstoreProduct *self, gint64 asset);
