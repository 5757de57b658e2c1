#include "sync/history.h"

#include "base/error.h"
#include "base/text.h"
#include "contract/contract.h"
#include "history_sql.h"
#include "media/outlet.h"
#include "sync/sync.h"

#include <string.h>

/* One answer while it is made. */
typedef struct {
    VtDb *db;
    const VtHistoryQuery *query;
    gint64 newest; /* log number of the asset's present state; 0: it never was live */
    json_t *list;
} History;

/* A log number, or a purge by hand, which has none. */
typedef struct {
    gint64 at_us;
    gint64 id; /* the log number, or the negative row of the audit trail */
} Happening;

/* Everything comes before it. */
static const Happening end_of_time = {G_MAXINT64, G_MAXINT64};

static char *
format_cursor(const Happening *last)
{
    return g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, last->at_us, last->id);
}

static gboolean
parse_cursor(const char *text, Happening *ret_before, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text != NULL ? text : "", ".", 3);

    *ret_before = end_of_time;
    if (g_strv_length(parts) == 0)
        return TRUE;
    return (g_strv_length(parts) == 2 &&
               g_ascii_string_to_signed(parts[0], 10, 0, G_MAXINT64, &ret_before->at_us, NULL) &&
               g_ascii_string_to_signed(
                   parts[1], 10, G_MININT64, G_MAXINT64, &ret_before->id, NULL)) ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "\"before\" is the \"next\" of an earlier answer");
}

static json_t *
time_json(VtStmt *stmt, const char *column)
{
    gint64 time_us = vt_stmt_int(stmt, column);
    g_autofree char *text = time_us != 0 ? vt_text_time(time_us) : NULL;

    return text != NULL ? json_string(text) : json_null();
}

/* @contexts is taken. */
static json_t *
item_json(VtPublishAction action, const char *locale, json_t *contexts, gint64 number)
{
    json_t *revision = number != 0 ? json_integer(number) : json_null();

    return json_pack("{s:s,s:s?,s:o,s:o}", "action", vt_publish_action_names[action], "locale",
        locale, "contexts", contexts, "revision", revision);
}

/* A locale that went live, somewhere or in another revision, and that is not live somewhere any
 * more. */
static gboolean
add_items(VtStmt *stmt, json_t *list, GError **error)
{
    const char *word = vt_stmt_text(stmt, "type"), *locale = vt_stmt_text(stmt, "locale");
    int type = vt_text_index(vt_asset_type_names, VT_ASSET_TYPE_COUNT, word);
    gint64 number = vt_stmt_int(stmt, "number");
    int places = (int)vt_stmt_int(stmt, "places"), was = (int)vt_stmt_int(stmt, "was_places");
    int shown = number == vt_stmt_int(stmt, "was_number") ? places & ~was : places;

    if (type < 0)
        return vt_throw(error, VT_ERROR_STORAGE, "an asset is of the unknown type '%s'", word);
    if (shown != 0)
        json_array_append_new(list, item_json(VT_PUBLISH_ACTION_PUBLISH, locale,
                                        vt_outlets_json((VtAssetType)type, shown), number));
    if ((was & ~places) != 0)
        json_array_append_new(list, item_json(VT_PUBLISH_ACTION_UNPUBLISH, locale,
                                        vt_outlets_json((VtAssetType)type, was & ~places), 0));
    return TRUE;
}

/* What of the asset changed. */
static json_t *
list_items(const History *self, const Happening *at, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_history_items, error);
    g_autoptr(json_t) list = json_array();

    if (at->id < 0)
        json_array_append_new(list, item_json(VT_PUBLISH_ACTION_PURGE, NULL, json_array(), 0));
    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "asset_id", self->query->asset_id);
    vt_stmt_bind_int(stmt, "seq", at->id);
    while (vt_stmt_next(stmt))
        if (!add_items(stmt, list, error))
            return NULL;
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&list) : NULL;
}

/* The channel database a consumer brings up to date; NULL for another consumer. */
static const char *
database_of(const History *self, const char *consumer)
{
    g_autofree char *start = vt_sync_consumer_name(self->query->tenant, "");

    return g_str_has_prefix(consumer, start) ? consumer + strlen(start) : NULL;
}

