/* What became of an asset: each publish, unpublish and purge by hand, newest first, with how far
 * every server has come with it.
 *
 * Nothing is written down for this: publications tell what went live and what was taken back, the
 * log who did it, batches and purges of the servers when they had it. A server that had it so long
 * ago that its batch is not kept any more (sync.h, edge.h) is told without a time.
 */
#pragma once

#include "base/json.h"
#include "db/db.h"

enum { VT_HISTORY_PAGE = 20, VT_HISTORY_PAGE_MAX = 100 };

typedef struct {
    gint64 tenant_id;
    const char *tenant; /* code */
    gint64 asset_id;
    const char *before; /* `next` of an earlier answer; NULL or "": from the newest */
    guint limit;        /* at most VT_HISTORY_PAGE_MAX */
} VtHistoryQuery;

/* Schema PublishHistory, owned by the caller. VT_ERROR_BAD_VALUE for a cursor that is none. */
json_t *vt_history_json(VtDb *db, const VtHistoryQuery *query, GError **error);
