/* The SQLite engine. Writing transactions begin IMMEDIATE and wait up to VT_DB_BUSY_MS for the one
 * write lock. Files are read, never mapped: one that is cut short while it is open is an error
 * then, and not the end of the process. */
#include "db/driver.h"

#include <sqlite3.h>
#include <string.h>

enum { RETRY_MS = 5 };

static gboolean
fail(sqlite3 *connection, int code, GError **error)
{
    VtErrorCode ours = VT_ERROR_DATABASE;

    if ((code & 0xff) == SQLITE_CONSTRAINT)
        ours = VT_ERROR_CONFLICT;
    if ((code & 0xff) == SQLITE_FULL || (code & 0xff) == SQLITE_IOERR)
        ours = VT_ERROR_STORAGE;
    if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB)
        ours = VT_ERROR_DAMAGED;
    return vt_throw(error, ours, "%s%s", (code & 0xff) == SQLITE_BUSY ? VT_DB_BUSY : "",
        connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code));
}

static gboolean
run(sqlite3 *connection, const char *text, GError **error)
{
    int code = sqlite3_exec(connection, text, NULL, NULL, NULL);

    return code == SQLITE_OK || fail(connection, code, error);
}

/* SQLite does not call its busy handler when two sessions turn one new file into WAL: the loser is
 * told "locked" at once and has to ask again. */
static gboolean
use_wal(sqlite3 *connection, GError **error)
{
    const char *text = "PRAGMA journal_mode = WAL";
    gint64 deadline = g_get_monotonic_time() + VT_DB_BUSY_MS * G_TIME_SPAN_MILLISECOND;
    int code;

    while ((code = sqlite3_exec(connection, text, NULL, NULL, NULL) & 0xff) == SQLITE_BUSY &&
           g_get_monotonic_time() < deadline)
        g_usleep(RETRY_MS * G_TIME_SPAN_MILLISECOND);
    return code == SQLITE_OK || fail(connection, code, error);
}

static gpointer
sqlite_open(const char *url, VtDbFlags flags, GError **error)
{
    const char *path = url + strlen("sqlite:");
    int open_flags = SQLITE_OPEN_NOMUTEX |
                     (flags & VT_DB_READ_ONLY ? SQLITE_OPEN_READONLY
                                              : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    sqlite3 *connection = NULL;
    int code = sqlite3_open_v2(path, &connection, open_flags, NULL);

    if (code != SQLITE_OK) {
        fail(connection, code, error);
        g_prefix_error(error, "cannot open '%s': ", path);
        sqlite3_close(connection);
        return NULL;
    }
    sqlite3_extended_result_codes(connection, 1);
    sqlite3_busy_timeout(connection, VT_DB_BUSY_MS);
    if (!run(connection,
            "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;"
            "PRAGMA cache_size = -16384; PRAGMA mmap_size = 0;",
            error) ||
        (!(flags & VT_DB_READ_ONLY) && !use_wal(connection, error)) ||
        !run(connection,
            flags & VT_DB_DERIVED ? "PRAGMA synchronous = NORMAL;" : "PRAGMA synchronous = FULL;",
            error)) {
        g_prefix_error(error, "cannot use '%s': ", path);
        sqlite3_close(connection);
        return NULL;
    }
    return connection;
}

static void
sqlite_close(gpointer connection)
{
    sqlite3_close(connection);
}

static gboolean
sqlite_is_lost(gpointer connection)
{
    return FALSE;
}

static gboolean
sqlite_script(gpointer connection, const VtSql *sql, GError **error)
{
    return run(connection, sql->sqlite, error);
}

static gboolean
sqlite_begin(gpointer connection, VtTxMode mode, GError **error)
{
    return run(connection, mode == VT_TX_WRITE ? "BEGIN IMMEDIATE" : "BEGIN", error);
}

static gboolean
sqlite_commit(gpointer connection, GError **error)
{
    return run(connection, "COMMIT", error);
}

static void
sqlite_rollback(gpointer connection)
{
    if (!sqlite3_get_autocommit(connection))
        sqlite3_exec(connection, "ROLLBACK", NULL, NULL, NULL);
}

static gpointer
sqlite_prepare(gpointer connection, const VtSql *sql, guint number, GError **error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v3(
        connection, sql->sqlite, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);

    if (code != SQLITE_OK) {
        fail(connection, code, error);
        g_prefix_error(error, "%s: ", sql->name);
        return NULL;
    }
    return statement;
}

static void
sqlite_finalize(gpointer statement)
{
    sqlite3_finalize(statement);
}

static void
sqlite_reset(gpointer statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

static void
sqlite_bind_int(gpointer statement, int index, gint64 value)
{
    sqlite3_bind_int64(statement, index + 1, value);
}

static void
sqlite_bind_text(gpointer statement, int index, const char *value)
{
    sqlite3_bind_text(statement, index + 1, value, -1, SQLITE_TRANSIENT);
}

static void
sqlite_bind_blob(gpointer statement, int index, gconstpointer data, gsize length)
{
    sqlite3_bind_blob64(statement, index + 1, data, length, SQLITE_TRANSIENT);
}

static gboolean
sqlite_next(gpointer statement, GError **error)
{
    int code = sqlite3_step(statement);

    if (code == SQLITE_ROW)
        return TRUE;
    if (code != SQLITE_DONE)
        fail(sqlite3_db_handle(statement), code, error);
    return FALSE;
}

static gboolean
sqlite_exec(gpointer statement, guint64 *ret_changed, GError **error)
{
    int code = sqlite3_step(statement);

    if (code != SQLITE_DONE && code != SQLITE_ROW)
        return fail(sqlite3_db_handle(statement), code, error);
    *ret_changed = (guint64)sqlite3_changes64(sqlite3_db_handle(statement));
    return TRUE;
}

static int
sqlite_n_columns(gpointer statement)
{
    return sqlite3_column_count(statement);
}

static const char *
sqlite_column_name(gpointer statement, int index)
{
    return sqlite3_column_name(statement, index);
}

static gint64
sqlite_get_int(gpointer statement, int index)
{
    return sqlite3_column_int64(statement, index);
}

static const char *
sqlite_get_text(gpointer statement, int index)
{
    return (const char *)sqlite3_column_text(statement, index);
}

static gconstpointer
sqlite_get_blob(gpointer statement, int index, gsize *ret_length)
{
    gconstpointer data = sqlite3_column_blob(statement, index);

    *ret_length = (gsize)sqlite3_column_bytes(statement, index);
    return data;
}

static gboolean
sqlite_is_null(gpointer statement, int index)
{
    return sqlite3_column_type(statement, index) == SQLITE_NULL;
}

const VtDbDriver vt_db_sqlite = {
    .scheme = "sqlite:",
    .open = sqlite_open,
    .close = sqlite_close,
    .is_lost = sqlite_is_lost,
    .script = sqlite_script,
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .prepare = sqlite_prepare,
    .finalize = sqlite_finalize,
    .reset = sqlite_reset,
    .bind_int = sqlite_bind_int,
    .bind_text = sqlite_bind_text,
    .bind_blob = sqlite_bind_blob,
    .exec = sqlite_exec,
    .next = sqlite_next,
    .n_columns = sqlite_n_columns,
    .column_name = sqlite_column_name,
    .get_int = sqlite_get_int,
    .get_text = sqlite_get_text,
    .get_blob = sqlite_get_blob,
    .is_null = sqlite_is_null,
};
