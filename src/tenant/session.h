/* Sessions of the workspace: what a browser's cookie stands for after signing in.
 *
 * The token is 32 random bytes, kept only as a hash. A session ends when it is not used for
 * VT_SESSION_IDLE_US, VT_SESSION_LIFE_US after signing in, when the password changes, and when its
 * account has VT_SESSION_MAX newer ones. Its use is noted once a minute, so that reading pages does
 * not write to the database.
 *
 * A cookie is sent by the browser whoever made it ask, so every request that writes must also say
 * the session's CSRF token: a hash of the session token that only pages of ours can learn.
 */
#pragma once

#include "tenant/token.h"

#define VT_SESSION_IDLE_US (G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC)
#define VT_SESSION_LIFE_US (12 * VT_SESSION_IDLE_US)
enum { VT_SESSION_MAX = 20 };

/* A new session of the account, and the end of those that are over; one transaction of its own.
 * @ret_token is newly allocated. Errors: those of db.h. */
gboolean vt_session_create(
    VtDb *db, gint64 account_id, gint64 now_us, char **ret_token, GError **error);

/* Whose session it is; VT_ERROR_UNAUTHORIZED when there is none (any more). */
VtIdentity *vt_session_identify(VtDb *db, const char *token, gint64 now_us, GError **error);

/* Ends the session if there is one. */
gboolean vt_session_end(VtDb *db, const char *token, GError **error);

/* Newly allocated. */
char *vt_session_csrf(const char *token);

/* Whether @sent (NULL allowed) is the CSRF token of the session; takes as long either way. */
gboolean vt_session_check_csrf(const char *token, const char *sent);
