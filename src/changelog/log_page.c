#include "changelog/log_page.h"

#include "base/text.h"
#include "change_sql.h"

enum { PAGE = 5000 };

VtLogPlace
vt_log_place_after(gint64 seq)
{
    return (VtLogPlace){seq, G_MAXINT64};
}

static gboolean
kind_of(const char *word, VtLogKind *ret_kind, GError **error)
{
    int found = vt_text_index(vt_log_kind_names, VT_LOG_KIND_COUNT, word);

    if (found < 0)
        return vt_throw(
            error, VT_ERROR_NEWER_SCHEMA, "the log holds an entry of unknown kind '%s'", word);
    *ret_kind = (VtLogKind)found;
    return TRUE;
}

GArray *
vt_log_page_read(VtDb *db, gint64 tenant_id, VtLogPlace *place, gint64 up_to, GError **error)
{
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(VtLogEntry));
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_change_entry_read, error);
    VtLogPlace last = *place;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "after_seq", place->seq);
    vt_stmt_bind_int(stmt, "after_n", place->n);
    vt_stmt_bind_int(stmt, "up_to", up_to);
    vt_stmt_bind_int(stmt, "page", PAGE);
    while (vt_stmt_next(stmt)) {
        VtLogEntry entry = {vt_stmt_int(stmt, "seq"), 0, vt_stmt_int(stmt, "subject")};

        if (!kind_of(vt_stmt_text(stmt, "kind"), &entry.kind, error))
            return NULL;
        last = (VtLogPlace){entry.seq, vt_stmt_int(stmt, "n")};
        g_array_append_val(entries, entry);
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    *place = last;
    return g_steal_pointer(&entries);
}
