#include "tenant/token.h"

#include "base/hash.h"
#include "tenant_sql.h"

#include <sodium.h>
#include <string.h>

enum { TOKEN_BYTES = 32 };

void
vt_identity_free(VtIdentity *self)
{
    if (self == NULL)
        return;
    g_free(self->name);
    g_free(self);
}

static char *
random_token(void)
{
    unsigned char raw[TOKEN_BYTES];
    char text[64];

    randombytes_buf(raw, sizeof raw);
    sodium_bin2base64(text, sizeof text, raw, sizeof raw, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return g_strconcat("vt_", text, NULL);
}

gboolean
vt_token_create(VtDb *db,
    gint64 account_id,
    const char *name,
    gint64 now_us,
    gint64 expires_us,
    char **ret_token,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_token_add, error);
    g_autofree char *token = NULL;

    if (stmt == NULL)
        return FALSE;
    if (sodium_init() < 0)
        return vt_throw(error, VT_ERROR_INTERNAL, "no source of random numbers");
    token = random_token();
    vt_stmt_bind_int(stmt, "account_id", account_id);
    vt_stmt_bind_text(stmt, "hash", vt_hash_bytes(token, strlen(token)).hex);
    vt_stmt_bind_text(stmt, "name", name);
    vt_stmt_bind_int(stmt, "created_us", now_us);
    if (expires_us != 0)
        vt_stmt_bind_int(stmt, "expires_us", expires_us);
    if (!vt_stmt_exec(stmt, NULL, error))
        return FALSE;
    *ret_token = g_steal_pointer(&token);
    return TRUE;
}

VtIdentity *
vt_token_identify(VtDb *db, const char *token, gint64 now_us, GError **error)
{
    g_autoptr(VtIdentity) identity = NULL;
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_token_find, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_text(stmt, "hash", vt_hash_bytes(token, strlen(token)).hex);
    vt_stmt_bind_int(stmt, "now_us", now_us);
    while (vt_stmt_next(stmt) && identity == NULL) {
        identity = g_new0(VtIdentity, 1);
        identity->account_id = vt_stmt_int(stmt, "account_id");
        identity->name = g_strdup(vt_stmt_text(stmt, "name"));
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    if (identity == NULL)
        return vt_throw_null(error, VT_ERROR_UNAUTHORIZED, "this token is not valid (any more)");
    return g_steal_pointer(&identity);
}
