#include "publish/plan.h"

#include "catalog/category.h"
#include "catalog/product.h"
#include "mark_sql.h"
#include "media/asset.h"
#include "media/content.h"
#include "publish/mark.h"
#include "publish_sql.h"

const VtMigration vt_publish_migrations[] = {{"publish", 1, &vt_sql_schema_publish_1},
    {"publish", 2, &vt_sql_schema_publish_2}, {"publish", 3, &vt_sql_schema_publish_3},
    {"publish", 4, &vt_sql_schema_publish_4}, {"publish", 5, &vt_sql_schema_publish_5}};
const gsize vt_publish_n_migrations = G_N_ELEMENTS(vt_publish_migrations);

/* Runs a statement whose parameters are the plan (as `plan_id` or `seq`) and perhaps one more id.
 */
static gboolean
run(VtPublishPlan *self,
    const VtSql *sql,
    const char *plan,
    const char *other,
    gint64 id,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, plan, self->seq);
    if (other != NULL)
        vt_stmt_bind_int(stmt, other, id);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
drop_selective(VtPublishPlan *self, GError **error)
{
    return run(self, &vt_sql_publish_plan_drop_selective, "plan_id", NULL, 0, error);
}

gboolean
vt_publish_plan_add_all(VtPublishPlan *self, GError **error)
{
    return run(self, &vt_sql_publish_plan_all, "plan_id", "tenant_id", self->tenant_id, error) &&
           drop_selective(self, error);
}

/* The places of each type that were chosen; NULL with an error. */
static VtStmt *
bind_outlets(VtPublishPlan *self, const VtSql *sql, VtOutlets outlets, GError **error)
{
    VtStmt *stmt = vt_db_stmt(self->db, sql, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "plan_id", self->seq);
    vt_stmt_bind_int(stmt, "image", vt_outlets_places(outlets, VT_ASSET_TYPE_IMAGE));
    vt_stmt_bind_int(stmt, "video", vt_outlets_places(outlets, VT_ASSET_TYPE_VIDEO));
    vt_stmt_bind_int(stmt, "file", vt_outlets_places(outlets, VT_ASSET_TYPE_FILE));
    vt_stmt_bind_int(stmt, "other", vt_outlets_places(outlets, VT_ASSET_TYPE_IMAGE_SET));
    return stmt;
}

