/* Why: the rules compare integers; somebody has to turn names into them, once, the same way for
 * all.
 *
 * Holds: weights are distinct powers of two by rank; comparing sums of them compares the sets of
 * dimensions, so packing the ranks of fewer dimensions together changes no winner.
 */
#include "resolve/product.h"

#include "base/text.h"

#include <string.h>

static const char *const known_dimension[] = {"color", "style", "configuration", "size"};

static guint
rank_of(const VtResolveProduct *product, guint dimension)
{
    for (guint i = 0; i < G_N_ELEMENTS(known_dimension); i++) {
        if (strcmp(product->dimensions[dimension].key, known_dimension[i]) == 0)
            return i;
    }
    return G_N_ELEMENTS(known_dimension) + dimension;
}

void
vt_resolve_product_weigh(VtResolveProduct *product)
{
    for (guint i = 0; i < product->n_dimensions; i++) {
        guint n_before = 0;

        for (guint other = 0; other < product->n_dimensions; other++) {
            if (rank_of(product, other) < rank_of(product, i))
                n_before++;
        }
        product->dimensions[i].weight = 8u >> n_before;
    }
}

int
vt_resolve_product_find_dimension(const VtResolveProduct *product, const char *name)
{
    g_autofree char *key = vt_text_key(name);

    for (guint i = 0; i < product->n_dimensions; i++) {
        if (strcmp(product->dimensions[i].key, key) == 0)
            return (int)i;
    }
    return -1;
}

int
vt_resolve_product_find_value(const VtResolveProduct *product, guint dimension, const char *text)
{
    g_autofree char *key = vt_text_key(text);
    const VtResolveDimension *of = NULL;

    g_return_val_if_fail(dimension < product->n_dimensions, -1);

    of = &product->dimensions[dimension];
    for (guint i = 0; i < of->n_values; i++) {
        if (strcmp(of->values[i].key, key) == 0)
            return (int)i;
    }
    return -1;
}

int
vt_resolve_product_find_variant(const VtResolveProduct *product, const char *id)
{
    for (guint i = 0; i < product->n_variants; i++) {
        if (strcmp(product->variants[i].id, id) == 0)
            return (int)i;
    }
    return -1;
}

VtResolveSelection
vt_resolve_selection_variant(const VtResolveProduct *product, guint variant)
{
    g_return_val_if_fail(variant < product->n_variants, VT_RESOLVE_NO_SELECTION);

    return (VtResolveSelection){(int)variant, product->variants[variant].choice};
}

static gboolean
same_values(const VtResolveProduct *product, const VtResolveChoice *a, const VtResolveChoice *b)
{
    for (guint i = 0; i < product->n_dimensions; i++) {
        if (a->value[i] != b->value[i])
            return FALSE;
    }
    return TRUE;
}

VtResolveSelection
vt_resolve_selection_choice(const VtResolveProduct *product, const VtResolveChoice *choice)
{
    VtResolveSelection selection = {-1, *choice};
    gboolean complete = product->n_dimensions > 0;

    for (guint i = 0; i < product->n_dimensions; i++)
        complete = complete && choice->value[i] >= 0;
    for (guint i = 0; complete && i < product->n_variants; i++) {
        if (same_values(product, &product->variants[i].choice, choice))
            return vt_resolve_selection_variant(product, i);
    }
    return selection;
}
