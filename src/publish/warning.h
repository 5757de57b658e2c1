/* What a publish does not refuse but people should know. */
#pragma once

#include "base/json.h"
#include "publish/plan.h"

typedef struct {
    VtPublishWarning code;
    char *subject; /* owned: what it is about */
} VtPublishAdvice;

/* An empty list of them. */
GArray *vt_publish_advice_new(void);

/* Adds what is to be said of the plan, whose live documents have been dropped: contexts that stop
 * inheriting, swatches without a central one beside them, locales of shown media that stay as they
 * are, shown media that somebody edits. The first VT_PUBLISH_MAX_NAMES of each are named. */
gboolean vt_publish_advise(VtPublishPlan *plan, GArray *advice, GError **error);

/* As the result of a publish tells it; owned by the caller. NULL: the empty list. */
json_t *vt_publish_advice_json(const GArray *advice);
