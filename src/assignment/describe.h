/* A context as the authoring API tells it: AssignmentState of contract/schemas.json. */
#pragma once

#include "assignment/place.h"

#include "base/json.h"

/* What @account_id (as VtActor has it) sees: what was finished and what is live, the working copy
 * only if it is this account's own, and what the context shows by inheritance. One snapshot; no
 * transaction may be open. NULL on an error of db.h. */
json_t *vt_set_describe(VtDb *db, const VtSetPlace *place, const VtActor *viewer, GError **error);
