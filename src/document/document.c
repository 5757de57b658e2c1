#include "document/document.h"

#include "base/text.h"
#include "document_sql.h"
#include "tenant/account.h"

const VtMigration vt_document_migrations[] = {{"document", 1, &vt_sql_schema_document_1},
    {"document", 2, &vt_sql_schema_document_2}, {"document", 3, &vt_sql_schema_document_3}};
const gsize vt_document_n_migrations = G_N_ELEMENTS(vt_document_migrations);

/* The command line has no account and is told apart from "free". */
enum { COMMAND_LINE = -1 };

gint64
vt_document_holder(const VtActor *actor)
{
    return actor->account_id != 0 ? actor->account_id : COMMAND_LINE;
}

char *
vt_document_holder_name(VtDb *db, gint64 checked_out_by)
{
    char *name = checked_out_by == COMMAND_LINE ? NULL : vt_account_name(db, checked_out_by, NULL);

    if (name != NULL)
        return name;
    return g_strdup(checked_out_by == COMMAND_LINE ? "the command line" : "somebody");
}

void
vt_document_state_clear(VtDocumentState *self)
{
    g_clear_pointer(&self->draft, g_free);
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
    if (!vt_stmt_read_int(stmt, "document_id", &document_id, error) ||
        !add_branch(db, document_id, VT_GROUP_LIVE, 0, error))
        return FALSE;
    *ret_document_id = document_id;
    return TRUE;
}

/* The place among @words of what stands in @column; a newer or damaged file may say anything. */
static gboolean
read_word(VtStmt *stmt,
    const char *column,
    const char *const *words,
    int n_words,
    int *ret_index,
    GError **error)
{
    const char *word = vt_stmt_text(stmt, column);
    int found = vt_text_index(words, n_words, word);

    if (found < 0)
        return vt_throw(
            error, VT_ERROR_STORAGE, "a document has the unknown %s '%s'", column, word);
    *ret_index = found;
    return TRUE;
}

static gboolean
read_state(VtStmt *stmt, VtDocumentState *state, GError **error)
{
    int kind = 0, context = 0;

    if (!read_word(stmt, "kind", vt_document_kind_names, VT_DOCUMENT_KIND_COUNT, &kind, error) ||
        !read_word(
            stmt, "context", vt_publish_context_names, VT_PUBLISH_CONTEXT_COUNT, &context, error))
        return FALSE;
    vt_document_state_clear(state);
    *state = (VtDocumentState){.document_id = state->document_id,
        .group_id = state->group_id,
        .is_held = vt_stmt_int(stmt, "is_held") != 0,
        .kind = (VtDocumentKind)kind,
        .context = (VtPublishContext)context,
        .head = vt_stmt_int(stmt, "head"),
        .base = vt_stmt_int(stmt, "base"),
        .published = vt_stmt_int(stmt, "published"),
        .version = vt_stmt_int(stmt, "version"),
        .checked_out_by = vt_stmt_int(stmt, "checked_out_by"),
        .checked_out_us = vt_stmt_int(stmt, "checked_out_us"),
        .draft = g_strdup(vt_stmt_text(stmt, "draft"))};
    return TRUE;
}

gboolean
vt_document_state(
    VtDb *db, gint64 document_id, gint64 group_id, VtDocumentState *ret_state, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_document_state, error);
    g_auto(VtDocumentState) state = {.document_id = document_id, .group_id = group_id};
    gboolean found = FALSE;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    vt_stmt_bind_int(stmt, "group_id", group_id);
    while (vt_stmt_next(stmt)) {
        if (!read_state(stmt, &state, error))
            return FALSE;
        found = TRUE;
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    if (!found)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "there is no such document");
    *ret_state = state;
    state.draft = NULL;
    return TRUE;
}

static gboolean
refuse_check_out(VtDb *db, gint64 document_id, gint64 group_id, GError **error)
{
    g_auto(VtDocumentState) now = {0};
    g_autofree char *name = NULL;

    if (!vt_document_state(db, document_id, group_id, &now, error))
        return FALSE;
    name = vt_document_holder_name(db, now.checked_out_by);
    return vt_throw(error, VT_ERROR_CHECKED_OUT, "%s is editing it", name);
}

gboolean
vt_document_is_mine(const VtDocumentState *state, const VtActor *actor)
{
    return state->checked_out_by != 0 && state->checked_out_by == vt_document_holder(actor);
}

gboolean
vt_document_check_free_or_mine(
    VtDb *db, const VtDocumentState *state, const VtActor *actor, GError **error)
{
    g_autofree char *name = NULL;

    if (state->checked_out_by == 0 || vt_document_is_mine(state, actor))
        return TRUE;
    name = vt_document_holder_name(db, state->checked_out_by);
    return vt_throw(error, VT_ERROR_CHECKED_OUT, "%s is editing it", name);
}

