/* What an engine provides. Every slot must be filled; handles belong to the session that made them.
 */
#pragma once

#include "db/db.h"

typedef struct _VtDbDriver VtDbDriver;

/* How long a session waits for a lock that another holds, and how the refusal then begins. */
enum { VT_DB_BUSY_MS = 10000 };
#define VT_DB_BUSY "the database is busy: "

struct _VtDb {
    const VtDbDriver *driver;
    gpointer handle;  /* the engine's connection */
    GHashTable *idle; /* VtSql* -> GPtrArray of VtStmt*, owned: prepared and not in use */
    guint n_prepared; /* names prepared statements */
    guint64 n_run;    /* statements run */
    gboolean in_tx;
    gboolean is_writing;
};

struct _VtStmt {
    VtDb *db;
    const VtSql *sql;
    gpointer handle; /* the engine's statement */
    GError *error;   /* of next(), told by end() */
    gboolean is_run; /* since it was reset */
};

struct _VtDbDriver {
    const char *scheme;
    gpointer (*open)(const char *url, VtDbFlags flags, GError **error);
    void (*close)(gpointer connection);
    gboolean (*is_lost)(gpointer connection); /* nothing can be done with it any more */

    /* Runs a script of statements without parameters or rows. */
    gboolean (*script)(gpointer connection, const VtSql *sql, GError **error);
    gboolean (*begin)(gpointer connection, VtTxMode mode, GError **error);
    gboolean (*commit)(gpointer connection, GError **error);
    void (*rollback)(gpointer connection);

    gpointer (*prepare)(gpointer connection, const VtSql *sql, guint number, GError **error);
    void (*finalize)(gpointer statement);
    void (*reset)(gpointer statement);                             /* forgets rows and bindings */
    void (*bind_int)(gpointer statement, int index, gint64 value); /* index from 0 */
    void (*bind_text)(gpointer statement, int index, const char *value);
    void (*bind_blob)(gpointer statement, int index, gconstpointer data, gsize length);
    gboolean (*exec)(gpointer statement, guint64 *ret_changed, GError **error);
    gboolean (*next)(gpointer statement, GError **error); /* FALSE without error: no more rows */

    int (*n_columns)(gpointer statement);
    const char *(*column_name)(gpointer statement, int index);
    gint64 (*get_int)(gpointer statement, int index);
    const char *(*get_text)(gpointer statement, int index);
    gconstpointer (*get_blob)(gpointer statement, int index, gsize *ret_length);
    gboolean (*is_null)(gpointer statement, int index);
};

extern const VtDbDriver vt_db_sqlite;
extern const VtDbDriver vt_db_postgresql;
