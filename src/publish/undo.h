/* Taking a publish back: what was live before it is live again, in one transaction or not at all.
 *
 * Anything the change log has a number for can be undone: a publish, a group, an unpublish, an
 * undo. An undo is a publish of its own, with a number of its own. The live site's heads go back
 * with it where nobody has finished anything since, so that the next publish of everything leaves
 * them alone; drafts and check-outs stay.
 */
#pragma once

#include "publish/publish.h"

typedef struct {
    gint64 tenant_id;
    gint64 seq;            /* log number to undo */
    gboolean force;        /* also what has changed since goes back to before it */
    gboolean dry_run;      /* only tell: nothing is refused, nothing changes */
    gboolean tell_changes; /* of a dry run: which answers would differ */
} VtUndoRequest;

typedef struct {
    gint64 seq;            /* log number; 0: everything is as before already */
    guint64 n_restored;    /* documents that changed; in a dry run: would change */
    GPtrArray *planned;    /* char*, owned: their names, the first VT_PUBLISH_MAX_NAMES */
    guint64 n_changed;     /* documents that have been published or taken back since */
    GPtrArray *changed;    /* char*, owned: their names, likewise */
    guint64 n_missing;     /* media that sets would show then and that would not be live */
    GPtrArray *missing;    /* char*, owned: their names, likewise */
    VtDifferences changes; /* with tell_changes */
} VtUndoResult;

void vt_undo_result_clear(VtUndoResult *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtUndoResult, vt_undo_result_clear)

/* Schema UndoResult; owned by the caller. */
json_t *vt_undo_result_json(const VtUndoResult *self);

/**
 * vt_undo:
 * @db: no transaction is open
 * @ret_result: filled also on failure, with what was found
 *
 * Returns: FALSE with VT_ERROR_NOT_FOUND when the number made nothing of the tenant live or not
 * live, VT_ERROR_CHANGED_SINCE (see changed) unless forced, and always for what is in the trash,
 * VT_ERROR_UNPUBLISHED_DEPENDENCIES (see missing), or an error of db.h. Nothing changes then.
 */
gboolean vt_undo(VtDb *db,
    const VtUndoRequest *request,
    const VtActor *actor,
    VtUndoResult *ret_result,
    GError **error);
