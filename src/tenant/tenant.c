#include "tenant/tenant.h"

#include "base/text.h"
#include "tenant_sql.h"

#include <string.h>

const VtMigration vt_tenant_migrations[] = {{"tenant", 1, &vt_sql_schema_tenant_1},
    {"tenant", 2, &vt_sql_schema_tenant_2}, {"tenant", 3, &vt_sql_schema_tenant_3},
    {"tenant", 4, &vt_sql_schema_tenant_4}};
const gsize vt_tenant_n_migrations = G_N_ELEMENTS(vt_tenant_migrations);

static gboolean
add_main_database(VtDb *db, gint64 tenant_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_channel_database_add, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", "main");
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_tenant_create(VtDb *db, const char *code, gint64 now_us, gint64 *ret_tenant_id, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;
    gint64 tenant_id = 0;

    if (!vt_text_is_code(code))
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "'%s' cannot be a tenant code; use 1 to 64 letters, digits, '_' and '-'", code);
    if (vt_tenant_find(db, code, &tenant_id, NULL))
        return vt_throw(error, VT_ERROR_DUPLICATE_NAME, "there is a tenant '%s' already", code);
    stmt = vt_db_stmt(db, &vt_sql_tenant_add, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "code", code);
    vt_stmt_bind_int(stmt, "created_us", now_us);
    if (!vt_stmt_read_int(stmt, "tenant_id", &tenant_id, error) ||
        !add_main_database(db, tenant_id, error))
        return FALSE;
    *ret_tenant_id = tenant_id;
    return TRUE;
}

gboolean
vt_tenant_find(VtDb *db, const char *code, gint64 *ret_tenant_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_tenant_find, error);
    gint64 tenant_id = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "code", code);
    if (!vt_stmt_read_int(stmt, "tenant_id", &tenant_id, error))
        return FALSE;
    if (tenant_id == 0)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no tenant '%s'", code);
    *ret_tenant_id = tenant_id;
    return TRUE;
}

void
vt_tenant_free(VtTenant *self)
{
    if (self == NULL)
        return;
    g_free(self->code);
    g_free(self);
}

static void
free_tenant(gpointer data)
{
    vt_tenant_free(data);
}

GPtrArray *
vt_tenant_list(VtDb *db, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_tenant);
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_tenant_list, error);

    if (stmt == NULL)
        return NULL;
    while (vt_stmt_next(stmt)) {
        VtTenant *tenant = g_new0(VtTenant, 1);

        tenant->tenant_id = vt_stmt_int(stmt, "tenant_id");
        tenant->code = g_strdup(vt_stmt_text(stmt, "code"));
        g_ptr_array_add(list, tenant);
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return g_steal_pointer(&list);
}

gboolean
vt_tenant_choose(VtDb *db, const char *code, gint64 *ret_tenant_id, char **ret_code, GError **error)
{
    g_autoptr(GPtrArray) list = NULL;
    const VtTenant *only;

    if (code != NULL) {
        if (!vt_tenant_find(db, code, ret_tenant_id, error))
            return FALSE;
        *ret_code = g_strdup(code);
        return TRUE;
    }
    list = vt_tenant_list(db, error);
    if (list == NULL)
        return FALSE;
    if (list->len != 1)
        return vt_throw(error, VT_ERROR_USAGE,
            list->len == 0 ? "there is no tenant yet; make one with `vitrine init`"
                           : "there are several tenants; say which with --tenant CODE");
    only = g_ptr_array_index(list, 0);
    *ret_tenant_id = only->tenant_id;
    *ret_code = g_strdup(only->code);
    return TRUE;
}
