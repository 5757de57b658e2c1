/* Assets that wait for the next publish of everything.
 *
 * Where a tenant has `instant_publish` off, publishing and unpublishing assets by hand or by an
 * upload only marks them. A publish of everything, by hand or as a job, then takes of all assets
 * just those that are marked: what is to go live, as it is finished by then, and what is to be
 * taken back. A mark goes with the next publish or unpublish of its document, whatever caused that.
 *
 * All functions run in the plan's transaction. Errors: those of db.h.
 */
#pragma once

#include "publish/plan.h"

/* Whether @tenant_id publishes assets at once. */
gboolean vt_mark_is_instant(VtDb *db, gint64 tenant_id, gboolean *ret_is_instant, GError **error);

/* Marks the plan's documents in place of carrying it out, and commits @tx. @force: they are taken
 * back even from sets that show them. @ret_n: how many have a mark now. */
gboolean vt_mark_plan(VtPublishPlan *plan,
    VtTx *tx,
    gboolean is_wanted,
    gboolean force,
    const VtActor *actor,
    guint64 *ret_n,
    GError **error);

/* Forgets what was to be done with an asset. VT_ERROR_NOT_FOUND. */
gboolean vt_mark_forget(VtPublishPlan *plan, const char *name, GError **error);

/* For a publish of everything: plans what is marked, and where assets wait for that, nothing else
 * of them. */
gboolean vt_mark_add_to_plan(VtPublishPlan *plan, GError **error);

/* Leaves in place what is to be taken back and what sets show or would show: their names are
 * appended to @names, @n grows by their number. */
gboolean vt_mark_hold(VtPublishPlan *plan, GPtrArray *names, guint64 *n, GError **error);
