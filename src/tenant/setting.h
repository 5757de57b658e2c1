/* Settings of a tenant (or of the installation, tenant 0) that are changed while running. */
#pragma once

#include "db/db.h"

/* The stored value or @fallback, newly allocated; NULL only with an error. */
char *vt_setting_get(
    VtDb *db, gint64 tenant_id, const char *name, const char *fallback, GError **error);

gboolean vt_setting_set(
    VtDb *db, gint64 tenant_id, const char *name, const char *value, GError **error);
