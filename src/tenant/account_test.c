#include "tenant/account.h"
#include "tenant/testing.h"
#include "tenant/token.h"

#include <string.h>

static void
a_password_signs_in_and_a_wrong_one_does_not(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, account, found = 0;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &tenant);
        g_autoptr(GError) wrong = NULL, nobody = NULL, twice = NULL, weak = NULL, no_name = NULL;
        g_autofree char *name = NULL;

        assert_true(vt_account_create(db, "admin", "correct horse", 1, &account, NULL));
        assert_true(vt_account_sign_in(db, "admin", "correct horse", &found, NULL));
        assert_int_equal(found, account);
        name = vt_account_name(db, account, NULL);
        assert_string_equal(name, "admin");
        assert_null(vt_account_name(db, account + 1, &no_name));
        assert_true(vt_error_is(no_name, VT_ERROR_NOT_FOUND));
        assert_false(vt_account_sign_in(db, "admin", "correct horsf", &found, &wrong));
        assert_false(vt_account_sign_in(db, "nobody", "correct horse", &found, &nobody));
        assert_true(vt_error_is(wrong, VT_ERROR_UNAUTHORIZED));
        assert_string_equal(wrong->message, nobody->message);
        assert_false(vt_account_create(db, "admin", "correct horse", 1, &account, &twice));
        assert_true(vt_error_is(twice, VT_ERROR_DUPLICATE_NAME));
        assert_false(vt_account_create(db, "bob", "short", 1, &account, &weak));
        assert_true(vt_error_is(weak, VT_ERROR_BAD_VALUE));
    }
}

static void
roles_are_per_tenant(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, other, account;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &tenant);
        g_autoptr(GError) error = NULL;
        VtRole role = VT_ROLE_READER;

        assert_true(vt_tenant_create(db, "other", 1, &other, NULL));
        assert_true(vt_account_create(db, "admin", "correct horse", 1, &account, NULL));
        assert_true(vt_account_grant(db, account, tenant, VT_ROLE_PRODUCER, NULL));
        assert_true(vt_account_grant(db, account, tenant, VT_ROLE_ADMINISTRATOR, NULL));
        assert_true(vt_account_role(db, account, tenant, &role, NULL));
        assert_int_equal(role, VT_ROLE_ADMINISTRATOR);
        assert_false(vt_account_role(db, account, other, &role, &error));
        assert_true(vt_error_is(error, VT_ERROR_FORBIDDEN));
    }
}

static void
a_token_identifies_until_it_expires(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, account;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &tenant);
        g_autofree char *token = NULL;
        g_autofree char *second = NULL;
        g_autoptr(VtIdentity) identity = NULL;
        g_autoptr(GError) expired = NULL, unknown = NULL;

        assert_true(vt_account_create(db, "admin", "correct horse", 1, &account, NULL));
        assert_true(vt_token_create(db, account, "init", 1, 100, &token, NULL));
        assert_true(vt_token_create(db, account, "ci", 1, 0, &second, NULL));
        assert_true(strlen(token) > 40);
        assert_string_not_equal(token, second);
        identity = vt_token_identify(db, token, 99, NULL);
        assert_int_equal(identity->account_id, account);
        assert_string_equal(identity->name, "admin");
        assert_null(vt_token_identify(db, token, 100, &expired));
        assert_true(vt_error_is(expired, VT_ERROR_UNAUTHORIZED));
        assert_null(vt_token_identify(db, "vt_x", 1, &unknown));
        assert_true(vt_error_is(unknown, VT_ERROR_UNAUTHORIZED));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_signs_in_and_a_wrong_one_does_not),
        cmocka_unit_test(roles_are_per_tenant),
        cmocka_unit_test(a_token_identifies_until_it_expires),
    };
    return vt_test_run("tenant/account", tests);
}
