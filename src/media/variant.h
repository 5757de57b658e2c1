/* What a bulk import asks about assets, in few statements: the head of a locale at a glance, and
 * whether a new name can be.
 */
#pragma once

#include "media/asset.h"

typedef struct {
    gint64 document_id;    /* 0: the asset has no such locale */
    gint64 head;           /* number of the newest finished revision */
    gint64 checked_out_by; /* as in VtDocumentState */
    gint64 changed_us;     /* when the head was finished, microseconds since 1970 UTC */
    char *body;            /* owned: of the head, or NULL */
} VtAssetVariant;

void vt_asset_variant_clear(VtAssetVariant *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtAssetVariant, vt_asset_variant_clear)

/* @ret_variant is to be cleared. Errors: those of db.h. */
gboolean vt_asset_variant_load(
    VtDb *db, gint64 asset_id, const char *locale, VtAssetVariant *ret_variant, GError **error);

/* Whether vt_asset_create would refuse the name (of an asset, also a trashed one, or of an image
 * record) or the source pair (NULL: none). Errors: those of db.h. */
gboolean vt_asset_is_taken(
    VtDb *db, gint64 tenant_id, const VtAssetSpec *spec, gboolean *ret_taken, GError **error);

/* @name if it is free, else one beside it: `tee-1`, `tee-2`, …; newly allocated. NULL with
 * VT_ERROR_DUPLICATE_NAME when there are VT_ASSET_MAX_COPIES of it, or an error of db.h. */
enum { VT_ASSET_MAX_COPIES = 1000 };
char *vt_asset_free_name(VtDb *db, gint64 tenant_id, const char *name, GError **error);

/* The same, never @name itself. */
char *vt_asset_name_beside(VtDb *db, gint64 tenant_id, const char *name, GError **error);

/* Gives the asset another category. The caller owns the transaction. */
gboolean vt_asset_set_category(VtDb *db, gint64 asset_id, const char *category, GError **error);
