/* The `products` array of a catalogue file. A product with its variants is checked whole against
 * file and database before anything of it is written; several products share a short transaction.
 */
#include "catalog/product_import.h"

#include "base/text.h"
#include "catalog/category.h"
#include "catalog/link.h"
#include "catalog/product.h"
#include "catalog_sql.h"

#include <string.h>

enum { ROWS_PER_TRANSACTION = 500, MAX_VARIANTS = 10000 };

typedef struct {
    const char *code;
    const char *name;
    gint64 product_id;                             /* 0: new */
    const char *values[VT_PRODUCT_MAX_DIMENSIONS]; /* by place */
} NewVariant;

/* A product of the file, checked. Texts are borrowed from the JSON. */
typedef struct {
    const char *code;
    const char *name;
    VtProductKind kind;
    gboolean all_channels;
    GArray *channel_ids;
    GArray *category_ids; /* or NULL: left as they are */
    VtDimension *dimensions[VT_PRODUCT_MAX_DIMENSIONS];
    guint n_dimensions;
    GArray *variants; /* NewVariant */
    VtProduct *old;   /* owned, or NULL */
} NewProduct;

static void
new_product_clear(NewProduct *self)
{
    g_clear_pointer(&self->channel_ids, g_array_unref);
    g_clear_pointer(&self->category_ids, g_array_unref);
    g_clear_pointer(&self->variants, g_array_unref);
    g_clear_pointer(&self->old, vt_product_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NewProduct, new_product_clear)

static gboolean
check_code(const char *code, GError **error)
{
    for (const char *at = code; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            return vt_throw(error, VT_ERROR_BAD_VALUE, "an id cannot hold control characters");
    return TRUE;
}

static gboolean
check_head(const json_t *row, NewProduct *product, GError **error)
{
    const json_t *type = json_object_get(row, "type");
    const char *word = type != NULL ? json_string_value(type) : "simple";
    const json_t *name = json_object_get(row, "name");

    product->code = vt_catalog_load_text(row, "id", error);
    if (product->code == NULL || !check_code(product->code, error))
        return FALSE;
    product->name = name != NULL ? vt_catalog_load_text(row, "name", error) : product->code;
    if (product->name == NULL)
        return FALSE;
    if (word == NULL || (strcmp(word, "simple") != 0 && strcmp(word, "master") != 0))
        return vt_throw(error, VT_ERROR_BAD_ENUM, "\"type\" must be simple or master");
    product->kind = *word == 'm' ? VT_PRODUCT_KIND_MASTER : VT_PRODUCT_KIND_SIMPLE;
    return TRUE;
}

static gboolean
check_dimensions(const VtCatalogLoad *load, const json_t *row, NewProduct *product, GError **error)
{
    const json_t *list = NULL;
    gsize n;

    if (!vt_catalog_load_list(row, "dimensions", &list, error))
        return FALSE;
    n = json_array_size(list);
    if (product->kind == VT_PRODUCT_KIND_SIMPLE && n > 0)
        return vt_throw(error, VT_ERROR_DIMENSION, "a simple product has no dimensions");
    if (product->kind == VT_PRODUCT_KIND_MASTER && (n < 1 || n > VT_PRODUCT_MAX_DIMENSIONS))
        return vt_throw(error, VT_ERROR_DIMENSION, "a master has one to four dimensions");
    for (gsize i = 0; i < n; i++) {
        const char *name = json_string_value(json_array_get(list, i));
        VtDimension *dimension = vt_dimensions_find(load->dimensions, name != NULL ? name : "");

        if (dimension == NULL)
            return vt_throw(error, VT_ERROR_DIMENSION,
                "there is no dimension '%s'; list it under \"dimensions\"",
                name != NULL ? name : "");
        for (guint k = 0; k < product->n_dimensions; k++)
            if (product->dimensions[k] == dimension)
                return vt_throw(error, VT_ERROR_DIMENSION, "dimension '%s' is listed twice", name);
        product->dimensions[product->n_dimensions++] = dimension;
    }
    return TRUE;
}

/* The place of the dimension called @name; n_dimensions when the product has none. */
static guint
place_of(const NewProduct *product, const char *name)
{
    g_autofree char *key = vt_text_key(name);
    guint place = 0;

    for (; place < product->n_dimensions; place++) {
        g_autofree char *other = vt_text_key(product->dimensions[place]->name);

        if (strcmp(key, other) == 0)
            break;
    }
    return place;
}

static gboolean
check_values(const json_t *row, const NewProduct *product, NewVariant *variant, GError **error)
{
    const json_t *values = json_object_get(row, "values");
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(gsize)values, name, value)
    {
        guint place = place_of(product, name);

        if (place == product->n_dimensions)
            return vt_throw(error, VT_ERROR_DIMENSION,
                "variant '%s': the product has no dimension '%s'", variant->code, name);
        if (json_string_value(value) == NULL || json_string_length(value) == 0 ||
            json_string_length(value) > 255)
            return vt_throw(error, VT_ERROR_DIMENSION,
                "variant '%s': the value of '%s' must be a text of 1 to 255 bytes", variant->code,
                name);
        if (!vt_dimension_value_check(json_string_value(value), error))
            return FALSE;
        variant->values[place] = json_string_value(value);
    }
    for (guint place = 0; place < product->n_dimensions; place++)
        if (variant->values[place] == NULL)
            return vt_throw(error, VT_ERROR_DIMENSION, "variant '%s' has no value for '%s'",
                variant->code, product->dimensions[place]->name);
    return TRUE;
}

/* That the variant's id is free, or is a variant of this very product. */
static gboolean
check_variant_id(
    const VtCatalogLoad *load, const NewProduct *product, NewVariant *variant, GError **error)
{
    g_autoptr(GError) missing = NULL;
    VtProductRef ref;

    if (!vt_product_find(load->db, load->tenant_id, variant->code, &ref, &missing)) {
        if (vt_error_is(missing, VT_ERROR_ENTITY_NOT_FOUND))
            return TRUE;
        g_propagate_error(error, g_steal_pointer(&missing));
        return FALSE;
    }
    if (ref.variant_id == 0 || product->old == NULL || ref.product_id != product->old->product_id)
        return vt_throw(error, VT_ERROR_DUPLICATE_NAME,
            "the id '%s' belongs to another product or variant", variant->code);
    variant->product_id = ref.variant_id;
    return TRUE;
}

static gboolean
check_variants(const VtCatalogLoad *load, const json_t *row, NewProduct *product, GError **error)
{
    const json_t *list = NULL;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    product->variants = g_array_new(FALSE, TRUE, sizeof(NewVariant));
    if (!vt_catalog_load_list(row, "variants", &list, error))
        return FALSE;
    if (json_array_size(list) > MAX_VARIANTS)
        return vt_throw(error, VT_ERROR_TOO_LARGE, "more than %d variants", MAX_VARIANTS);
    if (product->kind == VT_PRODUCT_KIND_SIMPLE && json_array_size(list) > 0)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "a simple product has no variants");
    for (gsize i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        NewVariant variant = {.code = vt_catalog_load_text(one, "id", error)};

        if (variant.code == NULL || !check_code(variant.code, error))
            return FALSE;
        variant.name = json_object_get(one, "name") != NULL
                           ? vt_catalog_load_text(one, "name", error)
                           : product->name;
        if (variant.name == NULL || !check_values(one, product, &variant, error) ||
            !check_variant_id(load, product, &variant, error))
            return FALSE;
        if (!g_hash_table_add(seen, (gpointer)(gsize)variant.code) ||
            strcmp(variant.code, product->code) == 0)
            return vt_throw(
                error, VT_ERROR_DUPLICATE_NAME, "the id '%s' stands twice", variant.code);
        g_array_append_val(product->variants, variant);
    }
    return TRUE;
}

