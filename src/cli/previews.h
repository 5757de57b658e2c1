/* What delivery needs for previews: looks at drafts as if they were live, and writes what it sees.
 */
#pragma once

#include "delivery/nodes.h"

typedef struct {
    const char *database_url; /* borrowed, immutable */
} VtPreviews;

/* VtPreviewMake; @data is the VtPreviews. The first for previews, the second for the test context,
 * where all that is finished is shown. */
gboolean vt_previews_make(gpointer data, const VtPreviewAsk *ask, const char *path, GError **error);
gboolean vt_previews_make_finished(
    gpointer data, const VtPreviewAsk *ask, const char *path, GError **error);
