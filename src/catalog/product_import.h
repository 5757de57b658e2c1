/* Inside of the catalogue import: what its two files share. */
#pragma once

#include "catalog/dimension.h"
#include "catalog/import.h"

typedef struct {
    VtDb *db;
    gint64 tenant_id;
    const VtActor *actor;
    VtCatalogProgress progress;
    gpointer progress_data;
    VtCatalogReport *report;
    GPtrArray *channels;      /* VtChannel, owned */
    VtDimensions *dimensions; /* owned */
    GHashTable *categories;   /* code -> VtCategory, owned */
    VtChange *change;         /* owned: of the open transaction */
} VtCatalogLoad;

/* Notes a refused row: "<what> '<id>': <reason>". Clears @reason. */
void vt_catalog_load_refuse(VtCatalogLoad *self, const char *what, const char *id, GError **reason);

/* The text of a member; NULL with VT_ERROR_MISSING_FIELD or VT_ERROR_BAD_VALUE when it is not one
 * of 1 to 255 bytes. */
const char *vt_catalog_load_text(const json_t *row, const char *key, GError **error);

/* The list under @key; NULL when it is absent or null. VT_ERROR_BAD_VALUE for anything else. */
gboolean vt_catalog_load_list(
    const json_t *row, const char *key, const json_t **ret_list, GError **error);

/* Ids of the channels listed under @key, in ascending order, each once. An absent list is the empty
 * one. VT_ERROR_CHANNEL for an unknown code. */
GArray *vt_catalog_load_channels(
    const VtCatalogLoad *self, const json_t *row, const char *key, GError **error);

/* Loads the array `products`. */
gboolean vt_catalog_load_products(VtCatalogLoad *self, const json_t *rows, GError **error);
