#include "tenant/setting.h"
#include "tenant/tenant.h"
#include "tenant/testing.h"

static void
a_tenant_is_found_by_its_exact_code(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 id, found = 0;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &id);
        g_autoptr(GError) error = NULL;

        assert_true(vt_tenant_find(db, "acme", &found, NULL));
        assert_int_equal(found, id);
        assert_false(vt_tenant_find(db, "Acme", &found, &error));
        assert_true(vt_error_is(error, VT_ERROR_NOT_FOUND));
    }
}

static void
bad_and_taken_codes_are_refused(void **state)
{
    gint64 id;
    g_autoptr(VtDb) db = vt_test_open_tenant(0, &id);
    g_autoptr(GError) bad = NULL, taken = NULL;

    assert_false(vt_tenant_create(db, "a/b", 1, &id, &bad));
    assert_true(vt_error_is(bad, VT_ERROR_BAD_VALUE));
    assert_false(vt_tenant_create(db, "acme", 1, &id, &taken));
    assert_true(vt_error_is(taken, VT_ERROR_DUPLICATE_NAME));
}

static void
the_only_tenant_need_not_be_named(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 id, chosen = 0, second;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &id);
        g_autofree char *code = NULL;
        g_autoptr(GError) error = NULL;

        assert_true(vt_tenant_choose(db, NULL, &chosen, &code, NULL));
        assert_int_equal(chosen, id);
        assert_string_equal(code, "acme");
        assert_true(vt_tenant_create(db, "beta", 1, &second, NULL));
        assert_false(vt_tenant_choose(db, NULL, &chosen, &code, &error));
        assert_true(vt_error_is(error, VT_ERROR_USAGE));
    }
}

static void
settings_have_a_fallback_and_change(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 id;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &id);
        g_autofree char *before = vt_setting_get(db, id, "cache_ttl_s", "7200", NULL);
        g_autofree char *after = NULL;

        assert_string_equal(before, "7200");
        assert_true(vt_setting_set(db, id, "cache_ttl_s", "5", NULL));
        assert_true(vt_setting_set(db, id, "cache_ttl_s", "6", NULL));
        after = vt_setting_get(db, id, "cache_ttl_s", "7200", NULL);
        assert_string_equal(after, "6");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tenant_is_found_by_its_exact_code),
        cmocka_unit_test(bad_and_taken_codes_are_refused),
        cmocka_unit_test(the_only_tenant_need_not_be_named),
        cmocka_unit_test(settings_have_a_fallback_and_change),
    };
    return vt_test_run("tenant/tenant", tests);
}
