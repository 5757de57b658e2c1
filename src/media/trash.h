/* The trash: assets taken away as a whole, for a while.
 *
 * An asset in the trash is found by nothing; its name, its source pair and its aliases are free for
 * others. What it was called can be read off what it is called there. Restoring brings back name,
 * aliases and folder where they still can be, and the newest content of every locale that went with
 * it. After a while, or by hand, it is gone for good: nothing brings it back, though its history
 * stays readable.
 */
#pragma once

#include "base/json.h"
#include "media/asset.h"

enum { VT_TRASH_PAGE_MAX = 500, VT_TRASH_PAGE = 50 };

/* Puts the asset with all its locales into the trash. In the caller's transaction; adds to @change.
 * VT_ERROR_REFERENCED while a locale is live, VT_ERROR_CHECKED_OUT while another account edits one.
 */
gboolean vt_trash_put(
    VtDb *db, const VtAsset *asset, const VtActor *actor, VtChange *change, GError **error);

/* TrashList of contract/schemas.json: newest first, at most @page of those put in before the one
 * with the id @before (0: from the newest). @days: how long the tenant keeps them. NULL on an error
 * of db.h. */
json_t *vt_trash_list(
    VtDb *db, gint64 tenant_id, gint64 before, guint page, gint64 days, GError **error);

/* What a restored asset brings back. */
typedef struct {
    VtAsset asset;       /* its name may be a new one, where its own was taken meanwhile */
    gboolean is_renamed; /* so it is */
    GArray *documents;   /* gint64, owned: of the locales that came back */
} VtTrashRestored;

void vt_trash_restored_clear(VtTrashRestored *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtTrashRestored, vt_trash_restored_clear)

/* Takes the asset out. In the caller's transaction; adds to @change. VT_ERROR_NOT_FOUND when it is
 * not in the trash. @ret_restored is to be cleared. */
gboolean vt_trash_restore(VtDb *db,
    gint64 tenant_id,
    gint64 asset_id,
    const VtActor *actor,
    VtChange *change,
    VtTrashRestored *ret_restored,
    GError **error);

/* Makes what was put in before @before_us be gone for good, at most @most assets; @asset_id other
 * than 0: that one only. A transaction of its own. */
gboolean vt_trash_empty(VtDb *db,
    gint64 tenant_id,
    gint64 asset_id,
    gint64 before_us,
    guint most,
    const VtActor *actor,
    guint *ret_n,
    GError **error);

/* Makes all that is in the trash be gone for good, whenever it was put in; @asset_id other than 0:
 * that one only. Transactions of its own. @ret_n: assets that are gone. */
gboolean vt_trash_empty_all(VtDb *db,
    gint64 tenant_id,
    gint64 asset_id,
    const VtActor *actor,
    gint64 *ret_n,
    GError **error);

/* Whether an asset in the trash was called so. */
gboolean vt_trash_has_name(
    VtDb *db, gint64 tenant_id, const char *name, gboolean *ret_has, GError **error);
