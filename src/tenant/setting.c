#include "tenant/setting.h"

#include "base/schedule.h"
#include "tenant/channel.h"
#include "tenant_sql.h"

#include <string.h>

#define DEFAULT_WORD "default"

const VtSettingRow vt_setting_rows[VT_SETTING_COUNT] = {
    [VT_SETTING_LANGUAGE_PARENT_FALLBACK] = {"language_parent_fallback", VT_SETTING_FLAG, "false",
        .effect = VT_SETTING_ALTERS_PRODUCTS,
        .doc = "before Omnichannel and Neutral, ask Omnichannel and the language alone: en for "
               "en-us"},
    [VT_SETTING_CHANNEL_NEUTRAL_LEVEL] = {"channel_neutral_level", VT_SETTING_FLAG, "false",
        .effect = VT_SETTING_ALTERS_PRODUCTS,
        .doc = "after the channel and the locale, ask the channel and Neutral"},
    [VT_SETTING_SYNC_SCHEDULE] = {"sync_schedule", VT_SETTING_SCHEDULE, "immediately",
        .per_database = TRUE, .effect = VT_SETTING_ALTERS_NOTHING,
        .doc = "when read stores take what was published: immediately, hourly, daily, or a rule "
               "such as 0 0/15 6-22 ? * MON-FRI"},
    [VT_SETTING_TIME_ZONE] = {"time_zone", VT_SETTING_ZONE, "", .effect = VT_SETTING_ALTERS_NOTHING,
        .doc = "the clock of schedules, such as Europe/Berlin; empty: that of the server"},
    [VT_SETTING_INVALIDATION] = {"invalidation", VT_SETTING_CHOICE, "exact", .choices = "exact ttl",
        .effect = VT_SETTING_ALTERS_DELIVERY,
        .doc = "exact: shops are answered what is published at once; ttl: an answer is kept for "
               "cache_ttl_s from when it was made"},
    [VT_SETTING_CACHE_TTL_S] = {"cache_ttl_s", VT_SETTING_NUMBER, "7200", .least = 1,
        .most = 7 * 24 * 3600, .effect = VT_SETTING_ALTERS_DELIVERY,
        .doc = "seconds an answer is kept with invalidation=ttl"},
    [VT_SETTING_SEVERANCE] = {"severance", VT_SETTING_CHOICE, "node", .choices = "node scope",
        .effect = VT_SETTING_ALTERS_PRODUCTS,
        .doc = "node: a variant or cell with any media shows nothing of the master; scope: its "
               "primary and its additional media are severed each for themselves"},
    [VT_SETTING_JOB_LOG_DAYS] = {"job_log_days", VT_SETTING_NUMBER, "400", .least = 1, .most = 3650,
        .effect = VT_SETTING_ALTERS_NOTHING,
        .doc = "days after which jobs that ended are forgotten"},
    [VT_SETTING_TRASH_DAYS] = {"trash_days", VT_SETTING_NUMBER, "7", .least = 1, .most = 3650,
        .effect = VT_SETTING_ALTERS_NOTHING,
        .doc = "days an asset stays in the trash before it is gone for good"},
    [VT_SETTING_GROUP_ITEMS] = {"group_items", VT_SETTING_NUMBER, "100000", .least = 1,
        .most = 1000000, .effect = VT_SETTING_ALTERS_NOTHING,
        .doc = "items a publish group may hold; 2000 as in the systems this replaces"},
    [VT_SETTING_GROUP_SPACING_MINUTES] = {"group_spacing_minutes", VT_SETTING_NUMBER, "0",
        .least = 0, .most = 24 * 60, .effect = VT_SETTING_ALTERS_NOTHING,
        .doc = "minutes that lie at least between two scheduled publish groups; 5 as in the "
               "systems this replaces"},
    [VT_SETTING_PURGE_ON_REPUBLISH] = {"purge_on_republish", VT_SETTING_FLAG, "true",
        .effect = VT_SETTING_ALTERS_NOTHING,
        .doc = "edges forget what a publish changed at once; false: only what was taken back, and "
               "the rest when its time ends, after up to ten hours"},
    [VT_SETTING_PREVIEW_HOURS] = {"preview_hours", VT_SETTING_NUMBER, "168", .least = 1,
        .most = 24 * 365, .effect = VT_SETTING_ALTERS_NOTHING,
        .doc = "hours for which an address of a preview is good at most"},
    [VT_SETTING_SEARCH_SCHEDULE] = {"search_schedule", VT_SETTING_SCHEDULE, "immediately",
        .per_database = TRUE, .effect = VT_SETTING_ALTERS_NOTHING,
        .doc = "when search finds what read stores show: immediately, that is with the rows, or by "
               "a rule as of sync_schedule"},
    [VT_SETTING_UPLOAD_PUBLISH] = {"upload_publish", VT_SETTING_FLAG, "true",
        .effect = VT_SETTING_ALTERS_NOTHING,
        .doc = "whether what is uploaded goes live unless the upload says"},
    [VT_SETTING_UPLOAD_IF_EXISTS] = {"upload_if_exists", VT_SETTING_CHOICE, "refuse",
        .choices = "refuse overwrite keep_both skip overwrite_full_name overwrite_any_ext "
                   "overwrite_full_name_any_folder overwrite_any_ext_any_folder",
        .effect = VT_SETTING_ALTERS_NOTHING,
        .doc = "what an upload does when an asset has its name, unless it says: refuse, overwrite, "
               "keep_both, skip, or overwrite where folder and media type are as the word tells"},
    [VT_SETTING_UPLOAD_RETAIN_PUBLISH] = {"upload_retain_publish", VT_SETTING_FLAG, "false",
        .effect = VT_SETTING_ALTERS_NOTHING,
        .doc = "true: an upload that replaces an asset goes live if the asset is, and only then; "
               "false: as the upload says"},
    [VT_SETTING_INSTANT_PUBLISH] = {"instant_publish", VT_SETTING_FLAG, "true",
        .effect = VT_SETTING_ALTERS_NOTHING,
        .doc = "false: assets that are published or taken back by hand or by an upload are marked, "
               "and wait for the next publish of everything, which takes no other assets"},
    [VT_SETTING_FOLDER_PUBLISH_MODE] = {"folder_publish_mode", VT_SETTING_CHOICE, "immediately",
        .choices = "immediately upon_activation selective", .effect = VT_SETTING_ALTERS_NOTHING,
        .doc = "how assets go live that are uploaded from now on into folders without a mode of "
               "their own: immediately; upon_activation: when somebody has published them once; "
               "selective: only when they are published by name"},
};

