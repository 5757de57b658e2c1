/* For tests of this room and those above: a tenant with a small catalogue.
 *
 * Channels OUN001 (en-us, de-de; main), OUN002 (fr-fr; tills). MH01 is a master of Color x Size
 * with three variants; MUG is simple; TILL is sold in OUN002 only. */
#pragma once

#include "catalog/import.h"
#include "catalog/product.h"
#include "tenant/testing.h"

#include <string.h>

#define VT_TEST_CATALOG                                                                            \
    "{\"channels\":[{\"code\":\"OUN001\",\"name\":\"Online\",\"type\":\"online\","                 \
    "\"locales\":[\"en-US\",\"de_DE\"],\"default_locale\":\"en-us\"},"                             \
    "{\"code\":\"OUN002\",\"name\":\"Tills\",\"type\":\"retail\",\"locales\":[\"fr-fr\"],"         \
    "\"default_locale\":\"fr-fr\",\"database\":\"tills\"}],"                                       \
    "\"dimensions\":[{\"name\":\"Color\",\"values\":[{\"value\":\"Blue\",\"swatch\":\"#00F\"},"    \
    "{\"value\":\"Red\"}]},{\"name\":\"Size\",\"values\":[{\"value\":\"S\"},{\"value\":\"L\"}]}]," \
    "\"categories\":[{\"id\":\"tees\",\"name\":\"Tees\",\"parent\":\"men\"},"                      \
    "{\"id\":\"men\",\"name\":\"Men\",\"parent\":null,\"channels\":[\"OUN001\"]}],"                \
    "\"catalogs\":[{\"number\":\"5\",\"channels\":[\"OUN001\"]}],"                                 \
    "\"products\":[{\"id\":\"MH01\",\"name\":\"Hoodie\",\"type\":\"master\","                      \
    "\"dimensions\":[\"Color\",\"Size\"],\"categories\":[\"tees\"],\"variants\":["                 \
    "{\"id\":\"MH01-B-S\",\"values\":{\"Color\":\"Blue\",\"Size\":\"S\"}},"                        \
    "{\"id\":\"MH01-B-L\",\"values\":{\"color\":\" blue \",\"Size\":\"L\"}},"                      \
    "{\"id\":\"MH01-R-S\",\"values\":{\"Color\":\"Red\",\"Size\":\"S\"}}]},"                       \
    "{\"id\":\"MUG\",\"name\":\"Mug\",\"type\":\"simple\"},"                                       \
    "{\"id\":\"TILL\",\"name\":\"Bag\",\"channels\":[\"OUN002\"]}]}"

static inline void
vt_test_import(VtDb *db, gint64 tenant_id, const char *text, VtCatalogReport *ret_report)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) file = vt_json_parse(text, strlen(text), &error);
    VtActor actor = {.now_us = 1};

    assert_ok(file != NULL, error);
    assert_ok(
        vt_catalog_import(db, tenant_id, file, &actor, NULL, NULL, ret_report, &error), error);
}

static inline VtDb *
vt_test_open_catalog(gsize kind, gint64 *ret_tenant_id)
{
    VtDb *db = vt_test_open_tenant(kind, ret_tenant_id);
    g_auto(VtCatalogReport) report = {0};
    g_autoptr(GError) error = NULL;

    assert_ok(vt_db_migrate(db, vt_catalog_migrations, vt_catalog_n_migrations, &error), error);
    vt_test_import(db, *ret_tenant_id, VT_TEST_CATALOG, &report);
    assert_int_equal(report.refused, 0);
    return db;
}
