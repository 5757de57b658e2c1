/* Which swatch each value of a product shows: the product's own of the set that answers, else the
 * central one of the catalogue.
 *
 * Swatches belong to the set, not to a node: severing a cell or variant does not change them.
 * Lists, filters and search show central swatches only: pass no set.
 */
#pragma once

#include "resolve/resolve.h"

typedef struct {
    const VtResolveSwatch *swatch; /* borrowed from the set or from the central ones */
    gboolean own;                  /* the product's own */
} VtResolveSwatchChoice;

/* The most entries vt_resolve_swatches gives: the number of values of all dimensions. */
guint vt_resolve_swatches_max(const VtResolveProduct *product);

/**
 * vt_resolve_swatches:
 * @product: whose values are shown
 * @set: (nullable): the set that answers
 * @central: central swatches, indexed by the product's dimensions and values, in any order
 * @ret_choices: room for vt_resolve_swatches_max entries
 *
 * At most one entry per value of the product, in the order of its dimensions and values. Swatches
 * of values the product does not have are passed over; of two for one value the first counts.
 *
 * Returns: the number of entries written.
 */
guint vt_resolve_swatches(const VtResolveProduct *product,
    const VtResolveSet *set,
    const VtResolveSwatch *central,
    guint n_central,
    VtResolveSwatchChoice *ret_choices);
