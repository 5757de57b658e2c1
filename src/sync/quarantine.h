/* Things a store could not take: a row past its bound, media that cannot be read.
 *
 * Such a thing keeps the answer it had in that store and stops no other. It is tried again at its
 * next change, at a full sync, or when somebody asks (vt_quarantine_retry). The store itself says
 * what it lacks, in the transaction of the batch (configuration rows of kind
 * VT_QUARANTINE_CONFIGURATION); the table `quarantine` repeats it for people to see.
 */
#pragma once

#include "base/json.h"
#include "changelog/change.h"
#include "db/migrate.h"
#include "readstore/writer.h"

#define VT_QUARANTINE_CONFIGURATION "quarantine"

/* Of one consumer, things the table names; the store knows of all. */
enum { VT_QUARANTINE_MAX_NAMED = 1000 };

/* Whether @error says something about the thing itself, not about the machine. */
gboolean vt_quarantine_is_meant(const GError *error);

/* In the open batch: a thing could not be taken, or was. @seq: the log number of the batch. */
gboolean vt_quarantine_put(VtReadstoreWriter *writer,
    VtLogKind kind,
    gint64 subject,
    gint64 seq,
    const char *reason,
    GError **error);
gboolean vt_quarantine_lift(
    VtReadstoreWriter *writer, VtLogKind kind, gint64 subject, GError **error);

/* Whose store: a consumer in a node. */
typedef struct {
    gint64 tenant_id;
    const char *consumer;
    const char *node;
} VtQuarantineOf;

/* Makes the table say what the store at @path says; in the caller's transaction. */
gboolean vt_quarantine_save(
    VtDb *db, const VtQuarantineOf *whose, const char *path, GError **error);

/* The things of a tenant that are in quarantine in any of its stores, at most
 * VT_QUARANTINE_MAX_NAMED, as schema SyncStatus shows them; owned by the caller. */
json_t *vt_quarantine_list_json(VtDb *db, gint64 tenant_id, GError **error);

/* Writes what the table names to the change log, so that every store tries it again. One
 * transaction of its own. @ret_n: how many things. */
gboolean vt_quarantine_retry(
    VtDb *db, gint64 tenant_id, const VtActor *actor, guint *ret_n, GError **error);

extern const VtMigration vt_sync_migrations[];
extern const gsize vt_sync_n_migrations;
