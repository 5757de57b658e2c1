/* Sessions, transactions and the cache of prepared statements; what differs per engine is in its
 * driver. */
#include "db/db.h"

#include "db/driver.h"

#include <string.h>

struct _VtTx {
    VtDb *db;
    gboolean done;
};

static const VtDbDriver *const driver_row[] = {&vt_db_sqlite, &vt_db_postgresql};

static const VtDbDriver *
driver_of(const char *url)
{
    for (gsize i = 0; i < G_N_ELEMENTS(driver_row); i++)
        if (g_str_has_prefix(url, driver_row[i]->scheme))
            return driver_row[i];
    return NULL;
}

static void
stmt_destroy(gpointer data)
{
    VtStmt *self = data;

    self->db->driver->finalize(self->handle);
    g_clear_error(&self->error);
    g_free(self);
}

static void
array_unref(gpointer data)
{
    g_ptr_array_unref(data);
}

VtDb *
vt_db_open(const char *url, VtDbFlags flags, GError **error)
{
    const VtDbDriver *driver = driver_of(url);
    gpointer handle;
    VtDb *self;

    if (driver == NULL)
        return vt_throw_null(error, VT_ERROR_USAGE,
            "'%s' is not a database address; write sqlite:PATH or postgresql://…", url);
    handle = driver->open(url, flags, error);
    if (handle == NULL)
        return NULL;
    self = g_new0(VtDb, 1);
    self->driver = driver;
    self->handle = handle;
    self->idle = g_hash_table_new_full(NULL, NULL, NULL, array_unref);
    return self;
}

void
vt_db_free(VtDb *self)
{
    if (self == NULL)
        return;
    if (self->in_tx)
        self->driver->rollback(self->handle);
    g_hash_table_unref(self->idle);
    self->driver->close(self->handle);
    g_free(self);
}

VtTx *
vt_tx_begin(VtDb *db, VtTxMode mode, GError **error)
{
    VtTx *self;

    g_return_val_if_fail(!db->in_tx, NULL);
    if (!db->driver->begin(db->handle, mode, error))
        return NULL;
    db->in_tx = TRUE;
    db->is_writing = mode == VT_TX_WRITE;
    self = g_new0(VtTx, 1);
    self->db = db;
    return self;
}

static void
leave(VtTx *self)
{
    self->done = TRUE;
    self->db->in_tx = FALSE;
    self->db->is_writing = FALSE;
}

gboolean
vt_tx_commit(VtTx *self, GError **error)
{
    g_return_val_if_fail(!self->done, FALSE);
    if (!self->db->driver->commit(self->db->handle, error))
        return FALSE;
    leave(self);
    return TRUE;
}

void
vt_tx_free(VtTx *self)
{
    if (self == NULL)
        return;
    if (!self->done) {
        self->db->driver->rollback(self->db->handle);
        leave(self);
    }
    g_free(self);
}

guint64
vt_db_n_statements(const VtDb *self)
{
    return self->n_run;
}

gboolean
vt_db_is_lost(const VtDb *self)
{
    return self->driver->is_lost(self->handle);
}

gboolean
vt_db_is_writing(const VtDb *self)
{
    return self->is_writing;
}

gboolean
vt_db_run_script(VtDb *self, const VtSql *sql, GError **error)
{
    return self->driver->script(self->handle, sql, error);
}

VtStmt *
vt_db_stmt(VtDb *self, const VtSql *sql, GError **error)
{
    GPtrArray *idle = g_hash_table_lookup(self->idle, sql);
    gpointer handle;
    VtStmt *stmt;

    if (idle != NULL && idle->len > 0)
        return g_ptr_array_steal_index_fast(idle, idle->len - 1);
    handle = self->driver->prepare(self->handle, sql, self->n_prepared++, error);
    if (handle == NULL)
        return NULL;
    stmt = g_new0(VtStmt, 1);
    stmt->db = self;
    stmt->sql = sql;
    stmt->handle = handle;
    return stmt;
}

void
vt_stmt_free(VtStmt *self)
{
    GPtrArray *idle;

    if (self == NULL)
        return;
    self->db->driver->reset(self->handle);
    self->is_run = FALSE;
    g_clear_error(&self->error);
    idle = g_hash_table_lookup(self->db->idle, self->sql);
    if (idle == NULL) {
        idle = g_ptr_array_new_with_free_func(stmt_destroy);
        g_hash_table_insert(self->db->idle, (gpointer)(gsize)self->sql, idle);
    }
    g_ptr_array_add(idle, self);
}

