#include "assignment/reference.h"

#include "reference_sql.h"

static json_t *
describe(VtStmt *stmt)
{
    return json_pack("{s:s?,s:s?,s:s?,s:s?,s:s,s:s?,s:b,s:b}", "set",
        vt_stmt_text(stmt, "asset_set"), "product", vt_stmt_text(stmt, "product"), "category",
        vt_stmt_text(stmt, "category"), "channel", vt_stmt_text(stmt, "channel"), "locale",
        vt_stmt_text(stmt, "locale"), "catalog", vt_stmt_text(stmt, "catalog"), "newest",
        vt_stmt_int(stmt, "in_head") != 0, "live", vt_stmt_int(stmt, "is_live") != 0);
}

json_t *
vt_reference_list(VtDb *db, gint64 asset_id, gint64 after, guint page, GError **error)
{
    const guint most = MIN(page, VT_REFERENCE_PAGE_MAX);
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_reference_list, error);
    g_autoptr(json_t) list = json_array();
    gint64 last = 0;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    vt_stmt_bind_int(stmt, "after_id", after);
    vt_stmt_bind_int(stmt, "page", most);
    while (vt_stmt_next(stmt)) {
        last = vt_stmt_int(stmt, "document_id");
        json_array_append_new(list, describe(stmt));
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return json_pack("{s:O,s:o}", "references", list, "next",
        json_array_size(list) == most ? json_integer(last) : json_null());
}