gboolean
vt_publish_plan_add_all_in(VtPublishPlan *self, VtOutlets outlets, GError **error)
{
    g_autoptr(VtStmt) stmt = bind_outlets(self, &vt_sql_publish_plan_all_places, outlets, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", self->tenant_id);
    return vt_stmt_exec(stmt, NULL, error) && drop_selective(self, error);
}

gboolean
vt_publish_plan_choose(VtPublishPlan *self, VtOutlets outlets, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;

    if (outlets == 0)
        return TRUE;
    stmt = bind_outlets(self, &vt_sql_publish_plan_choose, outlets, error);
    return stmt != NULL && vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_publish_plan_leave(VtPublishPlan *self, VtOutlets outlets, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;

    if (outlets == 0)
        return TRUE;
    stmt = bind_outlets(self, &vt_sql_unpublish_plan_choose, outlets, error);
    return stmt != NULL && vt_stmt_exec(stmt, NULL, error) &&
           run(self, &vt_sql_unpublish_plan_keep, "plan_id", NULL, 0, error) &&
           vt_publish_plan_drop_live(self, error);
}

gboolean
vt_publish_plan_add_item(VtPublishPlan *self, const VtPublishItem *item, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_publish_plan_item, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", self->seq);
    vt_stmt_bind_int(stmt, "document_id", item->document_id);
    vt_stmt_bind_int(stmt, "number", item->number);
    vt_stmt_bind_int(stmt, "places", item->places);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_publish_plan_add_product(VtPublishPlan *self, const char *code, GError **error)
{
    VtProductRef ref;

    return vt_product_find(self->db, self->tenant_id, code, &ref, error) &&
           run(self, &vt_sql_publish_plan_product, "plan_id", "product_id", ref.product_id, error);
}

gboolean
vt_publish_plan_add_group(VtPublishPlan *self, gint64 group_id, GError **error)
{
    return run(self, &vt_sql_publish_plan_group, "plan_id", "group_id", group_id, error);
}

gboolean
vt_publish_plan_add_undo(VtPublishPlan *self, gint64 seq, guint64 *ret_n, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_publish_plan_undo, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", self->seq);
    vt_stmt_bind_int(stmt, "seq", seq);
    vt_stmt_bind_int(stmt, "tenant_id", self->tenant_id);
    return vt_stmt_exec(stmt, ret_n, error);
}

gboolean
vt_publish_plan_add_category(VtPublishPlan *self, const char *code, GError **error)
{
    gint64 category_id = 0;

    return vt_category_find(self->db, self->tenant_id, code, &category_id, error) &&
           run(self, &vt_sql_publish_plan_category, "plan_id", "category_id", category_id, error);
}

gboolean
vt_publish_plan_add_asset(VtPublishPlan *self, const char *name, VtOutlets outlets, GError **error)
{
    VtAsset asset;

    if (!vt_asset_find(self->db, self->tenant_id, name, &asset, error))
        return FALSE;
    return (outlets == 0 || vt_outlets_places(outlets, asset.type) != 0 ||
               vt_throw(error, VT_ERROR_MEDIA_TYPE,
                   "'%s' is of type %s, which shows in none of these contexts", name,
                   vt_asset_type_names[asset.type])) &&
           run(self, &vt_sql_publish_plan_asset, "plan_id", "asset_id", asset.asset_id, error);
}

/* Chosen contexts are those of assets, so media of products are left out then. */
static gboolean
add_all(VtPublishPlan *self, const VtPublishRequest *request, GError **error)
{
    if (!request->all)
        return TRUE;
    if (request->outlets == 0)
        return vt_publish_plan_add_all(self, error) && vt_mark_add_to_plan(self, error);
    return vt_publish_plan_add_all_in(self, request->outlets, error) &&
           vt_publish_plan_choose(self, request->outlets, error);
}

gboolean
vt_publish_plan_collect(VtPublishPlan *self, const VtPublishRequest *request, GError **error)
{
    if (!add_all(self, request, error))
        return FALSE;
    if (request->only_new && !vt_publish_plan_drop_known(self, error))
        return FALSE;
    for (gsize i = 0; request->products != NULL && request->products[i] != NULL; i++)
        if (!vt_publish_plan_add_product(self, request->products[i], error))
            return FALSE;
    for (gsize i = 0; request->categories != NULL && request->categories[i] != NULL; i++)
        if (!vt_publish_plan_add_category(self, request->categories[i], error))
            return FALSE;
    for (gsize i = 0; request->assets != NULL && request->assets[i] != NULL; i++)
        if (!vt_publish_plan_add_asset(self, request->assets[i], request->outlets, error))
            return FALSE;
    for (gsize i = 0; i < request->n_items; i++)
        if (!vt_publish_plan_add_item(self, &request->items[i], error))
            return FALSE;
    return vt_publish_plan_choose(self, request->outlets, error);
}

gboolean
vt_publish_plan_close_asset(VtPublishPlan *self, const char *name, GError **error)
{
    VtAsset asset;

    return vt_asset_find(self->db, self->tenant_id, name, &asset, error) &&
           run(self, &vt_sql_unpublish_plan_asset, "plan_id", "asset_id", asset.asset_id, error);
}

gboolean
vt_publish_plan_close_document(VtPublishPlan *self, gint64 document_id, GError **error)
{
    return run(self, &vt_sql_unpublish_plan_item, "plan_id", "document_id", document_id, error);
}

gboolean
vt_publish_plan_hold(VtPublishPlan *self, GArray *held, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_unpublish_plan_held, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", self->seq);
    while (vt_stmt_next(stmt)) {
        VtUnpublishHeld one = {vt_stmt_int(stmt, "document_id"), NULL};

        one.by = g_strdup(vt_stmt_text(stmt, "name"));
        g_array_append_val(held, one);
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    for (guint i = 0; i < held->len; i++)
        if (!run(self, &vt_sql_publish_plan_remove, "plan_id", "document_id",
                g_array_index(held, VtUnpublishHeld, i).document_id, error))
            return FALSE;
    return TRUE;
}

/* Sets of @subject (a product or a category, as the statement takes it) in one context or each. */
static gboolean
close_sets(VtPublishPlan *self,
    const VtSql *sql,
    const char *subject,
    gint64 id,
    gint64 channel_id,
    const char *locale,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", self->seq);
    vt_stmt_bind_int(stmt, subject, id);
    if (channel_id != VT_PUBLISH_ANY_CHANNEL)
        vt_stmt_bind_int(stmt, "channel_id", channel_id);
    vt_stmt_bind_text(stmt, "locale", locale);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_publish_plan_close_product(
    VtPublishPlan *self, const char *code, gint64 channel_id, const char *locale, GError **error)
{
    VtProductRef ref;

    return vt_product_find(self->db, self->tenant_id, code, &ref, error) &&
           close_sets(self, &vt_sql_unpublish_plan_product, "product_id", ref.product_id,
               channel_id, locale, error);
}

gboolean
vt_publish_plan_close_category(
    VtPublishPlan *self, const char *code, gint64 channel_id, const char *locale, GError **error)
{
    gint64 category_id = 0;

    return vt_category_find(self->db, self->tenant_id, code, &category_id, error) &&
           close_sets(self, &vt_sql_unpublish_plan_category, "category_id", category_id, channel_id,
               locale, error);
}

gboolean
vt_publish_plan_add_dependencies(VtPublishPlan *self, GError **error)
{
    return run(
        self, &vt_sql_publish_plan_dependencies, "plan_id", "tenant_id", self->tenant_id, error);
}

/* Each round takes in what the sets of the last one hold; rings end by themselves. */
gboolean
vt_publish_plan_add_members(VtPublishPlan *self, GError **error)
{
    guint64 n_added = 1;

    while (n_added > 0) {
        g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_publish_plan_members, error);

        if (stmt == NULL)
            return FALSE;
        vt_stmt_bind_int(stmt, "plan_id", self->seq);
        if (!vt_stmt_exec(stmt, &n_added, error))
            return FALSE;
    }
    return TRUE;
}

GArray *
vt_publish_plan_items(VtPublishPlan *self, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_publish_plan_items, error);
    g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(VtPublishItem));

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "plan_id", self->seq);
    while (vt_stmt_next(stmt)) {
        const VtPublishItem item = {vt_stmt_int(stmt, "document_id"), vt_stmt_int(stmt, "number")};

        g_array_append_val(items, item);
    }
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&items) : NULL;
}

