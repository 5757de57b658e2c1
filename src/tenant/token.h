/* API tokens: 32 random bytes, shown once, kept only as a hash. */
#pragma once

#include "tenant/user.h"

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

/* As vt_token_create() for a user of the tenant within reach of @actor (see user.h), as one audited
 * transaction. VT_ERROR_BAD_VALUE when @name is empty or longer than 255 bytes. */
gboolean vt_token_issue(VtDb *db,
    gint64 tenant_id,
    const char *user,
    const char *name,
    gint64 expires_us,
    const VtActor *actor,
    char **ret_token,
    GError **error);

/* Ends a token of a user within reach, as one audited transaction. VT_ERROR_NOT_FOUND when the
 * tenant has no such token. */
gboolean vt_token_revoke(
    VtDb *db, gint64 tenant_id, gint64 token_id, const VtActor *actor, GError **error);

/* Schema TokenList: the tokens of the tenant's users that were not revoked. Owned by the caller. */
json_t *vt_token_list_json(VtDb *db, gint64 tenant_id, GError **error);
