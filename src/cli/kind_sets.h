/* Making sets of pictures by their names: as a job, and behind an import. */
#pragma once

#include "jobs/kind.h"

extern const VtJobKind vt_kind_sets;

/* Inside of kinds: makes the sets of an import that runs, as drafts. @names: of what it brought, as
 * texts; other things than pictures among them are passed over. Errors of vt_set_generate. */
gboolean vt_kind_sets_behind(VtJobRun *run, const json_t *names, GError **error);
