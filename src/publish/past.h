/* What a product showed at a time: the answer of then, by the rules of resolve/, from the history
 * of publications.
 *
 * Media, their order, texts and bytes are those that were live; the catalogue, the settings of
 * fallback and the names of assets are those of now, for they have no history.
 */
#pragma once

#include "assignment/place.h"
#include "base/json.h"

/* The newest log number that was written at @at_us or before; 0: none. Errors of db.h. */
gboolean vt_past_seq(VtDb *db, gint64 at_us, gint64 *ret_seq, GError **error);

/* Which answer: of a product, or of the variant its words name. */
typedef struct {
    VtSetWords words; /* of a product; channel, locale and catalogue asked for */
    gint64 seq;       /* the log number of then */
} VtPastQuery;

/* PastAnswer of contract/schemas.json. Errors of vt_set_place_find; VT_ERROR_DAMAGED or
 * VT_ERROR_BAD_JSON. NULL on failure. */
json_t *vt_past_show(VtDb *db, gint64 tenant_id, const VtPastQuery *query, GError **error);
