#include "tenant/session.h"

#include "base/hash.h"
#include "tenant_sql.h"

#include <sodium.h>
#include <string.h>

#define NOTE_USE_US (60 * G_USEC_PER_SEC)
enum { TOKEN_BYTES = 32 };

static gboolean
add(VtDb *db, gint64 account_id, const char *token, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_session_add, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "account_id", account_id);
    vt_stmt_bind_text(stmt, "hash", vt_hash_bytes(token, strlen(token)).hex);
    vt_stmt_bind_int(stmt, "now_us", now_us);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
remove_old(VtDb *db, gint64 account_id, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) over = vt_db_stmt(db, &vt_sql_session_remove_over, error);
    g_autoptr(VtStmt) oldest =
        over != NULL ? vt_db_stmt(db, &vt_sql_session_remove_oldest, error) : NULL;

    if (oldest == NULL)
        return FALSE;
    vt_stmt_bind_int(over, "used_before_us", now_us - VT_SESSION_IDLE_US);
    vt_stmt_bind_int(over, "created_before_us", now_us - VT_SESSION_LIFE_US);
    vt_stmt_bind_int(oldest, "account_id", account_id);
    vt_stmt_bind_int(oldest, "keep", VT_SESSION_MAX);
    return vt_stmt_exec(over, NULL, error) && vt_stmt_exec(oldest, NULL, error);
}

gboolean
vt_session_create(VtDb *db, gint64 account_id, gint64 now_us, char **ret_token, GError **error)
{
    unsigned char raw[TOKEN_BYTES];
    char token[2 * TOKEN_BYTES + 1];
    g_autoptr(VtTx) tx = NULL;

    if (sodium_init() < 0)
        return vt_throw(error, VT_ERROR_INTERNAL, "no source of random numbers");
    randombytes_buf(raw, sizeof raw);
    sodium_bin2hex(token, sizeof token, raw, sizeof raw);
    tx = vt_tx_begin(db, VT_TX_WRITE, error);
    if (tx == NULL || !add(db, account_id, token, now_us, error) ||
        !remove_old(db, account_id, now_us, error) || !vt_tx_commit(tx, error))
        return FALSE;
    *ret_token = g_strdup(token);
    return TRUE;
}

static gboolean
note_use(VtDb *db, const char *hash, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_session_note_use, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "hash", hash);
    vt_stmt_bind_int(stmt, "now_us", now_us);
    return vt_stmt_exec(stmt, NULL, error);
}

VtIdentity *
vt_session_identify(VtDb *db, const char *token, gint64 now_us, GError **error)
{
    g_autoptr(VtIdentity) identity = NULL;
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_session_find, error);
    VtHash hash = vt_hash_bytes(token, strlen(token));
    gint64 used_us = 0;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_text(stmt, "hash", hash.hex);
    vt_stmt_bind_int(stmt, "used_after_us", now_us - VT_SESSION_IDLE_US);
    vt_stmt_bind_int(stmt, "created_after_us", now_us - VT_SESSION_LIFE_US);
    while (vt_stmt_next(stmt) && identity == NULL) {
        identity = g_new0(VtIdentity, 1);
        identity->account_id = vt_stmt_int(stmt, "account_id");
        identity->name = g_strdup(vt_stmt_text(stmt, "name"));
        used_us = vt_stmt_int(stmt, "used_us");
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    if (identity == NULL)
        return vt_throw_null(error, VT_ERROR_UNAUTHORIZED, "your session is over; sign in again");
    if (now_us - used_us >= NOTE_USE_US && !note_use(db, hash.hex, now_us, error))
        return NULL;
    return g_steal_pointer(&identity);
}

gboolean
vt_session_end(VtDb *db, const char *token, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_session_remove, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "hash", vt_hash_bytes(token, strlen(token)).hex);
    return vt_stmt_exec(stmt, NULL, error);
}

char *
vt_session_csrf(const char *token)
{
    g_autofree char *text = g_strconcat("csrf:", token, NULL);

    return g_strdup(vt_hash_bytes(text, strlen(text)).hex);
}

gboolean
vt_session_check_csrf(const char *token, const char *sent)
{
    g_autofree char *wanted = vt_session_csrf(token);

    return sent != NULL && strlen(sent) == VT_HASH_LENGTH &&
           sodium_memcmp(sent, wanted, VT_HASH_LENGTH) == 0;
}
