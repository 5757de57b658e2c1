#include "manifest/export.h"

#include "base/locale.h"
#include "base/text.h"
#include "base/tsv.h"
#include "catalog/category.h"
#include "export_sql.h"
#include "manifest/export_row.h"
#include "media/asset_set.h"
#include "media/member_text.h"
#include "tenant/channel.h"

#include <string.h>

enum { ASSETS_PER_PAGE = 500, SETS_PER_PAGE = 200, PIECE_BYTES = 65536 };

typedef struct {
    const VtExportOptions *options;
    const VtExportSink *sink;
    VtExportNames names;
    GPtrArray *channels; /* VtChannel */
    GPtrArray *catalogs; /* VtCatalog */
    GHashTable *wanted;  /* gint64: the only assets to write; NULL: all */
    GHashTable *written; /* gint64: sets of assets that are written */
    GString *text;       /* not handed to the sink yet */
    guint64 n_rows;
} Export;

static void
export_clear(Export *self)
{
    vt_export_names_clear(&self->names);
    g_clear_pointer(&self->channels, g_ptr_array_unref);
    g_clear_pointer(&self->catalogs, g_ptr_array_unref);
    g_clear_pointer(&self->wanted, g_hash_table_unref);
    g_clear_pointer(&self->written, g_hash_table_unref);
    if (self->text != NULL)
        g_string_free(self->text, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Export, export_clear)

static gboolean
flush(Export *self, gsize at_least, GError **error)
{
    if (self->text->len < at_least)
        return TRUE;
    if (!self->sink->text(self->sink->data, self->text->str, self->text->len, error))
        return FALSE;
    g_string_truncate(self->text, 0);
    return TRUE;
}

static gboolean
write_row(Export *self, const VtExportRow *row, GError **error)
{
    vt_export_row_write(row, self->text);
    self->n_rows++;
    return flush(self, PIECE_BYTES, error);
}

static void
put_number(VtExportRow *row, VtColumn column, gint64 number)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

    vt_export_row_put(row, column, text);
}

static void
put_time(VtExportRow *row, VtColumn column, gint64 time_us)
{
    g_autofree char *text = time_us != 0 ? vt_text_time(time_us) : NULL;

    vt_export_row_put(row, column, text);
}

static VtAssetType
type_of(const char *word)
{
    return (VtAssetType)MAX(vt_text_index(vt_asset_type_names, VT_ASSET_TYPE_COUNT, word), 0);
}

/* An asset as every row names it, whatever else the row says. */
typedef struct {
    gint64 asset_id;
    VtAssetType type;
    const char *name;
    const char *source_provider; /* or NULL */
    const char *source_id;       /* or NULL */
} Named;

static Named
named_of(VtStmt *stmt)
{
    return (Named){.asset_id = vt_stmt_int(stmt, "asset_id"),
        .type = type_of(vt_stmt_text(stmt, "type")),
        .name = vt_stmt_text(stmt, "name"),
        .source_provider = vt_stmt_text(stmt, "source_provider"),
        .source_id = vt_stmt_text(stmt, "source_id")};
}

static void
put_identity(const Export *self, VtExportRow *row, const Named *asset, const char *locale)
{
    static const char *const type[VT_ASSET_TYPE_COUNT] = {[VT_ASSET_TYPE_IMAGE] = "Image",
        [VT_ASSET_TYPE_VIDEO] = "Video",
        [VT_ASSET_TYPE_FILE] = "File",
        [VT_ASSET_TYPE_IMAGE_SET] = "ImageSet",
        [VT_ASSET_TYPE_SWATCH_SET] = "SwatchSet",
        [VT_ASSET_TYPE_SPIN_SET] = "SpinSet",
        [VT_ASSET_TYPE_MIXED_MEDIA_SET] = "MixedMediaSet"};
    g_autofree char *id = vt_asset_internal_id(asset->asset_id);

    vt_export_row_put(row, VT_COLUMN_INTERNAL_MEDIA_ID, self->options->portable ? NULL : id);
    vt_export_row_put(row, VT_COLUMN_MEDIA_CHANNEL, VT_EXPORT_LIBRARY);
    vt_export_row_put(row, VT_COLUMN_MEDIA_LOCALE, locale);
    vt_export_row_put(row, VT_COLUMN_MEDIA_TYPE, type[asset->type]);
    vt_export_row_put(row, VT_COLUMN_MEDIA_DISPLAY_NAME, asset->name);
    vt_export_row_put(row, VT_COLUMN_MEDIA_SOURCE_PROVIDER, asset->source_provider);
    vt_export_row_put(row, VT_COLUMN_MEDIA_SOURCE_ID, asset->source_id);
}

