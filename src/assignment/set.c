#include "assignment/set.h"

#include "assignment/category_media.h"
#include "document/revision.h"
#include "set_sql.h"
#include "tenant/channel.h"

#include <string.h>

const VtMigration vt_assignment_migrations[] = {{"assignment", 1, &vt_sql_schema_assignment_1}};
const gsize vt_assignment_n_migrations = G_N_ELEMENTS(vt_assignment_migrations);

gboolean
vt_set_key_check(const VtSetKey *key, GError **error)
{
    if (key->category_id != 0 && key->catalog_id != 0)
        return vt_throw(error, VT_ERROR_CATALOG, "category media have no catalogue");
    if (key->channel_id != VT_CHANNEL_OMNI)
        return TRUE;
    if (key->catalog_id != 0)
        return vt_throw(
            error, VT_ERROR_CATALOG, "Omnichannel media have no catalogue; name a channel");
    if (key->category_id != 0)
        return vt_throw(error, VT_ERROR_CHANNEL, "category media belong to one channel");
    return TRUE;
}

static void
bind_key(VtStmt *stmt, const VtSetKey *key)
{
    vt_stmt_bind_int(stmt, "product_id", key->product_id);
    vt_stmt_bind_int(stmt, "category_id", key->category_id);
    vt_stmt_bind_int(stmt, "channel_id", key->channel_id);
    vt_stmt_bind_text(stmt, "locale", key->locale);
    vt_stmt_bind_int(stmt, "catalog_id", key->catalog_id);
}

gboolean
vt_set_find(VtDb *db, const VtSetKey *key, gint64 *ret_document_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_media_set_find, error);

    if (stmt == NULL)
        return FALSE;
    bind_key(stmt, key);
    return vt_stmt_read_int(stmt, "document_id", ret_document_id, error);
}

gboolean
vt_set_ensure(VtDb *db,
    gint64 tenant_id,
    const VtSetKey *key,
    const VtActor *actor,
    gint64 *ret_document_id,
    GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;
    gint64 document_id = 0;

    if (!vt_set_key_check(key, error) || !vt_set_find(db, key, &document_id, error))
        return FALSE;
    if (document_id == 0) {
        if (!vt_document_create(db, tenant_id,
                key->category_id != 0 ? VT_DOCUMENT_KIND_CATEGORY_MEDIA
                                      : VT_DOCUMENT_KIND_PRODUCT_MEDIA,
                VT_PUBLISH_CONTEXT_CHANNEL, actor, &document_id, error))
            return FALSE;
        stmt = vt_db_stmt(db, &vt_sql_media_set_add, error);
        if (stmt == NULL)
            return FALSE;
        vt_stmt_bind_int(stmt, "document_id", document_id);
        vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
        bind_key(stmt, key);
        if (!vt_stmt_exec(stmt, NULL, error))
            return FALSE;
    }
    *ret_document_id = document_id;
    return TRUE;
}

gboolean
vt_set_delete(VtDb *db, gint64 document_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_media_set_delete, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    return vt_stmt_exec(stmt, NULL, error) && vt_document_delete(db, document_id, error);
}

gboolean
vt_set_of_document(VtDb *db, gint64 document_id, VtSetKey *ret_key, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_media_set_of_document, error);
    VtSetKey key = {0};

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    while (vt_stmt_next(stmt)) {
        key.product_id = vt_stmt_int(stmt, "product_id");
        key.category_id = vt_stmt_int(stmt, "category_id");
        key.channel_id = vt_stmt_int(stmt, "channel_id");
        key.catalog_id = vt_stmt_int(stmt, "catalog_id");
        g_strlcpy(key.locale, vt_stmt_text(stmt, "locale"), sizeof key.locale);
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    *ret_key = key;
    return TRUE;
}

VtAssignment *
vt_set_load(VtDb *db, gint64 document_id, gint64 number, GError **error)
{
    g_autofree char *body = NULL;

    if (number == 0)
        return vt_assignment_new();
    if (!vt_revision_body(db, document_id, number, &body, error))
        return NULL;
    return vt_assignment_parse(body, error);
}

/* A tidy set as a revision; owns what it points to. */
typedef struct {
    GArray *assets;
    char *body;
    VtRevisionSpec spec;
} Draft;

static void
draft_clear(Draft *self)
{
    g_clear_pointer(&self->assets, g_array_unref);
    g_free(self->body);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Draft, draft_clear)

