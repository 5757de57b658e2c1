/* Reading a read store from many threads.
 *
 * A VtReadstore is shared; each answer takes a VtReadstoreRead from it: one session in one read
 * transaction, so every look-up of the answer sees the store at one log number. A read belongs to
 * one thread, is short, and is freed. A store that was replaced by a full sync is noticed at the
 * next read.
 *
 * Errors: VT_ERROR_NOT_FOUND (there is no such row), VT_ERROR_STORAGE (no store yet, a damaged row,
 * a broken disk), VT_ERROR_DATABASE, VT_ERROR_DAMAGED. Locales are canonical tags.
 */
#pragma once

#include "readstore/category.h"
#include "readstore/record.h"
#include "readstore/row.h"

typedef struct _VtReadstore VtReadstore;
typedef struct _VtReadstoreRead VtReadstoreRead;

/* The file need not exist yet. @max_idle: sessions kept open between reads, usually the number of
 * reading threads. */
VtReadstore *vt_readstore_new(const char *path, guint max_idle);
void vt_readstore_free(VtReadstore *self); /* every read must be freed; NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtReadstore, vt_readstore_free)

VtReadstoreRead *vt_readstore_read_begin(VtReadstore *self, GError **error);
void vt_readstore_read_free(VtReadstoreRead *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtReadstoreRead, vt_readstore_read_free)

/* The log number the store had reached when the read began. */
gint64 vt_readstore_read_cursor(const VtReadstoreRead *self);

/* Statements run for this read so far, for tests and metrics. */
guint64 vt_readstore_read_n_statements(const VtReadstoreRead *self);

/* A text of the store's own: "tenant", "database". Newly allocated. */
char *vt_readstore_read_identity(VtReadstoreRead *self, const char *name, GError **error);

/* The row of product @id, or of the product that has a variant @id, in @channel for @locale. One
 * statement. @ret_product (may be NULL): the product's id, newly allocated. */
VtReadstoreProduct *vt_readstore_find_product(VtReadstoreRead *self,
    const char *channel,
    const char *locale,
    const char *id,
    char **ret_product,
    GError **error);

/* Whether a row of the product in @channel, for any locale, names the asset. */
gboolean vt_readstore_product_shows(VtReadstoreRead *self,
    const char *channel,
    const char *product,
    gint64 asset,
    gboolean *ret_shows,
    GError **error);

/* The row of a category in @channel for @locale. */
VtReadstoreCategory *vt_readstore_find_category(VtReadstoreRead *self,
    const char *channel,
    const char *locale,
    const char *category,
    GError **error);

/* The record of an asset in @locale, else its neutral one. */
VtReadstoreAsset *vt_readstore_find_asset(
    VtReadstoreRead *self, gint64 asset, const char *locale, GError **error);

/* The same for many: @ret_assets has room for @n, NULL where there is no record; the caller frees
 * each with vt_readstore_asset_free. Untouched on failure. */
gboolean vt_readstore_find_assets(VtReadstoreRead *self,
    const gint64 *assets,
    guint n,
    const char *locale,
    VtReadstoreAsset **ret_assets,
    GError **error);

/* The image record of an id of the image server. Its asset may have no record in a locale: ask. */
VtReadstoreImage *vt_readstore_find_image(VtReadstoreRead *self, const char *code, GError **error);

VtReadstoreChannel *vt_readstore_find_channel(
    VtReadstoreRead *self, const char *code, GError **error);

/* The log number the search index of the store has seen; 0: nothing. */
gboolean vt_readstore_searched(VtReadstoreRead *self, gint64 *ret_seq, GError **error);

/* The index looks at this many matches of a question; past it people are told that there are more.
 */
enum { VT_READSTORE_MAX_MATCHES = 1000 };

/* What a question finds. A product: its id, its name and its primary media as the index has seen
 * them, some of which may be gone. An asset: its id alone. */
typedef struct {
    char *product, *name; /* owned; NULL for an asset */
    GArray *images;       /* gint64, owned; NULL for an asset */
    gint64 asset;         /* 0 for a product */
} VtReadstoreHit;

typedef struct {
    GPtrArray *hits; /* VtReadstoreHit, owned: those of the page asked for, the best first */
    guint n_found;   /* on all pages */
    gboolean is_cut; /* there may be more than the index looks at */
} VtReadstoreHits;

void vt_readstore_hits_clear(VtReadstoreHits *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtReadstoreHits, vt_readstore_hits_clear)

/* What is asked of the index. */
typedef struct {
    const char *text;    /* as people type it */
    const char *channel; /* products it sells; NULL: assets */
    const char *locale;
    guint offset, limit; /* the page */
} VtReadstoreQuestion;

/* Also VT_ERROR_BAD_VALUE for a text past its bounds (readstore/words.h). @ret_hits: cleared by the
 * caller. */
gboolean vt_readstore_search(VtReadstoreRead *self,
    const VtReadstoreQuestion *question,
    VtReadstoreHits *ret_hits,
    GError **error);

/* The body of a configuration row. Newly allocated. */
char *vt_readstore_find_configuration(
    VtReadstoreRead *self, const char *kind, const char *name, GError **error);

/* Calls @each for the rows of a kind whose names come after @after ("": all), in order, at most
 * @most of them. The texts live during the call. */
typedef void (*VtReadstoreEach)(const char *name, const char *body, gpointer data);
gboolean vt_readstore_list_configuration(VtReadstoreRead *self,
    const char *kind,
    const char *after,
    guint most,
    VtReadstoreEach each,
    gpointer data,
    GError **error);