/* Where the head answers who is signed in, and what is live of it everybody. */
static void
put_addresses(const Export *self,
    VtExportRow *row,
    const Named *asset,
    const char *own_locale,
    gboolean is_live)
{
    const char *query = own_locale != NULL ? "?locale=" : "";
    g_autofree char *escaped = vt_text_escape(asset->name, FALSE);
    g_autofree char *preview = g_strdup_printf("/api/v1/%s/assets/%s/content%s%s",
        self->options->tenant, escaped, query, own_locale != NULL ? own_locale : "");
    g_autofree char *address = g_strdup_printf("/is/%s/%s/%s%s%s",
        asset->type == VT_ASSET_TYPE_VIDEO || asset->type == VT_ASSET_TYPE_FILE ? "content"
                                                                                : "image",
        self->options->tenant, escaped, query, own_locale != NULL ? own_locale : "");

    vt_export_row_put(
        row, VT_COLUMN_MEDIA_PREVIEW_URL, vt_asset_type_is_set(asset->type) ? NULL : preview);
    vt_export_row_put(row, VT_COLUMN_MEDIA_PUBLISHED_URL, is_live ? address : NULL);
}

static void
put_asset_state(const Export *self,
    VtExportRow *row,
    VtStmt *stmt,
    const Named *asset,
    const VtAssetContent *content)
{
    const char *locale = vt_stmt_text(stmt, "locale");
    gint64 head = vt_stmt_int(stmt, "head"), published = vt_stmt_int(stmt, "published");
    gboolean is_own = content->blob != NULL && strcmp(locale, VT_LOCALE_NEUTRAL) != 0;

    if (!self->options->portable)
        put_number(row, VT_COLUMN_MEDIA_VERSION, head);
    vt_export_row_put(row, VT_COLUMN_MEDIA_CATEGORY, vt_stmt_text(stmt, "category"));
    vt_export_row_put(row, VT_COLUMN_MEDIA_ACTION, head == published ? "PublishNow" : "Draft");
    vt_export_row_put(row, VT_COLUMN_MEDIA_PUBLISHED, published != 0 ? "true" : "false");
    put_time(row, VT_COLUMN_MEDIA_CREATED_ON, vt_stmt_int(stmt, "created_us"));
    put_time(row, VT_COLUMN_MEDIA_LAST_MODIFIED_ON, vt_stmt_int(stmt, "at_us"));
    put_time(row, VT_COLUMN_MEDIA_PUBLISHED_ON, vt_stmt_int(stmt, "published_us"));
    put_addresses(self, row, asset, is_own ? locale : NULL, published != 0);
}

static gboolean
put_members(const Export *self, VtExportRow *row, const VtAssetContent *content, GError **error)
{
    g_autoptr(json_t) told = json_object();
    g_autofree char *members = NULL;

    if (content->members == NULL)
        return TRUE;
    if (!vt_asset_set_describe(self->options->db, self->options->tenant_id, content, told, error))
        return FALSE;
    members = vt_members_text_format(json_object_get(told, "members"));
    vt_export_row_put(row, VT_COLUMN_SET_MEMBERS, members);
    if (content->rows > 1)
        put_number(row, VT_COLUMN_SET_ROWS, content->rows);
    return TRUE;
}

