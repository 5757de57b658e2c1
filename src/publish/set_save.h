/* Building sets of assets: what is made or changed is finished, and goes live with its members in
 * the same breath unless it is told to wait.
 *
 *     saved        | the set was live    | the set was not live
 *     to be live   | live, members too   | live, members too
 *     to wait      | live as it was      | not live; members stay as they are
 */
#pragma once

#include "base/json.h"
#include "changelog/change.h"

/**
 * vt_publish_set_create:
 * @body: SetRequest of contract/schemas.json
 *
 * No transaction is open. If only the publishing fails, the set is there and waits.
 *
 * Returns: SetCreated of the same, owned by the caller. NULL with VT_ERROR_MISSING_FIELD,
 *   VT_ERROR_BAD_VALUE, an error of vt_asset_set_create or of vt_publish.
 */
json_t *vt_publish_set_create(
    VtDb *db, gint64 tenant_id, const json_t *body, const VtActor *actor, GError **error);

/* The same for a set that is there; @body: SetChange, @locale (nullable): the neutral one. Errors
 * of vt_asset_set_save and of vt_publish. */
json_t *vt_publish_set_save(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *locale,
    const json_t *body,
    const VtActor *actor,
    GError **error);
