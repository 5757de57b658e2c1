#include "catalog/search.h"

#include "base/error.h"
#include "base/text.h"
#include "search_sql.h"

#include <string.h>

/* In the order of answers. A cursor is `WORD:ID`. */
static const struct {
    const char *word;
    const VtSql *sql;
} source_row[] = {
    {"category", &vt_sql_category_search},
    {"product", &vt_sql_product_search},
};

static void
free_found(gpointer data)
{
    VtEntityFound *self = data;

    g_free(self->code);
    g_free(self->name);
    g_free(self->kind);
    g_free(self);
}

/* Appends rows of one source after @after until @list holds @most. */
static gboolean
search(VtDb *db,
    gsize source,
    gint64 tenant_id,
    const char *pattern,
    const char *after,
    guint most,
    GPtrArray *list,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, source_row[source].sql, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "pattern", pattern);
    vt_stmt_bind_text(stmt, "after_code", after);
    vt_stmt_bind_int(stmt, "page", most - list->len);
    while (vt_stmt_next(stmt)) {
        VtEntityFound *found = g_new0(VtEntityFound, 1);

        found->code = g_strdup(vt_stmt_text(stmt, "code"));
        found->name = g_strdup(vt_stmt_text(stmt, "name"));
        found->kind = g_strdup(vt_stmt_text(stmt, "kind"));
        g_ptr_array_add(list, found);
    }
    return vt_stmt_end(stmt, error);
}

static gboolean
parse_cursor(const char *cursor, gsize *ret_source, const char **ret_code, GError **error)
{
    *ret_source = 0;
    *ret_code = "";
    if (*cursor == '\0')
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(source_row); i++) {
        gsize length = strlen(source_row[i].word);

        if (strncmp(cursor, source_row[i].word, length) != 0 || cursor[length] != ':')
            continue;
        *ret_source = i;
        *ret_code = cursor + length + 1;
        return TRUE;
    }
    return vt_throw(error, VT_ERROR_BAD_VALUE, "'%s' is no cursor of a search", cursor);
}

GPtrArray *
vt_entity_search(VtDb *db,
    gint64 tenant_id,
    const char *text,
    const char *after,
    guint page,
    char **ret_next,
    GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_found);
    g_autofree char *pattern = vt_text_pattern(text);
    const guint most =
        MIN(page, VT_ENTITY_PAGE_MAX) + 1; /* one more tells whether there are more */
    const VtEntityFound *last;
    const char *code;
    gsize source;

    if (!parse_cursor(after, &source, &code, error))
        return NULL;
    for (; source < G_N_ELEMENTS(source_row) && list->len < most; source++) {
        if (!search(db, source, tenant_id, pattern, code, most, list, error))
            return NULL;
        code = "";
    }
    *ret_next = NULL;
    if (list->len < most)
        return g_steal_pointer(&list);
    g_ptr_array_set_size(list, (gint)most - 1);
    last = g_ptr_array_index(list, most - 2);
    *ret_next = g_strdup_printf(
        "%s:%s", source_row[strcmp(last->kind, source_row[0].word) == 0 ? 0 : 1].word, last->code);
    return g_steal_pointer(&list);
}
