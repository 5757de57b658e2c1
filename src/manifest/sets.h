/* The assignment part of rows: collected for the whole run by (product or category, channel,
 * locale, catalogue), then each set is changed once, so that one import makes one revision of it.
 */
#pragma once

#include "assignment/set.h"
#include "manifest/assets.h"
#include "manifest/takeback.h"

typedef struct _VtManifestSets VtManifestSets;

/* Where a row's medium goes. */
typedef struct {
    VtSetKey key;
    VtAssignmentKey node;    /* not of a swatch; of a category always its one place */
    VtAssignmentValue value; /* of a swatch */
    gboolean lacks_central;  /* that value has no swatch in the catalogue */
} VtManifestPlace;

/* @context, @assets: (borrowed). Errors: those of db.h. */
VtManifestSets *vt_manifest_sets_new(
    const VtManifestContext *context, VtManifestAssets *assets, GError **error);
void vt_manifest_sets_free(VtManifestSets *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtManifestSets, vt_manifest_sets_free)

/* The place of a row with an entity. VT_ERROR_ENTITY_NOT_FOUND, VT_ERROR_DIMENSION,
 * VT_ERROR_CHANNEL, VT_ERROR_CATALOG, or an error of db.h. */
gboolean vt_manifest_sets_resolve(
    VtManifestSets *self, const VtManifestRow *row, VtManifestPlace *ret_place, GError **error);

/* Notes what the row puts there; @asset_id: of its media part. VT_ERROR_NOT_FOUND when its
 * SwatchValue names no asset, or an error of db.h. */
gboolean vt_manifest_sets_add(VtManifestSets *self,
    const VtManifestRow *row,
    const VtManifestPlace *place,
    gint64 asset_id,
    GError **error);

/* Changes every set, in transactions of its own, and says in @outcomes (by row of the table) what
 * became of each row. What fails stays in its own set. */
void vt_manifest_sets_apply(VtManifestSets *self, VtManifestOutcome *outcomes);

/* What goes live, appended as VtPublishItem: PublishNow, and sets that rows were taken from. */
void vt_manifest_sets_to_publish(const VtManifestSets *self, GArray *items);

/* The live sets that nothing is left of. */
void vt_manifest_sets_to_take_back(const VtManifestSets *self, VtManifestTakeback *takeback);
