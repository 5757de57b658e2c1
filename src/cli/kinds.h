/* The jobs this program can do, put together from the rooms that do the work.
 *
 * | kind | parameters |
 * |---|---|
 * | `publish` | as PublishRequest; none: `{"mode": "incremental"}` |
 * | `unpublish` | as UnpublishRequest |
 * | `group` | `{"group": NUMBER}`; comes with the time of a publish group alone |
 * | `activation` | none; comes with the time of an asset alone |
 * | `sync` | `{"full": true}` builds the read stores anew, `{"retry": true}` takes what failed |
 * | `search` | none |
 * | `purge` | as PurgeRequest |
 * | `cleanup` | none |
 * | `import` | `{"rerun": "failed" or "all", "force": true}`; comes with its files alone |
 * | `export` | as ExportRequest |
 * | `sets` | as publish/set_generate.h takes them |
 * | `upload` | `{"urls": […], "publish": false, "if_exists": "keep_both", "tags": […]}` |
 * | `metadata` | `{"table": TEXT, "publish": true}` |
 */
#pragma once

#include "base/http_client.h"
#include "changelog/change.h"
#include "jobs/run.h"
#include "media/ingest.h"
#include "sync/edge_loop.h"
#include "sync/loop.h"

/* VtJobKinds.data of these kinds. */
typedef struct {
    VtSyncLoop *sync;             /* borrowed; NULL: stores find out by themselves */
    VtEdgeLoop *edges;            /* borrowed; NULL: so do edges */
    VtIngest *ingest;             /* borrowed */
    const VtHttpAllowed *allowed; /* borrowed: private networks imports may fetch from, or NULL */
    const char *files;            /* borrowed: the root of jobs/files.h */
} VtKindData;

/* For kinds: VT_ERROR_FORBIDDEN unless who the job runs as still has the role @needed. */
gboolean vt_kind_check_runner(VtJobRun *run, VtRole needed, GError **error);

/* Something went live: stores shall follow at once. */
void vt_kind_ring(const VtKindData *self);

/* The code of the job's tenant, newly allocated. */
char *vt_kind_tenant(VtJobRun *run, GError **error);

/* In whose name a run changes things. */
VtActor vt_kind_actor(const VtJobRun *run);

extern const VtJobKind *const vt_kind_table[];

/* VtJobKinds.add_addresses: those who wished to hear of it. */
gboolean vt_kinds_add_addresses(
    VtDb *db, const VtJob *job, VtJobOutcome outcome, GPtrArray *addresses, GError **error);

/* Sees to it that each tenant has in its book what every tenant has. */
gboolean vt_kinds_book_standing(VtDb *db, const VtJobKinds *kinds, gint64 now_us, GError **error);
