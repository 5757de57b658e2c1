/* The members of a set in one line, as manifests and commands write them:
 *
 *     tee-red:red-dot:Red,tee-green:#00ff00,tee-blue
 *
 * Members stand between commas, each an asset, perhaps its swatch (a picture or a color) and its
 * label. A backslash takes a comma, a colon, a blank or itself literally; other blanks around a
 * part are nothing. No names of assets need one.
 */
#pragma once

#include "base/json.h"

/* As asset_set.h takes members; owned by the caller. NULL with VT_ERROR_BAD_VALUE for a broken
 * escape, a member without an asset or with too many parts, VT_ERROR_TOO_LARGE for more members
 * than a set has. */
json_t *vt_members_text_parse(const char *text, GError **error);

/* Of members as asset_set.h tells them; newly allocated. NULL for JSON null. */
char *vt_members_text_format(const json_t *members);
