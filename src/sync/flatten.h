/* One product as rows of a read store: for every channel of a channel database and every locale
 * that can answer differently. Sources: the fallback rules of `resolve/`.
 */
#pragma once

#include "assignment/set.h"
#include "catalog/category.h"
#include "catalog/product.h"
#include "readstore/writer.h"
#include "resolve/resolve.h"
#include "tenant/channel.h"

/* What flattening needs besides the product; borrowed. */
typedef struct {
    const char *database;      /* the channel database */
    const GPtrArray *channels; /* VtChannel of the tenant */
    const GPtrArray *catalogs; /* VtCatalog of the tenant */
    VtResolveOptions options;  /* of the tenant */
} VtFlattenContext;

/* Puts the product's rows and its variants into @writer's open batch, and deletes rows of locales
 * and channels that answer no more. @sets: what is live of it, as VtSetPublished. @locales: every
 * locale the product has or had a set in (NULL-terminated). */
gboolean vt_flatten_product(VtReadstoreWriter *writer,
    const VtFlattenContext *context,
    const VtProduct *product,
    const GPtrArray *sets,
    const char *const *locales,
    GError **error);

/* The same for what is live of the product now. VT_ERROR_ENTITY_NOT_FOUND, VT_ERROR_DAMAGED. */
gboolean vt_flatten_live_product(VtReadstoreWriter *writer,
    VtDb *db,
    const VtFlattenContext *context,
    gint64 product_id,
    GError **error);
