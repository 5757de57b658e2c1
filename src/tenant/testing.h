/* For tests of this room and those above: a database with the schema up to here and one tenant. */
#pragma once

#include "changelog/change.h"
#include "db/testing.h"
#include "tenant/tenant.h"
#include "tests/unit/support.h"

static inline VtDb *
vt_test_open_tenant(gsize kind, gint64 *ret_tenant_id)
{
    g_autofree char *url = vt_test_database(kind);
    g_autoptr(GError) error = NULL;
    VtDb *db = vt_db_open(url, VT_DB_DURABLE, &error);
    g_autoptr(VtTx) tx = NULL;

    assert_ok(db != NULL, error);
    assert_ok(vt_db_migrate(db, vt_changelog_migrations, vt_changelog_n_migrations, &error), error);
    assert_ok(vt_db_migrate(db, vt_tenant_migrations, vt_tenant_n_migrations, &error), error);
    tx = vt_tx_begin(db, VT_TX_WRITE, &error);
    assert_ok(vt_tenant_create(db, "acme", 1, ret_tenant_id, &error), error);
    assert_ok(vt_tx_commit(tx, &error), error);
    return db;
}
