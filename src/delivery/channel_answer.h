/* What the channel API says of a product or a category: a decoded row and asset records in, JSON
 * out.
 *
 * Pure but for the look-ups of asset records. Nothing here knows HTTP. A media row whose asset has
 * no published record, in the locale asked or Neutral, is left out of every list.
 */
#pragma once

#include "base/json.h"
#include "readstore/reader.h"

/* What addresses of pictures begin with. Borrowed. */
typedef struct {
    const char *base; /* of a preview; "": none */
    const char *tenant;
} VtShopPlace;

typedef struct {
    VtReadstoreRead *read; /* borrowed: the snapshot the row came from */
    VtShopPlace shop;
    const char *channel; /* borrowed, as are all below */
    const char *locale;  /* canonical where it is a tag at all */
    const char *product; /* its id */
    const VtReadstoreProduct *row;
    const VtResolveSet *set; /* the one that answers; NULL: none */
    VtResolveSelection selection;
    const char *purpose; /* only additional media for it; NULL: all */
} VtChannelAsk;

/* Writes the object of `…/products/{product}/media`. On failure, with the errors of
 * readstore/reader.h, @json is of no use any more. */
gboolean vt_channel_answer_media(const VtChannelAsk *ask, VtJson *json, GError **error);

/* Writes the entry of a list of products, named @id. */
gboolean vt_channel_answer_entry(
    const VtChannelAsk *ask, const char *id, VtJson *json, GError **error);

typedef struct {
    VtReadstoreRead *read; /* borrowed, as are all below */
    VtShopPlace shop;
    const char *channel;
    const char *locale;   /* canonical where it is a tag at all */
    const char *category; /* its id */
    const VtReadstoreCategory *row;
} VtChannelCategoryAsk;

/* Writes the object of `…/categories/{category}/media`. On failure, with the errors of
 * readstore/reader.h, @json is of no use any more. */
gboolean vt_channel_answer_category(const VtChannelCategoryAsk *ask, VtJson *json, GError **error);

typedef struct {
    VtReadstoreRead *read; /* borrowed, as are all below */
    VtShopPlace shop;
    const char *locale; /* canonical where it is a tag at all */
    const VtReadstoreHits *hits;
} VtChannelHitsAsk;

/* Writes the keys `products` and `assets` of a search: a product with the first of its pictures
 * that is published, an asset as in lists of media. On failure, with the errors of
 * readstore/reader.h, @json is of no use any more. */
gboolean vt_channel_answer_hits(const VtChannelHitsAsk *ask, VtJson *json, GError **error);
