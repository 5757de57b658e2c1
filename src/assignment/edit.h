/* The media of a product or a category in one context as something people edit; see
 * document/edit.h.
 *
 * A place is a VtSetPlace. What is sent and told is the form of body.h, whose errors a save has;
 * for a category also those of vt_category_media_check. A first working copy is a copy of what the
 * context shows by inheritance. A place is described as AssignmentState of contract/schemas.json:
 * also what it shows now, by its own live set or by inheritance.
 */
#pragma once

#include "assignment/place.h"
#include "document/edit.h"

extern const VtEditKind vt_set_edit_kind;
