/* The content of an asset as people send and get it.
 *
 *     {"alt": "A tee", "title": null, "caption": null, "description": null, "tags": ["shirt"],
 *      "focal": {"x": 0.5, "y": 0.2}, "minimum_age": 0, "force_download": false,
 *      "binary": {"hash", "mime", "bytes", "width", "height", "playtime"},
 *      "tracks": [{"role": "caption", "language": "en-us", "mime", "bytes"}]}
 *
 * What is formatted can be sent back. Bytes do not come this way: `binary` can only stay or, as
 * null, go (the neutral locale's is shown then), and `tracks` can only lose some. A set has
 * `members` and `rows` too: asset_set.h takes and tells them.
 */
#pragma once

#include "base/json.h"
#include "media/content.h"

enum {
    VT_ASSET_MAX_TEXT = 65536, /* bytes of one text */
    VT_ASSET_MAX_TAGS = 500,
    VT_ASSET_MAX_TAG = 255 /* bytes */
};

json_t *vt_asset_body_format(const VtAssetContent *self);

/* Changes @content by the members of @body; absent ones stay, null empties. VT_ERROR_BAD_VALUE
 * naming the member; @content is to be cleared in any case. */
gboolean vt_asset_body_apply(VtAssetContent *content, const json_t *body, GError **error);
