#include "document/revision.h"

#include "base/text.h"
#include "changelog/audit.h"
#include "document_sql.h"

static gboolean
next_number(VtDb *db, gint64 document_id, gint64 *ret_number, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_revision_next, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    return vt_stmt_read_int(stmt, "number", ret_number, error);
}

/* Several in one statement, the last one repeated where there are fewer: repeats are ignored. */
static gboolean
add_assets(VtDb *db, gint64 document_id, gint64 number, const VtRevisionSpec *spec, GError **error)
{
    static const char *const place[] = {
        "asset_1", "asset_2", "asset_3", "asset_4", "asset_5", "asset_6", "asset_7", "asset_8"};
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_revision_asset_add, error);

    if (stmt == NULL)
        return FALSE;
    for (gsize first = 0; first < spec->n_assets; first += G_N_ELEMENTS(place)) {
        vt_stmt_bind_int(stmt, "document_id", document_id);
        vt_stmt_bind_int(stmt, "number", number);
        for (gsize i = 0; i < G_N_ELEMENTS(place); i++)
            vt_stmt_bind_int(stmt, place[i], spec->asset_ids[MIN(first + i, spec->n_assets - 1)]);
        if (!vt_stmt_exec(stmt, NULL, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
vt_revision_add(VtDb *db,
    gint64 document_id,
    gint64 group_id,
    const VtRevisionSpec *spec,
    const VtActor *actor,
    gint64 *ret_number,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_revision_add, error);
    VtAudit audit = {
        .action = spec->body != NULL ? "check in" : "reset", .document_id = document_id};
    gint64 number = 0;

    if (stmt == NULL || !next_number(db, document_id, &number, error))
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    vt_stmt_bind_int(stmt, "number", number);
    vt_stmt_bind_int(stmt, "group_id", group_id);
    if (actor->account_id != 0)
        vt_stmt_bind_int(stmt, "author", actor->account_id);
    vt_stmt_bind_int(stmt, "at_us", actor->now_us);
    vt_stmt_bind_text(stmt, "comment", spec->comment);
    vt_stmt_bind_text(stmt, "body", spec->body);
    audit.version = number;
    if (!vt_stmt_exec(stmt, NULL, error) || !add_assets(db, document_id, number, spec, error) ||
        !vt_audit_write(db, &audit, actor, error))
        return FALSE;
    *ret_number = number;
    return TRUE;
}

/* @ret_was_tombstone: only what has a tombstone for a head can be in the trash. */
static gboolean
head_has(VtDb *db,
    const VtDocumentState *state,
    const char *body,
    gboolean *ret_same,
    gboolean *ret_was_tombstone,
    GError **error)
{
    g_autofree char *present = NULL;

    *ret_same = *ret_was_tombstone = FALSE;
    if (state->head == 0)
        return TRUE;
    if (!vt_revision_body(db, state->document_id, state->head, &present, error))
        return FALSE;
    *ret_same = g_strcmp0(present, body) == 0;
    *ret_was_tombstone = present == NULL;
    return TRUE;
}

static gboolean
revive(VtDb *db, gint64 document_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_document_revive, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    return vt_stmt_exec(stmt, NULL, error);
}

static gboolean
move_head(VtDb *db, VtDocumentState *state, gint64 group_id, gint64 number, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_branch_move, error);
    guint64 n_changed = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", state->document_id);
    vt_stmt_bind_int(stmt, "group_id", group_id);
    vt_stmt_bind_int(stmt, "head", number);
    vt_stmt_bind_int(stmt, "version", state->version);
    if (!vt_stmt_exec(stmt, &n_changed, error))
        return FALSE;
    if (n_changed == 0)
        return vt_throw(error, VT_ERROR_STALE_VERSION, "it changed meanwhile");
    state->head = number;
    state->version++;
    state->checked_out_by = 0;
    g_clear_pointer(&state->draft, g_free);
    return TRUE;
}

gboolean
vt_revision_check_in(VtDb *db,
    VtDocumentState *state,
    gint64 group_id,
    const VtRevisionSpec *spec,
    const VtActor *actor,
    gint64 *ret_number,
    gboolean *ret_changed,
    GError **error)
{
    gint64 number = 0;
    gboolean same = FALSE, was_tombstone = FALSE;

    if (!vt_document_check_free_or_mine(db, state, actor, error) ||
        !head_has(db, state, spec->body, &same, &was_tombstone, error) ||
        (was_tombstone && !same && group_id == VT_GROUP_LIVE &&
            !revive(db, state->document_id, error)))
        return FALSE;
    if (!same && (!vt_revision_add(db, state->document_id, group_id, spec, actor, &number, error) ||
                     !move_head(db, state, group_id, number, error)))
        return FALSE;
    if (same && state->checked_out_by != 0 && !move_head(db, state, group_id, state->head, error))
        return FALSE;
    *ret_number = state->head;
    *ret_changed = !same;
    return TRUE;
}

gboolean
vt_revision_trash(
    VtDb *db, VtDocumentState *state, gint64 group_id, const VtActor *actor, GError **error)
{
    const VtRevisionSpec tombstone = {.comment = "deleted"};
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_document_trash, error);
    gint64 number = 0;
    gboolean changed = FALSE;

    if (stmt == NULL ||
        !vt_revision_check_in(db, state, group_id, &tombstone, actor, &number, &changed, error))
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", state->document_id);
    vt_stmt_bind_int(stmt, "now_us", actor->now_us);
    return vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_revision_body(VtDb *db, gint64 document_id, gint64 number, char **ret_body, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_revision_body, error);
    g_autofree char *body = NULL;
    gboolean found = FALSE;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "document_id", document_id);
    vt_stmt_bind_int(stmt, "number", number);
    while (vt_stmt_next(stmt)) {
        g_free(body);
        body = g_strdup(vt_stmt_text(stmt, "body"));
        found = TRUE;
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    if (!found)
        return vt_throw(
            error, VT_ERROR_NOT_FOUND, "there is no revision %" G_GINT64_FORMAT " of it", number);
    *ret_body = g_steal_pointer(&body);
    return TRUE;
}

