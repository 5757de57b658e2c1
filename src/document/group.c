#include "document/group.h"

#include "base/text.h"
#include "changelog/audit.h"
#include "group_sql.h"
#include "tenant/account.h"
#include "tenant/setting.h"

#include <string.h>

#define LIVE_WORD "live" /* says "no group" where one may be named */

/* From the row's state to the column's; a state is its own way to be told anew. */
static const gboolean way[VT_GROUP_STATE_COUNT][VT_GROUP_STATE_COUNT] = {
    [VT_GROUP_STATE_OPEN] = {[VT_GROUP_STATE_SCHEDULED] = TRUE, [VT_GROUP_STATE_PUBLISHING] = TRUE},
    [VT_GROUP_STATE_SCHEDULED] = {[VT_GROUP_STATE_OPEN] = TRUE,
        [VT_GROUP_STATE_SCHEDULED] = TRUE,
        [VT_GROUP_STATE_PUBLISHING] = TRUE,
        [VT_GROUP_STATE_FAILED] = TRUE},
    [VT_GROUP_STATE_PUBLISHING] = {[VT_GROUP_STATE_OPEN] = TRUE,
        [VT_GROUP_STATE_PUBLISHING] = TRUE,
        [VT_GROUP_STATE_PUBLISHED] = TRUE,
        [VT_GROUP_STATE_FAILED] = TRUE},
    [VT_GROUP_STATE_FAILED] =
        {[VT_GROUP_STATE_SCHEDULED] = TRUE, [VT_GROUP_STATE_PUBLISHING] = TRUE},
};

void
vt_group_free(VtGroup *self)
{
    if (self == NULL)
        return;
    g_free(self->name);
    g_free(self->problem);
    g_free(self);
}

static gboolean
is_number(const char *text)
{
    return *text != '\0' && strspn(text, "0123456789") == strlen(text);
}

static gboolean
has_control(const char *text)
{
    for (; *text != '\0'; text++)
        if (g_ascii_iscntrl(*text))
            return TRUE;
    return FALSE;
}

static gboolean
check_name(const char *name, GError **error)
{
    gsize length = strlen(name);

    if (length == 0 || length > VT_GROUP_NAME_MAX || !g_utf8_validate(name, -1, NULL))
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "the name of a publish group has 1 to %d bytes of UTF-8", VT_GROUP_NAME_MAX);
    if (has_control(name) || g_ascii_isspace(name[0]) || g_ascii_isspace(name[length - 1]))
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "the name '%s' has control characters, or blanks around it", name);
    if (is_number(name) || g_ascii_strcasecmp(name, LIVE_WORD) == 0)
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "'%s' names no publish group: numbers and '" LIVE_WORD "' mean something else", name);
    return TRUE;
}

static gboolean
add(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const VtActor *actor,
    gint64 *ret_group_id,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_group_add, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "name", name);
    vt_stmt_bind_text(stmt, "state", vt_group_state_names[VT_GROUP_STATE_OPEN]);
    vt_stmt_bind_int(stmt, "created_by", actor->account_id);
    vt_stmt_bind_int(stmt, "now_us", actor->now_us);
    return vt_stmt_read_int(stmt, "group_id", ret_group_id, error) &&
           (*ret_group_id != 0 || vt_throw(error, VT_ERROR_DUPLICATE_NAME,
                                      "there is a publish group '%s' already", name));
}

VtGroup *
vt_group_create(VtDb *db, gint64 tenant_id, const char *name, const VtActor *actor, GError **error)
{
    const VtAudit audit = {.tenant_id = tenant_id, .action = "group create", .subject = name};
    g_autoptr(VtTx) tx = NULL;
    gint64 group_id = 0;

    if (!check_name(name, error) || (tx = vt_tx_begin(db, VT_TX_WRITE, error)) == NULL ||
        !add(db, tenant_id, name, actor, &group_id, error) ||
        !vt_audit_write(db, &audit, actor, error) || !vt_tx_commit(tx, error))
        return NULL;
    return vt_group_read(db, group_id, error);
}

