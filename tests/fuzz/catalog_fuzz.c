/* Any JSON as a catalogue file, loaded three times into an empty database: refused as a whole or
 * row by row, and the third time it does exactly what the second did. (A file that names one thing
 * twice in different ways changes it each time.)
 */
#include "catalog/import.h"
#include "catalog/product.h"
#include "catalog/product_value.h"
#include "tenant/tenant.h"
#include "tests/fuzz/fuzz.h"

static const VtActor actor = {.account_id = 1, .now_us = 1, .origin = "fuzz"};

static VtDb *
open_catalog(gint64 *ret_tenant)
{
    VtDb *db = vt_db_open("sqlite::memory:", VT_DB_DERIVED, NULL);
    g_autoptr(VtTx) tx = NULL;

    g_assert_true(db != NULL);
    g_assert_true(vt_db_migrate(db, vt_changelog_migrations, vt_changelog_n_migrations, NULL));
    g_assert_true(vt_db_migrate(db, vt_tenant_migrations, vt_tenant_n_migrations, NULL));
    g_assert_true(vt_db_migrate(db, vt_catalog_migrations, vt_catalog_n_migrations, NULL));
    tx = vt_tx_begin(db, VT_TX_WRITE, NULL);
    g_assert_true(vt_tenant_create(db, "acme", 1, ret_tenant, NULL) && vt_tx_commit(tx, NULL));
    return db;
}

static void
load(VtDb *db, gint64 tenant, json_t *file, VtCatalogReport *report)
{
    g_autoptr(GError) error = NULL;

    if (!vt_catalog_import(db, tenant, file, &actor, NULL, NULL, report, &error))
        g_assert_true(vt_error_is(error, VT_ERROR_BAD_JSON));
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(json_t) file = vt_json_parse((const char *)data, size, NULL);
    g_auto(VtCatalogReport) first = {0}, second = {0}, third = {0};
    g_autoptr(VtDb) db = NULL;
    gint64 tenant = 0;

    if (file == NULL)
        return 0;
    db = open_catalog(&tenant);
    load(db, tenant, file, &first);
    load(db, tenant, file, &second);
    load(db, tenant, file, &third);
    g_assert_true(second.changed == third.changed && second.refused == third.refused);
    g_assert_true(first.products == third.products && first.variants == third.variants);
    return 0;
}
