/* Link tables: which ids belong to one owner, as products to channels or categories to channels. */
#pragma once

#include "db/db.h"

/* Whether two lists hold the same ids (gint64), in whatever order; each id stands once in its list.
 */
gboolean vt_link_same(const GArray *a, const GArray *b);

/**
 * vt_link_replace:
 * @clear_sql: removes the links of the owner; its parameter is @owner
 * @add_sql: adds one link; its parameters are @owner and @other
 * @ids: what the owner is linked to afterwards (gint64)
 *
 * Runs in the caller's transaction. Errors: those of db.h.
 */
gboolean vt_link_replace(VtDb *db,
    const VtSql *clear_sql,
    const VtSql *add_sql,
    const char *owner,
    gint64 owner_id,
    const char *other,
    const GArray *ids,
    GError **error);