static VtGroup *
take_row(VtStmt *stmt, GError **error)
{
    g_autoptr(VtGroup) self = g_new0(VtGroup, 1);
    const char *word = vt_stmt_text(stmt, "state");
    int state = vt_text_index(vt_group_state_names, VT_GROUP_STATE_COUNT, word);

    if (state < 0)
        return vt_throw_null(
            error, VT_ERROR_STORAGE, "a publish group has the unknown state '%s'", word);
    *self = (VtGroup){.group_id = vt_stmt_int(stmt, "group_id"),
        .tenant_id = vt_stmt_int(stmt, "tenant_id"),
        .name = g_strdup(vt_stmt_text(stmt, "name")),
        .state = (VtGroupState)state,
        .n_items = vt_stmt_int(stmt, "n_items"),
        .when_us = vt_stmt_int(stmt, "when_us"),
        .job_id = vt_stmt_int(stmt, "job_id"),
        .seq = vt_stmt_int(stmt, "seq"),
        .undone_seq = vt_stmt_int(stmt, "undone_seq"),
        .problem = g_strdup(vt_stmt_text(stmt, "problem")),
        .created_by = vt_stmt_int(stmt, "created_by"),
        .created_us = vt_stmt_int(stmt, "created_us"),
        .changed_us = vt_stmt_int(stmt, "changed_us")};
    return g_steal_pointer(&self);
}

static void
free_group(gpointer group)
{
    vt_group_free(group);
}

/* All rows of a bound statement, as owned VtGroup*. */
static GPtrArray *
take_rows(VtStmt *stmt, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_group);

    while (vt_stmt_next(stmt)) {
        VtGroup *one = take_row(stmt, error);

        if (one == NULL)
            return NULL;
        g_ptr_array_add(list, one);
    }
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&list) : NULL;
}

VtGroup *
vt_group_read(VtDb *db, gint64 group_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_group_read, error);
    g_autoptr(GPtrArray) list = NULL;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "group_id", group_id);
    list = take_rows(stmt, error);
    if (list == NULL)
        return NULL;
    if (list->len == 0)
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no such publish group");
    return g_ptr_array_steal_index(list, 0);
}

VtGroup *
vt_group_find(VtDb *db, gint64 tenant_id, const char *word, GError **error)
{
    gboolean by_id = is_number(word);
    g_autoptr(VtStmt) stmt =
        vt_db_stmt(db, by_id ? &vt_sql_group_by_id : &vt_sql_group_by_name, error);
    gint64 group_id = 0;

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    if (by_id)
        vt_stmt_bind_int(stmt, "group_id", g_ascii_strtoll(word, NULL, 10));
    else
        vt_stmt_bind_text(stmt, "name", word);
    if (!vt_stmt_read_int(stmt, "group_id", &group_id, error))
        return NULL;
    if (group_id == 0)
        return vt_throw_null(error, VT_ERROR_NOT_FOUND, "there is no publish group '%s'", word);
    return vt_group_read(db, group_id, error);
}

gboolean
vt_group_context(VtDb *db, gint64 tenant_id, const char *word, gint64 *ret_group_id, GError **error)
{
    g_autoptr(VtGroup) group = NULL;

    if (word == NULL || g_ascii_strcasecmp(word, LIVE_WORD) == 0) {
        *ret_group_id = VT_GROUP_LIVE;
        return TRUE;
    }
    group = vt_group_find(db, tenant_id, word, error);
    if (group == NULL)
        return FALSE;
    *ret_group_id = group->group_id;
    return TRUE;
}

GPtrArray *
vt_group_list(
    VtDb *db, gint64 tenant_id, const char *state, gint64 before, guint page, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;

    if (state != NULL && vt_text_index(vt_group_state_names, VT_GROUP_STATE_COUNT, state) < 0)
        return vt_throw_null(
            error, VT_ERROR_BAD_ENUM, "there is no state '%s' of publish groups", state);
    stmt = vt_db_stmt(db, &vt_sql_group_list, error);
    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_text(stmt, "state", state);
    vt_stmt_bind_int(stmt, "before_id", before > 0 ? before : G_MAXINT64);
    vt_stmt_bind_int(stmt, "page", MIN(page, VT_GROUP_PAGE_MAX));
    return take_rows(stmt, error);
}

static json_t *
time_or_null(gint64 time_us)
{
    g_autofree char *text = time_us != 0 ? vt_text_time(time_us) : NULL;

    return json_pack("s?", text);
}

static json_t *
number_or_null(gint64 number)
{
    return number != 0 ? json_integer(number) : json_null();
}

json_t *
vt_group_json(VtDb *db, const VtGroup *self, GError **error)
{
    g_autofree char *creator = NULL;

    if (self->created_by != 0 && (creator = vt_account_name(db, self->created_by, error)) == NULL)
        return NULL;
    return json_pack("{s:I,s:s,s:s,s:I,s:o,s:o,s:o,s:o,s:s?,s:s?,s:o,s:o}", "id",
        (json_int_t)self->group_id, "name", self->name, "state", vt_group_state_names[self->state],
        "items", (json_int_t)self->n_items, "at", time_or_null(self->when_us), "job",
        number_or_null(self->job_id), "seq", number_or_null(self->seq), "undone",
        number_or_null(self->undone_seq), "problem", self->problem, "created_by", creator,
        "created", time_or_null(self->created_us), "changed", time_or_null(self->changed_us));
}

