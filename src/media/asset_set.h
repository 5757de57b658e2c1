/* Sets: assets that hold other assets in order, to be shown together.
 *
 *     image_set        views of one thing: pictures and swatch sets
 *     swatch_set       choices: each picture or swatch set has a swatch, a picture or a plain color
 *     spin_set         a turn: pictures, in one row or in several of one length
 *     mixed_media_set  pictures, videos and sets of the other types, each perhaps with a swatch
 *
 * A set is an asset like any other: it has a name, a folder, locales, and it is edited, published
 * and shown as one. A locale may have members of its own; else the neutral ones are shown. People
 * send and get members by name:
 *     {"members": [{"asset": "tee-red", "swatch": "red-dot", "color": null, "label": "Red"}],
 *      "rows": 1}
 */
#pragma once

#include "media/asset.h"

enum { VT_SET_MAX_DEPTH = 4 /* sets inside sets */ };

gboolean vt_asset_type_is_set(VtAssetType type);

/* Puts "members" (null: the neutral ones are shown) and "rows" into @told. A member that is gone is
 * left out. Errors of db.h. */
gboolean vt_asset_set_describe(
    VtDb *db, gint64 tenant_id, const VtAssetContent *content, json_t *told, GError **error);

/* Changes @content by "members" and "rows" of @body; absent ones stay. VT_ERROR_BAD_VALUE for what
 * is not of the form, for members an asset of this type cannot have and for a set that would hold
 * itself, VT_ERROR_UNKNOWN_ASSET, VT_ERROR_TOO_LARGE. */
gboolean vt_asset_set_apply(VtDb *db,
    gint64 tenant_id,
    const VtAsset *set,
    VtAssetContent *content,
    const json_t *body,
    GError **error);

/* What a new set is. */
typedef struct {
    gint64 tenant_id;
    const char *name;
    const char *type;   /* a word of a set's type */
    const char *folder; /* a path, made when missing; NULL: the root */
    const json_t *body; /* its content: the form of asset_body.h with "members" and "rows" */
} VtAssetSetSpec;

/* Makes the set with its neutral content, finished and not published. Errors also of
 * vt_asset_create, vt_asset_body_apply and folder.h; VT_ERROR_BAD_ENUM for a type,
 * VT_ERROR_BAD_VALUE without members. A transaction of its own. */
gboolean vt_asset_set_create(
    VtDb *db, const VtAssetSetSpec *spec, const VtActor *actor, VtAsset *ret_set, GError **error);

/**
 * vt_asset_set_save:
 * @locale: (nullable): the neutral one
 * @body: as of VtAssetSetSpec; what it leaves out stays
 *
 * Changes a set that nobody edits, and finishes it: a transaction of its own.
 *
 * Returns: FALSE with VT_ERROR_NOT_FOUND, VT_ERROR_LOCALE, VT_ERROR_BAD_VALUE (no set too),
 *   VT_ERROR_CHECKED_OUT (the account's own working copy too), or as vt_asset_set_apply.
 */
gboolean vt_asset_set_save(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *locale,
    const json_t *body,
    const VtActor *actor,
    VtAsset *ret_set,
    GError **error);
