/* The PostgreSQL engine: server-side prepared statements, text format, whole results.
 *
 * A failed statement aborts the transaction on the server; the caller's VtTx then rolls back. Bytes
 * travel in binary; everything else as text whose type the server infers from the statement.
 */
#include "db/driver.h"

#include <libpq-fe.h>
#include <string.h>

enum { MAX_PARAMETERS = 32, IDLE_S = 60 };

typedef struct {
    PGconn *connection; /* borrowed */
    char name[16];
    int n_parameters;
    char *values[MAX_PARAMETERS]; /* owned; NULL is SQL NULL */
    int lengths[MAX_PARAMETERS];
    int formats[MAX_PARAMETERS]; /* 1: bytes */
    PGresult *result;            /* owned; NULL before the first row is asked for */
    int row;
    unsigned char *unescaped; /* owned: the last bytea given out */
} Statement;

/* Waited for a lock or for the caller longer than the session may, or in a circle. */
static gboolean
is_busy(const char *state)
{
    static const char *const busy[] = {"55P03", "25P03", "40P01"};

    for (gsize i = 0; state != NULL && i < G_N_ELEMENTS(busy); i++)
        if (strcmp(state, busy[i]) == 0)
            return TRUE;
    return FALSE;
}

static gboolean
fail(PGconn *connection, const PGresult *result, GError **error)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    g_autofree char *text = g_strdup(primary ? primary : PQerrorMessage(connection));
    VtErrorCode code = VT_ERROR_DATABASE;

    if (state != NULL && g_str_has_prefix(state, "23"))
        code = VT_ERROR_CONFLICT;
    if (state != NULL && strcmp(state, "53100") == 0)
        code = VT_ERROR_STORAGE;
    return vt_throw(error, code, "%s%s", is_busy(state) ? VT_DB_BUSY : "",
        g_strstrip(g_strdelimit(text, "\n\t", ' '))); /* libpq writes several lines */
}

static gboolean
run(PGconn *connection, const char *text, GError **error)
{
    PGresult *result = PQexec(connection, text);
    ExecStatusType status = PQresultStatus(result);
    gboolean ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

    if (!ok)
        fail(connection, result, error);
    PQclear(result);
    return ok;
}

/* What no session may do for longer, so that nobody waits for one that hangs. */
static gboolean
set_limits(PGconn *connection, GError **error)
{
    g_autofree char *text = g_strdup_printf("SET client_min_messages = warning;"
                                            "SET application_name = 'vitrine';"
                                            "SET lock_timeout = '%dms';"
                                            "SET idle_in_transaction_session_timeout = '%ds'",
        VT_DB_BUSY_MS, IDLE_S);

    return run(connection, text, error);
}

static gpointer
postgresql_open(const char *url, VtDbFlags flags, GError **error)
{
    PGconn *connection = PQconnectdb(url);

    if (PQstatus(connection) != CONNECTION_OK || PQsetClientEncoding(connection, "UTF8") != 0) {
        fail(connection, NULL, error);
        g_prefix_error(error, "cannot connect to PostgreSQL: ");
        PQfinish(connection);
        return NULL;
    }
    if (!set_limits(connection, error)) {
        PQfinish(connection);
        return NULL;
    }
    return connection;
}

static void
postgresql_close(gpointer connection)
{
    PQfinish(connection);
}

static gboolean
postgresql_is_lost(gpointer connection)
{
    return PQstatus(connection) != CONNECTION_OK;
}

static gboolean
postgresql_script(gpointer connection, const VtSql *sql, GError **error)
{
    return run(connection, sql->postgresql, error);
}

static gboolean
postgresql_begin(gpointer connection, VtTxMode mode, GError **error)
{
    return run(connection,
        mode == VT_TX_WRITE ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error);
}

/* COMMIT of an aborted transaction answers ROLLBACK without an error: that is a failure to us. */
static gboolean
postgresql_commit(gpointer connection, GError **error)
{
    PGresult *result = PQexec(connection, "COMMIT");
    gboolean ok = PQresultStatus(result) == PGRES_COMMAND_OK;

    if (!ok)
        fail(connection, result, error);
    else if (strcmp(PQcmdStatus(result), "COMMIT") != 0)
        ok = vt_throw(error, VT_ERROR_DATABASE, "the transaction had failed and was rolled back");
    PQclear(result);
    return ok;
}

static void
postgresql_rollback(gpointer connection)
{
    if (PQtransactionStatus(connection) != PQTRANS_IDLE)
        PQclear(PQexec(connection, "ROLLBACK"));
}

