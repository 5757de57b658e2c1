/* Inside of difference.h: what of an asset a locale shows, now and with the plan. */
#pragma once

#include "db/db.h"
#include "publish/publish.h"

typedef enum { VT_SIDE_BEFORE, VT_SIDE_AFTER, VT_SIDE_COUNT } VtSide;

/* A revision of texts and one of a binary; the same where a locale has its own of both. */
typedef struct {
    gint64 text_document, text_number;
    gint64 binary_document, binary_number;
} VtShownRevision;

typedef struct _VtShownAsset VtShownAsset;

/* @planned: document id (gint64*) to VtPublishItem*. */
VtShownAsset *vt_shown_asset_load(VtDb *db, gint64 asset_id, GHashTable *planned, GError **error);
void vt_shown_asset_free(VtShownAsset *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtShownAsset, vt_shown_asset_free)

/* Borrowed. */
const char *vt_shown_asset_name(const VtShownAsset *self);

/* FALSE: the locale does not show it. A locale without a binary of its own shows the neutral one,
 * and nothing where there is none. */
gboolean vt_shown_asset_in(
    const VtShownAsset *self, VtSide side, const char *locale, VtShownRevision *ret_revision);
