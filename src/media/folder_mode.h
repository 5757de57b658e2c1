/* How assets go live that are uploaded into a folder.
 *
 * A folder without a mode of its own has that of the folder above, the root that of the tenant's
 * setting. An asset keeps the mode its folder had when it was uploaded: a change of the folder, or
 * a move, touches later uploads only.
 */
#pragma once

#include "changelog/change.h"
#include "contract/contract.h"

/* @word: a mode, or NULL to inherit again. In the caller's transaction, with a row in the audit
 * trail. VT_ERROR_NOT_FOUND for the folder, VT_ERROR_BAD_VALUE for the root, VT_ERROR_BAD_ENUM. */
gboolean vt_folder_mode_set(VtDb *db,
    gint64 tenant_id,
    const char *path,
    const char *word,
    const VtActor *actor,
    GError **error);

/* What holds in a folder (0: the root). */
gboolean vt_folder_mode_of(
    VtDb *db, gint64 tenant_id, gint64 folder_id, VtFolderMode *ret_mode, GError **error);

/* What an asset keeps; immediately unless something was put. */
gboolean vt_folder_mode_put_asset(VtDb *db, gint64 asset_id, VtFolderMode mode, GError **error);
gboolean vt_folder_mode_of_asset(VtDb *db, gint64 asset_id, VtFolderMode *ret_mode, GError **error);
