/* Folders of the library: a tree of names that people put assets in. Nothing that is served depends
 * on them.
 *
 * A path is names joined by `/`, without one at the ends; "" is the root, whose id is 0. A name has
 * 1 to VT_FOLDER_NAME_MAX bytes of UTF-8 and no control characters. Functions that write run in the
 * caller's transaction and leave a row in the audit trail.
 */
#pragma once

#include "base/json.h"
#include "changelog/change.h"

enum {
    VT_FOLDER_NAME_MAX = 255,
    VT_FOLDER_MAX_DEPTH = 16,
    VT_FOLDER_MAX = 20000 /* of a tenant */
};

/* VT_ERROR_NOT_FOUND when there is none. */
gboolean vt_folder_find(
    VtDb *db, gint64 tenant_id, const char *path, gint64 *ret_folder_id, GError **error);

/* The same, with every folder of the path made that is missing. VT_ERROR_BAD_VALUE for a path that
 * cannot be, VT_ERROR_TOO_LARGE when the tenant has VT_FOLDER_MAX already. */
gboolean vt_folder_ensure(VtDb *db,
    gint64 tenant_id,
    const char *path,
    const VtActor *actor,
    gint64 *ret_folder_id,
    GError **error);

/* The path of a folder, newly allocated; "" for 0. */
char *vt_folder_path(VtDb *db, gint64 tenant_id, gint64 folder_id, GError **error);

/* All folders with the number of assets right inside, and their modes (folder_mode.h): FolderList
 * of contract/schemas.json. */
json_t *vt_folder_list(VtDb *db, gint64 tenant_id, GError **error);

/* Gives a folder another place or name, with all it holds; the folder above @new_path must be
 * there. VT_ERROR_NOT_FOUND, VT_ERROR_DUPLICATE_NAME, VT_ERROR_BAD_VALUE for a place inside itself
 * or too deep. */
gboolean vt_folder_move(VtDb *db,
    gint64 tenant_id,
    const char *path,
    const char *new_path,
    const VtActor *actor,
    GError **error);

/* Puts an asset into a folder (0: the root) that is there. Leaves the audit trail to the caller. */
gboolean vt_folder_put_asset(VtDb *db, gint64 asset_id, gint64 folder_id, GError **error);

/* The folder an asset lies in; 0: the root. */
gboolean vt_folder_of_asset(VtDb *db, gint64 asset_id, gint64 *ret_folder_id, GError **error);

/* VT_ERROR_NOT_EMPTY when it holds folders or assets (such in the trash do not count: they lose
 * their folder). */
gboolean vt_folder_remove(
    VtDb *db, gint64 tenant_id, const char *path, const VtActor *actor, GError **error);
