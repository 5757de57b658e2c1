#include "document/trail.h"

#include "base/text.h"
#include "base/tsv.h"
#include "trail_sql.h"

#include <string.h>

/* The order of the TSV's columns; all are members of an entry. */
static const char *const column_row[] = {
    "id", "at", "user", "origin", "action", "kind", "subject", "document", "version", "seq"};

gboolean
vt_trail_parse_cursor(const char *text, VtTrailQuery *query, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, ".", 3);
    gint64 id = 0, n = 0;

    if (*text != '\0' && (g_strv_length(parts) != 2 ||
                             !g_ascii_string_to_signed(parts[0], 10, 0, G_MAXINT64, &id, NULL) ||
                             !g_ascii_string_to_signed(parts[1], 10, 0, G_MAXINT64, &n, NULL)))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "'%s' is no id of an entry", text);
    query->after_id = id;
    query->after_n = n;
    return TRUE;
}

static json_t *
number_or_null(VtStmt *stmt, const char *column)
{
    return vt_stmt_is_null(stmt, column) ? json_null() : json_integer(vt_stmt_int(stmt, column));
}

static json_t *
read_entry(VtStmt *stmt)
{
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT,
        vt_stmt_int(stmt, "audit_id"), vt_stmt_int(stmt, "n"));
    g_autofree char *at = vt_text_time(vt_stmt_int(stmt, "at_us"));

    return json_pack("{s:s,s:s,s:s?,s:s,s:s,s:s?,s:s?,s:o,s:o,s:o}", "id", id, "at", at, "user",
        vt_stmt_text(stmt, "user_name"), "origin", vt_stmt_text(stmt, "origin"), "action",
        vt_stmt_text(stmt, "action"), "kind", vt_stmt_text(stmt, "kind"), "subject",
        vt_stmt_text(stmt, "subject"), "document", number_or_null(stmt, "document_id"), "version",
        number_or_null(stmt, "version"), "seq", number_or_null(stmt, "seq"));
}

json_t *
vt_trail_read(VtDb *db, const VtTrailQuery *query, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_trail_read, error);
    g_autoptr(json_t) entries = json_array();

    g_return_val_if_fail(query->limit >= 1 && query->limit <= VT_TRAIL_MAX, NULL);
    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", query->tenant_id);
    vt_stmt_bind_int(stmt, "from_us", query->from_us);
    vt_stmt_bind_int(stmt, "to_us", query->to_us);
    vt_stmt_bind_int(stmt, "after_id", query->after_id);
    vt_stmt_bind_int(stmt, "after_n", query->after_n);
    vt_stmt_bind_int(stmt, "page", query->limit);
    while (vt_stmt_next(stmt))
        json_array_append_new(entries, read_entry(stmt));
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return json_pack("{s:o}", "entries", g_steal_pointer(&entries));
}

static void
add_cell(GString *text, const json_t *value, gboolean is_first)
{
    g_autofree char *number =
        json_is_integer(value) ? g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value))
                               : NULL;
    const char *word = number != NULL ? number : json_string_value(value);

    vt_tsv_add(text, word != NULL ? word : "", is_first);
}

GBytes *
vt_trail_tsv(const json_t *trail)
{
    const json_t *entries = json_object_get(trail, "entries");
    GString *text = g_string_new("");

    vt_tsv_begin(text);
    for (gsize i = 0; i < G_N_ELEMENTS(column_row); i++)
        vt_tsv_add(text, column_row[i], i == 0);
    vt_tsv_end_row(text);
    for (gsize row = 0; row < json_array_size(entries); row++) {
        for (gsize i = 0; i < G_N_ELEMENTS(column_row); i++)
            add_cell(text, json_object_get(json_array_get(entries, row), column_row[i]), i == 0);
        vt_tsv_end_row(text);
    }
    return g_string_free_to_bytes(text);
}
