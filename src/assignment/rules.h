/* A product and its live media sets in the form the fallback rules take (resolve/): names become
 * keys, ids become places in the product's lists, and what the product no longer has becomes GONE.
 */
#pragma once

#include "assignment/set.h"
#include "catalog/product.h"
#include "resolve/resolve.h"
#include "tenant/channel.h"

/* What belongs to the tenant; borrowed. */
typedef struct {
    const GPtrArray *channels; /* VtChannel */
    const GPtrArray *catalogs; /* VtCatalog */
} VtRulesContext;

typedef struct {
    VtResolveProduct product;
    VtResolveSet *sets; /* owned */
    guint n_sets;
    GPtrArray *parts; /* owned: all that product and sets point to and do not borrow */
} VtRules;

/* @published: VtSetPublished, as vt_set_published_of_product gives them; a set of a channel that is
 * gone is left out, so places are not those of @published. @self borrows from @product, @published
 * and @context: it ends before they do. */
void vt_rules_init(VtRules *self,
    const VtProduct *product,
    const GPtrArray *published,
    const VtRulesContext *context);
void vt_rules_clear(VtRules *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtRules, vt_rules_clear)
