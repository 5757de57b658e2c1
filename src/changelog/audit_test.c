#include "changelog/audit.h"
#include "db/testing.h"
#include "tests/unit/support.h"

static guint64
count(const char *url, const char *where)
{
    g_autoptr(VtDb) db = vt_db_open(url, VT_DB_DURABLE, NULL);
    g_autofree char *text = g_strdup_printf("SELECT COUNT(*) AS n FROM audit WHERE %s", where);
    static const char *const none[] = {NULL}, *const columns[] = {"n", NULL};
    VtSql sql = {"count", text, text, none, columns};
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &sql, NULL);
    guint64 n = 0;

    while (vt_stmt_next(stmt))
        n = (guint64)vt_stmt_int(stmt, "n");
    assert_true(vt_stmt_end(stmt, NULL));
    return n;
}

static VtDb *
open_url(const char *url)
{
    g_autoptr(GError) error = NULL;
    VtDb *db = vt_db_open(url, VT_DB_DURABLE, &error);

    assert_ok(db != NULL, error);
    assert_ok(vt_db_migrate(db, vt_changelog_migrations, vt_changelog_n_migrations, &error), error);
    return db;
}

static void
a_numbered_change_brings_its_row(void **state)
{
    VtActor actor = {.account_id = 3, .now_us = 5, .origin = "192.0.2.1"};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autoptr(VtDb) db = open_url(url);
        g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, NULL);
        g_autoptr(VtChange) change = vt_change_new(7, "catalog import");

        vt_change_add(change, VT_LOG_KIND_PRODUCT, 1);
        vt_change_add(change, VT_LOG_KIND_PRODUCT, 2);
        assert_true(vt_change_write(change, db, &actor, NULL, NULL));
        assert_true(vt_tx_commit(tx, NULL));
        assert_int_equal(count(url, "seq = 1 AND action = 'catalog import' AND account_id = 3 "
                                    "AND origin = '192.0.2.1' AND at_us = 5"),
            1);
        assert_int_equal(count(url, "1 = 1"), 1);
    }
}

static void
a_change_that_is_rolled_back_leaves_no_row(void **state)
{
    VtActor actor = {.now_us = 5};
    VtAudit audit = {.tenant_id = 7, .action = "user add", .subject = "bob"};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autofree char *url = vt_test_database(kind);
        g_autoptr(VtDb) db = open_url(url);
        VtTx *tx = vt_tx_begin(db, VT_TX_WRITE, NULL);

        assert_true(vt_audit_write(db, &audit, &actor, NULL));
        vt_tx_free(tx);
        assert_int_equal(count(url, "1 = 1"), 0);
        tx = vt_tx_begin(db, VT_TX_WRITE, NULL);
        assert_true(vt_audit_write(db, &audit, &actor, NULL));
        assert_true(vt_tx_commit(tx, NULL));
        vt_tx_free(tx);
        assert_int_equal(count(url, "subject = 'bob' AND origin = 'local' AND seq IS NULL "
                                    "AND document_id IS NULL AND version IS NULL"),
            1);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_numbered_change_brings_its_row),
        cmocka_unit_test(a_change_that_is_rolled_back_leaves_no_row),
    };
    return vt_test_run("changelog/audit", tests);
}
