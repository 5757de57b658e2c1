/* What a revision of an asset in one locale says: texts, and a binary of its own or none.
 *
 * As JSON with keys in a fixed order, so that equal content is equal text:
 *     {"blob","mime","bytes","width","height","alpha","alt","title","caption","description","tags"}
 * Absent keys are empty. Unknown keys of a newer program are kept out: such a body is refused.
 */
#pragma once

#include "media/binary.h"

typedef struct {
    char *blob; /* hash of its own binary, or NULL: the neutral variant's is shown */
    char *mime;
    guint64 bytes;
    int width, height; /* px */
    gboolean has_alpha;
    char *alt;
    char *title;
    char *caption;
    char *description;
    char **tags; /* or NULL */
} VtAssetContent;

void vt_asset_content_clear(VtAssetContent *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtAssetContent, vt_asset_content_clear)

/* Copies the facts of @binary in. */
void vt_asset_content_set_binary(VtAssetContent *self, const VtBinary *binary);

char *vt_asset_content_format(const VtAssetContent *self);

/* VT_ERROR_BAD_JSON when @body is not of the form. @ret_content is to be cleared. */
gboolean vt_asset_content_parse(const char *body, VtAssetContent *ret_content, GError **error);
