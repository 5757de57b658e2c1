/* What changes an asset that is there as a whole: its name, and taking it away locale by locale.
 *
 * Both run in the caller's transaction and add to its change what readers of the log must know.
 */
#pragma once

#include "media/asset.h"

/* Gives the asset another name. The old one stays as an alias of its picture: addresses go on
 * answering and no other asset gets it; renaming back takes it up again. @asset has the new name
 * afterwards. VT_ERROR_BAD_VALUE for a name that cannot be, VT_ERROR_DUPLICATE_NAME when another
 * asset has it, as a name or as an alias. */
gboolean vt_asset_set_name(
    VtDb *db, gint64 tenant_id, VtAsset *asset, const char *name, VtChange *change, GError **error);

/* The asset an id of the image server stands for; 0: none. */
gboolean vt_asset_of_image(
    VtDb *db, gint64 tenant_id, const char *code, gint64 *ret_asset_id, GError **error);

/* Makes @name, which must be free or the asset's, the code of its own image record. */
gboolean vt_asset_put_own_record(
    VtDb *db, gint64 tenant_id, gint64 asset_id, const char *name, GError **error);

/**
 * vt_asset_delete_locale:
 * @ret_gone: TRUE when it was the last locale: the asset itself is in the trash then
 *
 * Puts one locale of the asset into the trash, its revisions kept; checking content in brings it
 * back. An asset in the trash is found by nothing, and its name, source pair and aliases are free.
 *
 * Returns: FALSE with VT_ERROR_REFERENCED when the locale is live, VT_ERROR_CHECKED_OUT when
 * another account edits it, VT_ERROR_NOT_FOUND when there is no such locale, or an error of db.h.
 */
gboolean vt_asset_delete_locale(VtDb *db,
    const VtAsset *asset,
    const char *locale,
    const VtActor *actor,
    VtChange *change,
    gboolean *ret_gone,
    GError **error);
