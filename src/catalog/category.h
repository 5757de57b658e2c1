/* Categories and catalogues of a tenant: one by one, or all in memory while a file is loaded. */
#pragma once

#include "db/db.h"

typedef struct {
    gint64 category_id;
    gint64 parent_id; /* 0: none */
    char *code;
    char *name;
    GArray *channel_ids; /* gint64, ascending; empty: it belongs to every channel */
    gboolean is_new;     /* made by vt_category_put */
} VtCategory;

void vt_category_free(VtCategory *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtCategory, vt_category_free)

/* VT_ERROR_ENTITY_NOT_FOUND when there is none. */
VtCategory *vt_category_load(VtDb *db, gint64 category_id, GError **error);

/* VT_ERROR_ENTITY_NOT_FOUND when the tenant has no category of this id. */
gboolean vt_category_find(
    VtDb *db, gint64 tenant_id, const char *code, gint64 *ret_category_id, GError **error);

gboolean vt_category_is_in(const VtCategory *self, gint64 channel_id);

/* Up to @page ids greater than @after, ascending, as gint64: for walking all. */
GArray *vt_category_page(VtDb *db, gint64 tenant_id, gint64 after, guint page, GError **error);

/* All categories of a tenant: code -> VtCategory, owned by the table. */
GHashTable *vt_category_load_all(VtDb *db, gint64 tenant_id, GError **error);

/* Makes the category if @categories has none of this code (and adds it there). The caller owns the
 * transaction. */
VtCategory *vt_category_put(GHashTable *categories,
    VtDb *db,
    gint64 tenant_id,
    const char *code,
    const char *name,
    GError **error);

/* Sets name and parent (NULL: none). VT_ERROR_CATEGORY_CYCLE when @parent is @category or below it.
 * @ret_changed tells whether a row differs now. */
gboolean vt_category_change(GHashTable *categories,
    VtDb *db,
    VtCategory *category,
    const char *name,
    const VtCategory *parent,
    gboolean *ret_changed,
    GError **error);

/* Replaces the channels a category belongs to by @channel_ids, in any order. @ret_changed tells
 * whether a row differs now. */
gboolean vt_category_set_channels(VtDb *db,
    VtCategory *category,
    const GArray *channel_ids,
    gboolean *ret_changed,
    GError **error);

typedef struct {
    gint64 catalog_id;
    char *number;
    GArray *channel_ids; /* gint64 */
} VtCatalog;

void vt_catalog_free(VtCatalog *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtCatalog, vt_catalog_free)

/* All catalogues of a tenant, as owned VtCatalog*. */
GPtrArray *vt_catalog_list(VtDb *db, gint64 tenant_id, GError **error);

/* The id of a catalogue named in a request, among @catalogs; 0 for an empty number.
 * VT_ERROR_CATALOG when there is none of this number in the channel. */
gboolean vt_catalog_parse(const GPtrArray *catalogs,
    const char *number,
    gint64 channel_id,
    gint64 *ret_catalog_id,
    GError **error);

/* Makes the catalogue if missing and gives it these channels (ascending ids). @ret_changed tells
 * whether a row differs now. */
gboolean vt_catalog_put(VtDb *db,
    gint64 tenant_id,
    const char *number,
    const GArray *channel_ids,
    gint64 *ret_catalog_id,
    gboolean *ret_changed,
    GError **error);