/* The row of one locale, which the statement is at. */
static gboolean
export_locale(Export *self, VtStmt *stmt, GError **error)
{
    const VtExportOptions *options = self->options;
    const Named asset = named_of(stmt);
    const char *locale = vt_stmt_text(stmt, "locale"), *body = vt_stmt_text(stmt, "body");
    g_auto(VtAssetContent) content = {0};
    g_auto(VtExportRow) row = {0};

    if (body == NULL || /* no locale, or one in the trash */
        (!options->all_locales && strcmp(locale, VT_LOCALE_NEUTRAL) != 0) ||
        (self->wanted != NULL && !g_hash_table_contains(self->wanted, &asset.asset_id)))
        return TRUE;
    if (!vt_asset_content_parse(body, &content, error))
        return FALSE;
    put_identity(self, &row, &asset, locale);
    put_asset_state(self, &row, stmt, &asset, &content);
    vt_export_row_put_content(&row, asset.type, &content);
    if (!put_members(self, &row, &content, error))
        return FALSE;
    if (options->portable)
        vt_export_row_put_paths(&row, &content, locale);
    return write_row(self, &row, error);
}

/* At most @page assets after @after, of sets or of all others. @ret_after: where the next begins.
 */
static gboolean
export_assets(
    Export *self, gint64 after, gint64 page, gboolean sets, gint64 *ret_after, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->options->db, &vt_sql_export_asset_page, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", self->options->tenant_id);
    vt_stmt_bind_int(stmt, "after_id", after);
    vt_stmt_bind_int(stmt, "page", page);
    vt_stmt_bind_int(stmt, "sets", sets ? 1 : 0);
    while (vt_stmt_next(stmt)) {
        *ret_after = vt_stmt_int(stmt, "asset_id");
        if (!export_locale(self, stmt, error))
            return FALSE;
    }
    return vt_stmt_end(stmt, error);
}

static gboolean
export_asset_page(Export *self, gint64 after, gint64 *ret_after, GError **error)
{
    return export_assets(self, after, ASSETS_PER_PAGE, FALSE, ret_after, error);
}

typedef gboolean (*PerAsset)(Export *self, gint64 asset_id, GError **error);

static gboolean
each_member_in(Export *self, gint64 asset_id, const char *locale, PerAsset visit, GError **error)
{
    g_auto(VtAssetContent) content = {0};
    g_autoptr(GArray) ids = NULL;

    if (!vt_asset_head_content(self->options->db, asset_id, locale, &content, error))
        return FALSE;
    ids = vt_members_assets(content.members);
    for (guint i = 0; i < ids->len; i++)
        if (!visit(self, g_array_index(ids, gint64, i), error))
            return FALSE;
    return TRUE;
}

/* What a set holds in all its locales, swatches too. */
static gboolean
each_member(Export *self, gint64 asset_id, PerAsset visit, GError **error)
{
    g_auto(GStrv) locales = vt_asset_locales(self->options->db, asset_id, error);

    for (char **locale = locales; locale != NULL && *locale != NULL; locale++)
        if (!each_member_in(self, asset_id, *locale, visit, error))
            return FALSE;
    return locales != NULL;
}

static gboolean
is_set(const Export *self, gint64 asset_id, gboolean *ret_set, GError **error)
{
    const VtExportOptions *options = self->options;
    gboolean found = FALSE;
    VtAsset asset;

    if (!vt_asset_by_id(options->db, options->tenant_id, asset_id, &asset, &found, error))
        return FALSE;
    *ret_set = found && vt_asset_type_is_set(asset.type);
    return TRUE;
}

static gboolean
add_id(GHashTable *table, gint64 id)
{
    return g_hash_table_add(table, g_memdup2(&id, sizeof id));
}

/* A set, once, behind the sets it holds: an import knows what stands above. Does nothing for other
 * assets. */
