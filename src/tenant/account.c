#include "tenant/account.h"

#include "base/text.h"
#include "tenant_sql.h"

#include <sodium.h>
#include <string.h>

static char *
hash_password(const char *password, GError **error)
{
    char hash[crypto_pwhash_STRBYTES];

    if (sodium_init() < 0 ||
        crypto_pwhash_str(hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
            crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        return vt_throw_null(error, VT_ERROR_BUSY, "there is not enough memory for a password");
    return g_strdup(hash);
}

char *
vt_account_hash(const char *password, GError **error)
{
    gsize length = strlen(password);

    if (length < VT_PASSWORD_MIN || length > VT_PASSWORD_MAX)
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "a password has %d to %d bytes",
            VT_PASSWORD_MIN, VT_PASSWORD_MAX);
    return hash_password(password, error);
}

gboolean
vt_account_add(VtDb *db,
    const char *name,
    const char *hash,
    gint64 now_us,
    gint64 *ret_account_id,
    GError **error)
{
    gsize length = strlen(name);
    g_autoptr(VtStmt) stmt = NULL;
    g_autoptr(GError) local = NULL;
    gint64 account_id = 0;

    if (length < 1 || length > 255 || !g_utf8_validate(name, -1, NULL))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "a user name has 1 to 255 bytes of UTF-8");
    stmt = vt_db_stmt(db, &vt_sql_account_add, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "name", name);
    vt_stmt_bind_text(stmt, "password_hash", hash);
    vt_stmt_bind_int(stmt, "created_us", now_us);
    while (vt_stmt_next(stmt))
        account_id = vt_stmt_int(stmt, "account_id");
    if (!vt_stmt_end(stmt, &local)) {
        if (vt_error_is(local, VT_ERROR_CONFLICT))
            return vt_throw(error, VT_ERROR_DUPLICATE_NAME, "there is a user '%s' already", name);
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    *ret_account_id = account_id;
    return TRUE;
}

gboolean
vt_account_create(VtDb *db,
    const char *name,
    const char *password,
    gint64 now_us,
    gint64 *ret_account_id,
    GError **error)
{
    g_autofree char *hash = vt_account_hash(password, error);

    return hash != NULL && vt_account_add(db, name, hash, now_us, ret_account_id, error);
}

/* What the password of a name without an account is compared with, so that such a name costs one
 * check, as any other does: the hash of 32 random bytes nobody kept. */
static const char nobody_hash[] = "$argon2id$v=19$m=65536,t=2,p=1$oKuHsALtVax7uQiSC"
                                  "UU9ow$8LpZrTZMMZtFdaUX1X2U9s5frM7ZdbHKDQwoCtCEjDM";

/* The hash to compare with: the account's, or one that belongs to nobody (*ret_account_id 0). */
static char *
load_hash(VtDb *db, const char *name, gint64 *ret_account_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_account_find, error);
    g_autofree char *hash = NULL;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_text(stmt, "name", name);
    while (vt_stmt_next(stmt)) {
        const char *stored = vt_stmt_text(stmt, "password_hash");

        if (stored == NULL || !vt_stmt_is_null(stmt, "disabled_us"))
            continue;
        *ret_account_id = vt_stmt_int(stmt, "account_id");
        hash = g_strdup(stored);
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return hash != NULL ? g_steal_pointer(&hash) : g_strdup(nobody_hash);
}

gboolean
vt_account_sign_in(
    VtDb *db, const char *name, const char *password, gint64 *ret_account_id, GError **error)
{
    gint64 account_id = 0;
    g_autofree char *hash = load_hash(db, name, &account_id, error);
    gsize length = strlen(password);

    if (hash == NULL)
        return FALSE;
    if (sodium_init() < 0 || length > VT_PASSWORD_MAX ||
        crypto_pwhash_str_verify(hash, password, length) != 0 || account_id == 0)
        return vt_throw(error, VT_ERROR_UNAUTHORIZED, "name or password is wrong");
    *ret_account_id = account_id;
    return TRUE;
}

gboolean
vt_account_grant(VtDb *db, gint64 account_id, gint64 tenant_id, VtRole role, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_account_role_set, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "account_id", account_id);
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "role", vt_role_names[role]);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_account_role(VtDb *db, gint64 account_id, gint64 tenant_id, VtRole *ret_role, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_account_role_get, error);
    int found = -1;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "account_id", account_id);
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    while (vt_stmt_next(stmt))
        found = vt_text_index(vt_role_names, VT_ROLE_COUNT, vt_stmt_text(stmt, "role"));
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    if (found < 0)
        return vt_throw(error, VT_ERROR_FORBIDDEN, "you have no role in this tenant");
    *ret_role = (VtRole)found;
    return TRUE;
}

char *
vt_account_name(VtDb *db, gint64 account_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_account_name, error);
    g_autofree char *name = NULL;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "account_id", account_id);
    while (vt_stmt_next(stmt)) {
        g_free(name);
        name = g_strdup(vt_stmt_text(stmt, "name"));
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    if (name == NULL)
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no such account");
    return g_steal_pointer(&name);
}

gboolean
vt_account_role_parse(const char *word, VtRole *ret_role, GError **error)
{
    int found = vt_text_index(vt_role_names, VT_ROLE_COUNT, word);

    if (found < 0)
        return vt_throw(error, VT_ERROR_BAD_ENUM,
            "'%s' is no role; there are reader, producer and administrator", word);
    *ret_role = (VtRole)found;
    return TRUE;
}
