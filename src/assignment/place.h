/* The context somebody works in: one product or category in one (channel, locale, perhaps a
 * catalogue), found by the names a request uses. */
#pragma once

#include "assignment/names.h"
#include "assignment/set.h"
#include "catalog/category.h"
#include "resolve/resolve.h"

typedef struct {
    gint64 tenant_id;
    VtSetKey key;
    VtProduct *product;       /* owned; NULL: a category's place */
    VtCategory *category;     /* owned; NULL: a product's place */
    GPtrArray *channels;      /* VtChannel of the tenant, owned */
    GPtrArray *catalogs;      /* VtCatalog of the tenant, owned */
    VtResolveOptions options; /* of the tenant's settings */
    VtSetNames *names;        /* owned: what the ids in its sets are called */
} VtSetPlace;

void vt_set_place_free(VtSetPlace *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtSetPlace, vt_set_place_free)

/* What a request says; NULL channel: Omnichannel, NULL locale: Neutral, NULL catalog: none. A
 * variant's id names its product. */
typedef struct {
    const char *product;  /* NULL: the category is asked for */
    const char *category; /* where product is NULL */
    const char *channel;
    const char *locale;
    const char *catalog;
} VtSetWords;

/* Belongs to @db, which outlives it. NULL with VT_ERROR_ENTITY_NOT_FOUND, VT_ERROR_CHANNEL,
 * VT_ERROR_LOCALE or VT_ERROR_CATALOG for a word that names nothing. */
VtSetPlace *vt_set_place_find(VtDb *db, gint64 tenant_id, const VtSetWords *words, GError **error);

/* The tenant's settings of fallback. */
gboolean vt_set_read_options(
    VtDb *db, gint64 tenant_id, VtResolveOptions *ret_options, GError **error);

/* The code of a channel (`Omnichannel` too) and the number of a catalogue (NULL for none), as
 * shown; NULL for one that is gone. Borrowed. */
const char *vt_set_place_channel(const VtSetPlace *self, gint64 channel_id);
const char *vt_set_place_catalog(const VtSetPlace *self, gint64 catalog_id);

/* What is live of the product or category, in every context, as owned VtSetPublished*; of a publish
 * group (not VT_GROUP_LIVE) what would be if it went live now. */
GPtrArray *vt_set_place_shown(const VtSetPlace *self, VtDb *db, gint64 group_id, GError **error);

/* The live set that answers in the place, by the rules of `resolve/`, among @published
 * (VtSetPublished) but for document @except; NULL when none does. Borrowed. */
const VtSetPublished *vt_set_place_answer(
    const VtSetPlace *self, const GPtrArray *published, gint64 except);
