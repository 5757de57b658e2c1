#include "catalog/category.h"

#include "base/error.h"
#include "catalog/link.h"
#include "catalog_sql.h"

#include <string.h>

void
vt_category_free(VtCategory *self)
{
    if (self == NULL)
        return;
    g_free(self->code);
    g_free(self->name);
    g_array_unref(self->channel_ids);
    g_free(self);
}

static void
free_category(gpointer data)
{
    vt_category_free(data);
}

static VtCategory *
new_category(gint64 category_id, const char *code, const char *name)
{
    VtCategory *self = g_new0(VtCategory, 1);

    self->category_id = category_id;
    self->code = g_strdup(code);
    self->name = g_strdup(name);
    self->channel_ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    return self;
}

static VtCategory *
keep(GHashTable *categories, gint64 category_id, const char *code, const char *name)
{
    VtCategory *self = new_category(category_id, code, name);

    g_hash_table_insert(categories, self->code, self);
    return self;
}

VtCategory *
vt_category_load(VtDb *db, gint64 category_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_category_load, error);
    g_autoptr(VtStmt) channels = NULL;
    g_autoptr(VtCategory) self = NULL;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "category_id", category_id);
    while (vt_stmt_next(stmt)) {
        vt_category_free(self);
        self = new_category(category_id, vt_stmt_text(stmt, "code"), vt_stmt_text(stmt, "name"));
        self->parent_id = vt_stmt_int(stmt, "parent_id");
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    if (self == NULL)
        return vt_throw_null(error, VT_ERROR_ENTITY_NOT_FOUND, "there is no such category");
    channels = vt_db_stmt(db, &vt_sql_category_channel_list, error);
    if (channels == NULL)
        return NULL;
    vt_stmt_bind_int(channels, "category_id", category_id);
    return vt_stmt_read_ints(channels, "channel_id", self->channel_ids, error)
               ? g_steal_pointer(&self)
               : NULL;
}

gboolean
vt_category_find(
    VtDb *db, gint64 tenant_id, const char *code, gint64 *ret_category_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_category_find, error);
    gint64 category_id = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "code", code);
    if (!vt_stmt_read_int(stmt, "category_id", &category_id, error))
        return FALSE;
    if (category_id == 0)
        return vt_throw(error, VT_ERROR_ENTITY_NOT_FOUND, "there is no category '%s'", code);
    *ret_category_id = category_id;
    return TRUE;
}

gboolean
vt_category_is_in(const VtCategory *self, gint64 channel_id)
{
    for (guint i = 0; i < self->channel_ids->len; i++)
        if (g_array_index(self->channel_ids, gint64, i) == channel_id)
            return TRUE;
    return self->channel_ids->len == 0;
}

GArray *
vt_category_page(VtDb *db, gint64 tenant_id, gint64 after, guint page, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_category_page, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "after_id", after);
    vt_stmt_bind_int(stmt, "page", page);
    return vt_stmt_read_ints(stmt, "category_id", ids, error) ? g_steal_pointer(&ids) : NULL;
}

static gboolean
load_all_channels(VtDb *db, gint64 tenant_id, GHashTable *categories, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_category_channel_all, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    while (vt_stmt_next(stmt)) {
        VtCategory *category = g_hash_table_lookup(categories, vt_stmt_text(stmt, "code"));
        gint64 channel_id = vt_stmt_int(stmt, "channel_id");

        if (category != NULL)
            g_array_append_val(category->channel_ids, channel_id);
    }
    return vt_stmt_end(stmt, error);
}

GHashTable *
vt_category_load_all(VtDb *db, gint64 tenant_id, GError **error)
{
    g_autoptr(GHashTable) categories =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_category);
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_category_list, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    while (vt_stmt_next(stmt)) {
        VtCategory *category = keep(categories, vt_stmt_int(stmt, "category_id"),
            vt_stmt_text(stmt, "code"), vt_stmt_text(stmt, "name"));

        category->parent_id = vt_stmt_int(stmt, "parent_id");
    }
    if (!vt_stmt_end(stmt, error) || !load_all_channels(db, tenant_id, categories, error))
        return NULL;
    return g_steal_pointer(&categories);
}

