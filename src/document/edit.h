/* Editing a document, written once for every kind: check out, save, finish, discard, reset,
 * restore; and what people are told of it. A kind brings a table of what only it knows.
 *
 * A document is edited by one account at a time; others go on seeing what was finished last. In a
 * publish group this is so for the group alone: what is begun, reset or restored there is taken
 * into it first (see group.h, whose errors these have then), and nothing leaves it before it goes
 * live. Each function that changes something is one transaction of its own, each that describes is
 * one snapshot: none may be open. All can fail with the errors of db.h, of the rules in document.h
 * and of the kind's functions.
 */
#pragma once

#include "base/json.h"
#include "document/group.h"

typedef struct _VtEditKind VtEditKind;

/* One place in the hands of one account; all borrowed. */
typedef struct {
    VtDb *db;
    const VtEditKind *kind;
    gconstpointer place; /* where the document belongs: a struct of the kind's own */
    const VtActor *actor;
    gint64 group_id; /* VT_GROUP_LIVE, or the publish group it is edited in */
} VtEdit;

/* Each function fails with an error of its own. Bodies are texts of the kind's own form, newly
 * allocated where they are given back; a NULL body is a tombstone. */
struct _VtEditKind {
    /* The document of the place; 0 when there is none yet. */
    gboolean (*find)(const VtEdit *edit, gint64 *ret_document_id, GError **error);

    /* The same, made when missing. */
    gboolean (*ensure)(const VtEdit *edit, gint64 *ret_document_id, GError **error);

    /* The first working copy of a document with nothing finished, or with a tombstone. */
    char *(*begin)(const VtEdit *edit, gint64 document_id, GError **error);

    /* The working copy @draft changed by what somebody sent. */
    char *(*apply)(const VtEdit *edit, const char *draft, const json_t *sent, GError **error);

    /* Makes @body the head of the state's branch by vt_revision_check_in. */
    gboolean (*check_in)(
        const VtEdit *edit, VtDocumentState *state, const char *body, GError **error);

    /* Forgets a document that was never published, and that the place had it. */
    gboolean (*forget)(const VtEdit *edit, gint64 document_id, GError **error);

    /* What only this kind tells of a place, as a new object; @state is zeros without a document. */
    json_t *(*describe)(const VtEdit *edit, const VtDocumentState *state, GError **error);

    /* A body as people get it. */
    json_t *(*describe_body)(const VtEdit *edit, const char *body, GError **error);

    /* The body that says nothing; NULL: no working copy can begin as that. */
    const char *blank;
};

/* Checks out. The working copy begins as what was finished last, else as the kind's first one; with
 * @empty as its blank (a kind without one: VT_ERROR_BAD_VALUE). Who has it already keeps it as it
 * is. VT_ERROR_CHECKED_OUT names who else has it. */
gboolean vt_edit_begin(const VtEdit *self, gboolean empty, GError **error);

/* Changes the working copy by @sent. VT_ERROR_NOT_CHECKED_OUT or VT_ERROR_CHECKED_OUT when the
 * account does not edit it, VT_ERROR_STALE_VERSION when @version is not the present one; the
 * working copy stays as it is then. */
gboolean vt_edit_save(const VtEdit *self, gint64 version, const json_t *sent, GError **error);

/* Makes the working copy the newest revision and ends the check-out; a copy that says what the
 * newest revision says adds none. @version may be VT_DOCUMENT_ANY_VERSION. Errors as for save. */
gboolean vt_edit_finish(const VtEdit *self, gint64 version, GError **error);

/* Gives the working copy up: what was finished last stands. What was never finished is gone. With
 * @force (whose right to it is the caller's question) also another's. */
gboolean vt_edit_discard(const VtEdit *self, gboolean force, GError **error);

/* Makes a copy of revision @number the newest one. It goes live with the next publish.
 * VT_ERROR_CHECKED_OUT when anybody edits it (the account itself too: its working copy would be
 * lost), VT_ERROR_NOT_FOUND when there is no such revision. */
gboolean vt_edit_restore(const VtEdit *self, gint64 number, GError **error);

/* Takes away what the place says. A document that was never published is forgotten, in a group what
 * only the group had; any other is checked out with a tombstone as its working copy, and finished
 * with @finish. It goes live with the next publish. Without anything to reset it is a no-op that
 * says so. */
gboolean vt_edit_reset(
    const VtEdit *self, gboolean finish, VtResetOutcome *ret_outcome, GError **error);

/* What the account sees: what the kind tells, what was finished, what is live, and the working copy
 * only if it is its own; of a publish group also whether it holds the document and has changed it.
 * NULL on an error. */
json_t *vt_edit_describe(const VtEdit *self, GError **error);

/* Revisions before number @before (0: the newest first), newest first, at most @page: VersionList
 * of contract/schemas.json. NULL on an error. */
json_t *vt_edit_describe_versions(const VtEdit *self, gint64 before, guint page, GError **error);

/* One revision. NULL with VT_ERROR_NOT_FOUND when there is none of this number, or an error. */
json_t *vt_edit_describe_version(const VtEdit *self, gint64 number, GError **error);
