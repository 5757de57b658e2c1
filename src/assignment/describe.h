/* What people are told of a set: the parts of vt_set_edit_kind. The edit's place is a VtSetPlace.
 */
#pragma once

#include "document/edit.h"

/* The context, the product's dimensions and variants, and what is shown now. */
json_t *vt_set_describe(const VtEdit *edit, const VtDocumentState *state, GError **error);

/* The form of body.h with "reset": whether it is a tombstone. */
json_t *vt_set_describe_body(const VtEdit *edit, const char *body, GError **error);
