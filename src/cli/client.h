/* Calls to a running server's API, for commands with --server. */
#pragma once

#include "base/json.h"
#include "cli/settings.h"

/**
 * vt_client_call:
 * @settings: server and token
 * @path: after the server's address, escaped
 * @body: (nullable): what to send
 *
 * Returns: the answer's JSON. NULL with the error the server names (its code and detail),
 * VT_ERROR_UNAUTHORIZED without a token, or VT_ERROR_FETCH when the server cannot be reached.
 * @ret_problem (nullable) gets the problem body of a refusal.
 */
json_t *vt_client_call(const VtSettings *settings,
    const char *method,
    const char *path,
    const char *body,
    gsize length,
    json_t **ret_problem,
    GError **error);

/* GETs what is no JSON into the empty file @fd (borrowed; for reading and writing). Errors as
 * above, or VT_ERROR_STORAGE. */
gboolean vt_client_download(const VtSettings *settings, const char *path, int fd, GError **error);

/* `/api/v1/TENANT/REST` for the tenant named, or the only one the token may use. Newly allocated.
 */
char *vt_client_path(const VtSettings *settings, const char *rest, GError **error);