gboolean
vt_document_check_free(VtDb *db, const VtDocumentState *state, const VtActor *actor, GError **error)
{
    if (vt_document_is_mine(state, actor))
        return vt_throw(
            error, VT_ERROR_CHECKED_OUT, "you are editing it; finish or discard your edits first");
    return vt_document_check_free_or_mine(db, state, actor, error);
}

gboolean
vt_document_check_mine(VtDb *db, const VtDocumentState *state, const VtActor *actor, GError **error)
{
    if (state->checked_out_by == 0)
        return vt_throw(
            error, VT_ERROR_NOT_CHECKED_OUT, "nobody is editing it; begin to edit first");
    return vt_document_check_free_or_mine(db, state, actor, error);
}

gboolean
vt_document_check_version(const VtDocumentState *state, gint64 version, GError **error)
{
    if (version == VT_DOCUMENT_ANY_VERSION || version == state->version)
        return TRUE;
    return vt_throw(error, VT_ERROR_STALE_VERSION,
        "it is at version %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT, state->version, version);
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
    vt_stmt_bind_int(stmt, "account_id", vt_document_holder(actor));
    vt_stmt_bind_int(stmt, "now_us", actor->now_us);
    vt_stmt_bind_text(stmt, "draft", draft);
    if (!vt_stmt_exec(stmt, &n_changed, error))
        return FALSE;
    return n_changed > 0 || refuse_check_out(db, document_id, group_id, error);
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
    vt_stmt_bind_int(stmt, "account_id", vt_document_holder(actor));
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
vt_document_discard(VtDb *db, const VtDocumentState *state, gint64 group_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_branch_release, error);
    guint64 n_changed = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", state->document_id);
    vt_stmt_bind_int(stmt, "group_id", group_id);
    vt_stmt_bind_int(stmt, "version", state->version);
    if (!vt_stmt_exec(stmt, &n_changed, error))
        return FALSE;
    return n_changed > 0 || vt_throw(error, VT_ERROR_STALE_VERSION, "it changed meanwhile");
}

gboolean
vt_document_leave(VtDb *db, const VtDocumentState *state, gboolean *ret_is_used, GError **error)
{
    gboolean is_live = state->group_id == VT_GROUP_LIVE;
    g_autoptr(VtStmt) take =
        vt_db_stmt(db, is_live ? &vt_sql_branch_blank : &vt_sql_branch_remove, error);
    g_autoptr(VtStmt) ask = take != NULL ? vt_db_stmt(db, &vt_sql_branch_is_used, error) : NULL;
    guint64 n_changed = 0;
    gint64 is_used = 0;

    if (ask == NULL)
        return FALSE;
    vt_stmt_bind_int(take, "document_id", state->document_id);
    vt_stmt_bind_int(take, "group_id", state->group_id);
    vt_stmt_bind_int(take, "version", state->version);
    vt_stmt_bind_int(ask, "document_id", state->document_id);
    if (!vt_stmt_exec(take, &n_changed, error))
        return FALSE;
    if (n_changed == 0)
        return vt_throw(error, VT_ERROR_STALE_VERSION, "it changed meanwhile");
    if (!vt_stmt_read_int(ask, "is_used", &is_used, error))
        return FALSE;
    *ret_is_used = is_used != 0;
    return TRUE;
}

gboolean
vt_document_was_published(VtDb *db, gint64 document_id, gboolean *ret_was_published, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_document_was_published, error);
    gboolean was_published = FALSE;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    while (vt_stmt_next(stmt))
        was_published = vt_stmt_int(stmt, "was_published") != 0;
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    *ret_was_published = was_published;
    return TRUE;
}

gboolean
vt_document_delete(VtDb *db, gint64 document_id, GError **error)
{
    static const VtSql *const step[] = {&vt_sql_document_forget_assets,
        &vt_sql_document_forget_revisions, &vt_sql_document_forget_mark,
        &vt_sql_document_forget_branches, &vt_sql_document_delete};
    gboolean was_published = FALSE;

    if (!vt_document_was_published(db, document_id, &was_published, error))
        return FALSE;
    if (was_published)
        return vt_throw(error, VT_ERROR_CONFLICT, "what was published once is kept");
    for (gsize i = 0; i < G_N_ELEMENTS(step); i++) {
        g_autoptr(VtStmt) stmt = vt_db_stmt(db, step[i], error);

        if (stmt == NULL)
            return FALSE;
        vt_stmt_bind_int(stmt, "document_id", document_id);
        if (!vt_stmt_exec(stmt, NULL, error))
            return FALSE;
    }
    return TRUE;
}
