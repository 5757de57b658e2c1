/* A publish group goes live: all of it with one log number, or nothing.
 *
 * In three steps (decision 0013): the group becomes `publishing` and takes no more edits; the
 * bodies of its items are looked through outside of any transaction; one transaction looks at what
 * others can change and switches. The revisions the group finished are live then and the live
 * site's heads, and the group holds nothing any more.
 */
#pragma once

#include "publish/group_check.h"

typedef struct {
    gint64 job_id; /* the job the group waits for; 0: somebody who does not wait for its time */
    gboolean
        stays_on_retry; /* an error that may pass leaves it `publishing`, for it is tried again */
    gboolean dry_run;   /* only tell: nothing is refused, nothing changes */
    gboolean tell_changes; /* of a dry run: which answers would differ */
} VtGroupPublishOptions;

typedef struct {
    gint64 seq;          /* log number; 0: everything was live already */
    guint64 n_published; /* documents that changed; in a dry run: would change */
    GPtrArray *planned;  /* char*, owned: their names, the first VT_PUBLISH_MAX_NAMES */
    VtGroupReport report;
    VtDifferences changes; /* with tell_changes */
} VtGroupPublishResult;

void vt_group_publish_result_clear(VtGroupPublishResult *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtGroupPublishResult, vt_group_publish_result_clear)

/* Schema GroupPublishResult; owned by the caller. */
json_t *vt_group_publish_result_json(const VtGroupPublishResult *self);

/**
 * vt_group_publish:
 * @db: no transaction is open
 * @ret_result: filled also on failure, with what was found
 *
 * A group that was left `publishing` by a process that died is taken up. Of the wish for its time
 * nothing is left when somebody publishes a scheduled group at once: its job finds nothing to do.
 *
 * Returns: FALSE with VT_ERROR_GROUP_INVALID (see the report) or an error of db.h, and the group is
 * `failed`, which takes edits again; with VT_ERROR_GROUP_STATE when it is published already or
 * waits for another job, VT_ERROR_NOT_FOUND.
 */
gboolean vt_group_publish(VtDb *db,
    gint64 group_id,
    const VtGroupPublishOptions *options,
    const VtActor *actor,
    VtGroupPublishResult *ret_result,
    GError **error);

/* The job @group waits for cannot do it: the group is `failed` with @why, which takes edits again.
 */
void vt_group_give_up(VtDb *db, VtGroup *group, const GError *why, const VtActor *actor);
