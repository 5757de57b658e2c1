#include "changelog/change.h"

#include "change_sql.h"
#include "changelog/audit.h"
#include "changelog/log_page.h"

#include <string.h>

const VtMigration vt_changelog_migrations[] = {
    {"changelog", 1, &vt_sql_schema_changelog_1},
    {"changelog", 2, &vt_sql_schema_changelog_2},
    {"changelog", 3, &vt_sql_schema_changelog_3},
    {"changelog", 4, &vt_sql_schema_changelog_4},
    {"changelog", 5, &vt_sql_schema_changelog_5},
};
const gsize vt_changelog_n_migrations = G_N_ELEMENTS(vt_changelog_migrations);

typedef struct {
    VtLogKind kind;
    gint64 subject;
} Entry;

struct _VtChange {
    gint64 tenant_id;
    char *cause;      /* owned */
    GArray *entries;  /* Entry, in order of arrival */
    GHashTable *seen; /* Entry, owned by the table */
};

static guint
entry_hash(gconstpointer data)
{
    const Entry *entry = data;

    return g_int64_hash(&entry->subject) * 31 + (guint)entry->kind;
}

static gboolean
entry_equal(gconstpointer a, gconstpointer b)
{
    const Entry *left = a, *right = b;

    return left->kind == right->kind && left->subject == right->subject;
}

VtChange *
vt_change_new(gint64 tenant_id, const char *cause)
{
    VtChange *self = g_new0(VtChange, 1);

    self->tenant_id = tenant_id;
    self->cause = g_strdup(cause);
    self->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    self->seen = g_hash_table_new_full(entry_hash, entry_equal, g_free, NULL);
    return self;
}

void
vt_change_free(VtChange *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->seen);
    g_array_unref(self->entries);
    g_free(self->cause);
    g_free(self);
}

void
vt_change_add(VtChange *self, VtLogKind kind, gint64 subject)
{
    Entry entry = {kind, subject};

    if (g_hash_table_add(self->seen, g_memdup2(&entry, sizeof entry)))
        g_array_append_val(self->entries, entry);
}

gboolean
vt_change_is_empty(const VtChange *self)
{
    return self->entries->len == 0;
}

static gboolean
write_entries(const VtChange *self, VtDb *db, gint64 seq, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_change_entry_add, error);

    if (stmt == NULL)
        return FALSE;
    for (guint i = 0; i < self->entries->len; i++) {
        const Entry *entry = &g_array_index(self->entries, Entry, i);

        vt_stmt_bind_int(stmt, "seq", seq);
        vt_stmt_bind_int(stmt, "n", i);
        vt_stmt_bind_int(stmt, "tenant_id", self->tenant_id);
        vt_stmt_bind_text(stmt, "kind", vt_log_kind_names[entry->kind]);
        vt_stmt_bind_int(stmt, "subject", entry->subject);
        if (!vt_stmt_exec(stmt, NULL, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
vt_change_write(VtChange *self, VtDb *db, const VtActor *actor, gint64 *ret_seq, GError **error)
{
    gint64 seq = 0;

    g_return_val_if_fail(vt_db_is_writing(db), FALSE);
    if (!vt_change_is_empty(self) && (!vt_changelog_lock(db, &seq, error) ||
                                         !vt_changelog_record(db, seq, self->cause, actor, error) ||
                                         !write_entries(self, db, seq, error)))
        return FALSE;
    g_array_set_size(self->entries, 0);
    g_hash_table_remove_all(self->seen);
    if (ret_seq != NULL)
        *ret_seq = seq;
    return TRUE;
}

static gboolean
one_number(VtDb *db, const VtSql *sql, gint64 *ret_seq, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, sql, error);

    if (stmt == NULL)
        return FALSE;
    return vt_stmt_read_int(stmt, "seq", ret_seq, error);
}

gboolean
vt_changelog_lock(VtDb *db, gint64 *ret_seq, GError **error)
{
    g_return_val_if_fail(vt_db_is_writing(db), FALSE);
    return one_number(db, &vt_sql_changelog_lock, ret_seq, error);
}

gboolean
vt_changelog_head(VtDb *db, gint64 *ret_seq, GError **error)
{
    return one_number(db, &vt_sql_changelog_head, ret_seq, error);
}

gboolean
vt_changelog_record(VtDb *db, gint64 seq, const char *cause, const VtActor *actor, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_change_add, error);
    VtAudit audit = {.action = cause, .seq = seq};

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "seq", seq);
    vt_stmt_bind_int(stmt, "at_us", actor->now_us);
    if (actor->account_id != 0)
        vt_stmt_bind_int(stmt, "account_id", actor->account_id);
    if (actor->job_id != 0)
        vt_stmt_bind_int(stmt, "job_id", actor->job_id);
    vt_stmt_bind_text(stmt, "cause", cause);
    return vt_stmt_exec(stmt, NULL, error) && vt_audit_write(db, &audit, actor, error);
}

gboolean
vt_changelog_of_job(VtDb *db, gint64 job_id, gint64 *ret_seq, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_change_of_job, error);
    gint64 seq = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "job_id", job_id);
    while (vt_stmt_next(stmt))
        seq = vt_stmt_int(stmt, "seq");
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    *ret_seq = seq;
    return TRUE;
}

gboolean
vt_changelog_when(VtDb *db, gint64 seq, gint64 *ret_at_us, char **ret_cause, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_change_at, error);
    g_autofree char *cause = NULL;
    gint64 at_us = 0;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "seq", seq);
    if (vt_stmt_next(stmt)) {
        at_us = vt_stmt_int(stmt, "at_us");
        cause = g_strdup(vt_stmt_text(stmt, "cause"));
    }
    if (!vt_stmt_end(stmt, error))
        return FALSE;
    *ret_at_us = at_us;
    *ret_cause = g_steal_pointer(&cause);
    return TRUE;
}

GArray *
vt_changelog_read(VtDb *db, gint64 tenant_id, gint64 after, gint64 up_to, GError **error)
{
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(VtLogEntry));
    VtLogPlace place = vt_log_place_after(after);

    for (;;) {
        g_autoptr(GArray) page = vt_log_page_read(db, tenant_id, &place, up_to, error);

        if (page == NULL)
            return NULL;
        if (page->len == 0)
            break;
        g_array_append_vals(entries, page->data, page->len);
    }
    return g_steal_pointer(&entries);
}
