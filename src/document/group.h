/* Publish groups: contexts of editing beside the live site whose documents go live as a whole.
 *
 * What a group holds are branches of documents. A branch begins as what the live site had finished
 * (its base) and knows nothing of what happens to the live site or to other groups afterwards. This
 * room keeps the groups and says who may change their items when; what goes live is publish/'s.
 *
 *     open ──▶ scheduled ──▶ publishing ──▶ published
 *       ▲          │  └──▶ failed ◀┘              failed takes edits like open
 *       └──────────┘
 *
 * Items change while the group is open, failed, or scheduled and not to start within
 * VT_GROUP_FREEZE_US. Who changes an item, or the state, has the group's row locked to the end of
 * his transaction, so that what goes live is what was there when the group began to.
 *
 * Functions that write run in the caller's transaction unless they say otherwise. Errors: those of
 * db.h, and what they name.
 */
#pragma once

#include "base/json.h"
#include "document/document.h"

#define VT_GROUP_FREEZE_US (G_GINT64_CONSTANT(60) * G_USEC_PER_SEC)

enum { VT_GROUP_NAME_MAX = 200 /* bytes */, VT_GROUP_PAGE_MAX = 500 };

/* Strings are owned; times are microseconds since 1970 UTC, 0 where there is none. */
typedef struct {
    gint64 group_id, tenant_id;
    char *name;
    VtGroupState state;
    gint64 n_items;    /* now, of a published one: when it went live */
    gint64 when_us;    /* planned */
    gint64 job_id;     /* that will do it; 0: none */
    gint64 seq;        /* log number it went live with; 0: it is not, or all was live already */
    gint64 undone_seq; /* log number that took it back; 0: none */
    char *problem;     /* why it failed; NULL: it did not */
    gint64 created_by; /* account; 0: the command line */
    gint64 created_us, changed_us;
} VtGroup;

void vt_group_free(VtGroup *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtGroup, vt_group_free)

/* A new, empty group, in a transaction of its own. VT_ERROR_BAD_VALUE for a name that is empty, too
 * long, `live`, a number, or has blanks around it or control characters; VT_ERROR_DUPLICATE_NAME.
 */
VtGroup *vt_group_create(
    VtDb *db, gint64 tenant_id, const char *name, const VtActor *actor, GError **error);

/* By its name, or by its number. VT_ERROR_NOT_FOUND. */
VtGroup *vt_group_find(VtDb *db, gint64 tenant_id, const char *word, GError **error);

/* The context a word names: NULL and `live` are VT_GROUP_LIVE, any other a group.
 * VT_ERROR_NOT_FOUND.
 */
gboolean vt_group_context(
    VtDb *db, gint64 tenant_id, const char *word, gint64 *ret_group_id, GError **error);

/* VT_ERROR_NOT_FOUND. */
VtGroup *vt_group_read(VtDb *db, gint64 group_id, GError **error);

/* Groups of a tenant with smaller numbers than @before (0: all), newest first, at most @page.
 * @state: a word of vt_group_state_names, or NULL; VT_ERROR_BAD_ENUM. Owned VtGroup*. */
GPtrArray *vt_group_list(
    VtDb *db, gint64 tenant_id, const char *state, gint64 before, guint page, GError **error);

/* Schema Group. NULL on an error of db.h. */
json_t *vt_group_json(VtDb *db, const VtGroup *self, GError **error);

/* Locks the group and counts @n_more items (which may be negative) for who is about to change what
 * it holds. VT_ERROR_GROUP_STATE when it takes no edits now, VT_ERROR_GROUP_FULL beyond the setting
 * `group_items`. */
gboolean vt_group_touch(
    VtDb *db, gint64 group_id, gint64 n_more, const VtActor *actor, GError **error);

/* Gives the group a branch of a document unless it has one. Errors as vt_group_touch(). */
gboolean vt_group_fork(
    VtDb *db, gint64 group_id, gint64 document_id, const VtActor *actor, GError **error);

/* Makes @self, as it was read with state @from, what it says now. VT_ERROR_GROUP_STATE when there
 * is no way from there to here, or it has moved meanwhile. */
gboolean vt_group_move(
    VtDb *db, VtGroup *self, VtGroupState from, const VtActor *actor, GError **error);
