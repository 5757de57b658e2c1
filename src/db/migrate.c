#include "db/migrate.h"

#include "db/driver.h"

#include <string.h>

static const VtSql create = {
    .name = "schema_version_create",
    .sqlite =
        "CREATE TABLE IF NOT EXISTS schema_version(room TEXT PRIMARY KEY, version BIGINT NOT NULL)",
    .postgresql =
        "SELECT pg_advisory_xact_lock(8470221); "
        "CREATE TABLE IF NOT EXISTS schema_version(room TEXT PRIMARY KEY, version BIGINT NOT NULL)",
};
static const VtSql load = {
    .name = "schema_version_load",
    .sqlite = "SELECT version FROM schema_version WHERE room = ?1",
    .postgresql = "SELECT version FROM schema_version WHERE room = $1",
    .parameters = (const char *const[]){"room", NULL},
    .columns = (const char *const[]){"version", NULL},
};
static const VtSql save = {
    .name = "schema_version_save",
    .sqlite = "INSERT INTO schema_version(room, version) VALUES (?1, ?2) "
              "ON CONFLICT (room) DO UPDATE SET version = excluded.version",
    .postgresql = "INSERT INTO schema_version(room, version) VALUES ($1, $2) "
                  "ON CONFLICT (room) DO UPDATE SET version = excluded.version",
    .parameters = (const char *const[]){"room", "version", NULL},
    .columns = (const char *const[]){NULL},
};

static gboolean
version_of(VtDb *db, const char *room, gint64 *ret_version, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &load, error);
    gint64 version = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "room", room);
    while (vt_stmt_next(stmt))
        version = vt_stmt_int(stmt, "version");
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    *ret_version = version;
    return TRUE;
}

static gboolean
apply(VtDb *db, const VtMigration *migration, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;

    if (!db->driver->script(db->handle, migration->sql, error)) {
        g_prefix_error(error, "migration %d of %s: ", migration->version, migration->room);
        return FALSE;
    }
    stmt = vt_db_stmt(db, &save, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "room", migration->room);
    vt_stmt_bind_int(stmt, "version", migration->version);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
refuse_newer(VtDb *db, const VtMigration *list, gsize n, GError **error)
{
    for (gsize i = 0; i < n; i++) {
        gboolean is_last = i + 1 == n || strcmp(list[i].room, list[i + 1].room) != 0;
        gint64 version = 0;

        if (!version_of(db, list[i].room, &version, error))
            return FALSE;
        if (is_last && version > list[i].version)
            return vt_throw(error, VT_ERROR_NEWER_SCHEMA,
                "the database has version %d of '%s', this program knows %d; use a newer vitrine",
                (int)version, list[i].room, list[i].version);
    }
    return TRUE;
}

gboolean
vt_db_migrate(VtDb *db, const VtMigration *list, gsize n, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);

    if (tx == NULL || !db->driver->script(db->handle, &create, error) ||
        !refuse_newer(db, list, n, error))
        return FALSE;
    for (gsize i = 0; i < n; i++) {
        gint64 version = 0;

        if (!version_of(db, list[i].room, &version, error))
            return FALSE;
        if (version < list[i].version && !apply(db, &list[i], error))
            return FALSE;
    }
    return vt_tx_commit(tx, error);
}
