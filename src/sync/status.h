/* How far each log number has come: published, applied to each store, visible. */
#pragma once

#include "base/json.h"
#include "db/db.h"

typedef struct {
    const char *tenant; /* code */
    gint64 tenant_id;
    const char *node; /* of who asks; listed beside the nodes that say they run */
    gint64 seq;       /* a log number, or 0: the newest */
    gint64 now_us;
} VtSyncQuestion;

/* Schema SyncStatus: one entry for every channel database of every node that runs. Owned by the
 * caller. Errors: those of db.h. */
json_t *vt_sync_status_json(VtDb *db, const VtSyncQuestion *question, GError **error);

/* Of such a status: whether what has not confirmed its number only waits for a schedule. */
gboolean vt_sync_status_waits(const json_t *status);

/* Of such a status: names of what has not confirmed its number, with the reason or the time it is
 * due, as one text; NULL when all have. */
char *vt_sync_status_behind(const json_t *status);
