/* People who sign in. Names are installation-wide, roles are per tenant. Passwords are kept as
 * argon2id only. */
#pragma once

#include "db/db.h"

enum { VT_PASSWORD_MIN = 8, VT_PASSWORD_MAX = 1024 }; /* bytes */

/* argon2id of @password, newly allocated; about 0.2 s and 64 MiB, so never inside a writing
 * transaction. VT_ERROR_BAD_VALUE for a length that is not allowed, VT_ERROR_BUSY without memory.
 */
char *vt_account_hash(const char *password, GError **error);

/* @hash: made by vt_account_hash(). Errors: VT_ERROR_BAD_VALUE (the name),
 * VT_ERROR_DUPLICATE_NAME, those of db.h. The caller owns the transaction. */
gboolean vt_account_add(VtDb *db,
    const char *name,
    const char *hash,
    gint64 now_us,
    gint64 *ret_account_id,
    GError **error);

/* Both of the above, for a database nobody else waits for. */
gboolean vt_account_create(VtDb *db,
    const char *name,
    const char *password,
    gint64 now_us,
    gint64 *ret_account_id,
    GError **error);

/* VT_ERROR_UNAUTHORIZED for a wrong name or password, without saying which. Takes as long either
 * way. */
gboolean vt_account_sign_in(
    VtDb *db, const char *name, const char *password, gint64 *ret_account_id, GError **error);

/* Gives or changes the role in one tenant. */
gboolean vt_account_grant(
    VtDb *db, gint64 account_id, gint64 tenant_id, VtRole role, GError **error);

/* VT_ERROR_FORBIDDEN when the account has no role in the tenant. */
gboolean vt_account_role(
    VtDb *db, gint64 account_id, gint64 tenant_id, VtRole *ret_role, GError **error);

/* The sign-in name, newly allocated. VT_ERROR_NOT_FOUND. */
char *vt_account_name(VtDb *db, gint64 account_id, GError **error);

/* VT_ERROR_BAD_ENUM when @word is no role. */
gboolean vt_account_role_parse(const char *word, VtRole *ret_role, GError **error);
