/* Finding products and categories by a piece of their id or name, for people. */
#pragma once

#include "db/db.h"

enum { VT_ENTITY_PAGE_MAX = 500 };

typedef struct {
    char *code;
    char *name;
    char *kind; /* `category`, or a word of vt_product_kind_names */
} VtEntityFound;

/**
 * vt_entity_search:
 * @text: looked for in ids, names and ids of variants, ASCII case ignored; "" finds all
 * @after: a cursor that an earlier answer gave, "": from the beginning
 * @ret_next: the cursor after the last one found, newly allocated; NULL when there are no more
 *
 * Categories come first, for they are few; each kind by id.
 *
 * Returns: at most @page, as owned VtEntityFound*. NULL with VT_ERROR_BAD_VALUE for a cursor that
 *   is none, or an error of db.h.
 */
GPtrArray *vt_entity_search(VtDb *db,
    gint64 tenant_id,
    const char *text,
    const char *after,
    guint page,
    char **ret_next,
    GError **error);
