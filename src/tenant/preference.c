#include "tenant/preference.h"

#include "base/error.h"
#include "base/text.h"
#include "tenant_sql.h"

#include <string.h>

static const char *const names[] = {
    "publish_explained", /* the first publish need not be explained again */
};

/* Whether each name is set, by its place. */
static gboolean
load(VtDb *db, gint64 account_id, gboolean *set, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_preference_list, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "account_id", account_id);
    while (vt_stmt_next(stmt)) {
        int place = vt_text_index(names, G_N_ELEMENTS(names), vt_stmt_text(stmt, "name"));

        if (place >= 0)
            set[place] = TRUE;
    }
    return vt_stmt_end(stmt, error);
}

json_t *
vt_preference_list_json(VtDb *db, gint64 account_id, GError **error)
{
    gboolean set[G_N_ELEMENTS(names)] = {FALSE};
    json_t *list;

    if (!load(db, account_id, set, error))
        return NULL;
    list = json_object();
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        json_object_set_new(list, names[i], json_boolean(set[i]));
    return list;
}

static gboolean
check(const json_t *wanted, GError **error)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)(gsize)wanted, name, value)
    {
        if (vt_text_index(names, G_N_ELEMENTS(names), name) < 0)
            return vt_throw(error, VT_ERROR_BAD_VALUE, "there is no preference '%s'", name);
        if (!json_is_boolean(value))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "'%s' must be true or false", name);
    }
    return TRUE;
}

static gboolean
put(VtDb *db, gint64 account_id, const char *name, gboolean value, GError **error)
{
    g_autoptr(VtStmt) stmt =
        vt_db_stmt(db, value ? &vt_sql_preference_add : &vt_sql_preference_remove, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "account_id", account_id);
    vt_stmt_bind_text(stmt, "name", name);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_preference_put(VtDb *db, gint64 account_id, const json_t *wanted, GError **error)
{
    g_autoptr(VtTx) tx = NULL;
    const char *name;
    json_t *value;

    if (!check(wanted, error))
        return FALSE;
    tx = vt_tx_begin(db, VT_TX_WRITE, error);
    if (tx == NULL)
        return FALSE;
    json_object_foreach((json_t *)(gsize)wanted, name, value)
    {
        if (!put(db, account_id, name, json_is_true(value), error))
            return FALSE;
    }
    return vt_tx_commit(tx, error);
}