static const char *const type_names[VT_SETTING_N_TYPES] = {
    [VT_SETTING_FLAG] = "flag",
    [VT_SETTING_CHOICE] = "choice",
    [VT_SETTING_NUMBER] = "number",
    [VT_SETTING_SCHEDULE] = "schedule",
    [VT_SETTING_ZONE] = "time zone",
};

/* Where a value stands in the table `setting`; newly allocated. */
static char *
key_of(const VtSettingRow *row, const char *database)
{
    return database != NULL ? g_strdup_printf("%s/%s", row->name, database) : g_strdup(row->name);
}

/* *ret_value is NULL where nothing is stored. */
static gboolean
find(VtDb *db, gint64 tenant_id, const char *name, char **ret_value, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_setting_get, error);
    g_autofree char *value = NULL;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", name);
    if (vt_stmt_next(stmt))
        value = g_strdup(vt_stmt_text(stmt, "value"));
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    *ret_value = g_steal_pointer(&value);
    return TRUE;
}

char *
vt_setting_get(VtDb *db, gint64 tenant_id, const char *name, const char *fallback, GError **error)
{
    char *value = NULL;

    if (!find(db, tenant_id, name, &value, error))
        return NULL;
    return value != NULL ? value : g_strdup(fallback);
}

gboolean
vt_setting_set(VtDb *db, gint64 tenant_id, const char *name, const char *value, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_setting_set, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", name);
    vt_stmt_bind_text(stmt, "value", value);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
forget(VtDb *db, gint64 tenant_id, const char *name, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_setting_forget, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", name);
    return vt_stmt_exec(stmt, NULL, error);
}

char *
vt_setting_read(VtDb *db, gint64 tenant_id, VtSettingId id, const char *database, GError **error)
{
    const VtSettingRow *row = &vt_setting_rows[id];
    g_autofree char *own = key_of(row, database);
    char *value = NULL;

    if (!find(db, tenant_id, own, &value, error))
        return NULL;
    if (value != NULL)
        return value;
    return vt_setting_get(db, tenant_id, row->name, row->fallback, error);
}

gboolean
vt_setting_read_flag(VtDb *db, gint64 tenant_id, VtSettingId id, gboolean *ret_flag, GError **error)
{
    g_autofree char *value = vt_setting_read(db, tenant_id, id, NULL, error);

    if (value == NULL)
        return FALSE;
    *ret_flag = strcmp(value, "true") == 0;
    return TRUE;
}

gboolean
vt_setting_read_number(
    VtDb *db, gint64 tenant_id, VtSettingId id, gint64 *ret_number, GError **error)
{
    const VtSettingRow *row = &vt_setting_rows[id];
    g_autofree char *value = vt_setting_read(db, tenant_id, id, NULL, error);

    if (value == NULL)
        return FALSE;
    return g_ascii_string_to_signed(value, 10, row->least, row->most, ret_number, NULL) ||
           vt_throw(error, VT_ERROR_DAMAGED, "the setting '%s' says '%s'", row->name, value);
}

static const VtSettingRow *
find_row(const char *name, VtSettingId *ret_id, GError **error)
{
    for (VtSettingId id = 0; id < VT_SETTING_COUNT; id++)
        if (strcmp(vt_setting_rows[id].name, name) == 0) {
            *ret_id = id;
            return &vt_setting_rows[id];
        }
    return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no setting '%s'", name);
}

static gboolean
has_word(const char *words, const char *word)
{
    g_auto(GStrv) list = g_strsplit(words, " ", -1);

    return g_strv_contains((const char *const *)list, word);
}

/* Checks that the rule comes due on the tenant's clock. */
static char *
check_schedule(VtDb *db, gint64 tenant_id, const char *value, gint64 now_us, GError **error)
{
    g_autofree char *name = vt_setting_read(db, tenant_id, VT_SETTING_TIME_ZONE, NULL, error);
    g_autoptr(GTimeZone) zone = name != NULL ? vt_schedule_zone(name, error) : NULL;
    g_autoptr(VtSchedule) schedule = zone != NULL ? vt_schedule_parse(value, error) : NULL;

    if (schedule == NULL)
        return NULL;
    if (vt_schedule_next(schedule, now_us, zone) == 0)
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "'%s' names no time that is still to come",
            vt_schedule_text(schedule));
    return g_strdup(vt_schedule_text(schedule));
}

