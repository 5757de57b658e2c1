/* One row of a manifest, checked as far as that is possible without a database.
 *
 * Cells and numbers are what the file says; whether the things they name exist is decided later
 * (assets.h, sets.h).
 */
#pragma once

#include "assignment/assignment.h"
#include "manifest/columns.h"
#include "manifest/entity_key.h"
#include "media/asset.h"

#define VT_MANIFEST_CLEAR "(clear)" /* as a cell: empty what is there */

/* MediaSourceIfExistsAction, when the asset is there */
typedef enum {
    VT_EXISTS_OVERWRITE, /* unless told */
    VT_EXISTS_USE_EXISTING,
    VT_EXISTS_TAKE_LATEST, /* Overwrite when the file is younger than the head, else UseExisting */
    VT_EXISTS_KEEP_BOTH,   /* a new asset under a name made free by -1, -2, … */
} VtExistsAction;

/* …CheckedOutAction, …VersionMismatchAction */
typedef enum {
    VT_MISMATCH_USE_EXISTING, /* unless told: leave it, the part of the row is skipped */
    VT_MISMATCH_OVERWRITE,
} VtMismatchAction;

/* MediaAction, EntityAssignmentAction */
typedef enum {
    VT_ACTION_DRAFT, /* unless told */
    VT_ACTION_PUBLISH_NOW,
    VT_ACTION_UNPUBLISH,            /* only what is live changes */
    VT_ACTION_UNPUBLISH_AND_DELETE, /* and it is no part of the draft any more */
} VtManifestAction;

/* Whether an action takes something away; the row then says nothing new. */
static inline gboolean
vt_manifest_action_takes_back(VtManifestAction action)
{
    return action == VT_ACTION_UNPUBLISH || action == VT_ACTION_UNPUBLISH_AND_DELETE;
}

typedef struct {
    VtManifestAction action;
    VtMismatchAction checked_out;
    VtMismatchAction version_mismatch;
    gint64 version; /* number of the revision the row was made from; 0: none given */
} VtManifestOrders;

typedef struct {
    guint index;                    /* of the row in the table */
    const char *cell[VT_N_COLUMNS]; /* trimmed, "" when empty; of the table or of owned */
    gboolean has_media;             /* the row names an asset */
    gboolean has_content;           /* and says something about it */
    gint64 asset_id;                /* of InternalMediaId; 0: not given */
    char *media_locale;             /* owned, canonical; NULL without media */
    VtAssetType type;               /* of MediaType; IMAGE when it is not given */
    const char *source;             /* where the bytes come from: a path, a web address, or "" */
    gint64 minimum_age;             /* years; 0: none, or not given */
    gboolean force_download;        /* FALSE when not given */
    gint64 rows;                    /* of a set's members; 0: not given */
    VtExistsAction exists;
    VtManifestOrders media;
    VtManifestEntity entity;
    char **key;          /* owned, see entity_key.h; NULL without entity */
    char *entity_locale; /* owned, canonical */
    VtManifestOrders assign;
    VtMediaGroup group;
    gint64 order; /* 0: not given */
    char *hex;    /* owned: of a swatch, or NULL: it is a picture */
    gboolean is_cropped;
    double crop[4];   /* x, y, w, h in fractions */
    GPtrArray *owned; /* trimmed copies of cells, or NULL */
} VtManifestRow;

void vt_manifest_row_clear(VtManifestRow *self);

/* @self is all zero. Errors: VT_ERROR_MISSING_FIELD, VT_ERROR_BAD_ENUM, VT_ERROR_BAD_VALUE,
 * VT_ERROR_LOCALE; clear @self then too. @table outlives it. */
gboolean vt_manifest_row_read(VtManifestRow *self,
    const VtTsv *table,
    const VtManifestHeader *header,
    guint index,
    GError **error);

/* VT_ERROR_MISSING_FIELD naming the first column of this need that is empty. */
gboolean vt_manifest_row_require(const VtManifestRow *self, VtColumnNeed need, GError **error);

/* The text that an asset of the row's type must have in a locale that is new: the alternative text
 * of a picture (its title does for it), the title of a video. VT_ERROR_MISSING_FIELD. */
gboolean vt_manifest_row_require_text(const VtManifestRow *self, GError **error);

/* The path or web address that brings the track of @role; "" when there is none. */
const char *vt_manifest_row_track(const VtManifestRow *self, VtTrackRole role);

/* The cell of @column as it stands in the file. Borrowed. */
const char *vt_manifest_cell(
    const VtTsv *table, const VtManifestHeader *header, guint index, VtColumn column);
