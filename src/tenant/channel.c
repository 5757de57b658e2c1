#include "tenant/channel.h"

#include "base/locale.h"
#include "base/text.h"
#include "tenant_sql.h"

#include <string.h>

enum { MAX_LOCALES = 200 };

void
vt_channel_free(VtChannel *self)
{
    if (self == NULL)
        return;
    g_free(self->code);
    g_free(self->name);
    g_free(self->database);
    g_free(self->default_locale);
    g_strfreev(self->locales);
    g_free(self);
}

static void
free_channel(gpointer data)
{
    vt_channel_free(data);
}

static VtChannelType
type_of(const char *word)
{
    int found = vt_text_index(vt_channel_type_names, VT_CHANNEL_TYPE_COUNT, word);

    return found < 0 ? VT_CHANNEL_TYPE_ONLINE : (VtChannelType)found;
}

/* The statement on all of a tenant's channels (@code NULL) or on one. */
static VtStmt *
statement(VtDb *db,
    const VtSql *of_all,
    const VtSql *of_one,
    gint64 tenant_id,
    const char *code,
    GError **error)
{
    VtStmt *stmt = vt_db_stmt(db, code == NULL ? of_all : of_one, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    if (code != NULL)
        vt_stmt_bind_text(stmt, "code", code);
    return stmt;
}

static gboolean
load_channels(VtDb *db, gint64 tenant_id, const char *code, GPtrArray *list, GError **error)
{
    g_autoptr(VtStmt) stmt =
        statement(db, &vt_sql_channel_list, &vt_sql_channel_find, tenant_id, code, error);

    if (stmt == NULL)
        return FALSE;
    while (vt_stmt_next(stmt)) {
        VtChannel *channel = g_new0(VtChannel, 1);

        channel->channel_id = vt_stmt_int(stmt, "channel_id");
        channel->code = g_strdup(vt_stmt_text(stmt, "code"));
        channel->name = g_strdup(vt_stmt_text(stmt, "name"));
        channel->database = g_strdup(vt_stmt_text(stmt, "database"));
        channel->default_locale = g_strdup(vt_stmt_text(stmt, "default_locale"));
        channel->type = type_of(vt_stmt_text(stmt, "type"));
        g_ptr_array_add(list, channel);
    }
    return vt_stmt_end(stmt, error);
}

static gboolean
load_locales(VtDb *db, gint64 tenant_id, const char *code, GPtrArray *list, GError **error)
{
    g_autoptr(VtStmt) stmt = statement(
        db, &vt_sql_channel_locale_list, &vt_sql_channel_locale_find, tenant_id, code, error);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    guint at = 0;

    if (stmt == NULL)
        return FALSE;
    while (vt_stmt_next(stmt)) {
        gint64 channel_id = vt_stmt_int(stmt, "channel_id");

        while (at < list->len &&
               ((VtChannel *)g_ptr_array_index(list, at))->channel_id != channel_id) {
            ((VtChannel *)g_ptr_array_index(list, at++))->locales = g_strv_builder_end(builder);
            g_clear_pointer(&builder, g_strv_builder_unref);
            builder = g_strv_builder_new();
        }
        g_strv_builder_add(builder, vt_stmt_text(stmt, "locale"));
    }
    for (; at < list->len; at++) {
        ((VtChannel *)g_ptr_array_index(list, at))->locales = g_strv_builder_end(builder);
        g_clear_pointer(&builder, g_strv_builder_unref);
        builder = g_strv_builder_new();
    }
    return vt_stmt_end(stmt, error);
}

static GPtrArray *
load(VtDb *db, gint64 tenant_id, const char *code, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_channel);

    if (!load_channels(db, tenant_id, code, list, error) ||
        !load_locales(db, tenant_id, code, list, error))
        return NULL;
    return g_steal_pointer(&list);
}

GPtrArray *
vt_channel_list(VtDb *db, gint64 tenant_id, GError **error)
{
    return load(db, tenant_id, NULL, error);
}

static int
by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char **
vt_channel_all_locales(const GPtrArray *channels)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    for (guint i = 0; i < channels->len; i++) {
        const VtChannel *channel = g_ptr_array_index(channels, i);

        for (char **locale = channel->locales; *locale != NULL; locale++)
            if (strcmp(*locale, VT_LOCALE_NEUTRAL) != 0 && g_hash_table_add(seen, *locale))
                g_ptr_array_add(sorted, *locale);
    }
    g_ptr_array_sort(sorted, by_text);
    g_strv_builder_add(builder, VT_LOCALE_NEUTRAL);
    for (guint i = 0; i < sorted->len; i++)
        g_strv_builder_add(builder, g_ptr_array_index(sorted, i));
    return g_strv_builder_end(builder);
}

const VtChannel *
vt_channel_by_code(const GPtrArray *channels, const char *code)
{
    for (guint i = 0; i < channels->len; i++) {
        const VtChannel *channel = g_ptr_array_index(channels, i);

        if (strcmp(channel->code, code) == 0)
            return channel;
    }
    return NULL;
}

