/* What a publish would change for shoppers: every place whose answer differs, before and after.
 *
 * Both sides come from one snapshot by the rules of resolve/: what is live, and what is live once
 * the planned documents are put in its place. Only products are looked at that a planned set
 * belongs to or whose live sets show a planned asset; locales are those the channels list. Nothing
 * is locked and nothing is written.
 */
#pragma once

#include "base/json.h"
#include "db/db.h"
#include "publish/item.h"
#include "resolve/resolve.h"

/* Products looked at; beyond them a report is cut and says so. */
enum { VT_DIFFERENCE_MAX_PRODUCTS = 100000, VT_DIFFERENCE_MAX_TOLD = 1000 };

/* What one side of a place shows. Everything is borrowed. */
typedef struct {
    const VtResolveContext *source; /* NULL: nothing answers */
    VtScope scope;
    const GPtrArray *primary;    /* const char*: names of assets */
    const GPtrArray *additional; /* const char*: names of assets */
} VtDifferenceSide;

typedef struct {
    const char *channel, *locale;
    const char *catalog; /* NULL: none */
    const char *product;
    const char *variant; /* NULL: the product itself */
    VtDifferenceSide before, after;
} VtDifference;

/* Called for each place in order of product, channel, locale, catalogue and variant. FALSE ends the
 * report. */
typedef gboolean (*VtDifferenceEach)(const VtDifference *difference, gpointer data);

/**
 * vt_difference_find:
 * @db: a transaction that reads is open, or none
 * @items: VtPublishItem, each with its number: what is planned; 0 takes the document back
 * @ret_is_cut: whether there were too many products to look at
 *
 * Two places differ when other media are shown, in another order, for another purpose, in another
 * revision, or other swatches; not when the same is only answered from another context.
 *
 * Returns: FALSE with an error of db.h, VT_ERROR_DAMAGED or VT_ERROR_BAD_JSON.
 */
gboolean vt_difference_find(VtDb *db,
    gint64 tenant_id,
    const GArray *items,
    VtDifferenceEach each,
    gpointer data,
    gboolean *ret_is_cut,
    GError **error);

/* The report as a result holds it: all places counted, the first VT_DIFFERENCE_MAX_TOLD told. */
typedef struct {
    guint64 n;
    gboolean is_cut;
    json_t *list; /* owned: schema Difference; NULL: nobody asked */
} VtDifferences;

void vt_differences_clear(VtDifferences *self);

/* Errors as vt_difference_find. */
gboolean vt_differences_tell(VtDb *db,
    gint64 tenant_id,
    const GArray *items,
    VtDifferences *ret_differences,
    GError **error);

/* Adds `n_changes`, `changes` and `changes_cut` to a result, where somebody asked. */
void vt_differences_add(const VtDifferences *self, json_t *result);
