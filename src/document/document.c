#include "document/document.h"

#include "document_sql.h"

#include <string.h>

const VtMigration vt_document_migrations[] = {{"document", 1, &vt_sql_schema_document_1}};
const gsize vt_document_n_migrations = G_N_ELEMENTS(vt_document_migrations);

/* An account id as stored; the command line has none and is told apart from "free". */
static gint64
holder(const VtActor *actor)
{
    return actor->account_id != 0 ? actor->account_id : -1;
}

void
vt_document_state_clear(VtDocumentState *self)
{
    g_clear_pointer(&self->draft, g_free);
}

static int
index_of(const char *const *names, int n, const char *word)
{
    for (int i = 0; i < n; i++)
        if (strcmp(names[i], word) == 0)
            return i;
    return 0;
}

static gboolean
add_branch(VtDb *db, gint64 document_id, gint64 group_id, gint64 base, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_branch_add, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    vt_stmt_bind_int(stmt, "group_id", group_id);
    vt_stmt_bind_int(stmt, "base", base);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_document_create(VtDb *db,
    gint64 tenant_id,
    VtDocumentKind kind,
    VtPublishContext context,
    const VtActor *actor,
    gint64 *ret_document_id,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_document_add, error);
    gint64 document_id = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "kind", vt_document_kind_names[kind]);
    vt_stmt_bind_text(stmt, "context", vt_publish_context_names[context]);
    vt_stmt_bind_int(stmt, "created_us", actor->now_us);
    while (vt_stmt_next(stmt))
        document_id = vt_stmt_int(stmt, "document_id");
    if (!vt_stmt_end(stmt, error) || !add_branch(db, document_id, VT_GROUP_LIVE, 0, error))
        return FALSE;
    *ret_document_id = document_id;
    return TRUE;
}

gboolean
vt_document_state(
    VtDb *db, gint64 document_id, gint64 group_id, VtDocumentState *ret_state, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_document_state, error);
    g_auto(VtDocumentState) state = {0};

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    vt_stmt_bind_int(stmt, "group_id", group_id);
    while (vt_stmt_next(stmt)) {
        vt_document_state_clear(&state);
        state = (VtDocumentState){.document_id = document_id,
            .kind = (VtDocumentKind)index_of(
                vt_document_kind_names, VT_DOCUMENT_KIND_COUNT, vt_stmt_text(stmt, "kind")),
            .context = (VtPublishContext)index_of(
                vt_publish_context_names, VT_PUBLISH_CONTEXT_COUNT, vt_stmt_text(stmt, "context")),
            .head = vt_stmt_int(stmt, "head"),
            .published = vt_stmt_int(stmt, "published"),
            .version = vt_stmt_int(stmt, "version"),
            .checked_out_by = vt_stmt_int(stmt, "checked_out_by"),
            .checked_out_us = vt_stmt_int(stmt, "checked_out_us"),
            .draft = g_strdup(vt_stmt_text(stmt, "draft"))};
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    if (state.document_id == 0)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no such document");
    *ret_state = state;
    state.draft = NULL;
    return TRUE;
}

gboolean
vt_document_check_out(VtDb *db,
    gint64 document_id,
    gint64 group_id,
    const char *draft,
    const VtActor *actor,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_branch_check_out, error);
    guint64 n_changed = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    vt_stmt_bind_int(stmt, "group_id", group_id);
    vt_stmt_bind_int(stmt, "account_id", holder(actor));
    vt_stmt_bind_int(stmt, "now_us", actor->now_us);
    vt_stmt_bind_text(stmt, "draft", draft);
    if (!vt_stmt_exec(stmt, &n_changed, error))
        return FALSE;
    if (n_changed == 0)
        return vt_throw(error, VT_ERROR_CHECKED_OUT, "somebody is editing it");
    return TRUE;
}

gboolean
vt_document_save(VtDb *db,
    gint64 document_id,
    gint64 group_id,
    gint64 version,
    const char *draft,
    const VtActor *actor,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_branch_save, error);
    guint64 n_changed = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    vt_stmt_bind_int(stmt, "group_id", group_id);
    vt_stmt_bind_int(stmt, "account_id", holder(actor));
    vt_stmt_bind_int(stmt, "version", version);
    vt_stmt_bind_text(stmt, "draft", draft);
    vt_stmt_bind_int(stmt, "now_us", actor->now_us);
    if (!vt_stmt_exec(stmt, &n_changed, error))
        return FALSE;
    if (n_changed == 0)
        return vt_throw(error, VT_ERROR_STALE_VERSION,
            "it changed since version %" G_GINT64_FORMAT ", or is not checked out to you", version);
    return TRUE;
}

gboolean
vt_document_discard(VtDb *db, gint64 document_id, gint64 group_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_branch_release, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    vt_stmt_bind_int(stmt, "group_id", group_id);
    return vt_stmt_exec(stmt, NULL, error);
}
