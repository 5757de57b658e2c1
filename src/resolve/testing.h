/* For tests: a product for the rules made from names. It owns every string; what is wrong with the
 * names fails the test's own assertions, not the builder. */
#pragma once

#include "base/text.h"
#include "resolve/product.h"

typedef struct {
    VtResolveProduct product;                  /* borrows from the fields below */
    GStringChunk *strings;                     /* owned */
    GArray *values[VT_RESOLVE_MAX_DIMENSIONS]; /* owned, VtResolveValue */
    GArray *variants;                          /* owned, VtResolveVariant */
} VtTestBuilder;

static inline VtTestBuilder *
vt_test_builder_new(const char *id)
{
    VtTestBuilder *self = g_new0(VtTestBuilder, 1);

    self->strings = g_string_chunk_new(512);
    self->variants = g_array_new(FALSE, FALSE, sizeof(VtResolveVariant));
    self->product.id = g_string_chunk_insert(self->strings, id);
    return self;
}

static inline void
vt_test_builder_free(VtTestBuilder *self)
{
    for (guint d = 0; d < VT_RESOLVE_MAX_DIMENSIONS; d++)
        g_clear_pointer(&self->values[d], g_array_unref);
    g_array_unref(self->variants);
    g_string_chunk_free(self->strings);
    g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtTestBuilder, vt_test_builder_free)

/* The product so far, weighed; borrowed, valid until the next call. */
static inline const VtResolveProduct *
vt_test_builder_product(VtTestBuilder *self)
{
    VtResolveProduct *product = &self->product;

    for (guint d = 0; d < product->n_dimensions; d++) {
        product->dimensions[d].values = (const VtResolveValue *)(gpointer)self->values[d]->data;
        product->dimensions[d].n_values = self->values[d]->len;
    }
    product->variants = (const VtResolveVariant *)(gpointer)self->variants->data;
    product->n_variants = self->variants->len;
    vt_resolve_product_weigh(product);
    return product;
}

static inline void
vt_test_builder_add_dimension(VtTestBuilder *self, const char *name)
{
    g_autofree char *key = vt_text_key(name);
    guint at = self->product.n_dimensions++;

    self->product.dimensions[at].name = g_string_chunk_insert(self->strings, name);
    self->product.dimensions[at].key = g_string_chunk_insert(self->strings, key);
    self->values[at] = g_array_new(FALSE, FALSE, sizeof(VtResolveValue));
}

/* The index of the value, which is appended when it is new. */
static inline gint32
vt_test_builder_add_value(VtTestBuilder *self, guint dimension, const char *text)
{
    int known = vt_resolve_product_find_value(vt_test_builder_product(self), dimension, text);
    g_autofree char *key = vt_text_key(text);
    const VtResolveValue value = {
        g_string_chunk_insert(self->strings, text), g_string_chunk_insert(self->strings, key)};

    if (known >= 0)
        return known;
    g_array_append_val(self->values[dimension], value);
    return (gint32)self->values[dimension]->len - 1;
}

static inline void
vt_test_builder_add_variant(VtTestBuilder *self, const char *id, const VtResolveChoice *choice)
{
    const VtResolveVariant variant = {g_string_chunk_insert(self->strings, id), *choice};

    g_array_append_val(self->variants, variant);
}
