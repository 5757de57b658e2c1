#include "catalog/product.h"

#include "base/text.h"
#include "catalog_sql.h"

#include <string.h>

const VtMigration vt_catalog_migrations[] = {{"catalog", 1, &vt_sql_schema_catalog_1}};
const gsize vt_catalog_n_migrations = G_N_ELEMENTS(vt_catalog_migrations);

static void
free_value(gpointer data)
{
    VtProductValue *self = data;

    g_free(self->value);
    g_free(self->swatch_hex);
    g_free(self);
}

static void
free_variant(gpointer data)
{
    VtProductVariant *self = data;

    g_free(self->code);
    g_free(self->name);
    g_free(self);
}

void
vt_product_free(VtProduct *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < self->n_dimensions; i++) {
        g_free(self->dimensions[i].name);
        g_ptr_array_unref(self->dimensions[i].values);
    }
    g_ptr_array_unref(self->variants);
    g_array_unref(self->channel_ids);
    g_free(self->code);
    g_free(self->name);
    g_free(self);
}

static VtProductKind
kind_of(const char *word)
{
    int found = vt_text_index(vt_product_kind_names, VT_PRODUCT_KIND_COUNT, word);

    return found < 0 ? VT_PRODUCT_KIND_SIMPLE : (VtProductKind)found;
}

/* A statement with one bound id, ready to be stepped. */
static VtStmt *
query(VtDb *db, const VtSql *sql, const char *parameter, gint64 id, GError **error)
{
    VtStmt *stmt = vt_db_stmt(db, sql, error);

    if (stmt != NULL)
        vt_stmt_bind_int(stmt, parameter, id);
    return stmt;
}

