/* The fallback rules: which published media set answers a request, and which node inside it.
 *
 * Context first, entity second: the first set of the chain answers alone, even when it holds
 * nothing for the request. Inside it a variant's own node beats the best matching cell, which beats
 * the master; the node that wins answers alone, or, as an option, its primary and its additional
 * media do so each for themselves. The chains:
 *
 *   product    (channel, locale, catalogue) when one is asked, then (channel, locale), (channel,
 *              Neutral) [option], (Omnichannel, locale), (Omnichannel, language) [option],
 *              (Omnichannel, Neutral)
 *   category   (channel, locale), (channel, Neutral)
 *
 * Pure: plain structs in, indexes out; no database, no clock, no allocation. Everything is borrowed
 * and may be used from any thread while nobody changes it. "Published" is the caller's business:
 * what is passed is what is live.
 */
#pragma once

#include "contract/contract.h"
#include "resolve/product.h"

#include <glib.h>

#define VT_RESOLVE_OMNICHANNEL "Omnichannel" /* the pseudo-channel, as spelled in contexts */

/* Where a set applies, or from where a request comes. Channels and catalogues compare exactly,
 * locales as tags do (without case, `_` = `-`). */
typedef struct {
    const char *channel;
    const char *locale;  /* of a request never NULL: the caller puts the channel's default */
    const char *catalog; /* NULL, "" or "0": none */
} VtResolveContext;

typedef struct {
    gboolean language_parent_fallback; /* adds (Omnichannel, primary subtag) */
    gboolean channel_neutral_level;    /* adds (channel, Neutral) for products */
    gboolean sever_by_scope; /* a node without primary media inherits them, though it has additional
                                ones, and the other way round */
} VtResolveOptions;

typedef struct {
    gint64 asset;
    const char *purpose;
} VtResolveAdditional;

/* A place of a set. One without any row is no node: it neither answers nor severs. */
typedef struct {
    VtScope scope;          /* MASTER, DIMENSIONS (a cell) or VARIANT; a NONE never answers */
    int variant;            /* of a VARIANT: index into the product's variants, -1 when gone */
    VtResolveChoice choice; /* of a cell: at least one value */
    const gint64 *primary;  /* asset ids in order */
    guint n_primary;
    const VtResolveAdditional *additional; /* in order */
    guint n_additional;
} VtResolveNode;

/* A rectangle in fractions of the oriented picture, 0 to 1. */
typedef struct {
    double x, y, w, h;
} VtResolveCrop;

typedef struct {
    guint dimension; /* index into the product's dimensions */
    gint32 value;    /* index into that dimension's values; GONE when the product lost it */
    VtSwatchType type;
    char hex[8];   /* "#rrggbb" of a hex swatch, else "" */
    gint64 asset;  /* of an image swatch */
    gboolean crop; /* whether @rectangle applies */
    VtResolveCrop rectangle;
} VtResolveSwatch;

/* All published media of one product (or category) in one context. With no node it still severs. */
typedef struct {
    VtResolveContext context;
    const VtResolveNode *nodes; /* at most one master, one node per variant, one per cell */
    guint n_nodes;
    const VtResolveSwatch *swatches; /* at most one per value */
    guint n_swatches;
} VtResolveSet;

typedef struct {
    int set;            /* index of the set that answers, -1: none, there is no source */
    VtResolveNode node; /* see vt_resolve_node */
} VtResolveAnswer;

/* The index of the set that answers @request, -1 when none does. @options may be NULL: all off. */
int vt_resolve_context(const VtResolveSet *sets,
    guint n_sets,
    const VtResolveContext *request,
    const VtResolveOptions *options);

/* The same for the media of a category. */
int vt_resolve_category_context(
    const VtResolveSet *sets, guint n_sets, const VtResolveContext *request);

/* What @set (NULL: none) shows for @selection: the node that answers, borrowed from the set;
 * without any row and with scope NONE when there is none. With @sever_by_scope its rows may be
 * those of two nodes; it is otherwise the one of the primary media, where there are any. */
VtResolveNode vt_resolve_node(const VtResolveSet *set,
    const VtResolveProduct *product,
    const VtResolveSelection *selection,
    gboolean sever_by_scope);

/* Both steps. */
VtResolveAnswer vt_resolve_product(const VtResolveSet *sets,
    guint n_sets,
    const VtResolveProduct *product,
    const VtResolveContext *request,
    const VtResolveSelection *selection,
    const VtResolveOptions *options);

/* Which of the locales an asset is published in a request shows: the same tag, else Neutral, else
 * -1: the asset is left out. Independent of the context that named the asset. */
int vt_resolve_asset_locale(const char *const *locales, guint n_locales, const char *locale);

/* Whether two locale tags are the same: without case, `_` equals `-`. */
gboolean vt_resolve_locale_equal(const char *a, const char *b);

/* Whether a request's or set's catalogue means "none". NULL is allowed. */
gboolean vt_resolve_catalog_is_none(const char *catalog);

/* The place in @primary of the default image: the first asset @is_image says TRUE for; -1 when
 * there is none. */
typedef gboolean (*VtResolveIsImage)(gint64 asset, gpointer data);
int vt_resolve_default_image(
    const gint64 *primary, guint n_primary, VtResolveIsImage is_image, gpointer data);