VtCategory *
vt_category_put(GHashTable *categories,
    VtDb *db,
    gint64 tenant_id,
    const char *code,
    const char *name,
    GError **error)
{
    VtCategory *found = g_hash_table_lookup(categories, code);
    g_autoptr(VtStmt) stmt = NULL;
    gint64 category_id = 0;

    if (found != NULL)
        return found;
    stmt = vt_db_stmt(db, &vt_sql_category_add, error);
    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "code", code);
    vt_stmt_bind_text(stmt, "name", name);
    if (!vt_stmt_read_int(stmt, "category_id", &category_id, error))
        return NULL;
    found = keep(categories, category_id, code, name);
    found->is_new = TRUE;
    return found;
}

static const VtCategory *
by_id(GHashTable *categories, gint64 category_id)
{
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, categories);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (((const VtCategory *)value)->category_id == category_id)
            return value;
    return NULL;
}

static gboolean
is_below(GHashTable *categories, const VtCategory *start, const VtCategory *ancestor)
{
    for (const VtCategory *at = start; at != NULL; at = by_id(categories, at->parent_id))
        if (at == ancestor)
            return TRUE;
    return FALSE;
}

gboolean
vt_category_change(GHashTable *categories,
    VtDb *db,
    VtCategory *category,
    const char *name,
    const VtCategory *parent,
    gboolean *ret_changed,
    GError **error)
{
    gint64 parent_id = parent != NULL ? parent->category_id : 0;
    g_autoptr(VtStmt) stmt = NULL;

    if (parent != NULL && is_below(categories, parent, category))
        return vt_throw(error, VT_ERROR_CATEGORY_CYCLE,
            "category '%s' cannot be under '%s', which is under it", category->code, parent->code);
    *ret_changed = category->parent_id != parent_id || g_strcmp0(category->name, name) != 0;
    if (!*ret_changed)
        return TRUE;
    stmt = vt_db_stmt(db, &vt_sql_category_change, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "name", name);
    if (parent_id != 0)
        vt_stmt_bind_int(stmt, "parent_id", parent_id);
    vt_stmt_bind_int(stmt, "category_id", category->category_id);
    if (!vt_stmt_exec(stmt, NULL, error))
        return FALSE;
    g_free(category->name);
    category->name = g_strdup(name);
    category->parent_id = parent_id;
    return TRUE;
}

static int
compare_ids(gconstpointer a, gconstpointer b)
{
    gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;

    return left < right ? -1 : left > right;
}

/* The ids ascending, each once. */
static GArray *
tidy_ids(const GArray *ids)
{
    GArray *tidy = g_array_new(FALSE, FALSE, sizeof(gint64));
    guint kept = 0;

    if (ids->len > 0)
        g_array_append_vals(tidy, ids->data, ids->len);
    g_array_sort(tidy, compare_ids);
    for (guint i = 0; i < tidy->len; i++)
        if (kept == 0 || g_array_index(tidy, gint64, kept - 1) != g_array_index(tidy, gint64, i))
            g_array_index(tidy, gint64, kept++) = g_array_index(tidy, gint64, i);
    return g_array_set_size(tidy, kept);
}

gboolean
vt_category_set_channels(VtDb *db,
    VtCategory *category,
    const GArray *channel_ids,
    gboolean *ret_changed,
    GError **error)
{
    g_autoptr(GArray) tidy = tidy_ids(channel_ids);

    *ret_changed = !vt_link_same(tidy, category->channel_ids);
    if (!*ret_changed)
        return TRUE;
    if (!vt_link_replace(db, &vt_sql_category_channel_clear, &vt_sql_category_channel_add,
            "category_id", category->category_id, "channel_id", tidy, error))
        return FALSE;
    g_array_unref(category->channel_ids);
    category->channel_ids = g_steal_pointer(&tidy);
    return TRUE;
}

void
vt_catalog_free(VtCatalog *self)
{
    if (self == NULL)
        return;
    g_free(self->number);
    g_array_unref(self->channel_ids);
    g_free(self);
}