/* Why a touch changed nothing. */
static gboolean
refuse_touch(VtDb *db, gint64 group_id, gint64 most, const VtActor *actor, GError **error)
{
    g_autoptr(VtGroup) self = vt_group_read(db, group_id, error);

    if (self == NULL)
        return FALSE;
    if (self->state == VT_GROUP_STATE_SCHEDULED &&
        self->when_us <= actor->now_us + VT_GROUP_FREEZE_US)
        return vt_throw(error, VT_ERROR_GROUP_STATE,
            "publish group '%s' goes live within a minute; unschedule it to change it", self->name);
    if (self->state == VT_GROUP_STATE_PUBLISHED || self->state == VT_GROUP_STATE_PUBLISHING)
        return vt_throw(error, VT_ERROR_GROUP_STATE, "publish group '%s' is %s and takes no edits",
            self->name, vt_group_state_names[self->state]);
    return vt_throw(error, VT_ERROR_GROUP_FULL,
        "publish group '%s' holds %" G_GINT64_FORMAT " items, %" G_GINT64_FORMAT " are allowed",
        self->name, self->n_items, most);
}

gboolean
vt_group_touch(VtDb *db, gint64 group_id, gint64 n_more, const VtActor *actor, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;
    g_autoptr(VtGroup) self = n_more > 0 ? vt_group_read(db, group_id, error) : NULL;
    guint64 n_changed = 0;
    gint64 most = 0;

    if (n_more > 0 && (self == NULL || !vt_setting_read_number(db, self->tenant_id,
                                           VT_SETTING_GROUP_ITEMS, &most, error)))
        return FALSE;
    stmt = vt_db_stmt(db, &vt_sql_group_touch, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "group_id", group_id);
    vt_stmt_bind_int(stmt, "n_more", n_more);
    vt_stmt_bind_int(stmt, "most", most);
    vt_stmt_bind_int(stmt, "begins_after_us", actor->now_us + VT_GROUP_FREEZE_US);
    vt_stmt_bind_int(stmt, "now_us", actor->now_us);
    return vt_stmt_exec(stmt, &n_changed, error) &&
           (n_changed > 0 || refuse_touch(db, group_id, most, actor, error));
}

/* Counts what was added only after it was, for the lock to show who was first. */
gboolean
vt_group_fork(VtDb *db, gint64 group_id, gint64 document_id, const VtActor *actor, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;
    guint64 n_added = 0;

    if (!vt_group_touch(db, group_id, 0, actor, error) ||
        (stmt = vt_db_stmt(db, &vt_sql_group_fork, error)) == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "group_id", group_id);
    vt_stmt_bind_int(stmt, "document_id", document_id);
    return vt_stmt_exec(stmt, &n_added, error) &&
           (n_added == 0 || vt_group_touch(db, group_id, 1, actor, error));
}

static void
bind_number(VtStmt *stmt, const char *parameter, gint64 number)
{
    if (number != 0)
        vt_stmt_bind_int(stmt, parameter, number);
}

gboolean
vt_group_move(VtDb *db, VtGroup *self, VtGroupState from, const VtActor *actor, GError **error)
{
    g_autoptr(VtStmt) stmt = NULL;
    guint64 n_changed = 0;

    if (!way[from][self->state])
        return vt_throw(error, VT_ERROR_GROUP_STATE,
            "publish group '%s' is %s and cannot become %s", self->name, vt_group_state_names[from],
            vt_group_state_names[self->state]);
    stmt = vt_db_stmt(db, &vt_sql_group_move, error);
    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "group_id", self->group_id);
    vt_stmt_bind_text(stmt, "old_state", vt_group_state_names[from]);
    vt_stmt_bind_text(stmt, "new_state", vt_group_state_names[self->state]);
    bind_number(stmt, "when_us", self->when_us);
    bind_number(stmt, "job_id", self->job_id);
    bind_number(stmt, "seq", self->seq);
    vt_stmt_bind_text(stmt, "problem", self->problem);
    vt_stmt_bind_int(stmt, "now_us", actor->now_us);
    return vt_stmt_exec(stmt, &n_changed, error) &&
           (n_changed > 0 || vt_throw(error, VT_ERROR_GROUP_STATE,
                                 "publish group '%s' has changed meanwhile", self->name));
}
