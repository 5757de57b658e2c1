/* The time from which an asset is shown.
 *
 * What is published of an asset that waits for its time is in no read store. Its time is a job of
 * the kind VT_ACTIVATION_JOB_KIND, which ends the wait by an entry in the change log: so stores,
 * answers and edges follow as after a publish, and nothing downstream needs a clock.
 */
#pragma once

#include "jobs/book.h"
#include "media/asset_edit.h"

#define VT_ACTIVATION_JOB_KIND "activation"

/* @when_us: 0: from now on. A time that is past is as good as that. In a transaction of its own,
 * logged and audited. Errors of vt_job_submit. */
gboolean vt_activation_set(VtDb *db,
    const VtJobKinds *kinds,
    const VtAssetPlace *place,
    gint64 when_us,
    const VtActor *actor,
    GError **error);

/* Ends the wait of those of a tenant whose time has come by the actor's clock, at most @most, in a
 * transaction of its own. @ret_n: how many there were. Errors: those of db.h. */
gboolean vt_activation_run(
    VtDb *db, gint64 tenant_id, guint most, const VtActor *actor, guint *ret_n, GError **error);
