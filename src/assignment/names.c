#include "assignment/names.h"

#include "base/text.h"
#include "catalog/dimension.h"

#include <string.h>

struct _VtSetNames {
    VtDb *db;
    gint64 tenant_id;
    const VtProduct *product; /* NULL: a category */
    GHashTable *by_id;        /* gint64 of the asset -> VtAsset, owned */
    GHashTable *by_name;      /* name of the asset -> VtAsset */
    GHashTable *variants;     /* id as written -> VtProductVariant of the product */
    GHashTable *values; /* dimension and value as written, owned -> VtAssignmentValue, owned */
    VtDimensions *dimensions; /* of the tenant; loaded when the product lost a value */
};

VtSetNames *
vt_set_names_new(VtDb *db, gint64 tenant_id, const VtProduct *product)
{
    VtSetNames *self = g_new0(VtSetNames, 1);

    self->db = db;
    self->tenant_id = tenant_id;
    self->product = product;
    self->by_id = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    self->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    self->variants = g_hash_table_new(g_str_hash, g_str_equal);
    self->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; product != NULL && i < product->variants->len; i++) {
        VtProductVariant *variant = g_ptr_array_index(product->variants, i);

        g_hash_table_insert(self->variants, variant->code, variant);
    }
    return self;
}

void
vt_set_names_free(VtSetNames *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->by_name);
    g_hash_table_unref(self->by_id);
    g_hash_table_unref(self->variants);
    g_hash_table_unref(self->values);
    vt_dimensions_free(self->dimensions);
    g_free(self);
}

static const VtAsset *
keep(VtSetNames *self, const VtAsset *asset)
{
    VtAsset *kept = g_hash_table_lookup(self->by_id, &asset->asset_id);

    if (kept == NULL) {
        kept = g_memdup2(asset, sizeof *asset);
        g_hash_table_insert(self->by_id, &kept->asset_id, kept);
        g_hash_table_insert(self->by_name, kept->name, kept);
    }
    return kept;
}

gboolean
vt_set_names_asset(VtSetNames *self, gint64 asset_id, const VtAsset **ret_asset, GError **error)
{
    const VtAsset *known = g_hash_table_lookup(self->by_id, &asset_id);
    gboolean found = FALSE;
    VtAsset asset;

    if (known == NULL &&
        !vt_asset_by_id(self->db, self->tenant_id, asset_id, &asset, &found, error))
        return FALSE;
    *ret_asset = found ? keep(self, &asset) : known;
    return TRUE;
}

const VtAsset *
vt_set_names_find_asset(VtSetNames *self, const char *name, GError **error)
{
    const VtAsset *known = g_hash_table_lookup(self->by_name, name);
    gboolean found = FALSE;
    VtAsset asset;

    if (known != NULL)
        return known;
    if (!vt_asset_by_name(self->db, self->tenant_id, name, &asset, &found, error))
        return NULL;
    if (!found)
        return vt_throw_null(error, VT_ERROR_UNKNOWN_ASSET, "there is no asset '%s'", name);
    return keep(self, &asset);
}

static gboolean
same_text(const char *a, const char *b)
{
    g_autofree char *left = vt_text_key(a), *right = vt_text_key(b);

    return strcmp(left, right) == 0;
}

static gboolean
load_dimensions(VtSetNames *self, GError **error)
{
    if (self->dimensions == NULL)
        self->dimensions = vt_dimensions_load(self->db, self->tenant_id, error);
    return self->dimensions != NULL;
}

static guint
n_dimensions(const VtProduct *product)
{
    return product != NULL ? product->n_dimensions : 0;
}

/* Says that the product, or the category, has no such thing. */
static gboolean
refuse(const VtSetNames *self, VtErrorCode code, const char *kind, const char *name, GError **error)
{
    if (self->product == NULL)
        return vt_throw(error, code, "a category has no %s '%s'", kind, name);
    return vt_throw(
        error, code, "the product '%s' has no %s '%s'", self->product->code, kind, name);
}

static const char *
value_of_product(const VtProduct *product, const VtAssignmentValue *value, const char **ret_name)
{
    for (guint d = 0; d < n_dimensions(product); d++) {
        const VtProductDimension *dimension = &product->dimensions[d];

        for (guint i = 0;
             dimension->dimension_id == value->dimension_id && i < dimension->values->len; i++) {
            const VtProductValue *one = g_ptr_array_index(dimension->values, i);

            *ret_name = dimension->name;
            if (one->value_id == value->value_id)
                return one->value;
        }
    }
    return NULL;
}

static const char *
value_of_tenant(
    const VtDimensions *dimensions, const VtAssignmentValue *value, const char **ret_name)
{
    for (guint d = 0; d < dimensions->list->len; d++) {
        const VtDimension *dimension = g_ptr_array_index(dimensions->list, d);

        for (guint i = 0;
             dimension->dimension_id == value->dimension_id && i < dimension->values->len; i++) {
            const VtDimensionValue *one = g_ptr_array_index(dimension->values, i);

            *ret_name = dimension->name;
            if (one->value_id == value->value_id)
                return one->value;
        }
    }
    return NULL;
}

