/* What `init` and the demo share. */
#pragma once

#include "db/db.h"

/* One tenant, one administrator, one API token, in one transaction. VT_ERROR_DATA_USED when there
 * is a tenant. */
gboolean vt_init_tenant(VtDb *db,
    const char *tenant,
    const char *admin,
    const char *password,
    char **ret_token,
    GError **error);
