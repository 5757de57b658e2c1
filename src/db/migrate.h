/* Brings a database to the schema of this program, room by room.
 *
 * A migration is a script that is never changed once released. All missing ones run in one
 * transaction, so a crash leaves the old schema or the new one. A database written by a newer
 * program is refused.
 */
#pragma once

#include "db/db.h"

typedef struct {
    const char *room;
    int version;      /* 1, 2, … within the room */
    const VtSql *sql; /* a `schema_…` statement */
} VtMigration;

/* @list: in order of the floors, versions ascending within a room. Errors: VT_ERROR_NEWER_SCHEMA
 * and those of db.h. */
gboolean vt_db_migrate(VtDb *db, const VtMigration *list, gsize n, GError **error);
