#include "media/library.h"

#include "base/locale.h"
#include "base/text.h"
#include "changelog/audit.h"
#include "library_sql.h"
#include "media/asset_body.h"
#include "media/asset_set.h"
#include "media/folder.h"
#include "media/outlet.h"

#include <string.h>

static const char *
text_or_empty(const char *text)
{
    return text != NULL ? text : "";
}

/* One of @n words, or nothing. */
static gboolean
check_word(const char *what, const char *word, const char *const *words, int n, GError **error)
{
    return *text_or_empty(word) == '\0' || vt_text_index(words, n, word) >= 0 ||
           vt_throw(error, VT_ERROR_BAD_ENUM, "there is no %s '%s'", what, word);
}

/* The neutral content in few words, for a list. */
static gboolean
describe_content(json_t *row, const char *body, GError **error)
{
    g_auto(VtAssetContent) content = {0};
    json_t *whole;

    if (!vt_asset_content_parse(body, &content, error))
        return FALSE;
    whole = vt_asset_body_format(&content);
    for (const char *const *key = (const char *const[]){"alt", "title", "tags", "binary", NULL};
         *key != NULL; key++)
        json_object_set(row, *key, json_object_get(whole, *key));
    json_decref(whole);
    return TRUE;
}

static json_t *
describe_row(VtStmt *stmt, GError **error)
{
    g_autofree char *created = vt_text_time(vt_stmt_int(stmt, "created_us"));
    g_autofree char *id = vt_asset_internal_id(vt_stmt_int(stmt, "asset_id"));
    g_autoptr(json_t) row = json_pack("{s:s,s:s,s:s,s:s,s:s,s:b,s:b,s:b}", "name",
        vt_stmt_text(stmt, "name"), "id", id, "type", vt_stmt_text(stmt, "type"), "category",
        vt_stmt_text(stmt, "category"), "created", created, "published",
        vt_stmt_int(stmt, "is_published") != 0, "has_draft", vt_stmt_int(stmt, "has_draft") != 0,
        "checked_out", vt_stmt_int(stmt, "is_edited") != 0);

    return describe_content(row, vt_stmt_text(stmt, "body"), error) ? g_steal_pointer(&row) : NULL;
}

static void
bind_query(VtStmt *stmt, const VtLibraryQuery *query, gint64 folder_id, const char *locale)
{
    g_autofree char *pattern = vt_text_pattern(text_or_empty(query->text));

    vt_stmt_bind_int(stmt, "tenant_id", query->tenant_id);
    vt_stmt_bind_text(stmt, "pattern", pattern);
    vt_stmt_bind_text(stmt, "type", text_or_empty(query->type));
    vt_stmt_bind_text(stmt, "category", text_or_empty(query->category));
    vt_stmt_bind_int(stmt, "any_folder", query->folder == NULL);
    vt_stmt_bind_int(stmt, "folder_id", folder_id);
    vt_stmt_bind_text(stmt, "state", text_or_empty(query->state));
    vt_stmt_bind_text(stmt, "locale", locale);
    vt_stmt_bind_text(stmt, "tag", text_or_empty(query->tag));
    vt_stmt_bind_text(stmt, "after_name", text_or_empty(query->after));
    /* one more tells whether there are more */
    vt_stmt_bind_int(stmt, "page", MIN(query->limit, VT_LIBRARY_PAGE_MAX) + 1);
}

/* Rows of the page and one more, if there is one. */
static json_t *
read_rows(VtStmt *stmt, GError **error)
{
    g_autoptr(json_t) rows = json_array();

    while (vt_stmt_next(stmt)) {
        json_t *row = describe_row(stmt, error);

        if (row == NULL)
            return NULL;
        json_array_append_new(rows, row);
    }
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&rows) : NULL;
}

json_t *
vt_library_list(VtDb *db, const VtLibraryQuery *query, GError **error)
{
    const char *wanted = text_or_empty(query->locale);
    g_autofree char *locale = *wanted != '\0' ? vt_locale_parse(wanted, error) : g_strdup("");
    const gsize most = MIN(query->limit, VT_LIBRARY_PAGE_MAX);
    g_autoptr(json_t) rows = NULL;
    g_autoptr(VtStmt) stmt = NULL;
    const char *next = NULL;
    gint64 folder_id = 0;

    if (locale == NULL ||
        !check_word("type", query->type, vt_asset_type_names, VT_ASSET_TYPE_COUNT, error) ||
        !check_word("state", query->state, vt_library_state_names, VT_LIBRARY_STATE_COUNT, error) ||
        !vt_folder_find(db, query->tenant_id, text_or_empty(query->folder), &folder_id, error))
        return NULL;
    stmt = vt_db_stmt(db, &vt_sql_library_list, error);
    if (stmt == NULL)
        return NULL;
    bind_query(stmt, query, folder_id, locale);
    rows = read_rows(stmt, error);
    if (rows == NULL)
        return NULL;
    if (json_array_size(rows) > most) {
        json_array_remove(rows, most);
        next = json_string_value(json_object_get(json_array_get(rows, most - 1), "name"));
    }
    return json_pack("{s:O,s:s?}", "assets", rows, "next", next);
}

