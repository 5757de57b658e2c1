/* What a category row says: the category's name, the context that answers, and the picture.
 *
 *     {"name": "Shirts", "source": {"channel": "OUN007", "locale": "en-us"}, "asset": 12}
 *
 * The keys always stand in this order, so that equal rows are equal text. Without a context that
 * answers `source` is null; `asset` is the id of an asset record, null where the category shows
 * nothing. Its texts and address are joined when the answer is made.
 */
#pragma once

#include <glib.h>

/* One that was decoded owns its strings; one that is encoded borrows them. */
typedef struct {
    char *name;
    char *source_channel; /* NULL, as the next: no context answers */
    char *source_locale;
    gint64 asset; /* 0: none */
} VtReadstoreCategory;

void vt_readstore_category_free(VtReadstoreCategory *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtReadstoreCategory, vt_readstore_category_free)

char *vt_readstore_category_encode(const VtReadstoreCategory *self); /* newly allocated */

/* NULL with VT_ERROR_DAMAGED for anything that is not of the form. */
VtReadstoreCategory *vt_readstore_category_decode(const char *body, GError **error);
