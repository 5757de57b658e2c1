/* What the record of a published set says of its members. */
#pragma once

#include "media/asset.h"
#include "readstore/attributes.h"

/* Adds those of the members in @content that are live, as they are shown in @locale, and the
 * picture the set is shown by where @attributes has none: of the first member that has one. Errors
 * of db.h and of vt_asset_published_load. */
gboolean vt_sync_add_members(VtDb *db,
    const VtAssetContent *content,
    const char *locale,
    VtReadstoreAttributes *attributes,
    GError **error);