static gboolean
check_old(const VtCatalogLoad *load, NewProduct *product, GError **error)
{
    g_autoptr(GError) missing = NULL;
    VtProductRef ref;

    if (!vt_product_find(load->db, load->tenant_id, product->code, &ref, &missing)) {
        if (vt_error_is(missing, VT_ERROR_ENTITY_NOT_FOUND))
            return TRUE;
        g_propagate_error(error, g_steal_pointer(&missing));
        return FALSE;
    }
    if (ref.kind != product->kind)
        return vt_throw(error, VT_ERROR_DUPLICATE_NAME, "the id is a %s already and stays one",
            vt_product_kind_names[ref.kind]);
    product->old = vt_product_load(load->db, ref.product_id, error);
    if (product->old == NULL)
        return FALSE;
    if (product->old->n_dimensions != product->n_dimensions)
        return vt_throw(error, VT_ERROR_DIMENSION, "the dimensions of a product cannot change");
    for (guint i = 0; i < product->n_dimensions; i++)
        if (product->old->dimensions[i].dimension_id != product->dimensions[i]->dimension_id)
            return vt_throw(error, VT_ERROR_DIMENSION, "the dimensions of a product cannot change");
    return TRUE;
}

static gboolean
check_categories(const VtCatalogLoad *load, const json_t *row, NewProduct *product, GError **error)
{
    const json_t *list = NULL;

    if (!vt_catalog_load_list(row, "categories", &list, error))
        return FALSE;
    product->category_ids = list != NULL ? g_array_new(FALSE, FALSE, sizeof(gint64)) : NULL;
    for (gsize i = 0; i < json_array_size(list); i++) {
        const char *code = json_string_value(json_array_get(list, i));
        const VtCategory *category =
            code != NULL ? g_hash_table_lookup(load->categories, code) : NULL;

        if (category == NULL)
            return vt_throw(error, VT_ERROR_ENTITY_NOT_FOUND, "there is no category '%s'",
                code != NULL ? code : "");
        g_array_append_val(product->category_ids, category->category_id);
    }
    return TRUE;
}

