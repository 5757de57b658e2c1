/* The first tenant and its first administrator: how an empty database becomes an installation. Once
 * only, however many ask at a time.
 */
#pragma once

#include "changelog/change.h"

typedef struct {
    const char *tenant;   /* code */
    const char *name;     /* of the administrator */
    const char *password; /* his */
} VtSetup;

/* Whether there is no tenant yet. */
gboolean vt_setup_is_needed(VtDb *db, gboolean *ret_needed, GError **error);

/* One audited transaction of its own; takes the time of a password hash. @ret_token (NULL allowed)
 * gets an API token of the administrator, newly allocated. VT_ERROR_DATA_USED when there is a
 * tenant; VT_ERROR_BAD_VALUE for a code, name or password that is not allowed. */
gboolean vt_setup_run(
    VtDb *db, const VtSetup *setup, const VtActor *actor, char **ret_token, GError **error);