static gboolean
export_asset_set(Export *self, gint64 asset_id, GError **error)
{
    gboolean set = FALSE;
    gint64 last;

    if (!is_set(self, asset_id, &set, error))
        return FALSE;
    if (!set || !add_id(self->written, asset_id))
        return TRUE;
    return each_member(self, asset_id, export_asset_set, error) &&
           export_assets(self, asset_id - 1, 1, TRUE, &last, error);
}

static gboolean
export_asset_set_page(Export *self, gint64 after, gint64 *ret_after, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->options->db, &vt_sql_export_asset_set_page, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", self->options->tenant_id);
    vt_stmt_bind_int(stmt, "after_id", after);
    vt_stmt_bind_int(stmt, "page", SETS_PER_PAGE);
    if (!vt_stmt_read_ints(stmt, "asset_id", ids, error))
        return FALSE;
    for (guint i = 0; i < ids->len; i++) {
        *ret_after = g_array_index(ids, gint64, i);
        if (!export_asset_set(self, *ret_after, error))
            return FALSE;
    }
    return TRUE;
}

/* A set, which the statement is at, and what its ids are called. */
typedef struct {
    VtStmt *stmt;
    VtAssignment *head, *live; /* owned; live NULL: nothing is */
    GHashTable *assets;        /* gint64 -> VtExportRow with its identity, owned */
    GHashTable *variants;      /* gint64 -> char*, owned; NULL until asked for */
} Set;

static void
free_row(gpointer data)
{
    vt_export_row_clear(data);
    g_free(data);
}

static void
set_clear(Set *self)
{
    vt_assignment_free(self->head);
    vt_assignment_free(self->live);
    g_clear_pointer(&self->assets, g_hash_table_unref);
    g_clear_pointer(&self->variants, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Set, set_clear)

static gboolean
load_assets(const Export *self, Set *set, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->options->db, &vt_sql_export_asset_of_set, error);

    if (stmt == NULL)
        return FALSE;
    set->assets = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, free_row);
    vt_stmt_bind_int(stmt, "document_id", vt_stmt_int(set->stmt, "document_id"));
    vt_stmt_bind_int(stmt, "number", vt_stmt_int(set->stmt, "head"));
    while (vt_stmt_next(stmt)) {
        const Named asset = named_of(stmt);
        VtExportRow *row = g_new0(VtExportRow, 1);

        put_identity(self, row, &asset, VT_LOCALE_NEUTRAL);
        g_hash_table_insert(set->assets, g_memdup2(&asset.asset_id, sizeof asset.asset_id), row);
    }
    return vt_stmt_end(stmt, error);
}

static gboolean
load_variants(const Export *self, Set *set, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->options->db, &vt_sql_export_variant, error);

    if (stmt == NULL)
        return FALSE;
    set->variants = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    vt_stmt_bind_int(stmt, "product_id", vt_stmt_int(set->stmt, "product_id"));
    while (vt_stmt_next(stmt)) {
        gint64 id = vt_stmt_int(stmt, "product_id");

        g_hash_table_insert(
            set->variants, g_memdup2(&id, sizeof id), g_strdup(vt_stmt_text(stmt, "code")));
    }
    return vt_stmt_end(stmt, error);
}

static void
copy_identity(VtExportRow *row, const VtExportRow *from)
{
    for (int i = 0; i < VT_N_COLUMNS; i++)
        if (from->cell[i] != NULL)
            vt_export_row_put(row, (VtColumn)i, from->cell[i]);
}