json_t *
vt_library_describe_body(const VtEdit *edit, const char *body, GError **error)
{
    const VtAssetPlace *place = edit->place;
    g_auto(VtAssetContent) content = {0};
    g_autoptr(json_t) told = NULL;

    if (!vt_asset_content_parse(body, &content, error))
        return NULL;
    told = vt_asset_body_format(&content);
    if (vt_asset_type_is_set(place->asset.type) &&
        !vt_asset_set_describe(edit->db, place->tenant_id, &content, told, error))
        return NULL;
    return g_steal_pointer(&told);
}

/* What the next publish of everything does with a locale; NULL: nothing in particular. */
static const char *
mark_of(VtStmt *stmt)
{
    if (vt_stmt_int(stmt, "is_marked") == 0)
        return NULL;
    return vt_publish_action_names[vt_stmt_int(stmt, "is_wanted") != 0
                                       ? VT_PUBLISH_ACTION_PUBLISH
                                       : VT_PUBLISH_ACTION_UNPUBLISH];
}

static json_t *
describe_locales(VtDb *db, const VtAssetPlace *place, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_library_locales, error);
    g_autoptr(json_t) list = json_array();

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "asset_id", place->asset.asset_id);
    while (vt_stmt_next(stmt)) {
        gint64 head = vt_stmt_int(stmt, "head"), published = vt_stmt_int(stmt, "published");

        json_array_append_new(
            list, json_pack("{s:s,s:b,s:o,s:s?,s:b,s:b}", "locale", vt_stmt_text(stmt, "locale"),
                      "published", published != 0, "contexts",
                      vt_outlets_json(place->asset.type, (int)vt_stmt_int(stmt, "places")),
                      "marked", mark_of(stmt), "has_draft", head != published, "checked_out",
                      vt_stmt_int(stmt, "checked_out") != 0));
    }
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&list) : NULL;
}

static json_t *
describe_image_ids(VtDb *db, const VtAssetPlace *place, GError **error)
{
    g_autoptr(GPtrArray) records = vt_image_record_list(db, place->asset.asset_id, error);
    json_t *list;

    if (records == NULL)
        return NULL;
    list = json_array();
    for (guint i = 0; i < records->len; i++)
        json_array_append_new(
            list, json_string(((VtImageRecord *)g_ptr_array_index(records, i))->code));
    return list;
}

/* NULL for a time that is not set; newly allocated. */
static char *
time_or_null(VtStmt *stmt, const char *column)
{
    gint64 time_us = vt_stmt_int(stmt, column);

    return time_us != 0 ? vt_text_time(time_us) : NULL;
}

/* The row of the asset itself; its folder is told by the caller. */
static json_t *
describe_row_of(VtStmt *stmt, const VtAssetPlace *place)
{
    g_autofree char *id = vt_asset_internal_id(place->asset.asset_id);
    g_autofree char *created = vt_text_time(vt_stmt_int(stmt, "created_us"));
    g_autofree char *published = time_or_null(stmt, "published_us");
    g_autofree char *activation = time_or_null(stmt, "activation_us");
    const char *mode = vt_stmt_text(stmt, "publish_mode");

    return json_pack("{s:s,s:s,s:s,s:s?,s:s,s:s?,s:s?,s:b,s:s,s:s}", "name", place->asset.name,
        "id", id, "type", vt_asset_type_names[place->asset.type], "category",
        vt_stmt_text(stmt, "category"), "created", created, "last_published", published,
        "activation", activation, "waiting", vt_stmt_int(stmt, "is_waiting") != 0, "publish_mode",
        mode != NULL ? mode : vt_folder_mode_names[VT_FOLDER_MODE_IMMEDIATELY], "locale",
        place->locale);
}

/* Name, type, category, folder, when it came, went live last and is shown, and how it goes live. */
static json_t *
describe_head(VtDb *db, const VtAssetPlace *place, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_library_head, error);
    g_autoptr(json_t) told = json_object();
    g_autofree char *folder = NULL;
    gint64 folder_id = 0;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "asset_id", place->asset.asset_id);
    while (vt_stmt_next(stmt)) {
        json_object_update_new(told, describe_row_of(stmt, place));
        folder_id = vt_stmt_int(stmt, "folder_id");
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    folder = vt_folder_path(db, place->tenant_id, folder_id, error);
    if (folder == NULL || json_object_set_new(told, "folder", json_string(folder)) != 0)
        return NULL;
    return g_steal_pointer(&told);
}

json_t *
vt_library_describe(const VtEdit *edit, const VtDocumentState *state, GError **error)
{
    const VtAssetPlace *place = edit->place;
    g_autoptr(json_t) told = describe_head(edit->db, place, error);

    if (told == NULL ||
        json_object_set_new(told, "locales", describe_locales(edit->db, place, error)) != 0 ||
        json_object_set_new(told, "image_ids", describe_image_ids(edit->db, place, error)) != 0)
        return NULL;
    return g_steal_pointer(&told);
}

gboolean
vt_library_set_folder(
    VtDb *db, const VtAssetPlace *place, const char *folder, const VtActor *actor, GError **error)
{
    const VtAudit audit = {
        .tenant_id = place->tenant_id, .action = "asset move", .subject = place->asset.name};
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    gint64 folder_id = 0;

    return tx != NULL && vt_folder_find(db, place->tenant_id, folder, &folder_id, error) &&
           vt_folder_put_asset(db, place->asset.asset_id, folder_id, error) &&
           vt_audit_write(db, &audit, actor, error) && vt_tx_commit(tx, error);
}