static gboolean
draft_init(
    Draft *self, VtDb *db, const VtDocumentState *state, VtAssignment *assignment, GError **error)
{
    vt_assignment_tidy(assignment);
    if (state->kind == VT_DOCUMENT_KIND_CATEGORY_MEDIA &&
        !vt_category_media_check(db, assignment, error))
        return FALSE;
    self->assets = vt_assignment_assets(assignment);
    self->body = vt_assignment_format(assignment);
    self->spec = (VtRevisionSpec){.body = self->body,
        .asset_ids = (const gint64 *)(gconstpointer)self->assets->data,
        .n_assets = self->assets->len};
    return TRUE;
}

gboolean
vt_set_check_in(VtDb *db,
    VtDocumentState *state,
    VtAssignment *assignment,
    const VtActor *actor,
    gint64 *ret_number,
    gboolean *ret_changed,
    GError **error)
{
    g_auto(Draft) draft = {0};

    return draft_init(&draft, db, state, assignment, error) &&
           vt_revision_check_in(
               db, state, state->group_id, &draft.spec, actor, ret_number, ret_changed, error);
}

gboolean
vt_set_add_revision(VtDb *db,
    const VtDocumentState *state,
    VtAssignment *assignment,
    const VtActor *actor,
    gint64 *ret_number,
    GError **error)
{
    g_auto(Draft) draft = {0};

    return draft_init(&draft, db, state, assignment, error) &&
           vt_revision_add(
               db, state->document_id, state->group_id, &draft.spec, actor, ret_number, error);
}

static void
free_published(gpointer data)
{
    VtSetPublished *self = data;

    vt_assignment_free(self->assignment);
    g_free(self);
}

/* The rows of one of the statements that tell what is shown. */
static GPtrArray *
read_shown(VtStmt *stmt, gint64 product_id, gint64 category_id, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_published);

    vt_stmt_bind_int(stmt, "product_id", product_id);
    vt_stmt_bind_int(stmt, "category_id", category_id);
    while (vt_stmt_next(stmt)) {
        VtSetPublished *one = g_new0(VtSetPublished, 1);

        g_ptr_array_add(list, one);
        one->document_id = vt_stmt_int(stmt, "document_id");
        one->number = vt_stmt_int(stmt, "number");
        one->key.product_id = product_id;
        one->key.category_id = category_id;
        one->key.channel_id = vt_stmt_int(stmt, "channel_id");
        one->key.catalog_id = vt_stmt_int(stmt, "catalog_id");
        g_strlcpy(one->key.locale, vt_stmt_text(stmt, "locale"), sizeof one->key.locale);
        one->assignment = vt_assignment_parse(vt_stmt_text(stmt, "body"), error);
        if (one->assignment == NULL)
            return NULL;
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return g_steal_pointer(&list);
}

static GPtrArray *
published_of(VtDb *db, gint64 product_id, gint64 category_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_media_set_published, error);

    return stmt != NULL ? read_shown(stmt, product_id, category_id, error) : NULL;
}

GPtrArray *
vt_set_previewed(VtDb *db, gint64 product_id, gint64 category_id, gint64 group_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_media_set_previewed, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "group_id", group_id);
    return read_shown(stmt, product_id, category_id, error);
}

GPtrArray *
vt_set_published_of_product(VtDb *db, gint64 product_id, GError **error)
{
    return published_of(db, product_id, 0, error);
}

GPtrArray *
vt_set_published_of_category(VtDb *db, gint64 category_id, GError **error)
{
    return published_of(db, 0, category_id, error);
}

GPtrArray *
vt_set_published_at(VtDb *db, gint64 product_id, gint64 seq, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_media_set_published_at, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "seq", seq);
    return read_shown(stmt, product_id, 0, error);
}

static char **
locales_of(VtDb *db, gint64 product_id, gint64 category_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_media_set_locale_list, error);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "product_id", product_id);
    vt_stmt_bind_int(stmt, "category_id", category_id);
    while (vt_stmt_next(stmt))
        g_strv_builder_add(builder, vt_stmt_text(stmt, "locale"));
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return g_strv_builder_end(builder);
}

char **
vt_set_locales_of_product(VtDb *db, gint64 product_id, GError **error)
{
    return locales_of(db, product_id, 0, error);
}

char **
vt_set_locales_of_category(VtDb *db, gint64 category_id, GError **error)
{
    return locales_of(db, 0, category_id, error);
}
