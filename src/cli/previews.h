/* What delivery needs for previews: looks at drafts as if they were live, and writes what it sees.
 */
#pragma once

#include "delivery/nodes.h"

typedef struct {
    const char *database_url; /* borrowed, immutable */
} VtPreviews;

/* A VtPreviewMake; @data is the VtPreviews. */
gboolean vt_previews_make(gpointer data, const VtPreviewAsk *ask, const char *path, GError **error);
