#include "tenant/token.h"

#include "base/hash.h"
#include "base/text.h"
#include "changelog/audit.h"
#include "tenant_sql.h"

#include <sodium.h>
#include <string.h>

enum { TOKEN_BYTES = 32, MAX_NAME_BYTES = 255 };

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

static gboolean
write_audit(VtDb *db,
    gint64 tenant_id,
    const char *action,
    const char *user,
    const char *name,
    const VtActor *actor,
    GError **error)
{
    g_autofree char *subject = g_strdup_printf("%s: %s", user, name);
    VtAudit audit = {.tenant_id = tenant_id, .action = action, .subject = subject};

    return vt_audit_write(db, &audit, actor, error);
}

gboolean
vt_token_issue(VtDb *db,
    gint64 tenant_id,
    const char *user,
    const char *name,
    gint64 expires_us,
    const VtActor *actor,
    char **ret_token,
    GError **error)
{
    g_autoptr(VtTx) tx = NULL;
    g_autofree char *token = NULL;
    gint64 account_id = 0;

    if (*name == '\0' || strlen(name) > MAX_NAME_BYTES || !g_utf8_validate(name, -1, NULL))
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "a token's name has 1 to %d bytes of UTF-8", MAX_NAME_BYTES);
    tx = vt_tx_begin(db, VT_TX_WRITE, error);
    if (tx == NULL || !vt_user_reach(db, tenant_id, user, actor, &account_id, error) ||
        !vt_token_create(db, account_id, name, actor->now_us, expires_us, &token, error) ||
        !write_audit(db, tenant_id, "token create", user, name, actor, error) ||
        !vt_tx_commit(tx, error))
        return FALSE;
    *ret_token = g_steal_pointer(&token);
    return TRUE;
}

static gboolean
find_owner(
    VtDb *db, gint64 tenant_id, gint64 token_id, char **ret_user, char **ret_name, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_token_owner, error);
    g_autofree char *user = NULL, *name = NULL;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "token_id", token_id);
    while (vt_stmt_next(stmt) && user == NULL) {
        user = g_strdup(vt_stmt_text(stmt, "user_name"));
        name = g_strdup(vt_stmt_text(stmt, "name"));
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    if (user == NULL)
        return vt_throw(error, VT_ERROR_NOT_FOUND,
            "there is no token %" G_GINT64_FORMAT " in this tenant", token_id);
    *ret_user = g_steal_pointer(&user);
    *ret_name = g_steal_pointer(&name);
    return TRUE;
}

gboolean
vt_token_revoke(VtDb *db, gint64 tenant_id, gint64 token_id, const VtActor *actor, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtStmt) stmt = NULL;
    g_autofree char *user = NULL, *name = NULL;
    gint64 account_id = 0;

    if (tx == NULL || !find_owner(db, tenant_id, token_id, &user, &name, error) ||
        !vt_user_reach(db, tenant_id, user, actor, &account_id, error))
        return FALSE;
    stmt = vt_db_stmt(db, &vt_sql_token_revoke, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "token_id", token_id);
    vt_stmt_bind_int(stmt, "now_us", actor->now_us);
    return vt_stmt_exec(stmt, NULL, error) &&
           write_audit(db, tenant_id, "token revoke", user, name, actor, error) &&
           vt_tx_commit(tx, error);
}

json_t *
vt_token_list_json(VtDb *db, gint64 tenant_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_token_list, error);
    g_autoptr(json_t) list = json_array();

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    while (vt_stmt_next(stmt)) {
        g_autofree char *created = vt_text_time(vt_stmt_int(stmt, "created_us"));
        g_autofree char *expires = vt_stmt_is_null(stmt, "expires_us")
                                       ? NULL
                                       : vt_text_time(vt_stmt_int(stmt, "expires_us"));

        json_array_append_new(list,
            json_pack("{s:I,s:s,s:s,s:s,s:s?}", "id", (json_int_t)vt_stmt_int(stmt, "token_id"),
                "user", vt_stmt_text(stmt, "user_name"), "name", vt_stmt_text(stmt, "name"),
                "created", created, "expires", expires));
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return json_pack("{s:o}", "tokens", g_steal_pointer(&list));
}