static void
free_catalog(gpointer data)
{
    vt_catalog_free(data);
}

static gboolean
load_catalog_channels(VtDb *db, VtCatalog *catalog, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_catalog_channel_list, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "catalog_id", catalog->catalog_id);
    while (vt_stmt_next(stmt)) {
        gint64 channel_id = vt_stmt_int(stmt, "channel_id");

        g_array_append_val(catalog->channel_ids, channel_id);
    }
    return vt_stmt_end(stmt, error);
}

static VtCatalog *
new_catalog(gint64 catalog_id, const char *number)
{
    VtCatalog *self = g_new0(VtCatalog, 1);

    self->catalog_id = catalog_id;
    self->number = g_strdup(number);
    self->channel_ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    return self;
}

GPtrArray *
vt_catalog_list(VtDb *db, gint64 tenant_id, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_catalog);
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_catalog_list, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    while (vt_stmt_next(stmt))
        g_ptr_array_add(
            list, new_catalog(vt_stmt_int(stmt, "catalog_id"), vt_stmt_text(stmt, "number")));
    if (!vt_stmt_end(stmt, error))
        return NULL;
    for (guint i = 0; i < list->len; i++)
        if (!load_catalog_channels(db, g_ptr_array_index(list, i), error))
            return NULL;
    return g_steal_pointer(&list);
}

/* The catalogue of this number with its channels; NULL without error when there is none. */
static gboolean
find_catalog(
    VtDb *db, gint64 tenant_id, const char *number, VtCatalog **ret_catalog, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_catalog_find, error);
    g_autoptr(VtCatalog) found = NULL;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "number", number);
    if (vt_stmt_next(stmt))
        found = new_catalog(vt_stmt_int(stmt, "catalog_id"), number);
    if (!vt_stmt_end(stmt, error) || (found != NULL && !load_catalog_channels(db, found, error)))
        return FALSE;
    *ret_catalog = g_steal_pointer(&found);
    return TRUE;
}

gboolean
vt_catalog_put(VtDb *db,
    gint64 tenant_id,
    const char *number,
    const GArray *channel_ids,
    gint64 *ret_catalog_id,
    gboolean *ret_changed,
    GError **error)
{
    g_autoptr(VtCatalog) old = NULL;
    g_autoptr(VtStmt) stmt = NULL;
    gint64 catalog_id = 0;

    if (!find_catalog(db, tenant_id, number, &old, error))
        return FALSE;
    *ret_changed = old == NULL || !vt_link_same(old->channel_ids, channel_ids);
    if (!*ret_changed) {
        *ret_catalog_id = old->catalog_id;
        return TRUE;
    }
    stmt = vt_db_stmt(db, &vt_sql_catalog_put, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "number", number);
    if (!vt_stmt_read_int(stmt, "catalog_id", &catalog_id, error) ||
        !vt_link_replace(db, &vt_sql_catalog_channel_clear, &vt_sql_catalog_channel_add,
            "catalog_id", catalog_id, "channel_id", channel_ids, error))
        return FALSE;
    *ret_catalog_id = catalog_id;
    return TRUE;
}

static gboolean
is_in(const VtCatalog *catalog, gint64 channel_id)
{
    for (guint i = 0; i < catalog->channel_ids->len; i++)
        if (g_array_index(catalog->channel_ids, gint64, i) == channel_id)
            return TRUE;
    return FALSE;
}

gboolean
vt_catalog_parse(const GPtrArray *catalogs,
    const char *number,
    gint64 channel_id,
    gint64 *ret_catalog_id,
    GError **error)
{
    gint64 catalog_id = 0;

    for (guint i = 0; *number != '\0' && i < catalogs->len; i++) {
        const VtCatalog *catalog = g_ptr_array_index(catalogs, i);

        if (strcmp(catalog->number, number) == 0 && is_in(catalog, channel_id))
            catalog_id = catalog->catalog_id;
    }
    if (*number != '\0' && catalog_id == 0)
        return vt_throw(
            error, VT_ERROR_CATALOG, "there is no catalogue '%s' in this channel", number);
    *ret_catalog_id = catalog_id;
    return TRUE;
}
