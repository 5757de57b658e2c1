/* Settings of a tenant that are changed while running: one table, vt_setting_rows.
 *
 * A value is a text in canonical form; what was never set has its default. A row marked
 * per_database may also be set for one channel database, which then does not follow the tenant's
 * value.
 */
#pragma once

#include "base/json.h"
#include "changelog/change.h"

/* The number of a setting is its subject in the change log: new ones go to the end. */
typedef enum {
    VT_SETTING_LANGUAGE_PARENT_FALLBACK,
    VT_SETTING_CHANNEL_NEUTRAL_LEVEL,
    VT_SETTING_SYNC_SCHEDULE,
    VT_SETTING_TIME_ZONE,
    VT_SETTING_INVALIDATION,
    VT_SETTING_CACHE_TTL_S,
    VT_SETTING_SEVERANCE,
    VT_SETTING_JOB_LOG_DAYS,
    VT_SETTING_TRASH_DAYS,
    VT_SETTING_GROUP_ITEMS,
    VT_SETTING_GROUP_SPACING_MINUTES,
    VT_SETTING_PURGE_ON_REPUBLISH,
    VT_SETTING_PREVIEW_HOURS,
    VT_SETTING_SEARCH_SCHEDULE,
    VT_SETTING_UPLOAD_PUBLISH,
    VT_SETTING_UPLOAD_IF_EXISTS,
    VT_SETTING_UPLOAD_RETAIN_PUBLISH,
    VT_SETTING_INSTANT_PUBLISH,
    VT_SETTING_FOLDER_PUBLISH_MODE,
    VT_SETTING_COUNT
} VtSettingId;

typedef enum {
    VT_SETTING_FLAG,   /* true, false */
    VT_SETTING_CHOICE, /* one of the words */
    VT_SETTING_NUMBER, /* least to most */
    VT_SETTING_SCHEDULE,
    VT_SETTING_ZONE, /* of IANA; "": that of the server */
    VT_SETTING_N_TYPES
} VtSettingType;

/* What a change makes old in the read stores. */
typedef enum {
    VT_SETTING_ALTERS_NOTHING,
    VT_SETTING_ALTERS_PRODUCTS,
    VT_SETTING_ALTERS_DELIVERY, /* how answers are kept */
} VtSettingEffect;

typedef struct {
    const char *name;
    VtSettingType type;
    const char *fallback; /* the default */
    const char *choices;  /* words with blanks between; NULL where there are none */
    gint64 least, most;
    gboolean per_database;
    VtSettingEffect effect;
    const char *doc;
} VtSettingRow;

extern const VtSettingRow vt_setting_rows[VT_SETTING_COUNT];

/* The value in force, newly allocated. @database: a channel database whose own value counts first,
 * or NULL. */
char *vt_setting_read(
    VtDb *db, gint64 tenant_id, VtSettingId id, const char *database, GError **error);

gboolean vt_setting_read_flag(
    VtDb *db, gint64 tenant_id, VtSettingId id, gboolean *ret_flag, GError **error);

/* For rows of type NUMBER; VT_ERROR_DAMAGED when what is stored is none. */
gboolean vt_setting_read_number(
    VtDb *db, gint64 tenant_id, VtSettingId id, gint64 *ret_number, GError **error);

/* Sets a value, or with `default` goes back to what holds without one, in a transaction of its own,
 * logged and audited. @database as above; NULL: the tenant's. What is set already is left alone
 * (@ret_seq, NULL allowed, is 0 then). VT_ERROR_NOT_FOUND for a name that is not in the table or a
 * database the tenant has not, VT_ERROR_BAD_VALUE for a value that is not allowed. */
gboolean vt_setting_put(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *database,
    const char *value,
    const VtActor *actor,
    gint64 *ret_seq,
    GError **error);

/* Schema SettingList: every row with what is in force. Owned by the caller. */
json_t *vt_setting_list_json(VtDb *db, gint64 tenant_id, GError **error);

/* Rows below the table, for marks of the program itself. The stored value or @fallback, newly
 * allocated; NULL only with an error. */
char *vt_setting_get(
    VtDb *db, gint64 tenant_id, const char *name, const char *fallback, GError **error);

gboolean vt_setting_set(
    VtDb *db, gint64 tenant_id, const char *name, const char *value, GError **error);
