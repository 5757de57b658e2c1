/* One category as rows of a read store: for every channel of a channel database that has it, one
 * for all locales, and one for each locale with a set of its own. Sources: the fallback rules of
 * `resolve/`.
 */
#pragma once

#include "catalog/category.h"
#include "sync/flatten.h"

/* Puts the category's rows into @writer's open batch, and deletes rows of locales and channels that
 * answer no more. @sets: what is live of it, as VtSetPublished. @locales: every locale the category
 * has or had a set in (NULL-terminated). */
gboolean vt_flatten_category(VtReadstoreWriter *writer,
    const VtFlattenContext *context,
    const VtCategory *category,
    const GPtrArray *sets,
    const char *const *locales,
    GError **error);

/* The same for what is live of the category now. VT_ERROR_ENTITY_NOT_FOUND, VT_ERROR_DAMAGED. */
gboolean vt_flatten_live_category(VtReadstoreWriter *writer,
    VtDb *db,
    const VtFlattenContext *context,
    gint64 category_id,
    GError **error);