static VtProduct *
load_head(VtDb *db, gint64 product_id, GError **error)
{
    g_autoptr(VtStmt) stmt = query(db, &vt_sql_product_get, "product_id", product_id, error);
    g_autoptr(VtProduct) self = NULL;

    if (stmt == NULL)
        return NULL;
    while (vt_stmt_next(stmt) && self == NULL) {
        if (!vt_stmt_is_null(stmt, "master_id"))
            continue;
        self = g_new0(VtProduct, 1);
        self->product_id = product_id;
        self->code = g_strdup(vt_stmt_text(stmt, "code"));
        self->name = g_strdup(vt_stmt_text(stmt, "name"));
        self->kind = kind_of(vt_stmt_text(stmt, "kind"));
        self->all_channels = vt_stmt_int(stmt, "all_channels") != 0;
        self->channel_ids = g_array_new(FALSE, FALSE, sizeof(gint64));
        self->variants = g_ptr_array_new_with_free_func(free_variant);
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    if (self == NULL)
        return vt_throw_null(error, VT_ERROR_ENTITY_NOT_FOUND,
            "there is no product with the number %" G_GINT64_FORMAT, product_id);
    return g_steal_pointer(&self);
}

static gboolean
load_channels(VtDb *db, VtProduct *self, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;

    if (self->all_channels)
        return TRUE;
    stmt = query(db, &vt_sql_product_channel_list, "product_id", self->product_id, error);
    return stmt != NULL && vt_stmt_read_ints(stmt, "channel_id", self->channel_ids, error);
}

static gboolean
load_dimensions(VtDb *db, VtProduct *self, GError **error)
{
    g_autoptr(VtStmt) stmt =
        query(db, &vt_sql_product_dimension_list, "product_id", self->product_id, error);

    if (stmt == NULL)
        return FALSE;
    while (vt_stmt_next(stmt) && self->n_dimensions < VT_PRODUCT_MAX_DIMENSIONS) {
        VtProductDimension *dimension = &self->dimensions[self->n_dimensions++];

        dimension->dimension_id = vt_stmt_int(stmt, "dimension_id");
        dimension->name = g_strdup(vt_stmt_text(stmt, "name"));
        dimension->values = g_ptr_array_new_with_free_func(free_value);
    }
    return vt_stmt_end(stmt, error);
}

static int
place_of(const VtProduct *self, gint64 dimension_id)
{
    for (guint i = 0; i < self->n_dimensions; i++)
        if (self->dimensions[i].dimension_id == dimension_id)
            return (int)i;
    return -1;
}

static gboolean
load_values(VtDb *db, VtProduct *self, GError **error)
{
    g_autoptr(VtStmt) stmt =
        query(db, &vt_sql_product_value_list, "master_id", self->product_id, error);

    if (stmt == NULL)
        return FALSE;
    while (vt_stmt_next(stmt)) {
        int place = place_of(self, vt_stmt_int(stmt, "dimension_id"));
        VtProductValue *value;

        if (place < 0)
            continue;
        value = g_new0(VtProductValue, 1);
        value->value_id = vt_stmt_int(stmt, "value_id");
        value->value = g_strdup(vt_stmt_text(stmt, "value"));
        value->swatch_hex = g_strdup(vt_stmt_text(stmt, "swatch_hex"));
        g_ptr_array_add(self->dimensions[place].values, value);
    }
    return vt_stmt_end(stmt, error);
}

static gboolean
load_variants(VtDb *db, VtProduct *self, GError **error)
{
    g_autoptr(VtStmt) stmt = query(db, &vt_sql_variant_list, "master_id", self->product_id, error);

    if (stmt == NULL)
        return FALSE;
    while (vt_stmt_next(stmt)) {
        VtProductVariant *variant = g_new0(VtProductVariant, 1);

        variant->product_id = vt_stmt_int(stmt, "product_id");
        variant->code = g_strdup(vt_stmt_text(stmt, "code"));
        variant->name = g_strdup(vt_stmt_text(stmt, "name"));
        g_ptr_array_add(self->variants, variant);
    }
    return vt_stmt_end(stmt, error);
}

/* Both lists are in order of the variant's number, so one walk joins them. */
static gboolean
load_variant_values(VtDb *db, VtProduct *self, GError **error)
{
    g_autoptr(VtStmt) stmt =
        query(db, &vt_sql_variant_value_list, "master_id", self->product_id, error);
    guint at = 0;

    if (stmt == NULL)
        return FALSE;
    while (vt_stmt_next(stmt)) {
        gint64 product_id = vt_stmt_int(stmt, "product_id");
        int place = place_of(self, vt_stmt_int(stmt, "dimension_id"));
        VtProductVariant *variant;

        while (at + 1 < self->variants->len &&
               ((VtProductVariant *)g_ptr_array_index(self->variants, at))->product_id < product_id)
            at++;
        variant = g_ptr_array_index(self->variants, at);
        if (place >= 0 && variant->product_id == product_id)
            variant->value_ids[place] = vt_stmt_int(stmt, "value_id");
    }
    return vt_stmt_end(stmt, error);
}

VtProduct *
vt_product_load(VtDb *db, gint64 product_id, GError **error)
{
    g_autoptr(VtProduct) self = load_head(db, product_id, error);

    if (self == NULL || !load_channels(db, self, error))
        return NULL;
    if (self->kind == VT_PRODUCT_KIND_MASTER &&
        (!load_dimensions(db, self, error) || !load_values(db, self, error) ||
            !load_variants(db, self, error) || !load_variant_values(db, self, error)))
        return NULL;
    return g_steal_pointer(&self);
}

gboolean
vt_product_is_sold_in(const VtProduct *self, gint64 channel_id)
{
    if (self->all_channels)
        return TRUE;
    for (guint i = 0; i < self->channel_ids->len; i++)
        if (g_array_index(self->channel_ids, gint64, i) == channel_id)
            return TRUE;
    return FALSE;
}

gboolean
vt_product_find(VtDb *db, gint64 tenant_id, const char *code, VtProductRef *ret_ref, GError **error)
{
    g_autoptr(VtStmt) stmt = query(db, &vt_sql_product_find, "tenant_id", tenant_id, error);
    VtProductRef ref = {0};

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "code", code);
    while (vt_stmt_next(stmt)) {
        ref.product_id = vt_stmt_int(stmt, "product_id");
        ref.kind = kind_of(vt_stmt_text(stmt, "kind"));
        if (ref.kind != VT_PRODUCT_KIND_VARIANT)
            continue;
        ref.variant_id = ref.product_id;
        ref.product_id = vt_stmt_int(stmt, "master_id");
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    if (ref.product_id == 0)
        return vt_throw(
            error, VT_ERROR_ENTITY_NOT_FOUND, "there is no product or variant '%s'", code);
    *ret_ref = ref;
    return TRUE;
}

GArray *
vt_product_page(VtDb *db, gint64 tenant_id, gint64 after, guint page, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(VtStmt) stmt = query(db, &vt_sql_product_page, "tenant_id", tenant_id, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "after_id", after);
    vt_stmt_bind_int(stmt, "page", page);
    if (!vt_stmt_read_ints(stmt, "product_id", ids, error))
        return NULL;
    return g_steal_pointer(&ids);
}

GArray *
vt_product_of_dimension(VtDb *db, gint64 dimension_id, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(VtStmt) stmt =
        query(db, &vt_sql_product_of_dimension, "dimension_id", dimension_id, error);

    if (stmt == NULL || !vt_stmt_read_ints(stmt, "product_id", ids, error))
        return NULL;
    return g_steal_pointer(&ids);
}
