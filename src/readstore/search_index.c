#include "readstore/search_index.h"

#include "readstore/row.h"
#include "readstore/words.h"
#include "search_index_sql.h"

#include <string.h>

const VtMigration vt_search_index_migration = {"readstore", 3, &vt_sql_schema_readstore_3};

/* Ids of the records that @sql says changed; owned. */
static GArray *
changed_ids(VtDb *db, const VtSql *sql, gint64 after, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, sql, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "after", after);
    return vt_stmt_read_ints(stmt, "id", ids, error) ? g_steal_pointer(&ids) : NULL;
}

static gboolean
forget(VtDb *db, const VtSql *sql, gint64 id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "id", id);
    return vt_stmt_exec(stmt, NULL, error);
}

/* The primary media of the product as a whole, in order, as ids with blanks between; newly
 * allocated. */
static char *
images_of(const char *body, GError **error)
{
    const VtResolveSelection nothing = VT_RESOLVE_NO_SELECTION;
    g_autoptr(VtReadstoreProduct) row = vt_readstore_product_decode(body, strlen(body), error);
    g_autoptr(GString) images = g_string_new(NULL);
    VtResolveNode node;

    if (row == NULL)
        return NULL;
    node = vt_resolve_node(
        vt_readstore_product_find_set(row, NULL), &row->product, &nothing, row->sever_by_scope);
    for (guint i = 0; i < node.n_primary; i++)
        g_string_append_printf(images, "%s%" G_GINT64_FORMAT, i > 0 ? " " : "", node.primary[i]);
    return g_string_free(g_steal_pointer(&images), FALSE);
}

/* What is known of a product while it is indexed. Rows of many locales are the same text. */
typedef struct {
    VtDb *db;
    gint64 id;
    char *product, *name, *words; /* owned */
    char *body, *images;          /* owned: of the row before */
    char *channel;                /* owned: of the row before */
    GString *scope;               /* owned: the channels that sell it, as words */
} Product;

static void
product_clear(Product *self)
{
    g_free(self->product);
    g_free(self->name);
    g_free(self->words);
    g_free(self->body);
    g_free(self->images);
    g_free(self->channel);
    g_string_free(self->scope, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Product, product_clear)

static gboolean
load_product(Product *self, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_search_product, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "id", self->id);
    if (vt_stmt_next(stmt)) {
        self->product = g_strdup(vt_stmt_text(stmt, "product"));
        self->name = g_strconcat(self->product, " ", vt_stmt_text(stmt, "name"), NULL);
        self->words = g_strdup(vt_stmt_text(stmt, "words"));
    }
    return vt_stmt_end(stmt, error);
}

static gboolean
add_images(Product *self, const char *locale, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_search_image_add, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "product", self->product);
    vt_stmt_bind_text(stmt, "channel", self->channel);
    vt_stmt_bind_text(stmt, "locale", locale);
    vt_stmt_bind_text(stmt, "images", self->images);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
add_row(Product *self, VtStmt *row, GError **error)
{
    const char *channel = vt_stmt_text(row, "channel");
    const char *body = vt_stmt_text(row, "body");

    if (g_strcmp0(channel, self->channel) != 0) {
        g_autofree char *scope = vt_words_scope(channel);

        g_free(self->channel);
        self->channel = g_strdup(channel);
        g_string_append_printf(self->scope, "%s ", scope);
    }
    if (g_strcmp0(body, self->body) != 0) {
        g_free(self->body);
        g_free(self->images);
        self->body = g_strdup(body);
        self->images = images_of(body, error);
        if (self->images == NULL) {
            g_prefix_error(error, "product '%s' in '%s': ", self->product, channel);
            return FALSE;
        }
    }
    return add_images(self, vt_stmt_text(row, "locale"), error);
}

static gboolean
add_rows(Product *self, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_search_product_rows, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "product", self->product);
    while (vt_stmt_next(stmt))
        if (!add_row(self, stmt, error))
            return FALSE;
    return vt_stmt_end(stmt, error);
}

static gboolean
add_words(Product *self, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_search_product_add, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "id", self->id);
    vt_stmt_bind_text(stmt, "name", self->name);
    vt_stmt_bind_text(stmt, "words", self->words);
    vt_stmt_bind_text(stmt, "scope", self->scope->str);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
forget_images(Product *self, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_search_image_forget, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "product", self->product);
    return vt_stmt_exec(stmt, NULL, error);
}

/* A product no channel of the store sells is not found. */
static gboolean
index_product(VtDb *db, gint64 id, GError **error)
{
    g_auto(Product) self = {.db = db, .id = id, .scope = g_string_new(NULL)};

    return load_product(&self, error) && forget(db, &vt_sql_search_product_forget, id, error) &&
           forget_images(&self, error) && add_rows(&self, error) &&
           (self.scope->len == 0 || add_words(&self, error));
}

/* A record that was taken back is not found. */
static gboolean
index_asset(VtDb *db, gint64 id, GError **error)
{
    g_autoptr(VtStmt) read = vt_db_stmt(db, &vt_sql_search_asset, error);
    g_autoptr(VtStmt) add = read != NULL ? vt_db_stmt(db, &vt_sql_search_asset_add, error) : NULL;

    if (add == NULL || !forget(db, &vt_sql_search_asset_forget, id, error))
        return FALSE;
    vt_stmt_bind_int(read, "id", id);
    if (vt_stmt_next(read)) {
        g_autofree char *scope = vt_words_scope(vt_stmt_text(read, "locale"));
        const char *words = vt_stmt_text(read, "words");

        vt_stmt_bind_int(add, "id", id);
        vt_stmt_bind_text(add, "name", vt_stmt_text(read, "name"));
        vt_stmt_bind_text(add, "texts", vt_stmt_text(read, "texts"));
        vt_stmt_bind_text(add, "words", words != NULL ? words : "");
        vt_stmt_bind_text(add, "scope", scope);
        if (!vt_stmt_exec(add, NULL, error))
            return FALSE;
    }
    return vt_stmt_end(read, error);
}

gboolean
vt_search_index_refresh(VtDb *db, gint64 after, GError **error)
{
    static const struct {
        const VtSql *changed;
        gboolean (*index)(VtDb *db, gint64 id, GError **error);
    } part[] = {
        {&vt_sql_search_changed_products, index_product},
        {&vt_sql_search_changed_assets, index_asset},
    };

    for (gsize p = 0; p < G_N_ELEMENTS(part); p++) {
        g_autoptr(GArray) ids = changed_ids(db, part[p].changed, after, error);

        for (guint i = 0; ids != NULL && i < ids->len; i++)
            if (!part[p].index(db, g_array_index(ids, gint64, i), error))
                return FALSE;
        if (ids == NULL)
            return FALSE;
    }
    return TRUE;
}
