/* The job that imports a manifest, and what other jobs use that make one first. */
#pragma once

#include "cli/kinds.h"

extern const VtJobKind vt_kind_import;

typedef struct {
    VtRole role; /* the least who it runs as must have */
    gboolean rerun_all, force;
} VtKindImport;

/* Imports VT_API_UPLOAD_MANIFEST of the job's folder; what became of its rows are reports of the
 * job, and its result. Goes on where it was after a kill, with the same manifest. */
gboolean vt_kind_import_go(
    VtJobRun *run, const VtKindData *kinds, const VtKindImport *wish, GError **error);
