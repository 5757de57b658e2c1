#include "sync/quarantine.h"

#include "base/error.h"
#include "base/text.h"
#include "readstore/reader.h"
#include "sync_sql.h"

#include <string.h>

enum { MAX_REASON = 500 };

const VtMigration vt_sync_migrations[] = {
    {"sync", 1, &vt_sql_schema_sync_1}, {"sync", 2, &vt_sql_schema_sync_2}};
const gsize vt_sync_n_migrations = G_N_ELEMENTS(vt_sync_migrations);

gboolean
vt_quarantine_is_meant(const GError *error)
{
    static const VtErrorCode of_machine[] = {
        VT_ERROR_DATABASE, VT_ERROR_STORAGE, VT_ERROR_DAMAGED, VT_ERROR_BUSY};

    for (gsize i = 0; i < G_N_ELEMENTS(of_machine); i++)
        if (vt_error_is(error, of_machine[i]))
            return FALSE;
    return TRUE;
}

static char *
name_of(VtLogKind kind, gint64 subject)
{
    return g_strdup_printf("%s %" G_GINT64_FORMAT, vt_log_kind_names[kind], subject);
}

gboolean
vt_quarantine_put(VtReadstoreWriter *writer,
    VtLogKind kind,
    gint64 subject,
    gint64 seq,
    const char *reason,
    GError **error)
{
    g_autofree char *name = name_of(kind, subject);
    g_autofree char *shown = g_utf8_make_valid(reason, MIN((gssize)strlen(reason), MAX_REASON));
    g_autofree char *body = g_strdup_printf("%" G_GINT64_FORMAT " %s", seq, shown);

    return vt_readstore_put_configuration(writer, VT_QUARANTINE_CONFIGURATION, name, body, error);
}

gboolean
vt_quarantine_lift(VtReadstoreWriter *writer, VtLogKind kind, gint64 subject, GError **error)
{
    g_autofree char *name = name_of(kind, subject);

    return vt_readstore_delete_configuration(writer, VT_QUARANTINE_CONFIGURATION, name, error);
}

static gboolean
clear(VtDb *db, const VtQuarantineOf *whose, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_quarantine_clear, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "consumer", whose->consumer);
    vt_stmt_bind_text(stmt, "node", whose->node);
    return vt_stmt_exec(stmt, NULL, error);
}

/* Copies one row of a store into the table. */
typedef struct {
    VtStmt *stmt;
    const VtQuarantineOf *whose;
    gboolean ok;
    GError **error;
} Copy;

static void
copy_row(const char *name, const char *body, gpointer data)
{
    Copy *self = data;
    const char *blank = strchr(name, ' ');
    g_autofree char *kind = g_strndup(name, blank != NULL ? (gsize)(blank - name) : 0);
    char *reason = NULL;
    gint64 seq = g_ascii_strtoll(body, &reason, 10);

    if (!self->ok || blank == NULL || *reason != ' ')
        return;
    vt_stmt_bind_text(self->stmt, "consumer", self->whose->consumer);
    vt_stmt_bind_text(self->stmt, "node", self->whose->node);
    vt_stmt_bind_int(self->stmt, "tenant_id", self->whose->tenant_id);
    vt_stmt_bind_text(self->stmt, "kind", kind);
    vt_stmt_bind_int(self->stmt, "subject", g_ascii_strtoll(blank + 1, NULL, 10));
    vt_stmt_bind_int(self->stmt, "seq", seq);
    vt_stmt_bind_text(self->stmt, "reason", reason + 1);
    self->ok = vt_stmt_exec(self->stmt, NULL, self->error);
}

gboolean
vt_quarantine_save(VtDb *db, const VtQuarantineOf *whose, const char *path, GError **error)
{
    g_autoptr(VtReadstore) store = vt_readstore_new(path, 1);
    g_autoptr(VtReadstoreRead) read = vt_readstore_read_begin(store, error);
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_quarantine_add, error);
    Copy copy = {stmt, whose, TRUE, error};

    return read != NULL && stmt != NULL && clear(db, whose, error) &&
           vt_readstore_list_configuration(read, VT_QUARANTINE_CONFIGURATION, "",
               VT_QUARANTINE_MAX_NAMED, copy_row, &copy, error) &&
           copy.ok;
}

json_t *
vt_quarantine_list_json(VtDb *db, gint64 tenant_id, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_quarantine_list, error);
    g_autoptr(json_t) list = json_array();

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    vt_stmt_bind_int(stmt, "most", VT_QUARANTINE_MAX_NAMED);
    while (vt_stmt_next(stmt))
        json_array_append_new(list,
            json_pack("{s:s,s:s?,s:s,s:s,s:I,s:s}", "kind", vt_stmt_text(stmt, "kind"), "name",
                vt_stmt_text(stmt, "name"), "store", vt_stmt_text(stmt, "consumer"), "node",
                vt_stmt_text(stmt, "node"), "seq", (json_int_t)vt_stmt_int(stmt, "seq"), "reason",
                vt_stmt_text(stmt, "reason")));
    return vt_stmt_end(stmt, error) ? g_steal_pointer(&list) : NULL;
}

static gboolean
add_all(VtDb *db, gint64 tenant_id, VtChange *change, guint *ret_n, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_quarantine_subjects, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "tenant_id", tenant_id);
    for (*ret_n = 0; vt_stmt_next(stmt); ++*ret_n) {
        int kind = vt_text_index(vt_log_kind_names, VT_LOG_KIND_COUNT, vt_stmt_text(stmt, "kind"));

        if (kind >= 0)
            vt_change_add(change, (VtLogKind)kind, vt_stmt_int(stmt, "subject"));
    }
    return vt_stmt_end(stmt, error);
}

gboolean
vt_quarantine_retry(VtDb *db, gint64 tenant_id, const VtActor *actor, guint *ret_n, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);
    g_autoptr(VtChange) change = vt_change_new(tenant_id, "sync retry");
    guint n = 0;

    if (tx == NULL || !add_all(db, tenant_id, change, &n, error) ||
        !vt_change_write(change, db, actor, NULL, error) || !vt_tx_commit(tx, error))
        return FALSE;
    *ret_n = n;
    return TRUE;
}
