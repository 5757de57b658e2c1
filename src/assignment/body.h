/* A set as people send and get it: with names instead of ids.
 *
 *     {"nodes": [{"scope": "master", "primary": ["tee-front", "tee-back"],
 *                 "additional": [{"purpose": "manual", "asset": "tee-care"}]},
 *                {"scope": "dimensions", "values": {"Color": "Blue"}, "primary": ["tee-blue"]},
 *                {"scope": "variant", "variant": "81323-BL-M", "primary": ["tee-blue-m"]}],
 *      "swatches": [{"dimension": "Color", "value": "Blue", "hex": "#0000ff"},
 *                   {"dimension": "Color", "value": "Plaid", "asset": "tee-plaid",
 *                    "crop": [0.1, 0.1, 0.2, 0.2]}],
 *      "matrix": ["Color", "Size"]}
 *
 * Lists are in order. What is formatted can be parsed again; an asset that is gone is null and has
 * to be removed first. A node whose lists are empty is no node. The matrix is the grid people fill
 * cells in, kept so that the next one to edit finds it; a dimension the product lost is left out of
 * it.
 */
#pragma once

#include "assignment/names.h"

#include "base/json.h"

/* NULL on an error of db.h. */
json_t *vt_set_body_format(VtSetNames *names, const VtAssignment *assignment, GError **error);

/**
 * vt_set_body_parse:
 * @before: what stood there: values the product lost may stay, but not come in
 *
 * Returns: a tidy set. NULL with an error that begins with the place (`nodes[1]: primary[2]: …`):
 *   VT_ERROR_BAD_VALUE (form, a picture twice in one place, a crop outside of its picture, two
 *   nodes or swatches for one thing, no image as a swatch), VT_ERROR_BAD_ENUM,
 *   VT_ERROR_UNKNOWN_ASSET, VT_ERROR_UNKNOWN_VARIANT, VT_ERROR_DIMENSION, VT_ERROR_TOO_LARGE.
 */
VtAssignment *vt_set_body_parse(
    VtSetNames *names, const json_t *body, const VtAssignment *before, GError **error);
