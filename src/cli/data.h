/* A data directory and the database that goes with it.
 *
 *     DATA/lock            held by the one process that works here (SQLite)
 *     DATA/vitrine.db      the database, unless --database says otherwise
 *     DATA/blobs/          originals and pyramids, unless --storage says otherwise
 *     DATA/readstore/TENANT/DATABASE.db    what delivery reads
 *     DATA/node            the name of this node among those that share a database
 *     DATA/uploads/        files of imports that have not begun
 *     DATA/jobs/           files of jobs, see jobs/files.h
 *     DATA/cache/          renditions; may be deleted at any time while nothing runs
 */
#pragma once

#include "blob/blob.h"
#include "cli/settings.h"
#include "db/db.h"
#include "db/migrate.h"
#include "media/ingest.h"

typedef struct {
    char *directory;
    char *database_url;
    char *readstore; /* directory */
    char *node;      /* see changelog/node.h */
    VtDb *db;        /* migrated */
    VtBlobStore *blobs;
    int lock_fd; /* -1 on PostgreSQL */
    int node_fd; /* of a server; -1 or 0: none */
} VtData;

/* Opens and migrates; makes what is missing inside an existing directory. VT_ERROR_NOT_FOUND when
 * @settings->data is no directory and @create is FALSE, VT_ERROR_DATA_IN_USE,
 * VT_ERROR_NEWER_SCHEMA, or a storage or database error. */
gboolean vt_data_open(
    const VtSettings *settings, gboolean create, VtData *ret_data, GError **error);
void vt_data_clear(VtData *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtData, vt_data_clear)

/* Whether no other running server has the name of this node; it is this process's until it ends. */
gboolean vt_data_take_node(VtData *self);

/* Runs the consumers of the change log that are due, as a command does that works without a
 * server. */
gboolean vt_data_sync(VtData *self, GError **error);

/* The cage of ingest workers, and ingest into the directory's blobs through it; owned by the
 * caller. */
VtCage *vt_data_cage(guint n_workers);
VtIngest *vt_data_ingest(VtData *self, VtCage *cage);

/* Every migration of every room, in order of the floors, as VtMigration. */
GArray *vt_data_migrations(void);