static gpointer
postgresql_prepare(gpointer connection, const VtSql *sql, guint number, GError **error)
{
    Statement *self = g_new0(Statement, 1);
    PGresult *result;

    self->connection = connection;
    while (sql->parameters[self->n_parameters] != NULL)
        self->n_parameters++;
    g_assert(self->n_parameters <= MAX_PARAMETERS);
    g_snprintf(self->name, sizeof self->name, "s%u", number);
    result = PQprepare(connection, self->name, sql->postgresql, 0, NULL);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
        fail(connection, result, error);
        g_prefix_error(error, "%s: ", sql->name);
        g_clear_pointer(&self, g_free);
    }
    PQclear(result);
    return self;
}

static void
postgresql_reset(gpointer statement)
{
    Statement *self = statement;

    for (int i = 0; i < self->n_parameters; i++)
        g_clear_pointer(&self->values[i], g_free);
    g_clear_pointer(&self->result, PQclear);
    g_clear_pointer(&self->unescaped, PQfreemem);
}

static void
postgresql_finalize(gpointer statement)
{
    postgresql_reset(statement);
    g_free(statement);
}

static void
set(Statement *self, int index, char *value, int length, int format)
{
    g_free(self->values[index]);
    self->values[index] = value;
    self->lengths[index] = length;
    self->formats[index] = format;
}

static void
postgresql_bind_int(gpointer statement, int index, gint64 value)
{
    set(statement, index, g_strdup_printf("%" G_GINT64_FORMAT, value), 0, 0);
}

static void
postgresql_bind_text(gpointer statement, int index, const char *value)
{
    set(statement, index, g_strdup(value), 0, 0);
}

static void
postgresql_bind_blob(gpointer statement, int index, gconstpointer data, gsize length)
{
    char *copy = g_malloc(length + 1);

    if (length > 0)
        memcpy(copy, data, length);
    set(statement, index, copy, (int)length, 1);
}

static gboolean
execute(Statement *self, GError **error)
{
    ExecStatusType status;

    self->result = PQexecPrepared(self->connection, self->name, self->n_parameters,
        (const char *const *)self->values, self->lengths, self->formats, 0);
    self->row = -1;
    status = PQresultStatus(self->result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
           fail(self->connection, self->result, error);
}

static gboolean
postgresql_next(gpointer statement, GError **error)
{
    Statement *self = statement;

    if (self->result == NULL && !execute(self, error))
        return FALSE;
    return ++self->row < PQntuples(self->result);
}

static gboolean
postgresql_exec(gpointer statement, guint64 *ret_changed, GError **error)
{
    Statement *self = statement;

    if (!execute(self, error))
        return FALSE;
    *ret_changed = g_ascii_strtoull(PQcmdTuples(self->result), NULL, 10);
    return TRUE;
}

static PGresult *
description(Statement *self)
{
    return PQdescribePrepared(self->connection, self->name);
}

static int
postgresql_n_columns(gpointer statement)
{
    PGresult *about = description(statement);
    int n = PQnfields(about);

    PQclear(about);
    return n;
}

static const char *
postgresql_column_name(gpointer statement, int index)
{
    PGresult *about = description(statement);
    const char *name = g_intern_string(PQfname(about, index));

    PQclear(about);
    return name;
}

static gboolean
postgresql_is_null(gpointer statement, int index)
{
    const Statement *self = statement;

    return PQgetisnull(self->result, self->row, index);
}

static gint64
postgresql_get_int(gpointer statement, int index)
{
    const Statement *self = statement;

    return g_ascii_strtoll(PQgetvalue(self->result, self->row, index), NULL, 10);
}

static const char *
postgresql_get_text(gpointer statement, int index)
{
    const Statement *self = statement;

    if (PQgetisnull(self->result, self->row, index))
        return NULL;
    return PQgetvalue(self->result, self->row, index);
}

static gconstpointer
postgresql_get_blob(gpointer statement, int index, gsize *ret_length)
{
    Statement *self = statement;

    *ret_length = 0;
    if (PQgetisnull(self->result, self->row, index))
        return NULL;
    g_clear_pointer(&self->unescaped, PQfreemem);
    self->unescaped = PQunescapeBytea(
        (const unsigned char *)PQgetvalue(self->result, self->row, index), ret_length);
    return self->unescaped;
}

const VtDbDriver vt_db_postgresql = {
    .scheme = "postgresql:",
    .open = postgresql_open,
    .close = postgresql_close,
    .is_lost = postgresql_is_lost,
    .script = postgresql_script,
    .begin = postgresql_begin,
    .commit = postgresql_commit,
    .rollback = postgresql_rollback,
    .prepare = postgresql_prepare,
    .finalize = postgresql_finalize,
    .reset = postgresql_reset,
    .bind_int = postgresql_bind_int,
    .bind_text = postgresql_bind_text,
    .bind_blob = postgresql_bind_blob,
    .exec = postgresql_exec,
    .next = postgresql_next,
    .n_columns = postgresql_n_columns,
    .column_name = postgresql_column_name,
    .get_int = postgresql_get_int,
    .get_text = postgresql_get_text,
    .get_blob = postgresql_get_blob,
    .is_null = postgresql_is_null,
};
