/* What a category may show: one picture, in one channel. Every way to write the set of a category
 * goes through vt_category_media_check (set.h does); imports refuse single rows before it.
 */
#pragma once

#include "assignment/assignment.h"
#include "db/db.h"

/* The picture of the set; 0: none. @self passed the check. */
gint64 vt_category_media_asset(const VtAssignment *self);

/* Puts the picture. VT_ERROR_CATEGORY_LIMIT when the set shows another one already or @group is not
 * Primary, VT_ERROR_MEDIA_TYPE when the asset is no picture; the set stays as it is then. */
gboolean vt_category_media_put(
    VtDb *db, VtAssignment *self, VtMediaGroup group, gint64 asset_id, GError **error);

/* VT_ERROR_CATEGORY_LIMIT for anything beside one Primary picture of the master,
 * VT_ERROR_MEDIA_TYPE when it is no picture. An empty set passes: it shows nothing in its context.
 */
gboolean vt_category_media_check(VtDb *db, const VtAssignment *self, GError **error);
