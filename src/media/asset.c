#include "media/asset.h"

#include "base/locale.h"
#include "base/text.h"
#include "document/revision.h"
#include "media_sql.h"

#include <string.h>

const VtMigration vt_media_migrations[] = {{"media", 1, &vt_sql_schema_media_1},
    {"media", 2, &vt_sql_schema_media_2}, {"media", 3, &vt_sql_schema_media_3},
    {"media", 4, &vt_sql_schema_media_4}, {"media", 5, &vt_sql_schema_media_5}};
const gsize vt_media_n_migrations = G_N_ELEMENTS(vt_media_migrations);

static const char refused_characters[] = ",;:/?@&=+$*\"<>|'{}%()";

/* Where each type shows when it is published. */
static const VtPublishContext context_of[VT_ASSET_TYPE_COUNT] = {
    [VT_ASSET_TYPE_IMAGE] = VT_PUBLISH_CONTEXT_IMAGE,
    [VT_ASSET_TYPE_VIDEO] = VT_PUBLISH_CONTEXT_VIDEO,
    [VT_ASSET_TYPE_FILE] = VT_PUBLISH_CONTEXT_CONTENT,
    [VT_ASSET_TYPE_IMAGE_SET] = VT_PUBLISH_CONTEXT_IMAGE,
    [VT_ASSET_TYPE_SWATCH_SET] = VT_PUBLISH_CONTEXT_IMAGE,
    [VT_ASSET_TYPE_SPIN_SET] = VT_PUBLISH_CONTEXT_IMAGE,
    [VT_ASSET_TYPE_MIXED_MEDIA_SET] = VT_PUBLISH_CONTEXT_IMAGE,
};

static gboolean
is_refused(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f || strchr(refused_characters, c) != NULL;
}

gboolean
vt_asset_name_check(const char *name, GError **error)
{
    gsize length = strlen(name);

    if (length < 1 || length > VT_ASSET_NAME_MAX || !g_utf8_validate(name, -1, NULL))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "an asset's name has 1 to %d bytes of UTF-8",
            VT_ASSET_NAME_MAX);
    for (const char *at = name; *at != '\0'; at++)
        if (is_refused(*at))
            return vt_throw(error, VT_ERROR_BAD_VALUE,
                "the name '%s' holds a character that is not allowed; leave out control characters "
                "and %s",
                name, refused_characters);
    return TRUE;
}

char *
vt_asset_name_from_file(const char *file_name, gboolean *ret_changed)
{
    char *name = g_utf8_make_valid(file_name, -1);
    char *dot = strrchr(name, '.');
    gboolean changed = FALSE;

    if (dot != NULL && dot != name)
        *dot = '\0';
    if (strlen(name) > VT_ASSET_NAME_MAX) {
        char *cut = g_utf8_find_prev_char(name, name + VT_ASSET_NAME_MAX);

        *cut = '\0';
        changed = TRUE;
    }
    for (char *at = name; *at != '\0'; at++)
        if (is_refused(*at)) {
            *at = '-';
            changed = TRUE;
        }
    *ret_changed = changed;
    return name;
}

/* Of the row in @stmt; a newer or damaged file may say anything. */
static gboolean
read_type(VtStmt *stmt, VtAssetType *ret_type, GError **error)
{
    const char *word = vt_stmt_text(stmt, "type");
    int found = vt_text_index(vt_asset_type_names, VT_ASSET_TYPE_COUNT, word);

    if (found < 0)
        return vt_throw(error, VT_ERROR_STORAGE, "an asset has the unknown type '%s'", word);
    *ret_type = (VtAssetType)found;
    return TRUE;
}

/* Steps a statement that gives asset_id, name, type. */
static gboolean
find(VtStmt *stmt, VtAsset *ret_asset, gboolean *ret_found, GError **error)
{
    *ret_found = FALSE;
    while (vt_stmt_next(stmt)) {
        if (!read_type(stmt, &ret_asset->type, error))
            return FALSE;
        ret_asset->asset_id = vt_stmt_int(stmt, "asset_id");
        g_strlcpy(ret_asset->name, vt_stmt_text(stmt, "name"), sizeof ret_asset->name);
        *ret_found = TRUE;
    }
    return vt_stmt_end(stmt, error);
}