gboolean
vt_publish_plan_drop_known(VtPublishPlan *self, GError **error)
{
    return run(self, &vt_sql_publish_plan_drop_known, "plan_id", NULL, 0, error);
}

gboolean
vt_publish_plan_drop_live(VtPublishPlan *self, GError **error)
{
    return run(self, &vt_sql_publish_plan_drop_live, "plan_id", NULL, 0, error);
}

static void
keep_name(GPtrArray *names, const char *name)
{
    if (names->len < VT_PUBLISH_MAX_NAMES)
        g_ptr_array_add(names, g_strdup(name));
}

gboolean
vt_publish_plan_edited(
    VtPublishPlan *self, gboolean of_tenant, GPtrArray *names, guint64 *ret_n, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(
        self->db, of_tenant ? &vt_sql_publish_edited : &vt_sql_publish_plan_edited, error);

    if (stmt == NULL)
        return FALSE;
    if (of_tenant)
        vt_stmt_bind_int(stmt, "tenant_id", self->tenant_id);
    else
        vt_stmt_bind_int(stmt, "plan_id", self->seq);
    for (*ret_n = 0; vt_stmt_next(stmt); ++*ret_n)
        keep_name(names, vt_stmt_text(stmt, "name"));
    return vt_stmt_end(stmt, error);
}

gboolean
vt_publish_plan_changed(VtPublishPlan *self,
    gint64 seq,
    gboolean force,
    GPtrArray *names,
    guint64 *ret_n,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_publish_plan_changed, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", self->seq);
    vt_stmt_bind_int(stmt, "seq", seq);
    vt_stmt_bind_int(stmt, "force", force ? 1 : 0);
    for (*ret_n = 0; vt_stmt_next(stmt); ++*ret_n)
        keep_name(names, vt_stmt_text(stmt, "name"));
    return vt_stmt_end(stmt, error);
}

static void
clear_bereft(gpointer data)
{
    g_free(((VtPublishBereft *)data)->name);
    g_free(((VtPublishBereft *)data)->by);
}

GArray *
vt_publish_plan_bereft(VtPublishPlan *self, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_publish_plan_bereft, error);
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(VtPublishBereft));

    g_array_set_clear_func(list, clear_bereft);
    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "plan_id", self->seq);
    while (vt_stmt_next(stmt)) {
        const VtPublishBereft one = {vt_stmt_int(stmt, "document_id"),
            g_strdup(vt_stmt_text(stmt, "name")), g_strdup(vt_stmt_text(stmt, "by_set"))};

        g_array_append_val(list, one);
    }
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&list) : NULL;
}

/* Tags of an asset in one locale, for the library's search. */
typedef struct {
    gint64 asset_id;
    char *locale;
    char *body;
} Tagged;

static void
clear_tagged(gpointer data)
{
    g_free(((Tagged *)data)->locale);
    g_free(((Tagged *)data)->body);
}

static GArray *
read_tagged(VtPublishPlan *self, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_publish_plan_contents, error);
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(Tagged));

    g_array_set_clear_func(list, clear_tagged);
    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "plan_id", self->seq);
    while (vt_stmt_next(stmt)) {
        const Tagged one = {vt_stmt_int(stmt, "asset_id"), g_strdup(vt_stmt_text(stmt, "locale")),
            g_strdup(vt_stmt_text(stmt, "body"))};

        g_array_append_val(list, one);
    }
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&list) : NULL;
}

