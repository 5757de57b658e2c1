/* What a publish group holds: taking documents in and out, and telling what is in it.
 *
 * Each function is a transaction of its own; none may be open.
 */
#pragma once

#include "document/group.h"

/* Which documents. Everything is borrowed; lists are NULL-terminated, or NULL. */
typedef struct {
    const char *const *products;   /* ids: their sets */
    const char *const *categories; /* ids, as products */
    const char *const *assets;     /* names: their locales */
    const char *channel; /* sets of this channel (`Omnichannel` too) only; NULL: of each */
    const char *locale;  /* in this locale only; NULL: in each */
} VtGroupSelection;

/* Takes in what @from (VT_GROUP_LIVE, or another group of the tenant) has finished of the
 * selection; what the group holds already stays as it is. @ret_n: documents taken in. Errors: those
 * of vt_group_touch(), VT_ERROR_ENTITY_NOT_FOUND or VT_ERROR_NOT_FOUND for a name,
 * VT_ERROR_CHANNEL, VT_ERROR_LOCALE. */
gboolean vt_group_add(VtDb *db,
    const VtGroup *group,
    gint64 from,
    const VtGroupSelection *selection,
    const VtActor *actor,
    guint64 *ret_n,
    GError **error);

/* Takes out what the group holds of the selection; what was done to it in the group is lost. Errors
 * as vt_group_add(), and VT_ERROR_CHECKED_OUT when anybody edits one there. */
gboolean vt_group_remove(VtDb *db,
    const VtGroup *group,
    const VtGroupSelection *selection,
    const VtActor *actor,
    guint64 *ret_n,
    GError **error);

/* Deletes an open or failed group with all it holds, working copies too. @confirm: its name, said
 * again; VT_ERROR_CONFIRMATION_MISSING for anything else. VT_ERROR_GROUP_STATE. Large groups go in
 * several transactions; one that was cut short can be deleted again. */
gboolean vt_group_delete(
    VtDb *db, const VtGroup *group, const char *confirm, const VtActor *actor, GError **error);

/* Items after document @after, at most @page: schema GroupItemList. Of a published group what it
 * made live, with what was live before as base. Owned by the caller. */
json_t *vt_group_items_json(
    VtDb *db, const VtGroup *group, gint64 after, guint page, GError **error);
