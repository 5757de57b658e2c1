/* Where an asset is used. */
#pragma once

#include "base/json.h"
#include "db/db.h"

enum { VT_REFERENCE_PAGE_MAX = 500 };

/* The media of products and categories and the sets of assets that show the asset, in their newest
 * state or live: AssetReferences of
 * contract/schemas.json, at most @page of those whose id is after @after. NULL on an error of db.h.
 */
json_t *vt_reference_list(VtDb *db, gint64 asset_id, gint64 after, guint page, GError **error);