static gboolean
check_product(const VtCatalogLoad *load, const json_t *row, NewProduct *product, GError **error)
{
    if (!check_head(row, product, error) || !check_dimensions(load, row, product, error) ||
        !check_categories(load, row, product, error))
        return FALSE;
    product->channel_ids = vt_catalog_load_channels(load, row, "channels", error);
    product->all_channels =
        json_object_get(row, "channels") == NULL || json_is_null(json_object_get(row, "channels"));
    return product->channel_ids != NULL && check_old(load, product, error) &&
           check_variants(load, row, product, error);
}

static gboolean
add_row(VtDb *db,
    gint64 tenant_id,
    const char *code,
    const char *name,
    VtProductKind kind,
    gint64 master_id,
    gboolean all_channels,
    gint64 *ret_product_id,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_product_add, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "code", code);
    vt_stmt_bind_text(stmt, "name", name);
    vt_stmt_bind_text(stmt, "kind", vt_product_kind_names[kind]);
    if (master_id != 0)
        vt_stmt_bind_int(stmt, "master_id", master_id);
    vt_stmt_bind_int(stmt, "all_channels", all_channels);
    return vt_stmt_read_int(stmt, "product_id", ret_product_id, error);
}

static gboolean
change_row(VtDb *db, gint64 product_id, const char *name, gboolean all_channels, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_product_change, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "name", name);
    vt_stmt_bind_int(stmt, "all_channels", all_channels);
    vt_stmt_bind_int(stmt, "product_id", product_id);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
add_dimensions(VtDb *db, gint64 product_id, const NewProduct *product, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_product_dimension_add, error);

    if (stmt == NULL)
        return FALSE;
    for (guint i = 0; i < product->n_dimensions; i++) {
        vt_stmt_bind_int(stmt, "product_id", product_id);
        vt_stmt_bind_int(stmt, "position", i);
        vt_stmt_bind_int(stmt, "dimension_id", product->dimensions[i]->dimension_id);
        if (!vt_stmt_exec(stmt, NULL, error))
            return FALSE;
    }
    return TRUE;
}

/* Writes what differs of the product itself; @changed tells whether anything did. */
static gboolean
write_head(VtCatalogLoad *load,
    const NewProduct *product,
    gint64 *ret_id,
    gboolean *changed,
    GError **error)
{
    const VtProduct *old = product->old;
    gboolean channels_differ = old == NULL || old->all_channels != product->all_channels ||
                               !vt_link_same(old->channel_ids, product->channel_ids);

    if (old == NULL) {
        *changed = TRUE;
        if (!add_row(load->db, load->tenant_id, product->code, product->name, product->kind, 0,
                product->all_channels, ret_id, error) ||
            !add_dimensions(load->db, *ret_id, product, error))
            return FALSE;
    } else {
        *ret_id = old->product_id;
        if (channels_differ || strcmp(old->name, product->name) != 0) {
            *changed = TRUE;
            if (!change_row(load->db, old->product_id, product->name, product->all_channels, error))
                return FALSE;
        }
    }
    if (channels_differ &&
        !vt_link_replace(load->db, &vt_sql_product_channel_clear, &vt_sql_product_channel_add,
            "product_id", *ret_id, "channel_id", product->channel_ids, error))
        return FALSE;
    return product->category_ids == NULL ||
           vt_link_replace(load->db, &vt_sql_product_category_clear, &vt_sql_product_category_add,
               "product_id", *ret_id, "category_id", product->category_ids, error);
}

static const VtProductVariant *
old_variant(const NewProduct *product, gint64 product_id)
{
    for (guint i = 0; product->old != NULL && i < product->old->variants->len; i++) {
        const VtProductVariant *variant = g_ptr_array_index(product->old->variants, i);

        if (variant->product_id == product_id)
            return variant;
    }
    return NULL;
}

