/* Bringing the read stores of all channel databases up to the change log. */
#pragma once

#include "db/db.h"

typedef struct {
    guint64 n_stores;  /* channel databases looked at */
    guint64 n_changed; /* rows that changed in their stores */
    guint64
        n_failed; /* stores that did not get further; each was logged and its consumer says why */
} VtSyncReport;

/* Told when a store was changed, before the log number is confirmed to anybody. May be NULL. */
typedef void (*VtSyncApplied)(gpointer data);

typedef struct {
    VtDb *db;              /* borrowed; no transaction open */
    const char *directory; /* stores are DIRECTORY/TENANT/DATABASE.db */
    VtSyncApplied applied;
    gpointer data;
} VtSync;

/* Runs every consumer once, up to the newest log number it sees. A store that fails does not stop
 * the others. FALSE only when the database itself cannot be read. @now_us: wall clock. */
gboolean vt_sync_run(const VtSync *self, gint64 now_us, VtSyncReport *ret_report, GError **error);

/* Builds all stores of a tenant (NULL: of all) anew from the database, beside the old ones. */
gboolean vt_sync_rebuild(const VtSync *self,
    const char *tenant,
    gint64 now_us,
    VtSyncReport *ret_report,
    GError **error);

/* Name of the consumer of a channel database, as in the table. Newly allocated. */
char *vt_sync_consumer_name(const char *tenant, const char *database);
