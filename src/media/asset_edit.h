/* An asset in one locale as something people edit; see document/edit.h.
 *
 * A place is a VtAssetPlace. What is sent and told is the form of asset_body.h: VT_ERROR_BAD_VALUE.
 * A first working copy has the neutral texts and no binary of its own. A place is described as
 * AssetState of contract/schemas.json: also which other locales there are.
 */
#pragma once

#include "document/edit.h"
#include "media/asset.h"

typedef struct {
    gint64 tenant_id;
    VtAsset asset;
    char locale[65]; /* canonical */
} VtAssetPlace;

/* To be given to g_free. @locale: NULL for the neutral one. NULL with VT_ERROR_NOT_FOUND or
 * VT_ERROR_LOCALE. */
VtAssetPlace *vt_asset_place_find(
    VtDb *db, gint64 tenant_id, const char *name, const char *locale, GError **error);

extern const VtEditKind vt_asset_edit_kind;
