#include "jobs/kind.h"

#include "base/error.h"

#include <string.h>

const VtJobKind *
vt_job_kind_find(const VtJobKinds *self, const char *name, GError **error)
{
    for (const VtJobKind *const *at = self->table; *at != NULL; at++)
        if (strcmp((*at)->name, name) == 0)
            return *at;
    vt_throw(error, VT_ERROR_BAD_ENUM, "there is no job of the type '%s'", name);
    return NULL;
}