/* How far channel databases are with it; a purge is none of their business. */
static json_t *
list_stores(const History *self, const Happening *at, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_history_stores, error);
    g_autoptr(json_t) list = json_array();

    if (stmt == NULL || at->id < 0)
        return stmt != NULL ? g_steal_pointer(&list) : NULL;
    vt_stmt_bind_int(stmt, "tenant_id", self->query->tenant_id);
    vt_stmt_bind_int(stmt, "seq", at->id);
    vt_stmt_bind_int(stmt, "asset_id", at->id == self->newest ? self->query->asset_id : 0);
    while (vt_stmt_next(stmt)) {
        const char *database = database_of(self, vt_stmt_text(stmt, "name"));
        const char *problem = vt_stmt_text(stmt, "problem");
        gboolean has_it = vt_stmt_int(stmt, "is_behind") == 0 && problem == NULL;

        if (database != NULL)
            json_array_append_new(list,
                json_pack("{s:s,s:s,s:b,s:o,s:s?}", "name", database, "node",
                    vt_stmt_text(stmt, "node"), "confirmed", has_it, "applied",
                    has_it ? time_json(stmt, "applied_us") : json_null(), "problem", problem));
    }
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&list) : NULL;
}

static json_t *
list_edges(const History *self, const Happening *at, GError **error)
{
    gboolean by_hand = at->id < 0;
    g_autoptr(VtStmt) stmt =
        vt_db_stmt(self->db, by_hand ? &vt_sql_history_purges : &vt_sql_history_edges, error);
    g_autoptr(json_t) list = json_array();

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", self->query->tenant_id);
    vt_stmt_bind_int(stmt, by_hand ? "at_us" : "seq", by_hand ? at->at_us : at->id);
    while (vt_stmt_next(stmt))
        json_array_append_new(
            list, json_pack("{s:s,s:s,s:b,s:o,s:s?}", "name", vt_stmt_text(stmt, "name"), "node",
                      vt_stmt_text(stmt, "node"), "confirmed", vt_stmt_int(stmt, "is_behind") == 0,
                      "confirmed_at", time_json(stmt, "confirmed_us"), "problem",
                      vt_stmt_text(stmt, "problem")));
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&list) : NULL;
}

static json_t *
describe(VtStmt *stmt, const Happening *at)
{
    g_autofree char *time = vt_text_time(at->at_us);
    gint64 job_id = vt_stmt_int(stmt, "job_id");

    return json_pack("{s:s,s:o,s:s,s:s?,s:o}", "at", time, "seq",
        at->id > 0 ? json_integer(at->id) : json_null(), "cause", vt_stmt_text(stmt, "cause"),
        "user", vt_stmt_text(stmt, "user_name"), "job",
        job_id != 0 ? json_integer(job_id) : json_null());
}

/* The happenings of a page, and one more if there is one; @ats tells when they were. */
static gboolean
read_page(History *self, const Happening *before, guint limit, GArray *ats, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_history_list, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", self->query->asset_id);
    vt_stmt_bind_int(stmt, "before_us", before->at_us);
    vt_stmt_bind_int(stmt, "before_id", before->id);
    vt_stmt_bind_int(stmt, "page", (gint64)limit + 1);
    while (vt_stmt_next(stmt)) {
        const Happening at = {vt_stmt_int(stmt, "at_us"), vt_stmt_int(stmt, "id")};

        g_array_append_val(ats, at);
        json_array_append_new(self->list, describe(stmt, &at));
    }
    return vt_stmt_end(stmt, error);
}

/* What changed, and who has it. */
static gboolean
complete(const History *self, json_t *told, const Happening *at, GError **error)
{
    const struct {
        const char *key;
        json_t *(*list)(const History *self, const Happening *at, GError **error);
    } list_row[] = {{"items", list_items}, {"databases", list_stores}, {"edges", list_edges}};

    for (gsize i = 0; i < G_N_ELEMENTS(list_row); i++)
        if (json_object_set_new(told, list_row[i].key, list_row[i].list(self, at, error)) != 0)
            return FALSE;
    return TRUE;
}

static gboolean
load_newest(History *self, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_history_newest, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", self->query->asset_id);
    return vt_stmt_read_int(stmt, "seq", &self->newest, error);
}

json_t *
vt_history_json(VtDb *db, const VtHistoryQuery *query, GError **error)
{
    const guint limit = MIN(query->limit, VT_HISTORY_PAGE_MAX);
    g_autoptr(GArray) ats = g_array_new(FALSE, FALSE, sizeof(Happening));
    g_autoptr(json_t) list = json_array();
    History history = {.db = db, .query = query, .list = list};
    g_autofree char *next = NULL;
    Happening before;

    if (!parse_cursor(query->before, &before, error) || !load_newest(&history, error) ||
        !read_page(&history, &before, limit, ats, error))
        return NULL;
    if (ats->len > limit) {
        json_array_remove(list, limit);
        g_array_set_size(ats, limit);
        next = format_cursor(&g_array_index(ats, Happening, limit - 1));
    }
    for (guint i = 0; i < ats->len; i++)
        if (!complete(&history, json_array_get(list, i), &g_array_index(ats, Happening, i), error))
            return NULL;
    return json_pack("{s:O,s:s?}", "publishes", list, "next", next);
}