/* @value in canonical form, newly allocated. */
static char *
check(VtDb *db,
    gint64 tenant_id,
    const VtSettingRow *row,
    const char *value,
    gint64 now_us,
    GError **error)
{
    const char *words = row->type == VT_SETTING_FLAG ? "true false" : row->choices;
    g_autoptr(GTimeZone) zone = NULL;
    gint64 number = 0;

    switch (row->type) {
    case VT_SETTING_FLAG:
    case VT_SETTING_CHOICE:
        if (!has_word(words, value))
            return vt_throw_null(error, VT_ERROR_BAD_VALUE, "'%s' is one of: %s", row->name, words);
        return g_strdup(value);
    case VT_SETTING_NUMBER:
        if (!g_ascii_string_to_signed(value, 10, row->least, row->most, &number, NULL))
            return vt_throw_null(error, VT_ERROR_BAD_VALUE,
                "'%s' is a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, row->name,
                row->least, row->most);
        return g_strdup_printf("%" G_GINT64_FORMAT, number);
    case VT_SETTING_SCHEDULE:
        return check_schedule(db, tenant_id, value, now_us, error);
    case VT_SETTING_ZONE:
        zone = vt_schedule_zone(value, error);
        return zone != NULL ? g_strdup(value) : NULL;
    case VT_SETTING_N_TYPES:
        break;
    }
    g_return_val_if_reached(NULL);
}

static gboolean
check_database(
    VtDb *db, gint64 tenant_id, const VtSettingRow *row, const char *database, GError **error)
{
    g_auto(GStrv) known = NULL;

    if (database == NULL)
        return TRUE;
    if (!row->per_database)
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "'%s' is not set for one channel database, but for the tenant", row->name);
    known = vt_channel_databases(db, tenant_id, error);
    if (known == NULL)
        return FALSE;
    return g_strv_contains((const char *const *)known, database) ||
           vt_throw(error, VT_ERROR_NOT_FOUND, "there is no channel database '%s'", database);
}

