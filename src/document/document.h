/* Documents: their head, who edits them, what is live of them.
 *
 * Every function that writes runs in the caller's transaction. Group 0 is the live site; another
 * group is a publish group's own branch.
 */
#pragma once

#include "changelog/change.h"
#include "db/db.h"
#include "db/migrate.h"

#define VT_GROUP_LIVE 0

/* Where a publication shows: in the context of the document, and, of an asset, in a second one
 * (media/outlet.h). What is live is one revision, wherever it shows. */
enum { VT_PLACE_OWN = 1, VT_PLACE_OTHER = 2, VT_PLACES_ALL = 3 };

typedef struct {
    gint64 document_id;
    gint64 group_id;
    gboolean is_held; /* the group has a branch of its own; always so of the live site */
    VtDocumentKind kind;
    VtPublishContext context; /* where it shows when it is published */
    gint64 head;              /* number of the newest finished revision, 0: none yet */
    gint64 base;              /* head of the live site when the group took it */
    gint64 published;         /* number of the live one in @context, 0: not published */
    gint64 version;           /* grows with every edit; what If-Match names */
    gint64 checked_out_by;    /* account, 0: free; -1: the command line */
    gint64 checked_out_us;
    char *draft; /* owned: the working copy of who checked it out, or NULL */
} VtDocumentState;

void vt_document_state_clear(VtDocumentState *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtDocumentState, vt_document_state_clear)

/* A new document without revisions, on the live branch. */
gboolean vt_document_create(VtDb *db,
    gint64 tenant_id,
    VtDocumentKind kind,
    VtPublishContext context,
    const VtActor *actor,
    gint64 *ret_document_id,
    GError **error);

/* A group that does not hold the document sees the head of the live site at version 0. Errors:
 * VT_ERROR_NOT_FOUND when there is no such document, VT_ERROR_STORAGE when its kind or context is
 * none this program knows. */
gboolean vt_document_state(
    VtDb *db, gint64 document_id, gint64 group_id, VtDocumentState *ret_state, GError **error);

/* What stands in checked_out_by for @actor. */
gint64 vt_document_holder(const VtActor *actor);

/* Who that is, for people; newly allocated, never NULL. @checked_out_by is not 0. */
char *vt_document_holder_name(VtDb *db, gint64 checked_out_by);

/* As a version: whichever is present. */
#define VT_DOCUMENT_ANY_VERSION (-1)

/* The rules of editing, the same for every kind of document. VT_ERROR_CHECKED_OUT names who else
 * has it; VT_ERROR_NOT_CHECKED_OUT when nobody has; VT_ERROR_STALE_VERSION. */
gboolean vt_document_is_mine(const VtDocumentState *state, const VtActor *actor);
gboolean vt_document_check_free_or_mine(
    VtDb *db, const VtDocumentState *state, const VtActor *actor, GError **error);
gboolean vt_document_check_free(
    VtDb *db, const VtDocumentState *state, const VtActor *actor, GError **error);
gboolean vt_document_check_mine(
    VtDb *db, const VtDocumentState *state, const VtActor *actor, GError **error);
gboolean vt_document_check_version(const VtDocumentState *state, gint64 version, GError **error);

/* Takes the document for @actor with @draft (NULL: a tombstone) as the first working copy.
 * VT_ERROR_CHECKED_OUT naming who has it (the same account too: it has a draft already). */
gboolean vt_document_check_out(VtDb *db,
    gint64 document_id,
    gint64 group_id,
    const char *draft,
    const VtActor *actor,
    GError **error);

/* Replaces the working copy (NULL: a tombstone). VT_ERROR_STALE_VERSION when @version is not the
 * present one or the document is not checked out to @actor. */
gboolean vt_document_save(VtDb *db,
    gint64 document_id,
    gint64 group_id,
    gint64 version,
    const char *draft,
    const VtActor *actor,
    GError **error);

/* Gives the check-out up; the head stays. Who may is the caller's question. VT_ERROR_STALE_VERSION
 * when the document changed since @state was read. */
gboolean vt_document_discard(
    VtDb *db, const VtDocumentState *state, gint64 group_id, GError **error);

/* Takes away what the state's branch has: of the live site its head and working copy, of a group
 * the branch. @ret_is_used: whether another branch has something; if none has, the document is to
 * be forgotten unless it was published. The group's count of items is the caller's.
 * VT_ERROR_STALE_VERSION when it changed since @state was read. */
gboolean vt_document_leave(
    VtDb *db, const VtDocumentState *state, gboolean *ret_is_used, GError **error);

/* Whether it is or was live in any context. */
gboolean vt_document_was_published(
    VtDb *db, gint64 document_id, gboolean *ret_was_published, GError **error);

/* Forgets a document that was never published, with all its revisions and drafts. VT_ERROR_CONFLICT
 * for one that was. */
gboolean vt_document_delete(VtDb *db, gint64 document_id, GError **error);

extern const VtMigration vt_document_migrations[];
extern const gsize vt_document_n_migrations;
