/* What a dry run tells, for people. */
#pragma once

#include "base/json.h"

/* The documents of @result, of a publish or an unpublish, and where somebody asked the answers that
 * would differ. @count: the member that says how many; @fate: what would happen to them. */
void vt_plan_show(const json_t *result, const char *count, const char *fate);
