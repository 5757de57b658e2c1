/* Putting assets into the trash and taking them out, with what is live of them.
 *
 * An asset that goes into the trash is withdrawn from delivery in the same transaction; what was
 * live of it then goes live again when it is restored.
 */
#pragma once

#include "media/trash.h"
#include "publish/unpublish.h"

typedef struct {
    gint64 tenant_id;
    const char *const *assets; /* names; NULL-terminated */
    gboolean force; /* also those that published media of products show; who may is the caller's
                       question */
} VtTrashRequest;

/* All of them or none. @ret_result: as of an unpublish, to be cleared in any case.
 * VT_ERROR_REFERENCED (see referenced), VT_ERROR_CHECKED_OUT, VT_ERROR_NOT_FOUND. No transaction
 * may be open. */
gboolean vt_trash(VtDb *db,
    const VtTrashRequest *request,
    const VtActor *actor,
    VtUnpublishResult *ret_result,
    GError **error);

/* AssetDeleted of contract/schemas.json. */
json_t *vt_trash_json(const VtUnpublishResult *result);

/* Restores an asset, then publishes what was live of it. @ret_seq: log number of that publish, 0:
 * nothing was live. @ret_restored is to be cleared. Errors: those of vt_trash_restore and
 * vt_publish. No transaction may be open. */
gboolean vt_trash_bring_back(VtDb *db,
    gint64 tenant_id,
    gint64 asset_id,
    const VtActor *actor,
    VtTrashRestored *ret_restored,
    gint64 *ret_seq,
    GError **error);

/* TrashRestored of contract/schemas.json. */
json_t *vt_trash_restored_json(const VtTrashRestored *restored, gint64 seq);