/* Stores what differs; @ret_changed tells. */
static gboolean
store(VtDb *db,
    gint64 tenant_id,
    const char *key,
    const char *value,
    gboolean *ret_changed,
    GError **error)
{
    g_autofree char *before = NULL;

    if (!find(db, tenant_id, key, &before, error))
        return FALSE;
    *ret_changed = g_strcmp0(before, value) != 0;
    if (!*ret_changed)
        return TRUE;
    return value != NULL ? vt_setting_set(db, tenant_id, key, value, error)
                         : forget(db, tenant_id, key, error);
}

gboolean
vt_setting_put(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *database,
    const char *value,
    const VtActor *actor,
    gint64 *ret_seq,
    GError **error)
{
    VtSettingId id = 0;
    const VtSettingRow *row = find_row(name, &id, error);
    g_autoptr(VtTx) tx = row != NULL ? vt_tx_begin(db, VT_TX_WRITE, error) : NULL;
    g_autofree char *kept = NULL, *key = NULL, *cause = NULL;
    g_autoptr(VtChange) change = NULL;
    gboolean changed = FALSE;
    gint64 seq = 0;

    if (tx == NULL || !check_database(db, tenant_id, row, database, error))
        return FALSE;
    if (strcmp(value, DEFAULT_WORD) != 0) {
        kept = check(db, tenant_id, row, value, actor->now_us, error);
        if (kept == NULL)
            return FALSE;
    }
    key = key_of(row, database);
    if (!store(db, tenant_id, key, kept, &changed, error))
        return FALSE;
    cause = g_strdup_printf("setting %s", row->name);
    change = vt_change_new(tenant_id, cause);
    if (changed)
        vt_change_add(change, VT_LOG_KIND_SETTING, id);
    if (!vt_change_write(change, db, actor, &seq, error) || !vt_tx_commit(tx, error))
        return FALSE;
    if (ret_seq != NULL)
        *ret_seq = seq;
    return TRUE;
}

/* The values that channel databases have of their own. */
static json_t *
databases_json(
    VtDb *db, gint64 tenant_id, const VtSettingRow *row, char **databases, GError **error)
{
    g_autoptr(json_t) list = json_array();

    for (char **database = databases; row->per_database && *database != NULL; database++) {
        g_autofree char *key = key_of(row, *database);
        g_autofree char *value = NULL;

        if (!find(db, tenant_id, key, &value, error))
            return NULL;
        if (value != NULL)
            json_array_append_new(list, json_pack("{s:s,s:s}", "name", *database, "value", value));
    }
    return g_steal_pointer(&list);
}

static json_t *
row_json(VtDb *db, gint64 tenant_id, VtSettingId id, char **databases, GError **error)
{
    const VtSettingRow *row = &vt_setting_rows[id];
    g_autofree char *value = vt_setting_read(db, tenant_id, id, NULL, error);
    json_t *own = value != NULL ? databases_json(db, tenant_id, row, databases, error) : NULL;
    json_t *json;

    if (own == NULL)
        return NULL;
    json = json_pack("{s:s,s:s,s:s,s:s,s:s?,s:s,s:o}", "name", row->name, "value", value, "default",
        row->fallback, "type", type_names[row->type], "choices", row->choices, "doc", row->doc,
        "databases", own);
    if (row->type == VT_SETTING_NUMBER)
        json_object_update_new(json,
            json_pack("{s:I,s:I}", "least", (json_int_t)row->least, "most", (json_int_t)row->most));
    return json;
}

json_t *
vt_setting_list_json(VtDb *db, gint64 tenant_id, GError **error)
{
    g_auto(GStrv) databases = vt_channel_databases(db, tenant_id, error);
    g_autoptr(json_t) list = json_array();

    if (databases == NULL)
        return NULL;
    for (VtSettingId id = 0; id < VT_SETTING_COUNT; id++) {
        json_t *row = row_json(db, tenant_id, id, databases, error);

        if (row == NULL)
            return NULL;
        json_array_append_new(list, row);
    }
    return json_pack("{s:O}", "settings", list);
}