static gboolean
write_values(VtCatalogLoad *load,
    const NewProduct *product,
    const NewVariant *variant,
    gint64 product_id,
    gboolean *changed,
    GError **error)
{
    const VtProductVariant *old = old_variant(product, product_id);

    for (guint place = 0; place < product->n_dimensions; place++) {
        gboolean is_new = FALSE;
        VtDimension *dimension = product->dimensions[place];
        const VtDimensionValue *value = vt_dimension_put_value(
            dimension, load->db, variant->values[place], NULL, &is_new, error);
        g_autoptr(VtStmt) stmt = NULL;

        if (value == NULL)
            return FALSE;
        if (old != NULL && old->value_ids[place] == value->value_id)
            continue;
        *changed = TRUE;
        stmt = vt_db_stmt(load->db, &vt_sql_variant_value_put, error);
        if (stmt == NULL)
            return FALSE;
        vt_stmt_bind_int(stmt, "product_id", product_id);
        vt_stmt_bind_int(stmt, "dimension_id", dimension->dimension_id);
        vt_stmt_bind_int(stmt, "value_id", value->value_id);
        if (!vt_stmt_exec(stmt, NULL, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
write_variant(VtCatalogLoad *load,
    const NewProduct *product,
    const NewVariant *variant,
    gint64 master_id,
    gboolean *changed,
    GError **error)
{
    const VtProductVariant *old = old_variant(product, variant->product_id);
    gint64 product_id = variant->product_id;

    load->report->variants++;
    if (product_id == 0) {
        *changed = TRUE;
        if (!add_row(load->db, load->tenant_id, variant->code, variant->name,
                VT_PRODUCT_KIND_VARIANT, master_id, TRUE, &product_id, error))
            return FALSE;
    } else if (old != NULL && strcmp(old->name, variant->name) != 0) {
        *changed = TRUE;
        if (!change_row(load->db, product_id, variant->name, TRUE, error))
            return FALSE;
    }
    return write_values(load, product, variant, product_id, changed, error);
}

static gboolean
write_product(VtCatalogLoad *load, const NewProduct *product, GError **error)
{
    gboolean changed = FALSE;
    gint64 product_id = 0;

    if (!write_head(load, product, &product_id, &changed, error))
        return FALSE;
    for (guint i = 0; i < product->variants->len; i++)
        if (!write_variant(load, product, &g_array_index(product->variants, NewVariant, i),
                product_id, &changed, error))
            return FALSE;
    load->report->products++;
    if (changed) {
        load->report->changed++;
        vt_change_add(load->change, VT_LOG_KIND_PRODUCT, product_id);
    }
    return TRUE;
}

/* One product, or its refusal. @ret_rows: about how many rows it touches. */
static gboolean
load_one(VtCatalogLoad *self, const json_t *row, guint *ret_rows, GError **error)
{
    g_auto(NewProduct) product = {0};
    g_autoptr(GError) refused = NULL;

    *ret_rows = 1;
    if (!check_product(self, row, &product, &refused)) {
        VtErrorCode code = vt_error_code(refused);

        if (code == VT_ERROR_DATABASE || code == VT_ERROR_STORAGE || code == VT_ERROR_INTERNAL) {
            g_propagate_error(error, g_steal_pointer(&refused));
            return FALSE;
        }
        vt_catalog_load_refuse(
            self, "product", json_string_value(json_object_get(row, "id")), &refused);
        return TRUE;
    }
    *ret_rows = 4 + product.variants->len * (1 + product.n_dimensions);
    return write_product(self, &product, error);
}

/* As many products from @at as fit one short transaction. */
static gboolean
load_batch(VtCatalogLoad *self, const json_t *rows, gsize *at, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(self->db, VT_TX_WRITE, error);
    guint n_rows = 0;

    if (tx == NULL)
        return FALSE;
    while (n_rows < ROWS_PER_TRANSACTION && *at < json_array_size(rows)) {
        guint one = 0;

        if (!load_one(self, json_array_get(rows, (*at)++), &one, error))
            return FALSE;
        n_rows += one;
    }
    return vt_change_write(self->change, self->db, self->actor, NULL, error) &&
           vt_tx_commit(tx, error);
}

gboolean
vt_catalog_load_products(VtCatalogLoad *self, const json_t *rows, GError **error)
{
    gsize at = 0;

    if (rows == NULL)
        return TRUE;
    if (!json_is_array(rows))
        return vt_throw(error, VT_ERROR_BAD_JSON, "\"products\" must be an array");
    while (at < json_array_size(rows)) {
        if (!load_batch(self, rows, &at, error))
            return FALSE;
        if (self->progress != NULL)
            self->progress(at, json_array_size(rows), self->progress_data);
    }
    return TRUE;
}