gboolean
vt_asset_by_name(VtDb *db,
    gint64 tenant_id,
    const char *name,
    VtAsset *ret_asset,
    gboolean *ret_found,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_by_name, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", name);
    return find(stmt, ret_asset, ret_found, error);
}

gboolean
vt_asset_find(VtDb *db, gint64 tenant_id, const char *name, VtAsset *ret_asset, GError **error)
{
    gboolean found = FALSE;

    return vt_asset_by_name(db, tenant_id, name, ret_asset, &found, error) &&
           (found || vt_throw(error, VT_ERROR_NOT_FOUND, "there is no asset '%s'", name));
}

gboolean
vt_asset_by_source(VtDb *db,
    gint64 tenant_id,
    const char *provider,
    const char *source_id,
    VtAsset *ret_asset,
    gboolean *ret_found,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_by_source, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "source_provider", provider);
    vt_stmt_bind_text(stmt, "source_id", source_id);
    return find(stmt, ret_asset, ret_found, error);
}

gboolean
vt_asset_by_id(VtDb *db,
    gint64 tenant_id,
    gint64 asset_id,
    VtAsset *ret_asset,
    gboolean *ret_found,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_by_id, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    return find(stmt, ret_asset, ret_found, error);
}

char *
vt_asset_internal_id(gint64 asset_id)
{
    return g_strdup_printf("MA%" G_GINT64_FORMAT, asset_id);
}

gboolean
vt_asset_internal_id_parse(const char *text, gint64 *ret_asset_id)
{
    return g_str_has_prefix(text, "MA") &&
           g_ascii_string_to_signed(text + 2, 10, 1, G_MAXINT64, ret_asset_id, NULL);
}

static gboolean
add_own_record(VtDb *db, gint64 tenant_id, gint64 asset_id, const char *name, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_image_record_add, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "code", name);
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    vt_stmt_bind_text(stmt, "origin", "own");
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
add_head(VtDb *db,
    gint64 tenant_id,
    const VtAssetSpec *spec,
    const VtActor *actor,
    gint64 *ret_asset_id,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_add, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", spec->name);
    vt_stmt_bind_text(stmt, "type", vt_asset_type_names[spec->type]);
    vt_stmt_bind_text(stmt, "category", spec->category != NULL ? spec->category : "None");
    vt_stmt_bind_text(stmt, "source_provider", spec->source_provider);
    vt_stmt_bind_text(stmt, "source_id", spec->source_id);
    vt_stmt_bind_int(stmt, "created_us", actor->now_us);
    return vt_stmt_read_int(stmt, "asset_id", ret_asset_id, error);
}

gboolean
vt_asset_create(VtDb *db,
    gint64 tenant_id,
    const VtAssetSpec *spec,
    const VtActor *actor,
    gint64 *ret_asset_id,
    GError **error)
{
    g_autoptr(GError) local = NULL;
    gint64 asset_id = 0;

    if (!vt_asset_name_check(spec->name, error))
        return FALSE;
    if (!add_head(db, tenant_id, spec, actor, &asset_id, &local) ||
        !add_own_record(db, tenant_id, asset_id, spec->name, &local)) {
        if (vt_error_is(local, VT_ERROR_CONFLICT))
            return vt_throw(error, VT_ERROR_DUPLICATE_NAME,
                "the name '%s' or its source pair is taken", spec->name);
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    *ret_asset_id = asset_id;
    return TRUE;
}

gboolean
vt_asset_document(
    VtDb *db, gint64 asset_id, const char *locale, gint64 *ret_document_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_locale_find, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    vt_stmt_bind_text(stmt, "locale", locale);
    return vt_stmt_read_int(stmt, "document_id", ret_document_id, error);
}

static gboolean
add_document(VtDb *db,
    gint64 tenant_id,
    const VtAsset *asset,
    const char *locale,
    const VtActor *actor,
    gint64 *ret_document_id,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_locale_add, error);

    if (stmt == NULL || !vt_document_create(db, tenant_id, VT_DOCUMENT_KIND_ASSET,
                            context_of[asset->type], actor, ret_document_id, error))
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset->asset_id);
    vt_stmt_bind_text(stmt, "locale", locale);
    vt_stmt_bind_int(stmt, "document_id", *ret_document_id);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_asset_ensure_document(VtDb *db,
    gint64 tenant_id,
    const VtAsset *asset,
    const char *locale,
    const VtActor *actor,
    gint64 *ret_document_id,
    GError **error)
{
    return vt_asset_document(db, asset->asset_id, locale, ret_document_id, error) &&
           (*ret_document_id != 0 ||
               add_document(db, tenant_id, asset, locale, actor, ret_document_id, error));
}

