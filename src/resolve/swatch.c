/* Why: the merge of two lists keyed by (dimension, value), the same for preview and delivery.
 *
 * Holds: the output has a place for every value in order, so merging is two passes of filling free
 * places and one of closing the gaps; no sorting, no allocation.
 */
#include "resolve/swatch.h"

guint
vt_resolve_swatches_max(const VtResolveProduct *product)
{
    guint n = 0;

    for (guint i = 0; i < product->n_dimensions; i++)
        n += product->dimensions[i].n_values;
    return n;
}

/* The place of a swatch's value among all values, -1 when the product does not have it. */
static int
place_of(const VtResolveProduct *product, const VtResolveSwatch *swatch)
{
    guint place = 0;

    if (swatch->dimension >= product->n_dimensions || swatch->value < 0 ||
        (guint)swatch->value >= product->dimensions[swatch->dimension].n_values)
        return -1;
    for (guint i = 0; i < swatch->dimension; i++)
        place += product->dimensions[i].n_values;
    return (int)(place + (guint)swatch->value);
}

static void
fill_free_places(const VtResolveProduct *product,
    const VtResolveSwatch *swatches,
    guint n_swatches,
    gboolean own,
    VtResolveSwatchChoice *choices)
{
    for (guint i = 0; i < n_swatches; i++) {
        int place = place_of(product, &swatches[i]);

        if (place >= 0 && choices[place].swatch == NULL)
            choices[place] = (VtResolveSwatchChoice){&swatches[i], own};
    }
}

guint
vt_resolve_swatches(const VtResolveProduct *product,
    const VtResolveSet *set,
    const VtResolveSwatch *central,
    guint n_central,
    VtResolveSwatchChoice *ret_choices)
{
    guint n_places = vt_resolve_swatches_max(product), n = 0;

    for (guint i = 0; i < n_places; i++)
        ret_choices[i] = (VtResolveSwatchChoice){NULL, FALSE};
    if (set != NULL)
        fill_free_places(product, set->swatches, set->n_swatches, TRUE, ret_choices);
    fill_free_places(product, central, n_central, FALSE, ret_choices);
    for (guint i = 0; i < n_places; i++) {
        if (ret_choices[i].swatch != NULL)
            ret_choices[n++] = ret_choices[i];
    }
    return n;
}
