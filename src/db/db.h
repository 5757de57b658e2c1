/* One SQL interface over SQLite and PostgreSQL.
 *
 * A VtDb is a session: open it, use it from one thread at a time, free it. Statements come from
 * tables made at build (script/gen-sql.py); parameters and columns are named as in the .sql file,
 * and a wrong name aborts, for it is a bug that the statement test finds.
 *
 * A session waits ten seconds for a lock of another and is then refused. On PostgreSQL one that
 * stays in a transaction for a minute without a word is ended by the server.
 *
 * Errors of every function here: VT_ERROR_DATABASE (the engine failed or is busy; retry may help),
 * VT_ERROR_CONFLICT (a constraint refused the row), VT_ERROR_STORAGE (the disk is full or broken),
 * VT_ERROR_DAMAGED (the file is no database, or no whole one).
 */
#pragma once

#include "base/error.h"

#include <glib.h>

typedef struct {
    const char *name;
    const char *sqlite;
    const char *postgresql;
    const char *const *parameters; /* NULL at the end; bound by name, numbered in this order */
    const char *const *columns;    /* NULL at the end; empty for statements without rows */
} VtSql;

typedef struct _VtDb VtDb;
typedef struct _VtStmt VtStmt;
typedef struct _VtTx VtTx;

typedef enum {
    VT_DB_DURABLE = 0, /* a commit is on disk when it returns */
    VT_DB_DERIVED =
        1 << 0, /* may lose its last commits in a power cut, never its order: read stores */
    VT_DB_READ_ONLY = 1 << 1, /* the file must exist; writing fails */
} VtDbFlags;

/* @url: `sqlite:PATH` or `postgresql://…`. */
VtDb *vt_db_open(const char *url, VtDbFlags flags, GError **error);
void vt_db_free(VtDb *self); /* rolls an open transaction back; NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtDb, vt_db_free)

/* Statements this session has run since it was opened, for tests and metrics. */
guint64 vt_db_n_statements(const VtDb *self);

/* Whether the session's connection is gone for good: open another. */
gboolean vt_db_is_lost(const VtDb *self);

typedef enum {
    VT_TX_READ, /* one snapshot for every statement inside */
    VT_TX_WRITE,
} VtTxMode;

/* One transaction at a time per session. Freeing it without a commit rolls back. */
VtTx *vt_tx_begin(VtDb *db, VtTxMode mode, GError **error);
gboolean vt_tx_commit(VtTx *self, GError **error);
void vt_tx_free(VtTx *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtTx, vt_tx_free)

/* Whether a writing transaction is open: functions that need one check it. */
gboolean vt_db_is_writing(const VtDb *self);

/* Runs a `schema_…` script of the session's own, such as temporary tables, outside of a
 * transaction. */
gboolean vt_db_run_script(VtDb *self, const VtSql *sql, GError **error);

/* A prepared statement with nothing bound. Free it to give it back to the session. */
VtStmt *vt_db_stmt(VtDb *self, const VtSql *sql, GError **error);
void vt_stmt_free(VtStmt *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtStmt, vt_stmt_free)

/* What is not bound is NULL. Text and bytes are copied. */
void vt_stmt_bind_int(VtStmt *self, const char *parameter, gint64 value);
void vt_stmt_bind_text(VtStmt *self, const char *parameter, const char *value); /* NULL allowed */
void vt_stmt_bind_blob(VtStmt *self, const char *parameter, gconstpointer data, gsize length);

/* Runs a statement that returns no rows; it may be bound and run again. @ret_changed may be NULL.
 */
gboolean vt_stmt_exec(VtStmt *self, guint64 *ret_changed, GError **error);

/* Rows: `while (vt_stmt_next (stmt)) …` and then `if (!vt_stmt_end (stmt, error)) return FALSE;`.
 * end() also makes the statement ready to be bound and run again. On PostgreSQL the whole result is
 * held in memory: read large tables in pages. */
gboolean vt_stmt_next(VtStmt *self);
gboolean vt_stmt_end(VtStmt *self, GError **error);

/* Takes the one row of a look-up: the number in @column, 0 when there is no row; and ends it. */
gboolean vt_stmt_read_int(VtStmt *self, const char *column, gint64 *ret_number, GError **error);

/* Appends the numbers in @column of all rows to @numbers (gint64), and ends it. */
gboolean vt_stmt_read_ints(VtStmt *self, const char *column, GArray *numbers, GError **error);

/* Of the present row. Text and bytes live until the next call of next() or end(). */
gint64 vt_stmt_int(VtStmt *self, const char *column);       /* 0 for NULL */
const char *vt_stmt_text(VtStmt *self, const char *column); /* NULL for NULL */
gconstpointer vt_stmt_blob(VtStmt *self, const char *column, gsize *ret_length);
gboolean vt_stmt_is_null(VtStmt *self, const char *column);

/* Checks that the engine accepts the statement and names its columns as declared. For tests and
 * `doctor`. */
gboolean vt_db_check(VtDb *self, const VtSql *sql, GError **error);
