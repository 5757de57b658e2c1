/* Which values of which dimensions a product has, without loading it: one statement for checks of
 * many products in a row. */
#pragma once

#include "db/db.h"

typedef struct {
    gint64 dimension_id;
    gint64 value_id;
} VtProductHas;

/* The values the variants of a master have, once each, as VtProductHas; empty for a product without
 * variants. Errors: those of db.h. */
GArray *vt_product_value_list(VtDb *db, gint64 product_id, GError **error);