/* What every row of a set says. */
static void
put_set_state(const Export *self, VtExportRow *row, const Set *set, gboolean is_live)
{
    VtStmt *stmt = set->stmt;
    const VtChannel *channel = vt_channel_by_id(self->channels, vt_stmt_int(stmt, "channel_id"));
    gint64 catalog_id = vt_stmt_int(stmt, "catalog_id");
    const char *never = vt_stmt_int(stmt, "was_published") != 0 ? "Unpublished" : "Draft";

    vt_export_row_put(
        row, VT_COLUMN_ENTITY_CHANNEL, channel != NULL ? channel->code : VT_EXPORT_LIBRARY);
    vt_export_row_put(row, VT_COLUMN_ENTITY_LOCALE, vt_stmt_text(stmt, "locale"));
    for (guint i = 0; i < self->catalogs->len; i++) {
        const VtCatalog *catalog = g_ptr_array_index(self->catalogs, i);

        if (catalog->catalog_id == catalog_id)
            vt_export_row_put(row, VT_COLUMN_CATALOG_NUMBER, catalog->number);
    }
    vt_export_row_put(row, VT_COLUMN_ENTITY_ASSIGNMENT_CURRENT_PUBLISH_STATE,
        is_live             ? "Published"
        : set->live != NULL ? "Draft"
                            : never);
    vt_export_row_put(row, VT_COLUMN_ENTITY_ASSIGNMENT_ACTION, is_live ? "PublishNow" : "Draft");
    if (!self->options->portable)
        put_number(row, VT_COLUMN_ENTITY_VERSION, vt_stmt_int(stmt, "head"));
    put_time(row, VT_COLUMN_ENTITY_CREATED_ON, vt_stmt_int(stmt, "created_us"));
    put_time(row, VT_COLUMN_ENTITY_LAST_MODIFIED_ON, vt_stmt_int(stmt, "at_us"));
    if (is_live)
        put_time(row, VT_COLUMN_ENTITY_PUBLISHED_ON, vt_stmt_int(stmt, "published_us"));
}

