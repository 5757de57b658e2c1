#include "tenant/preference.h"

#include "base/error.h"
#include "tenant/account.h"
#include "tenant/testing.h"

#include <string.h>

static void
put(VtDb *db, gint64 account, const char *text, VtErrorCode expected)
{
    g_autoptr(json_t) wanted = vt_json_parse(text, strlen(text), NULL);
    g_autoptr(GError) error = NULL;
    gboolean done = vt_preference_put(db, account, wanted, &error);

    assert_int_equal(done ? VT_N_ERRORS : vt_error_code(error), expected);
}

static void
assert_explained(VtDb *db, gint64 account, gboolean expected)
{
    g_autoptr(json_t) list = vt_preference_list_json(db, account, NULL);

    assert_int_equal(json_object_size(list), 1);
    assert_int_equal(json_is_true(json_object_get(list, "publish_explained")), expected);
}

static void
an_account_keeps_its_own_and_may_take_them_back(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, anna = 0, bob = 0;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &tenant);

        assert_true(vt_account_add(db, "anna", "no hash", 1, &anna, NULL));
        assert_true(vt_account_add(db, "bob", "no hash", 1, &bob, NULL));
        assert_explained(db, anna, FALSE);
        put(db, anna, "{\"publish_explained\": true}", VT_N_ERRORS);
        put(db, anna, "{\"publish_explained\": true}", VT_N_ERRORS);
        put(db, anna, "{}", VT_N_ERRORS);
        assert_explained(db, anna, TRUE);
        assert_explained(db, bob, FALSE);
        put(db, anna, "{\"publish_explained\": false}", VT_N_ERRORS);
        assert_explained(db, anna, FALSE);
    }
}

static void
what_is_not_in_the_table_is_refused_with_the_rest(void **state)
{
    static const char *const row[] = {"{\"publish_explained\": true, \"colour\": true}",
        "{\"publish_explained\": 1}", "{\"publish_explained\": null}"};
    gint64 tenant, anna = 0;
    g_autoptr(VtDb) db = vt_test_open_tenant(0, &tenant);

    assert_true(vt_account_add(db, "anna", "no hash", 1, &anna, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        put(db, anna, row[i], VT_ERROR_BAD_VALUE);
        assert_explained(db, anna, FALSE);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_keeps_its_own_and_may_take_them_back),
        cmocka_unit_test(what_is_not_in_the_table_is_refused_with_the_rest),
    };

    return vt_test_run("tenant/preference", tests);
}
