#include "tenant/mail_wish.h"

#include "base/mail.h"
#include "base/text.h"
#include "changelog/audit.h"
#include "tenant/user.h"
#include "tenant_sql.h"

#include <string.h>

enum { MAX_TYPES = 20, MAX_TYPE = 64 /* bytes */ };

/* Which ends each word asks for. */
static const gboolean asks_for[VT_JOB_EMAIL_COUNT][VT_JOB_OUTCOME_COUNT] = {
    [VT_JOB_EMAIL_ALL] = {TRUE, TRUE, TRUE, TRUE, TRUE},
    [VT_JOB_EMAIL_ERROR] =
        {[VT_JOB_OUTCOME_COMPLETED_WITH_ERRORS] = TRUE, [VT_JOB_OUTCOME_FAILED] = TRUE},
    [VT_JOB_EMAIL_ERROR_AND_WARNING] = {[VT_JOB_OUTCOME_COMPLETED_WITH_WARNINGS] = TRUE,
        [VT_JOB_OUTCOME_COMPLETED_WITH_ERRORS] = TRUE,
        [VT_JOB_OUTCOME_FAILED] = TRUE},
    [VT_JOB_EMAIL_JOB_COMPLETION] = {[VT_JOB_OUTCOME_COMPLETED] = TRUE,
        [VT_JOB_OUTCOME_COMPLETED_WITH_WARNINGS] = TRUE,
        [VT_JOB_OUTCOME_COMPLETED_WITH_ERRORS] = TRUE},
};

gboolean
vt_user_set_email(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *email,
    const VtActor *actor,
    GError **error)
{
    const VtAudit audit = {.tenant_id = tenant_id, .action = "user email", .subject = name};
    g_autoptr(VtTx) tx = NULL;
    g_autoptr(VtStmt) stmt = NULL;
    gint64 account_id = 0;

    if (email != NULL && !vt_mail_check_address(email, error))
        return FALSE;
    tx = vt_tx_begin(db, VT_TX_WRITE, error);
    if (tx == NULL || !vt_user_reach(db, tenant_id, name, actor, &account_id, error))
        return FALSE;
    stmt = vt_db_stmt(db, &vt_sql_account_email, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "account_id", account_id);
    vt_stmt_bind_text(stmt, "email", email);
    return vt_stmt_exec(stmt, NULL, error) && vt_audit_write(db, &audit, actor, error) &&
           vt_tx_commit(tx, error);
}

/* Types by blanks as an array. */
static json_t *
types_json(const char *types)
{
    g_auto(GStrv) words = g_strsplit(types, " ", -1);
    json_t *list = json_array();

    for (char **word = words; *word != NULL; word++)
        if (**word != '\0')
            json_array_append_new(list, json_string(*word));
    return list;
}

json_t *
vt_mail_wish_json(VtDb *db, gint64 tenant_id, gint64 account_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_mail_wish_read, error);
    g_autoptr(json_t) wish = NULL;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "account_id", account_id);
    if (vt_stmt_next(stmt))
        wish = json_pack("{s:s?,s:s,s:s,s:o}", "email", vt_stmt_text(stmt, "email"), "when",
            vt_stmt_text(stmt, "wish"), "scope", vt_stmt_text(stmt, "scope"), "types",
            types_json(vt_stmt_text(stmt, "types")));
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return wish != NULL ? g_steal_pointer(&wish)
                        : vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no such account");
}

/* Words of [a-z_], with blanks between; newly allocated. */
static char *
read_types(const json_t *list, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (list != NULL && (!json_is_array(list) || json_array_size(list) > MAX_TYPES))
        return vt_throw_null(
            error, VT_ERROR_BAD_VALUE, "\"types\" is a list of at most %d types", MAX_TYPES);
    for (gsize i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));

        if (word == NULL || *word == '\0' || strlen(word) > MAX_TYPE ||
            strspn(word, "abcdefghijklmnopqrstuvwxyz_") != strlen(word))
            return vt_throw_null(error, VT_ERROR_BAD_VALUE, "\"types\" holds names of job types");
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "", word);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* One of @words; @fallback when it is absent. */
static const char *
read_word(const json_t *wish,
    const char *key,
    const char *const *words,
    int n,
    const char *fallback,
    GError **error)
{
    const json_t *value = json_object_get(wish, key);
    const char *word = value != NULL ? json_string_value(value) : fallback;

    if (word == NULL || vt_text_index(words, n, word) < 0)
        return vt_throw_null(error, VT_ERROR_BAD_ENUM, "\"%s\" is none of the allowed words", key);
    return word;
}

gboolean
vt_mail_wish_put(
    VtDb *db, gint64 tenant_id, const json_t *wish, const VtActor *actor, GError **error)
{
    static const char *const scopes[] = {"own", "all"};
    const VtAudit audit = {.tenant_id = tenant_id, .action = "mail wish"};
    const char *when = read_word(wish, "when", vt_job_email_names, VT_JOB_EMAIL_COUNT,
        vt_job_email_names[VT_JOB_EMAIL_NONE], error);
    const char *scope =
        when != NULL ? read_word(wish, "scope", scopes, G_N_ELEMENTS(scopes), "own", error) : NULL;
    g_autofree char *types =
        scope != NULL ? read_types(json_object_get(wish, "types"), error) : NULL;
    g_autoptr(VtTx) tx = types != NULL ? vt_tx_begin(db, VT_TX_WRITE, error) : NULL;
    g_autoptr(VtStmt) stmt = tx != NULL ? vt_db_stmt(db, &vt_sql_mail_wish_put, error) : NULL;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "account_id", actor->account_id);
    vt_stmt_bind_text(stmt, "wish", when);
    vt_stmt_bind_text(stmt, "scope", scope);
    vt_stmt_bind_text(stmt, "types", types);
    return vt_stmt_exec(stmt, NULL, error) && vt_audit_write(db, &audit, actor, error) &&
           vt_tx_commit(tx, error);
}

static gboolean
is_of_types(const char *types, const char *type)
{
    g_auto(GStrv) words = g_strsplit(types, " ", -1);

    return *types == '\0' || g_strv_contains((const char *const *)words, type);
}

/* Whether the row, of somebody with an address, asks for the news. */
static gboolean
is_wanted(VtStmt *row, const VtMailNews *news)
{
    gboolean own = vt_stmt_int(row, "account_id") == news->run_as;
    int when = vt_text_index(vt_job_email_names, VT_JOB_EMAIL_COUNT, vt_stmt_text(row, "wish"));

    if (own && news->email != VT_JOB_EMAIL_NONE)
        return asks_for[news->email][news->outcome];
    return when >= 0 && asks_for[when][news->outcome] &&
           (own || strcmp(vt_stmt_text(row, "scope"), "all") == 0) &&
           is_of_types(vt_stmt_text(row, "types"), news->type);
}

gboolean
vt_mail_addressees(VtDb *db, const VtMailNews *news, GPtrArray *addresses, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_mail_wish_list, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", news->tenant_id);
    while (vt_stmt_next(stmt))
        if (is_wanted(stmt, news))
            g_ptr_array_add(addresses, g_strdup(vt_stmt_text(stmt, "email")));
    return vt_stmt_end(stmt, error);
}
