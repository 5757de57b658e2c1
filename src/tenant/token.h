/* API tokens: 32 random bytes, shown once, kept only as a hash. */
#pragma once

#include "db/db.h"

typedef struct {
    gint64 account_id;
    char *name; /* of the account */
} VtIdentity;

void vt_identity_free(VtIdentity *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtIdentity, vt_identity_free)

/* @name says what the token is for. @expires_us 0: never. @ret_token is newly allocated. */
gboolean vt_token_create(VtDb *db,
    gint64 account_id,
    const char *name,
    gint64 now_us,
    gint64 expires_us,
    char **ret_token,
    GError **error);

/* Whose token it is; VT_ERROR_UNAUTHORIZED when it is nobody's, expired or revoked. */
VtIdentity *vt_token_identify(VtDb *db, const char *token, gint64 now_us, GError **error);