static int
index_of(const VtStmt *self, const char *const *names, const char *name)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    g_error("statement '%s' has no '%s'", self->sql->name, name);
}

void
vt_stmt_bind_int(VtStmt *self, const char *parameter, gint64 value)
{
    self->db->driver->bind_int(
        self->handle, index_of(self, self->sql->parameters, parameter), value);
}

void
vt_stmt_bind_text(VtStmt *self, const char *parameter, const char *value)
{
    self->db->driver->bind_text(
        self->handle, index_of(self, self->sql->parameters, parameter), value);
}

void
vt_stmt_bind_blob(VtStmt *self, const char *parameter, gconstpointer data, gsize length)
{
    self->db->driver->bind_blob(
        self->handle, index_of(self, self->sql->parameters, parameter), data, length);
}

gboolean
vt_stmt_exec(VtStmt *self, guint64 *ret_changed, GError **error)
{
    guint64 n_changed = 0;
    gboolean ok = self->db->driver->exec(self->handle, &n_changed, error);

    self->db->n_run++;
    self->db->driver->reset(self->handle);
    if (!ok) {
        g_prefix_error(error, "%s: ", self->sql->name);
        return FALSE;
    }
    if (ret_changed != NULL)
        *ret_changed = n_changed;
    return TRUE;
}

gboolean
vt_stmt_next(VtStmt *self)
{
    if (self->error != NULL)
        return FALSE;
    self->db->n_run += !self->is_run;
    self->is_run = TRUE;
    return self->db->driver->next(self->handle, &self->error);
}

gboolean
vt_stmt_end(VtStmt *self, GError **error)
{
    self->db->driver->reset(self->handle);
    self->is_run = FALSE;
    if (self->error == NULL)
        return TRUE;
    g_propagate_prefixed_error(error, g_steal_pointer(&self->error), "%s: ", self->sql->name);
    return FALSE;
}

gboolean
vt_stmt_read_int(VtStmt *self, const char *column, gint64 *ret_number, GError **error)
{
    gint64 number = 0;

    while (vt_stmt_next(self))
        number = vt_stmt_int(self, column);
    if (!vt_stmt_end(self, error))
        return FALSE;
    *ret_number = number;
    return TRUE;
}

gboolean
vt_stmt_read_ints(VtStmt *self, const char *column, GArray *numbers, GError **error)
{
    while (vt_stmt_next(self)) {
        gint64 number = vt_stmt_int(self, column);

        g_array_append_val(numbers, number);
    }
    return vt_stmt_end(self, error);
}

gint64
vt_stmt_int(VtStmt *self, const char *column)
{
    return self->db->driver->get_int(self->handle, index_of(self, self->sql->columns, column));
}

const char *
vt_stmt_text(VtStmt *self, const char *column)
{
    return self->db->driver->get_text(self->handle, index_of(self, self->sql->columns, column));
}

gconstpointer
vt_stmt_blob(VtStmt *self, const char *column, gsize *ret_length)
{
    return self->db->driver->get_blob(
        self->handle, index_of(self, self->sql->columns, column), ret_length);
}

gboolean
vt_stmt_is_null(VtStmt *self, const char *column)
{
    return self->db->driver->is_null(self->handle, index_of(self, self->sql->columns, column));
}

gboolean
vt_db_check(VtDb *self, const VtSql *sql, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self, sql, error);
    int n = 0;

    if (stmt == NULL)
        return FALSE;
    for (; sql->columns[n] != NULL; n++) {
        const char *name = n < self->driver->n_columns(stmt->handle)
                               ? self->driver->column_name(stmt->handle, n)
                               : "";

        if (strcmp(name, sql->columns[n]) != 0)
            return vt_throw(error, VT_ERROR_DATABASE, "%s: column %d is '%s', declared '%s'",
                sql->name, n, name, sql->columns[n]);
    }
    if (n != self->driver->n_columns(stmt->handle))
        return vt_throw(error, VT_ERROR_DATABASE, "%s: %d columns declared, %d come back",
            sql->name, n, self->driver->n_columns(stmt->handle));
    return TRUE;
}
