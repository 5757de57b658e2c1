/* Why: the rules compare integers; somebody has to turn names into them, once, the same way for
 * all.
 *
 * Holds: a builder never has two values of one key in a dimension nor two variants of one id, so an
 * index means one thing. Weights are distinct powers of two by rank; comparing sums of them
 * compares the sets of dimensions, so packing the ranks of fewer dimensions together changes no
 * winner.
 */
#include "resolve/product.h"

#include "base/error.h"
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

void
vt_resolve_choice_set(
    VtResolveChoice *choice, const VtResolveProduct *product, const char *name, const char *text)
{
    int dimension = vt_resolve_product_find_dimension(product, name);
    int value = -1;

    if (dimension < 0) {
        choice->value[0] = VT_RESOLVE_GONE;
        return;
    }
    value = vt_resolve_product_find_value(product, (guint)dimension, text);
    if (choice->value[dimension] != VT_RESOLVE_GONE)
        choice->value[dimension] = value >= 0 ? value : VT_RESOLVE_GONE;
}

struct _VtResolveBuilder {
    VtResolveProduct product;                           /* borrows from the fields below */
    GStringChunk *strings;                              /* owned */
    GArray *values[VT_RESOLVE_MAX_DIMENSIONS];          /* owned, VtResolveValue */
    GHashTable *value_index[VT_RESOLVE_MAX_DIMENSIONS]; /* owned, key -> index + 1 */
    GArray *variants;                                   /* owned, VtResolveVariant */
    GHashTable *variant_ids;                            /* owned set, keys borrowed from strings */
};

VtResolveBuilder *
vt_resolve_builder_new(const char *id)
{
    VtResolveBuilder *self = g_new0(VtResolveBuilder, 1);

    self->strings = g_string_chunk_new(512);
    self->variants = g_array_new(FALSE, FALSE, sizeof(VtResolveVariant));
    self->variant_ids = g_hash_table_new(g_str_hash, g_str_equal);
    self->product.id = g_string_chunk_insert(self->strings, id);
    return self;
}

void
vt_resolve_builder_free(VtResolveBuilder *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < VT_RESOLVE_MAX_DIMENSIONS; i++) {
        g_clear_pointer(&self->values[i], g_array_unref);
        g_clear_pointer(&self->value_index[i], g_hash_table_unref);
    }
    g_array_unref(self->variants);
    g_hash_table_unref(self->variant_ids);
    g_string_chunk_free(self->strings);
    g_free(self);
}

gboolean
vt_resolve_builder_add_dimension(VtResolveBuilder *self, const char *name, GError **error)
{
    VtResolveProduct *product = &self->product;
    g_autofree char *key = vt_text_key(name);
    guint at = product->n_dimensions;

    if (*key == '\0' || vt_resolve_product_find_dimension(product, name) >= 0)
        return vt_throw(error, VT_ERROR_DIMENSION,
            "product '%s': dimension '%s' is empty or repeated", product->id, name);
    if (at == VT_RESOLVE_MAX_DIMENSIONS)
        return vt_throw(error, VT_ERROR_DIMENSION, "product '%s' has more than %d dimensions",
            product->id, VT_RESOLVE_MAX_DIMENSIONS);
    product->dimensions[at].name = g_string_chunk_insert(self->strings, name);
    product->dimensions[at].key = g_string_chunk_insert(self->strings, key);
    self->values[at] = g_array_new(FALSE, FALSE, sizeof(VtResolveValue));
    self->value_index[at] = g_hash_table_new(g_str_hash, g_str_equal);
    product->n_dimensions++;
    return TRUE;
}

gboolean
vt_resolve_builder_add_value(
    VtResolveBuilder *self, guint dimension, const char *text, gint32 *ret_value, GError **error)
{
    g_autofree char *key = vt_text_key(text);
    VtResolveValue value = {0};
    char *kept_key = NULL;
    guint known = 0;

    if (dimension >= self->product.n_dimensions)
        return vt_throw(error, VT_ERROR_DIMENSION, "product '%s' has no dimension number %u",
            self->product.id, dimension);
    if (*key == '\0') {
        *ret_value = VT_RESOLVE_NOT_CHOSEN;
        return TRUE;
    }
    known = GPOINTER_TO_UINT(g_hash_table_lookup(self->value_index[dimension], key));
    if (known == 0) {
        if (self->values[dimension]->len == VT_RESOLVE_MAX_VALUES)
            return vt_throw(error, VT_ERROR_TOO_LARGE,
                "product '%s': dimension '%s' has more than %d values", self->product.id,
                self->product.dimensions[dimension].name, VT_RESOLVE_MAX_VALUES);
        kept_key = g_string_chunk_insert(self->strings, key);
        value.text = g_string_chunk_insert(self->strings, text);
        value.key = kept_key;
        g_array_append_val(self->values[dimension], value);
        known = self->values[dimension]->len;
        g_hash_table_insert(self->value_index[dimension], kept_key, GUINT_TO_POINTER(known));
    }
    *ret_value = (gint32)known - 1;
    return TRUE;
}

static gboolean
check_choice(VtResolveBuilder *self, const char *id, const VtResolveChoice *choice, GError **error)
{
    for (guint i = 0; i < VT_RESOLVE_MAX_DIMENSIONS; i++) {
        gint32 n_values = i < self->product.n_dimensions ? (gint32)self->values[i]->len : 0;

        if (choice->value[i] < VT_RESOLVE_NOT_CHOSEN || choice->value[i] >= n_values)
            return vt_throw(error, VT_ERROR_DIMENSION,
                "product '%s': variant '%s' has a value the product does not have",
                self->product.id, id);
    }
    return TRUE;
}

gboolean
vt_resolve_builder_add_variant(
    VtResolveBuilder *self, const char *id, const VtResolveChoice *choice, GError **error)
{
    VtResolveVariant variant = {NULL, *choice};
    char *kept_id = NULL;

    if (!check_choice(self, id, choice, error))
        return FALSE;
    if (self->variants->len == VT_RESOLVE_MAX_VARIANTS)
        return vt_throw(error, VT_ERROR_TOO_LARGE, "product '%s' has more than %d variants",
            self->product.id, VT_RESOLVE_MAX_VARIANTS);
    if (g_hash_table_contains(self->variant_ids, id))
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "product '%s' repeats variant '%s'", self->product.id, id);
    kept_id = g_string_chunk_insert(self->strings, id);
    variant.id = kept_id;
    g_array_append_val(self->variants, variant);
    g_hash_table_add(self->variant_ids, kept_id);
    return TRUE;
}

const VtResolveProduct *
vt_resolve_builder_product(VtResolveBuilder *self)
{
    VtResolveProduct *product = &self->product;

    for (guint i = 0; i < product->n_dimensions; i++) {
        product->dimensions[i].values = (const VtResolveValue *)(gpointer)self->values[i]->data;
        product->dimensions[i].n_values = self->values[i]->len;
    }
    product->variants = (const VtResolveVariant *)(gpointer)self->variants->data;
    product->n_variants = self->variants->len;
    vt_resolve_product_weigh(product);
    return product;
}