static void
bind_context(VtStmt *stmt, const VtDocumentState *state)
{
    gboolean is_live = state->group_id == VT_GROUP_LIVE;

    vt_stmt_bind_int(stmt, "document_id", state->document_id);
    vt_stmt_bind_int(stmt, "group_id", state->group_id);
    vt_stmt_bind_int(stmt, "head", state->head);
    vt_stmt_bind_int(stmt, "up_to", is_live ? G_MAXINT64 : state->base);
}

gboolean
vt_revision_check_seen(VtDb *db, const VtDocumentState *state, gint64 number, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_revision_seen, error);
    gint64 found = 0;

    if (stmt == NULL)
        return FALSE;
    bind_context(stmt, state);
    vt_stmt_bind_int(stmt, "number", number);
    return vt_stmt_read_int(stmt, "number", &found, error) &&
           (found != 0 || vt_throw(error, VT_ERROR_NOT_FOUND,
                              "there is no revision %" G_GINT64_FORMAT " of it here", number));
}

static json_t *
describe_revision(VtStmt *stmt)
{
    g_autofree char *at = vt_text_time(vt_stmt_int(stmt, "at_us"));

    return json_pack("{s:I,s:s,s:s?,s:s?,s:b,s:b}", "number",
        (json_int_t)vt_stmt_int(stmt, "number"), "at", at, "author",
        vt_stmt_text(stmt, "author_name"), "comment", vt_stmt_text(stmt, "comment"), "reset",
        vt_stmt_int(stmt, "is_tombstone") != 0, "live", vt_stmt_int(stmt, "is_live") != 0);
}

json_t *
vt_revision_list_json(
    VtDb *db, const VtDocumentState *state, gint64 before, guint page, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_revision_list, error);
    g_autoptr(json_t) list = json_array();

    if (stmt == NULL)
        return NULL;
    bind_context(stmt, state);
    vt_stmt_bind_text(stmt, "context", vt_publish_context_names[state->context]);
    vt_stmt_bind_int(stmt, "before_number", before > 0 ? before : G_MAXINT64);
    vt_stmt_bind_int(stmt, "page", MIN(page, VT_REVISION_PAGE_MAX));
    while (vt_stmt_next(stmt))
        json_array_append_new(list, describe_revision(stmt));
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return json_pack("{s:O}", "versions", list);
}
