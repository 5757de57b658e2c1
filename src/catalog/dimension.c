#include "catalog/dimension.h"

#include "base/text.h"
#include "catalog_sql.h"

#include <string.h>

static const char *const refused_name[] = {
    "locale", "variant", "catalog", "ids", "q", "purpose", NULL};

enum { NAME_MAX_BYTES = 255 };

static void
free_value(gpointer data)
{
    VtDimensionValue *self = data;

    g_free(self->value);
    g_free(self->swatch_hex);
    g_free(self);
}

static void
free_dimension(gpointer data)
{
    VtDimension *self = data;

    g_hash_table_unref(self->by_key);
    g_ptr_array_unref(self->values);
    g_free(self->name);
    g_free(self);
}

void
vt_dimensions_free(VtDimensions *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->by_key);
    g_ptr_array_unref(self->list);
    g_free(self);
}

static VtDimension *
append(VtDimensions *self, gint64 dimension_id, const char *name)
{
    VtDimension *dimension = g_new0(VtDimension, 1);

    dimension->dimension_id = dimension_id;
    dimension->name = g_strdup(name);
    dimension->values = g_ptr_array_new_with_free_func(free_value);
    dimension->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_ptr_array_add(self->list, dimension);
    g_hash_table_insert(self->by_key, vt_text_key(name), dimension);
    return dimension;
}

static VtDimensionValue *
append_value(VtDimension *self, gint64 value_id, const char *text, const char *swatch_hex)
{
    VtDimensionValue *value = g_new0(VtDimensionValue, 1);

    value->value_id = value_id;
    value->value = g_strdup(text);
    value->swatch_hex = g_strdup(swatch_hex);
    g_ptr_array_add(self->values, value);
    g_hash_table_insert(self->by_key, vt_text_key(text), value);
    return value;
}

static gboolean
load_values(VtDb *db, VtDimension *dimension, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_dimension_value_list, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "dimension_id", dimension->dimension_id);
    while (vt_stmt_next(stmt))
        append_value(dimension, vt_stmt_int(stmt, "value_id"), vt_stmt_text(stmt, "value"),
            vt_stmt_text(stmt, "swatch_hex"));
    return vt_stmt_end(stmt, error);
}

VtDimensions *
vt_dimensions_load(VtDb *db, gint64 tenant_id, GError **error)
{
    g_autoptr(VtDimensions) self = g_new0(VtDimensions, 1);
    g_autoptr(VtStmt) stmt = NULL;

    self->list = g_ptr_array_new_with_free_func(free_dimension);
    self->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    stmt = vt_db_stmt(db, &vt_sql_dimension_list, error);
    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    while (vt_stmt_next(stmt))
        append(self, vt_stmt_int(stmt, "dimension_id"), vt_stmt_text(stmt, "name"));
    if (!vt_stmt_end(stmt, error))
        return NULL;
    for (guint i = 0; i < self->list->len; i++)
        if (!load_values(db, g_ptr_array_index(self->list, i), error))
            return NULL;
    return g_steal_pointer(&self);
}

VtDimension *
vt_dimensions_find(const VtDimensions *self, const char *name)
{
    g_autofree char *key = vt_text_key(name);

    return g_hash_table_lookup(self->by_key, key);
}

VtDimensionValue *
vt_dimension_find_value(const VtDimension *self, const char *value)
{
    g_autofree char *key = vt_text_key(value);

    return g_hash_table_lookup(self->by_key, key);
}

static gboolean
check_name(const char *what, const char *key, GError **error)
{
    if (*key == '\0' || strlen(key) > NAME_MAX_BYTES)
        return vt_throw(
            error, VT_ERROR_DIMENSION, "a dimension's %s has 1 to %d bytes", what, NAME_MAX_BYTES);
    return TRUE;
}

gboolean
vt_dimension_value_check(const char *value, GError **error)
{
    g_autofree char *key = vt_text_key(value);

    return check_name("value", key, error);
}

VtDimension *
vt_dimensions_put(VtDimensions *self, VtDb *db, gint64 tenant_id, const char *name, GError **error)
{
    g_autofree char *key = vt_text_key(name);
    g_autofree char *shown = g_strstrip(g_strdup(name));
    g_autoptr(VtStmt) stmt = NULL;
    VtDimension *found = g_hash_table_lookup(self->by_key, key);
    gint64 dimension_id = 0;

    if (found != NULL)
        return found;
    if (!check_name("name", key, error))
        return NULL;
    if (g_strv_contains(refused_name, key))
        return vt_throw_null(error, VT_ERROR_DIMENSION,
            "a dimension cannot be called '%s': addresses use that word", shown);
    stmt = vt_db_stmt(db, &vt_sql_dimension_put, error);
    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", shown);
    vt_stmt_bind_text(stmt, "name_key", key);
    if (!vt_stmt_read_int(stmt, "dimension_id", &dimension_id, error))
        return NULL;
    return append(self, dimension_id, shown);
}

static VtDimensionValue *
add_value(VtDimension *self,
    VtDb *db,
    const char *shown,
    const char *key,
    const char *swatch_hex,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_dimension_value_add, error);
    gint64 value_id = 0;

    if (stmt == NULL || !vt_dimension_value_check(shown, error))
        return NULL;
    vt_stmt_bind_int(stmt, "dimension_id", self->dimension_id);
    vt_stmt_bind_text(stmt, "value", shown);
    vt_stmt_bind_text(stmt, "value_key", key);
    vt_stmt_bind_text(stmt, "swatch_hex", swatch_hex);
    if (!vt_stmt_read_int(stmt, "value_id", &value_id, error))
        return NULL;
    return append_value(self, value_id, shown, swatch_hex);
}

static gboolean
change_swatch(VtDimensionValue *value, VtDb *db, const char *swatch_hex, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_dimension_value_swatch, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "swatch_hex", swatch_hex);
    vt_stmt_bind_int(stmt, "value_id", value->value_id);
    if (!vt_stmt_exec(stmt, NULL, error))
        return FALSE;
    g_free(value->swatch_hex);
    value->swatch_hex = g_strdup(swatch_hex);
    return TRUE;
}

VtDimensionValue *
vt_dimension_put_value(VtDimension *self,
    VtDb *db,
    const char *value,
    const char *swatch_hex,
    gboolean *ret_changed,
    GError **error)
{
    g_autofree char *key = vt_text_key(value);
    g_autofree char *shown = g_strstrip(g_strdup(value));
    VtDimensionValue *found = g_hash_table_lookup(self->by_key, key);

    if (found == NULL) {
        *ret_changed = TRUE;
        return add_value(self, db, shown, key, swatch_hex, error);
    }
    *ret_changed = swatch_hex != NULL && g_strcmp0(swatch_hex, found->swatch_hex) != 0;
    if (*ret_changed && !change_swatch(found, db, swatch_hex, error))
        return NULL;
    return found;
}
