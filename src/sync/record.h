/* The records of a read store beside product rows: published assets with their image-server ids,
 * and channels. */
#pragma once

#include "catalog/dimension.h"
#include "catalog/product.h"
#include "db/db.h"
#include "readstore/writer.h"
#include "sync/affected.h"
#include "tenant/channel.h"

/* Bytes of the words a thing is found by beside its name. */
enum { VT_SYNC_MAX_WORDS = 256 * 1024 };

/* Puts what is live of an asset, one record per published locale and its image records; deletes the
 * rest. @affected (NULL allowed) hears of each record. */
gboolean vt_sync_put_asset(
    VtReadstoreWriter *writer, VtDb *db, VtAffected *affected, gint64 asset_id, GError **error);

/* Puts what search finds a product by: its name, its variants and the values they have. */
gboolean vt_sync_put_product_record(
    VtReadstoreWriter *writer, const VtProduct *product, GError **error);

/* Puts a channel with the body of `/config`: its locales, dimension values, central swatches. */
gboolean vt_sync_put_channel(VtReadstoreWriter *writer,
    const VtChannel *channel,
    const VtDimensions *dimensions,
    GError **error);
