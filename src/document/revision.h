/* Revisions: the finished, immutable states of a document. */
#pragma once

#include "base/json.h"
#include "document/document.h"

typedef struct {
    const char *body;        /* NULL: a tombstone, the document is reset */
    const gint64 *asset_ids; /* assets the body names, repeats allowed */
    gsize n_assets;
    const char *comment; /* or NULL */
} VtRevisionSpec;

/**
 * vt_revision_check_in:
 * @state: of the branch; head and version are updated on success
 * @ret_number: the head afterwards
 * @ret_changed: FALSE when the head has this body already: nothing was written then
 *
 * Makes @spec the new head and ends a check-out of @actor. A document in the trash comes out of it,
 * unless that is done in a group.
 *
 * Returns: FALSE with VT_ERROR_CHECKED_OUT when another account holds the document,
 * VT_ERROR_STALE_VERSION when it changed since @state was read, or an error of db.h.
 */
gboolean vt_revision_check_in(VtDb *db,
    VtDocumentState *state,
    gint64 group_id,
    const VtRevisionSpec *spec,
    const VtActor *actor,
    gint64 *ret_number,
    gboolean *ret_changed,
    GError **error);

/* Puts the document into the trash: a tombstone is its head, and publishing everything leaves it
 * alone. Errors as for vt_revision_check_in. */
gboolean vt_revision_trash(
    VtDb *db, VtDocumentState *state, gint64 group_id, const VtActor *actor, GError **error);

/* Adds a revision, with its row of the audit trail, that is not the head: what a bulk import
 * publishes when the head holds unpublished changes too. */
gboolean vt_revision_add(VtDb *db,
    gint64 document_id,
    gint64 group_id,
    const VtRevisionSpec *spec,
    const VtActor *actor,
    gint64 *ret_number,
    GError **error);

enum { VT_REVISION_PAGE_MAX = 500 };

/* What the state's context sees: revisions made in it, its head, and, up to where it parted from
 * the live site, those of the live site and those that were live. VT_ERROR_NOT_FOUND for any other.
 */
gboolean vt_revision_check_seen(
    VtDb *db, const VtDocumentState *state, gint64 number, GError **error);

/* Revisions the context sees before number @before (0: the newest first), newest first, at
 * most @page: VersionList of contract/schemas.json. NULL on an error of db.h. */
json_t *vt_revision_list_json(
    VtDb *db, const VtDocumentState *state, gint64 before, guint page, GError **error);

/* @ret_body: newly allocated, or NULL for a tombstone. VT_ERROR_NOT_FOUND when there is no such
 * revision. */
gboolean vt_revision_body(
    VtDb *db, gint64 document_id, gint64 number, char **ret_body, GError **error);