static gboolean
has_row(const VtAssignment *live,
    const VtAssignmentKey *key,
    VtMediaGroup group,
    const VtAssignmentRow *wanted)
{
    const VtAssignmentNode *node = live != NULL ? vt_assignment_find(live, key) : NULL;
    const GArray *rows = node != NULL ? node->rows[group] : NULL;

    for (guint i = 0; rows != NULL && i < rows->len; i++) {
        const VtAssignmentRow *row = &g_array_index(rows, VtAssignmentRow, i);

        if (row->asset_id == wanted->asset_id && g_strcmp0(row->purpose, wanted->purpose) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
has_swatch(const VtAssignment *live, const VtAssignmentSwatch *wanted)
{
    for (guint i = 0; live != NULL && i < live->swatches->len; i++) {
        const VtAssignmentSwatch *swatch = &g_array_index(live->swatches, VtAssignmentSwatch, i);

        if (swatch->value.dimension_id == wanted->value.dimension_id &&
            swatch->value.value_id == wanted->value.value_id)
            return swatch->type == wanted->type && swatch->asset_id == wanted->asset_id &&
                   strcmp(swatch->hex, wanted->hex) == 0 &&
                   memcmp(swatch->crop, wanted->crop, sizeof swatch->crop) == 0;
    }
    return FALSE;
}

/* The code a row of the node names; NULL when the variant is gone. */
static const char *
code_of(const Set *set, const VtAssignmentKey *key)
{
    if (key->scope == VT_SCOPE_VARIANT)
        return g_hash_table_lookup(set->variants, &key->variant_id);
    return vt_stmt_text(set->stmt, "product");
}

static gboolean
put_place(const Export *self, VtExportRow *row, const Set *set, const VtAssignmentKey *key)
{
    const char *category = vt_stmt_text(set->stmt, "category");
    const char *code = code_of(set, key);

    if (category == NULL)
        return code != NULL && vt_export_row_put_node(row, &self->names, code, key);
    vt_export_row_put_category(row, category);
    return TRUE;
}

static gboolean
export_medium(Export *self,
    const Set *set,
    const VtAssignmentNode *node,
    VtMediaGroup group,
    const VtAssignmentRow *medium,
    GError **error)
{
    const VtExportRow *identity = g_hash_table_lookup(set->assets, &medium->asset_id);
    g_auto(VtExportRow) row = {0};

    if (identity == NULL || !put_place(self, &row, set, &node->key))
        return TRUE;
    copy_identity(&row, identity);
    put_set_state(self, &row, set, has_row(set->live, &node->key, group, medium));
    vt_export_row_put(
        &row, VT_COLUMN_MEDIA_GROUP, group == VT_MEDIA_GROUP_PRIMARY ? "Primary" : "Additional");
    vt_export_row_put(&row, VT_COLUMN_MEDIA_PURPOSE, medium->purpose);
    put_number(&row, VT_COLUMN_MEDIA_DISPLAY_ORDER, medium->order);
    return write_row(self, &row, error);
}

static gboolean
export_swatch(Export *self, const Set *set, const VtAssignmentSwatch *swatch, GError **error)
{
    const VtExportRow *identity = g_hash_table_lookup(set->assets, &swatch->asset_id);
    gboolean is_image = swatch->type == VT_SWATCH_TYPE_IMAGE;
    const char *asset = NULL;
    g_auto(VtExportRow) row = {0};

    if (is_image && identity == NULL)
        return TRUE;
    if (is_image) {
        copy_identity(&row, identity);
        asset = self->options->portable ? row.cell[VT_COLUMN_MEDIA_DISPLAY_NAME]
                                        : row.cell[VT_COLUMN_INTERNAL_MEDIA_ID];
    }
    if (!vt_export_row_put_swatch(
            &row, &self->names, vt_stmt_text(set->stmt, "product"), swatch, asset))
        return TRUE;
    put_set_state(self, &row, set, has_swatch(set->live, swatch));
    return write_row(self, &row, error);
}

static gboolean
export_node(Export *self, Set *set, const VtAssignmentNode *node, GError **error)
{
    if (node->key.scope == VT_SCOPE_VARIANT && set->variants == NULL &&
        !load_variants(self, set, error))
        return FALSE;
    for (int group = 0; group < VT_MEDIA_GROUP_COUNT; group++) {
        const GArray *rows = node->rows[group];

        for (guint i = 0; i < rows->len; i++)
            if (!export_medium(self, set, node, (VtMediaGroup)group,
                    &g_array_index(rows, VtAssignmentRow, i), error))
                return FALSE;
    }
    return TRUE;
}

/* The rows of the set the statement is at. */
static gboolean
export_set(Export *self, VtStmt *stmt, GError **error)
{
    const char *body = vt_stmt_text(stmt, "body"), *live = vt_stmt_text(stmt, "live");
    g_auto(Set) set = {.stmt = stmt};

    if (body == NULL ||
        (!self->options->all_locales && strcmp(vt_stmt_text(stmt, "locale"), VT_LOCALE_NEUTRAL)))
        return TRUE;
    set.head = vt_assignment_parse(body, error);
    if (set.head == NULL ||
        (live != NULL && (set.live = vt_assignment_parse(live, error)) == NULL) ||
        !load_assets(self, &set, error))
        return FALSE;
    for (guint i = 0; i < set.head->nodes->len; i++)
        if (!export_node(self, &set, g_ptr_array_index(set.head->nodes, i), error))
            return FALSE;
    for (guint i = 0; i < set.head->swatches->len; i++)
        if (!export_swatch(
                self, &set, &g_array_index(set.head->swatches, VtAssignmentSwatch, i), error))
            return FALSE;
    return TRUE;
}

/* Notes that an asset is used, and of a set what it holds. */
static gboolean
want_asset(Export *self, gint64 asset_id, GError **error)
{
    gboolean set = FALSE;

    if (!add_id(self->wanted, asset_id))
        return TRUE;
    return is_set(self, asset_id, &set, error) &&
           (!set || each_member(self, asset_id, want_asset, error));
}

/* Notes which assets the set uses. */
static gboolean
want_assets(Export *self, VtStmt *stmt, GError **error)
{
    const char *body = vt_stmt_text(stmt, "body");
    g_autoptr(VtAssignment) set = body != NULL ? vt_assignment_parse(body, error) : NULL;
    g_autoptr(GArray) ids = set != NULL ? vt_assignment_assets(set) : NULL;

    for (guint i = 0; ids != NULL && i < ids->len; i++)
        if (!want_asset(self, g_array_index(ids, gint64, i), error))
            return FALSE;
    return body == NULL || set != NULL;
}

typedef gboolean (*PerSet)(Export *self, VtStmt *stmt, GError **error);

static gboolean
each_set_of(Export *self, gint64 product_id, PerSet visit, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->options->db, &vt_sql_export_set_of_product, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "product_id", product_id);
    while (vt_stmt_next(stmt))
        if (!visit(self, stmt, error))
            return FALSE;
    return vt_stmt_end(stmt, error);
}

static gboolean
each_chosen_set(Export *self, PerSet visit, GError **error)
{
    const VtExportOptions *options = self->options;

    for (const char *const *code = options->products; *code != NULL; code++) {
        VtProductRef ref;

        if (!vt_product_find(options->db, options->tenant_id, *code, &ref, error) ||
            !each_set_of(self, ref.product_id, visit, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
export_set_page(Export *self, gint64 after, gint64 *ret_after, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->options->db, &vt_sql_export_set_page, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", self->options->tenant_id);
    vt_stmt_bind_int(stmt, "after_id", after);
    vt_stmt_bind_int(stmt, "page", SETS_PER_PAGE);
    while (vt_stmt_next(stmt)) {
        *ret_after = vt_stmt_int(stmt, "document_id");
        if (!export_set(self, stmt, error))
            return FALSE;
    }
    return vt_stmt_end(stmt, error);
}

typedef gboolean (*ExportPage)(Export *self, gint64 after, gint64 *ret_after, GError **error);

static gboolean
each_page(Export *self, ExportPage export_page, GError **error)
{
    gint64 after = 0, next = 0;

    do {
        after = next;
        if (!export_page(self, after, &next, error))
            return FALSE;
        if (self->sink->progress != NULL)
            self->sink->progress(self->sink->data, self->n_rows);
    } while (next != after);
    return TRUE;
}

static gboolean
export_all(Export *self, GError **error)
{
    const VtExportOptions *options = self->options;

    if (options->assets && options->products != NULL) {
        self->wanted = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
        if (!each_chosen_set(self, want_assets, error))
            return FALSE;
    }
    vt_export_header_write(self->text);
    if (options->assets && (!each_page(self, export_asset_page, error) ||
                               !each_page(self, export_asset_set_page, error)))
        return FALSE;
    if (options->assignments &&
        !(options->products != NULL ? each_chosen_set(self, export_set, error)
                                    : each_page(self, export_set_page, error)))
        return FALSE;
    return flush(self, 0, error);
}

gboolean
vt_manifest_export(
    const VtExportOptions *options, const VtExportSink *sink, guint64 *ret_rows, GError **error)
{
    g_auto(Export) self = {.options = options, .sink = sink, .text = g_string_new("")};
    g_autoptr(VtTx) tx = vt_tx_begin(options->db, VT_TX_READ, error);
    VtDimensions *dimensions =
        tx != NULL ? vt_dimensions_load(options->db, options->tenant_id, error) : NULL;

    if (dimensions == NULL)
        return FALSE;
    self.written = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    vt_export_names_init(&self.names, dimensions);
    self.channels = vt_channel_list(options->db, options->tenant_id, error);
    if (self.channels == NULL)
        return FALSE;
    self.catalogs = vt_catalog_list(options->db, options->tenant_id, error);
    if (self.catalogs == NULL || !export_all(&self, error))
        return FALSE;
    *ret_rows = self.n_rows;
    return TRUE;
}
