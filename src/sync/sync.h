/* Bringing the read stores of all channel databases up to the change log. */
#pragma once

#include "changelog/change.h"

typedef struct {
    guint64 n_stores;      /* channel databases looked at */
    guint64 n_changed;     /* rows that changed in their stores */
    guint64 n_failed;      /* did not get further; each was logged and its consumer says why */
    guint64 n_waiting;     /* have something to do when their schedule says so */
    guint64 n_held;        /* left their channels where they are until another store has them */
    guint64 n_quarantined; /* things that stores could not take */
    gint64 next_us;        /* when the first schedule is due; 0: none has one */
} VtSyncReport;

/* May be NULL. */
typedef void (*VtSyncApplied)(gpointer data);

typedef struct {
    VtDb *db;              /* borrowed; no transaction open */
    const char *directory; /* stores are DIRECTORY/TENANT/DATABASE.db */
    const char *node;      /* whose stores they are, see changelog/node.h; NULL: of the only one */
    gboolean by_hand;      /* now, whatever schedules say */
    VtSyncApplied applied; /* a store was changed, and nobody has heard of it yet */
    VtSyncApplied requested; /* edges have something to forget */
    gpointer data;
} VtSync;

/* Runs every consumer that is due once, up to the newest log number it sees. A consumer with a
 * schedule is due at its times, at once when one was missed, and when it has no store yet. A store
 * that fails does not stop the others, nor a thing that a store cannot take (quarantine.h). FALSE
 * only when the database itself cannot be read. @now_us: wall clock. */
gboolean vt_sync_run(const VtSync *self, gint64 now_us, VtSyncReport *ret_report, GError **error);

/* Builds all stores of a tenant (NULL: of all) anew from the database, beside the old ones. */
gboolean vt_sync_rebuild(const VtSync *self,
    const char *tenant,
    gint64 now_us,
    VtSyncReport *ret_report,
    GError **error);

/* Writes to the log that every store of the tenant, in every node, is to be built anew. */
gboolean vt_sync_request_rebuild(VtDb *db, gint64 tenant_id, const VtActor *actor, GError **error);

/* Where a store is; newly allocated. */
char *vt_sync_store_path(const char *directory, const char *tenant, const char *database);

/* Name of the consumer of a channel database, as in the table. Newly allocated. */
char *vt_sync_consumer_name(const char *tenant, const char *database);