static gboolean
run_on_locale(VtStmt *stmt, gint64 asset_id, const char *locale, const char *tag, GError **error)
{
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    vt_stmt_bind_text(stmt, "locale", locale);
    if (tag != NULL)
        vt_stmt_bind_text(stmt, "tag", tag);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_asset_put_tags(VtDb *db, gint64 asset_id, const char *locale, char **tags, GError **error)
{
    g_autoptr(VtStmt) clear = vt_db_stmt(db, &vt_sql_asset_tag_clear, error);
    g_autoptr(VtStmt) add = clear != NULL ? vt_db_stmt(db, &vt_sql_asset_tag_add, error) : NULL;

    if (add == NULL || !run_on_locale(clear, asset_id, locale, NULL, error))
        return FALSE;
    for (; tags != NULL && *tags != NULL; tags++)
        if (!run_on_locale(add, asset_id, locale, *tags, error))
            return FALSE;
    return TRUE;
}

gboolean
vt_asset_check_in_content(VtDb *db,
    VtDocumentState *state,
    const VtAssetContent *content,
    const VtActor *actor,
    gboolean *ret_changed,
    GError **error)
{
    g_autofree char *body = vt_asset_content_format(content);
    g_autoptr(GArray) named = vt_members_assets(content->members);
    const VtRevisionSpec spec = {
        .body = body, .asset_ids = (const gint64 *)(gpointer)named->data, .n_assets = named->len};
    gint64 number = 0;

    return vt_revision_check_in(
        db, state, state->group_id, &spec, actor, &number, ret_changed, error);
}

gboolean
vt_asset_check_in(VtDb *db,
    gint64 tenant_id,
    const VtAsset *asset,
    const char *locale,
    const VtAssetContent *content,
    const VtActor *actor,
    gint64 *ret_document_id,
    gboolean *ret_changed,
    GError **error)
{
    g_auto(VtDocumentState) state = {0};
    gint64 document_id = 0;

    if (!vt_asset_ensure_document(db, tenant_id, asset, locale, actor, &document_id, error) ||
        !vt_document_state(db, document_id, VT_GROUP_LIVE, &state, error) ||
        !vt_asset_check_in_content(db, &state, content, actor, ret_changed, error) ||
        (*ret_changed && !vt_asset_put_tags(db, asset->asset_id, locale, content->tags, error)))
        return FALSE;
    *ret_document_id = document_id;
    return TRUE;
}

gboolean
vt_asset_group_content(VtDb *db,
    gint64 asset_id,
    const char *locale,
    gint64 group_id,
    VtAssetContent *ret_content,
    GError **error)
{
    g_auto(VtDocumentState) state = {0};
    g_autofree char *body = NULL;
    gint64 document_id = 0;

    if (!vt_asset_document(db, asset_id, locale, &document_id, error))
        return FALSE;
    if (document_id != 0 && !vt_document_state(db, document_id, group_id, &state, error))
        return FALSE;
    if (state.head != 0 && !vt_revision_body(db, document_id, state.head, &body, error))
        return FALSE;
    return vt_asset_content_parse(body, ret_content, error);
}

gboolean
vt_asset_head_content(
    VtDb *db, gint64 asset_id, const char *locale, VtAssetContent *ret_content, GError **error)
{
    return vt_asset_group_content(db, asset_id, locale, VT_GROUP_LIVE, ret_content, error);
}

static void
clear_live(gpointer data)
{
    VtAssetLive *self = data;

    g_free(self->locale);
    vt_asset_content_clear(&self->content);
}

void
vt_asset_published_free(VtAssetPublished *self)
{
    if (self == NULL)
        return;
    g_array_unref(self->locales);
    g_free(self->name);
    g_free(self);
}

VtAssetPublished *
vt_asset_published_load(VtDb *db, gint64 asset_id, GError **error)
{
    g_autoptr(VtAssetPublished) self = g_new0(VtAssetPublished, 1);
    g_autoptr(VtStmt) stmt = NULL;

    self->asset_id = asset_id;
    self->locales = g_array_new(FALSE, TRUE, sizeof(VtAssetLive));
    g_array_set_clear_func(self->locales, clear_live);
    stmt = vt_db_stmt(db, &vt_sql_asset_published, error);
    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    while (vt_stmt_next(stmt)) {
        VtAssetLive live = {0};

        if (self->name == NULL)
            self->name = g_strdup(vt_stmt_text(stmt, "name"));
        if (!read_type(stmt, &self->type, error) ||
            !vt_asset_content_parse(vt_stmt_text(stmt, "body"), &live.content, error))
            return NULL;
        live.locale = g_strdup(vt_stmt_text(stmt, "locale"));
        live.at_us = vt_stmt_int(stmt, "at_us");
        live.places = (int)vt_stmt_int(stmt, "places");
        g_array_append_val(self->locales, live);
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return g_steal_pointer(&self);
}

const VtAssetLive *
vt_asset_published_in(const VtAssetPublished *self, const char *locale)
{
    for (guint i = 0; i < self->locales->len; i++) {
        const VtAssetLive *live = &g_array_index(self->locales, VtAssetLive, i);

        if (strcmp(live->locale, locale) == 0)
            return live;
    }
    return NULL;
}

char **
vt_asset_locales(VtDb *db, gint64 asset_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_locale_list, error);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    while (vt_stmt_next(stmt))
        g_strv_builder_add(builder, vt_stmt_text(stmt, "locale"));
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return g_strv_builder_end(builder);
}

gboolean
vt_asset_of_document(
    VtDb *db, gint64 document_id, gint64 *ret_asset_id, char **ret_locale, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_locale_of_document, error);
    g_autofree char *locale = NULL;
    gint64 asset_id = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    while (vt_stmt_next(stmt)) {
        asset_id = vt_stmt_int(stmt, "asset_id");
        g_free(locale);
        locale = g_strdup(vt_stmt_text(stmt, "locale"));
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    *ret_asset_id = asset_id;
    *ret_locale = g_steal_pointer(&locale);
    return TRUE;
}

GArray *
vt_asset_page(VtDb *db, gint64 tenant_id, gint64 after, guint page, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_page, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "after_id", after);
    vt_stmt_bind_int(stmt, "page", page);
    return vt_stmt_read_ints(stmt, "asset_id", ids, error) ? g_steal_pointer(&ids) : NULL;
}

