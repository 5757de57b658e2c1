/* What a dry run tells of answers that would differ, for people. */
#pragma once

#include "base/json.h"

/* @result: of a publish or an unpublish; says nothing when nobody asked. */
void vt_changes_show(const json_t *result);
