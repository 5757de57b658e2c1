/* What became of a row: of its asset, its assignment and its going live, put together at the end.
 */
#pragma once

#include "base/error.h"

typedef enum {
    VT_OUTCOME_MEDIA,
    VT_OUTCOME_ENTITY,
    VT_OUTCOME_PUBLISH, /* last: see VT_OUTCOME_N_PARTS */
} VtOutcomePart;
#define VT_OUTCOME_N_PARTS (VT_OUTCOME_PUBLISH + 1)

typedef enum {
    VT_OUTCOME_NOTHING, /* the row has no such part, or it only names an asset */
    VT_OUTCOME_DONE,
    VT_OUTCOME_SKIPPED,
    VT_OUTCOME_FAILED,
} VtOutcomeState;

typedef struct {
    struct {
        VtOutcomeState state;
        VtErrorCode code; /* of SKIPPED and FAILED */
        char *text;       /* owned, or NULL */
    } part[VT_OUTCOME_N_PARTS];
    VtImportWarning warning; /* the first one */
    GString *warnings;       /* owned: what they say, or NULL: none */
    gint64 asset_id;         /* the asset the row names or made; 0: none */
    gint64 media_document;   /* of that asset in the row's locale; 0: none */
    gboolean is_carried;     /* a row that was done before and was left alone */
    gboolean goes_live;      /* a part of it waits for the publish at the end */
    gboolean is_taken_back;  /* a part of it waits for what is unpublished at the end */
    gboolean is_made;        /* the row made its asset, */
    gboolean is_applied;     /* or what it says was written to it */
    gboolean is_restored;    /* its media part was done by an earlier attempt; see trail.h */
    gboolean is_deleted;     /* so was the deletion it asks for */
    gboolean is_told;        /* who follows the import knows what became of it */
} VtManifestOutcome;

void vt_manifest_outcome_clear(VtManifestOutcome *self);

/* Sets a part; what it said before is forgotten. @text may be NULL. */
void vt_manifest_outcome_set(
    VtManifestOutcome *self, VtOutcomePart part, VtOutcomeState state, const char *text);

/* SKIPPED or FAILED because of @error. */
void vt_manifest_outcome_refuse(
    VtManifestOutcome *self, VtOutcomePart part, VtOutcomeState state, const GError *error);

/* Adds a warning; a row that is done otherwise is a SuccessWithWarnings then. */
void vt_manifest_outcome_warn(VtManifestOutcome *self, VtImportWarning warning, const char *text);

VtImportResult vt_manifest_outcome_result(const VtManifestOutcome *self);

/* The word for the ErrorCode column, of the error or else of the first warning; "" without. Static.
 */
const char *vt_manifest_outcome_code(const VtManifestOutcome *self);

/* For people; newly allocated. */
char *vt_manifest_outcome_text(const VtManifestOutcome *self);
