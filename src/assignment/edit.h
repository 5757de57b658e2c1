/* Editing the media of a product or a category in one context: check out, save, finish, discard,
 * reset.
 *
 * A set is edited by one account at a time; others go on seeing what was finished last. Each
 * function is one transaction of its own: none may be open. All can fail with the errors of db.h.
 */
#pragma once

#include "assignment/place.h"

#include "base/json.h"

/* Checks the set out to @actor. The working copy begins as what was finished last; where the
 * context has no set of its own yet (or it was reset) as a copy of what is live there by
 * inheritance; with @empty as nothing. Who has it already keeps it as it is. VT_ERROR_CHECKED_OUT
 * names who else has it. */
gboolean vt_edit_begin(
    VtDb *db, const VtSetPlace *place, gboolean empty, const VtActor *actor, GError **error);

/* Replaces the working copy by @body (see body.h, whose errors it has; for a category also those of
 * vt_category_media_check). VT_ERROR_NOT_CHECKED_OUT or
 * VT_ERROR_CHECKED_OUT when @actor does not edit it, VT_ERROR_STALE_VERSION when @version is not
 * the present one; the working copy stays as it is then. */
gboolean vt_edit_save(VtDb *db,
    const VtSetPlace *place,
    gint64 version,
    const json_t *body,
    const VtActor *actor,
    GError **error);

/* Makes the working copy the newest revision and ends the check-out; a copy that says what the
 * newest revision says adds none. @version may be VT_DOCUMENT_ANY_VERSION. Errors as for save. */
gboolean vt_edit_finish(
    VtDb *db, const VtSetPlace *place, gint64 version, const VtActor *actor, GError **error);

/* Gives the working copy up: what was finished last stands. A set that was never finished is gone.
 * With @force (whose right to it is the caller's question) also another's. */
gboolean vt_edit_discard(
    VtDb *db, const VtSetPlace *place, gboolean force, const VtActor *actor, GError **error);

/* Makes a copy of revision @number the newest one; a tombstone is one too. It goes live with the
 * next publish. VT_ERROR_CHECKED_OUT when anybody edits the set (@actor too: his working copy would
 * be lost), VT_ERROR_NOT_FOUND when there is no such revision. */
gboolean vt_edit_restore(
    VtDb *db, const VtSetPlace *place, gint64 number, const VtActor *actor, GError **error);

/* Lets the context inherit again. A set that was never published is deleted; any other is checked
 * out to @actor with a tombstone as its working copy, and finished with @finish. It goes live with
 * the next publish. Without anything to reset it is a no-op that says so. */
gboolean vt_edit_reset(VtDb *db,
    const VtSetPlace *place,
    gboolean finish,
    const VtActor *actor,
    VtResetOutcome *ret_outcome,
    GError **error);
