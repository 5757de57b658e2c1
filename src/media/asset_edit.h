/* Editing an asset in one locale: check out, save, finish, discard, restore; new bytes.
 *
 * One account at a time; others go on seeing what was finished last. Each function that changes
 * something is one transaction of its own: none may be open. All can fail with the errors of db.h
 * and of the rules in document.h.
 */
#pragma once

#include "base/json.h"
#include "media/asset.h"

typedef struct {
    gint64 tenant_id;
    VtAsset asset;
    char locale[65]; /* canonical */
} VtAssetPlace;

/* @locale: NULL for the neutral one. VT_ERROR_NOT_FOUND, VT_ERROR_LOCALE. */
gboolean vt_asset_place_find(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *locale,
    VtAssetPlace *ret_place,
    GError **error);

/* Checks the locale out to @actor. The working copy begins as what was finished last, that of a new
 * locale as the neutral texts without a binary of its own. Who has it already keeps it as it is. */
gboolean vt_asset_edit_begin(
    VtDb *db, const VtAssetPlace *place, const VtActor *actor, GError **error);

/* Changes the working copy by @body (see asset_body.h). VT_ERROR_BAD_VALUE; the working copy stays
 * as it is then. */
gboolean vt_asset_edit_save(VtDb *db,
    const VtAssetPlace *place,
    gint64 version,
    const json_t *body,
    const VtActor *actor,
    GError **error);

/* Makes the working copy the newest revision. @version may be VT_DOCUMENT_ANY_VERSION. */
gboolean vt_asset_edit_finish(
    VtDb *db, const VtAssetPlace *place, gint64 version, const VtActor *actor, GError **error);

/* Gives the working copy up; a locale that was never finished is gone. With @force (whose right to
 * it is the caller's question) also another's. */
gboolean vt_asset_edit_discard(
    VtDb *db, const VtAssetPlace *place, gboolean force, const VtActor *actor, GError **error);

/* Makes a copy of revision @number the newest one. VT_ERROR_CHECKED_OUT when anybody edits it,
 * VT_ERROR_NOT_FOUND when there is none of this number. */
gboolean vt_asset_edit_restore(
    VtDb *db, const VtAssetPlace *place, gint64 number, const VtActor *actor, GError **error);

/* Puts a binary in: into the working copy of @actor, else as a new revision. @ret_document_id: the
 * locale's document, which has a new head unless it is checked out. */
gboolean vt_asset_edit_put_binary(VtDb *db,
    const VtAssetPlace *place,
    const VtBinary *binary,
    const VtActor *actor,
    gint64 *ret_document_id,
    GError **error);