const VtChannel *
vt_channel_by_id(const GPtrArray *channels, gint64 channel_id)
{
    for (guint i = 0; i < channels->len; i++) {
        const VtChannel *channel = g_ptr_array_index(channels, i);

        if (channel->channel_id == channel_id)
            return channel;
    }
    return NULL;
}

gboolean
vt_channel_parse(
    const GPtrArray *channels, const char *code, gint64 *ret_channel_id, GError **error)
{
    const VtChannel *channel;

    if (*code == '\0' || g_ascii_strcasecmp(code, VT_CHANNEL_OMNI_CODE) == 0) {
        *ret_channel_id = VT_CHANNEL_OMNI;
        return TRUE;
    }
    channel = vt_channel_by_code(channels, code);
    if (channel == NULL)
        return vt_throw(error, VT_ERROR_CHANNEL, "there is no channel '%s'", code);
    *ret_channel_id = channel->channel_id;
    return TRUE;
}

static gboolean
check(const VtChannel *spec, GError **error)
{
    if (!vt_text_is_code(spec->code) || g_ascii_strcasecmp(spec->code, VT_CHANNEL_OMNI_CODE) == 0)
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "'%s' cannot be a channel code; use 1 to 64 letters, digits, '_' and '-'", spec->code);
    if (!vt_text_is_code(spec->database))
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "'%s' cannot name a channel database; use 1 to 64 letters, digits, '_' and '-'",
            spec->database);
    if (!g_strv_contains((const char *const *)spec->locales, spec->default_locale))
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "the default locale '%s' of channel '%s' is not one of its locales",
            spec->default_locale, spec->code);
    if (g_strv_length(spec->locales) > MAX_LOCALES)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "channel '%s' has more than %d locales",
            spec->code, MAX_LOCALES);
    return TRUE;
}

static gboolean
same(const VtChannel *a, const VtChannel *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->database, b->database) == 0 &&
           strcmp(a->default_locale, b->default_locale) == 0 && a->type == b->type &&
           g_strv_equal((const char *const *)a->locales, (const char *const *)b->locales);
}

static gboolean
put_row(VtDb *db, gint64 tenant_id, const VtChannel *spec, gint64 *ret_channel_id, GError **error)
{
    g_autoptr(VtStmt) database = vt_db_stmt(db, &vt_sql_channel_database_add, error);
    g_autoptr(VtStmt) stmt = NULL;

    if (database == NULL)
        return FALSE;
    vt_stmt_bind_int(database, "tenant_id", tenant_id);
    vt_stmt_bind_text(database, "name", spec->database);
    if (!vt_stmt_exec(database, NULL, error))
        return FALSE;
    stmt = vt_db_stmt(db, &vt_sql_channel_put, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "database", spec->database);
    vt_stmt_bind_text(stmt, "code", spec->code);
    vt_stmt_bind_text(stmt, "name", spec->name);
    vt_stmt_bind_text(stmt, "type", vt_channel_type_names[spec->type]);
    vt_stmt_bind_text(stmt, "default_locale", spec->default_locale);
    return vt_stmt_read_int(stmt, "channel_id", ret_channel_id, error);
}

static gboolean
put_locales(VtDb *db, gint64 channel_id, char **locales, GError **error)
{
    g_autoptr(VtStmt) clear = vt_db_stmt(db, &vt_sql_channel_locale_clear, error);
    g_autoptr(VtStmt) add = vt_db_stmt(db, &vt_sql_channel_locale_add, error);

    if (clear == NULL || add == NULL)
        return FALSE;
    vt_stmt_bind_int(clear, "channel_id", channel_id);
    if (!vt_stmt_exec(clear, NULL, error))
        return FALSE;
    for (int i = 0; locales[i] != NULL; i++) {
        vt_stmt_bind_int(add, "channel_id", channel_id);
        vt_stmt_bind_text(add, "locale", locales[i]);
        vt_stmt_bind_int(add, "position", i);
        if (!vt_stmt_exec(add, NULL, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
vt_channel_put(VtDb *db,
    gint64 tenant_id,
    const VtChannel *spec,
    gint64 *ret_channel_id,
    gboolean *ret_changed,
    GError **error)
{
    g_autoptr(GPtrArray) present = NULL;
    const VtChannel *old;
    gint64 channel_id = 0;

    if (!check(spec, error))
        return FALSE;
    present = load(db, tenant_id, spec->code, error);
    if (present == NULL)
        return FALSE;
    old = vt_channel_by_code(present, spec->code);
    if (old != NULL && same(old, spec)) {
        *ret_channel_id = old->channel_id;
        *ret_changed = FALSE;
        return TRUE;
    }
    if (!put_row(db, tenant_id, spec, &channel_id, error) ||
        !put_locales(db, channel_id, spec->locales, error))
        return FALSE;
    *ret_channel_id = channel_id;
    *ret_changed = TRUE;
    return TRUE;
}

char **
vt_channel_databases(VtDb *db, gint64 tenant_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_channel_database_list, error);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    while (vt_stmt_next(stmt))
        g_strv_builder_add(builder, vt_stmt_text(stmt, "name"));
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return g_strv_builder_end(builder);
}
