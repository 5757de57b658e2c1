/* Bringing the read stores up to the change log as a job: ends when every store has confirmed. */
#pragma once

#include "base/json.h"
#include "cli/kinds.h"
#include "jobs/kind.h"

/* What a job waits for in every store. */
typedef struct {
    gboolean (*request)(VtJobRun *run, gint64 *ret_seq, GError **error); /* asks for it, once */
    const json_t *(*of)(const json_t *store); /* of a store of schema SyncStatus: state, problem */
    const char *message;
} VtSyncStage;

/* Asks unless the run goes on from a kill, waits until no store moves any more, reports each. */
gboolean vt_kind_wait_for_stores(
    VtJobRun *run, const VtKindData *data, const VtSyncStage *stage, GError **error);

extern const VtJobKind vt_kind_sync;