GArray *
vt_asset_holders(VtDb *db, gint64 asset_id, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_asset_holders, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    return vt_stmt_read_ints(stmt, "asset_id", ids, error) ? g_steal_pointer(&ids) : NULL;
}

static void
free_record(gpointer data)
{
    VtImageRecord *self = data;

    g_free(self->code);
    g_free(self->modifier);
    g_free(self->postmodifier);
    g_free(self->rectangle);
    g_free(self->attributes);
    g_free(self);
}

GPtrArray *
vt_image_record_list(VtDb *db, gint64 asset_id, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_record);
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_image_record_of_asset, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    while (vt_stmt_next(stmt)) {
        VtImageRecord *record = g_new0(VtImageRecord, 1);

        record->record_id = vt_stmt_int(stmt, "record_id");
        record->code = g_strdup(vt_stmt_text(stmt, "code"));
        record->modifier = g_strdup(vt_stmt_text(stmt, "modifier"));
        record->postmodifier = g_strdup(vt_stmt_text(stmt, "postmodifier"));
        record->rectangle = g_strdup(vt_stmt_text(stmt, "rectangle"));
        record->attributes = g_strdup(vt_stmt_text(stmt, "attributes"));
        g_ptr_array_add(list, record);
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return g_steal_pointer(&list);
}