gboolean
vt_publish_plan_move_heads(VtPublishPlan *self, GError **error)
{
    g_autoptr(GArray) list = NULL;

    if (!run(self, &vt_sql_publish_plan_heads, "plan_id", NULL, 0, error) ||
        (list = read_tagged(self, error)) == NULL)
        return FALSE;
    for (guint i = 0; i < list->len; i++) {
        const Tagged *one = &g_array_index(list, Tagged, i);
        g_auto(VtAssetContent) content = {0};

        if (!vt_asset_content_parse(one->body, &content, error) ||
            !vt_asset_put_tags(self->db, one->asset_id, one->locale, content.tags, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
vt_publish_plan_referenced(VtPublishPlan *self, GPtrArray *names, guint64 *ret_n, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_unpublish_plan_referenced, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", self->seq);
    for (*ret_n = 0; vt_stmt_next(stmt); ++*ret_n)
        keep_name(names, vt_stmt_text(stmt, "name"));
    return vt_stmt_end(stmt, error);
}

gboolean
vt_publish_plan_missing(
    VtPublishPlan *self, GPtrArray *names, guint64 *ret_n, GArray *ret_documents, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_publish_plan_missing, error);
    g_autoptr(GHashTable) documents =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_autofree char *last = NULL;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", self->seq);
    *ret_n = 0;
    while (vt_stmt_next(stmt)) {
        gint64 document_id = vt_stmt_int(stmt, "document_id");

        if (g_strcmp0(last, vt_stmt_text(stmt, "name")) != 0) {
            g_free(last);
            last = g_strdup(vt_stmt_text(stmt, "name"));
            keep_name(names, last);
            ++*ret_n;
        }
        if (g_hash_table_add(documents, g_memdup2(&document_id, sizeof document_id)))
            g_array_append_val(ret_documents, document_id);
    }
    return vt_stmt_end(stmt, error);
}

gboolean
vt_publish_plan_remove_set(
    VtPublishPlan *self, gint64 document_id, GPtrArray *names, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_publish_document_name, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    while (vt_stmt_next(stmt))
        keep_name(names, vt_stmt_text(stmt, "name"));
    return vt_stmt_end(stmt, error) && vt_publish_plan_remove(self, document_id, error);
}

gboolean
vt_publish_plan_remove(VtPublishPlan *self, gint64 document_id, GError **error)
{
    return run(self, &vt_sql_publish_plan_remove, "plan_id", "document_id", document_id, error);
}

static gboolean
count(VtPublishPlan *self, guint64 *ret_n, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_publish_plan_count, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", self->seq);
    while (vt_stmt_next(stmt))
        *ret_n = (guint64)vt_stmt_int(stmt, "n");
    return vt_stmt_end(stmt, error);
}

/* Up to VT_PUBLISH_MAX_NAMES of a statement on the plan. */
static gboolean
read_names(VtPublishPlan *self, const VtSql *sql, GPtrArray *names, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "plan_id", self->seq);
    vt_stmt_bind_int(stmt, "most", VT_PUBLISH_MAX_NAMES);
    while (vt_stmt_next(stmt))
        keep_name(names, vt_stmt_text(stmt, "name"));
    return vt_stmt_end(stmt, error);
}

gboolean
vt_publish_plan_holders(VtPublishPlan *self, GPtrArray *names, GError **error)
{
    return read_names(self, &vt_sql_unpublish_plan_holders, names, error);
}

gboolean
vt_publish_plan_names(VtPublishPlan *self, GPtrArray *names, guint64 *ret_n, GError **error)
{
    return read_names(self, &vt_sql_publish_plan_names, names, error) && count(self, ret_n, error);
}

gboolean
vt_publish_plan_write(
    VtPublishPlan *self, const char *cause, const VtActor *actor, guint64 *ret_n, GError **error)
{
    guint64 n = 0;

    if (!count(self, &n, error))
        return FALSE;
    if (n > 0 && (!run(self, &vt_sql_publish_close, "seq", NULL, 0, error) ||
                     !run(self, &vt_sql_publish_open, "seq", NULL, 0, error) ||
                     !run(self, &vt_sql_publish_log, "seq", "tenant_id", self->tenant_id, error) ||
                     !run(self, &vt_sql_publish_mark_clear, "plan_id", NULL, 0, error) ||
                     !run(self, &vt_sql_publish_plan_clear, "plan_id", NULL, 0, error) ||
                     !vt_changelog_record(self->db, self->seq, cause, actor, error)))
        return FALSE;
    *ret_n = n;
    return TRUE;
}

gboolean
vt_publish_plan_commit(VtPublishPlan *self,
    VtTx *tx,
    const char *cause,
    const VtActor *actor,
    guint64 *ret_n,
    GError **error)
{
    return vt_publish_plan_write(self, cause, actor, ret_n, error) &&
           (*ret_n == 0 || vt_tx_commit(tx, error));
}
