/* A context as the authoring API tells it: AssignmentState of contract/schemas.json. */
#pragma once

#include "assignment/place.h"

#include "base/json.h"

/* What @account_id (as VtActor has it) sees: what was finished and what is live, the working copy
 * only if it is this account's own, and what the context shows by inheritance. One snapshot; no
 * transaction may be open. NULL on an error of db.h. */
json_t *vt_set_describe(VtDb *db, const VtSetPlace *place, const VtActor *viewer, GError **error);

/* Its revisions before number @before (0: the newest first), newest first, at most @page:
 * VersionList of contract/schemas.json. NULL on an error of db.h. */
json_t *vt_set_describe_versions(
    VtDb *db, const VtSetPlace *place, gint64 before, guint page, GError **error);

/* One revision: AssignmentRevision of contract/schemas.json. NULL with VT_ERROR_NOT_FOUND when
 * there is none of this number, or an error of db.h. */
json_t *vt_set_describe_version(VtDb *db, const VtSetPlace *place, gint64 number, GError **error);
