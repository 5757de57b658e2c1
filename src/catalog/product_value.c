#include "catalog/product_value.h"

#include "product_value_sql.h"

GArray *
vt_product_value_list(VtDb *db, gint64 product_id, GError **error)
{
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(VtProductHas));
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_product_has, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "master_id", product_id);
    while (vt_stmt_next(stmt)) {
        VtProductHas has = {vt_stmt_int(stmt, "dimension_id"), vt_stmt_int(stmt, "value_id")};

        g_array_append_val(list, has);
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return g_steal_pointer(&list);
}