gboolean
vt_set_names_value(VtSetNames *self,
    const VtAssignmentValue *value,
    const char **ret_dimension,
    const char **ret_value,
    GError **error)
{
    const char *dimension = NULL;
    const char *text = value_of_product(self->product, value, &dimension);

    if (text == NULL && !load_dimensions(self, error))
        return FALSE;
    if (text == NULL)
        text = value_of_tenant(self->dimensions, value, &dimension);
    *ret_dimension = dimension;
    *ret_value = text;
    return TRUE;
}

const char *
vt_set_names_dimension(const VtSetNames *self, gint64 dimension_id)
{
    for (guint d = 0; d < n_dimensions(self->product); d++)
        if (self->product->dimensions[d].dimension_id == dimension_id)
            return self->product->dimensions[d].name;
    return NULL;
}

gboolean
vt_set_names_find_dimension(
    const VtSetNames *self, const char *name, gint64 *ret_dimension_id, GError **error)
{
    for (guint d = 0; d < n_dimensions(self->product); d++)
        if (same_text(self->product->dimensions[d].name, name)) {
            *ret_dimension_id = self->product->dimensions[d].dimension_id;
            return TRUE;
        }
    return refuse(self, VT_ERROR_DIMENSION, "dimension", name, error);
}

static gboolean
find_in_product(
    const VtProduct *product, const char *name, const char *text, VtAssignmentValue *ret_value)
{
    for (guint d = 0; d < n_dimensions(product); d++) {
        const VtProductDimension *dimension = &product->dimensions[d];

        if (!same_text(dimension->name, name))
            continue;
        for (guint i = 0; i < dimension->values->len; i++) {
            const VtProductValue *one = g_ptr_array_index(dimension->values, i);

            *ret_value = (VtAssignmentValue){dimension->dimension_id, one->value_id};
            if (same_text(one->value, text))
                return TRUE;
        }
    }
    return FALSE;
}

/* As find_in_product; comparing texts is dear, and a large set writes the same few often. */
static gboolean
find_known(VtSetNames *self, const char *name, const char *text, VtAssignmentValue *ret_value)
{
    g_autofree char *key = g_strdup_printf("%" G_GSIZE_FORMAT ":%s%s", strlen(name), name, text);
    const VtAssignmentValue *known = g_hash_table_lookup(self->values, key);

    if (known != NULL)
        *ret_value = *known;
    else if (!find_in_product(self->product, name, text, ret_value))
        return FALSE;
    else
        g_hash_table_insert(
            self->values, g_steal_pointer(&key), g_memdup2(ret_value, sizeof *ret_value));
    return TRUE;
}

static gboolean
is_value(const VtAssignmentValue *a, const VtAssignmentValue *b)
{
    return a->dimension_id == b->dimension_id && a->value_id == b->value_id;
}

static gboolean
uses(const VtAssignment *set, const VtAssignmentValue *value)
{
    for (guint i = 0; i < set->nodes->len; i++) {
        const VtAssignmentNode *node = g_ptr_array_index(set->nodes, i);

        for (guint v = 0; v < node->key.n_values; v++)
            if (is_value(&node->key.values[v], value))
                return TRUE;
    }
    for (guint i = 0; i < set->swatches->len; i++)
        if (is_value(&g_array_index(set->swatches, VtAssignmentSwatch, i).value, value))
            return TRUE;
    return FALSE;
}

gboolean
vt_set_names_find_value(VtSetNames *self,
    const char *dimension,
    const char *value,
    const VtAssignment *before,
    VtAssignmentValue *ret_value,
    GError **error)
{
    const VtDimension *known;
    const VtDimensionValue *lost;
    VtAssignmentValue found;

    if (find_known(self, dimension, value, &found)) {
        *ret_value = found;
        return TRUE;
    }
    if (!load_dimensions(self, error))
        return FALSE;
    known = vt_dimensions_find(self->dimensions, dimension);
    lost = known != NULL ? vt_dimension_find_value(known, value) : NULL;
    if (lost != NULL) {
        found = (VtAssignmentValue){known->dimension_id, lost->value_id};
        if (uses(before, &found)) {
            *ret_value = found;
            return TRUE;
        }
    }
    return refuse(self, VT_ERROR_DIMENSION, dimension, value, error);
}

const char *
vt_set_names_variant(const VtSetNames *self, gint64 variant_id)
{
    for (guint i = 0; self->product != NULL && i < self->product->variants->len; i++) {
        const VtProductVariant *variant = g_ptr_array_index(self->product->variants, i);

        if (variant->product_id == variant_id)
            return variant->code;
    }
    return NULL;
}

gboolean
vt_set_names_find_variant(
    const VtSetNames *self, const char *code, gint64 *ret_variant_id, GError **error)
{
    const VtProductVariant *variant = g_hash_table_lookup(self->variants, code);

    if (variant == NULL)
        return refuse(self, VT_ERROR_UNKNOWN_VARIANT, "variant", code, error);
    *ret_variant_id = variant->product_id;
    return TRUE;
}
