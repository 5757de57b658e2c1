#include "tenant/session.h"

#include "tenant/account.h"
#include "tenant/testing.h"

#include <string.h>

#define START G_GINT64_CONSTANT(1000000000000)

static gint64
add_account(VtDb *db, gint64 tenant)
{
    gint64 account = 0;

    assert_true(vt_account_add(db, "anna", "no hash", 1, &account, NULL));
    assert_true(vt_account_grant(db, account, tenant, VT_ROLE_ADMINISTRATOR, NULL));
    return account;
}

static gboolean
is_known(VtDb *db, const char *token, gint64 now_us)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtIdentity) identity = vt_session_identify(db, token, now_us, &error);

    assert_true(identity != NULL || vt_error_is(error, VT_ERROR_UNAUTHORIZED));
    return identity != NULL;
}

static void
a_session_ends_when_it_is_idle_or_old(void **state)
{
    static const struct {
        gint64 step_us; /* between two uses */
        int n_uses;     /* that succeed; the next one does not */
    } row[] = {
        {VT_SESSION_IDLE_US, 0},
        {VT_SESSION_IDLE_US - 1, 12},
        {VT_SESSION_IDLE_US / 2, 23},
    };

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &tenant);
        gint64 account = add_account(db, tenant);

        for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
            g_autofree char *token = NULL;
            gint64 now_us = START;

            assert_true(vt_session_create(db, account, now_us, &token, NULL));
            assert_true(is_known(db, token, now_us));
            for (int use = 0; use < row[i].n_uses; use++)
                assert_true(is_known(db, token, now_us += row[i].step_us));
            assert_false(is_known(db, token, now_us + row[i].step_us));
        }
    }
}

static void
signing_out_a_new_password_and_disabling_end_sessions(void **state)
{
    VtActor actor = {.now_us = START};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &tenant);
        gint64 account = add_account(db, tenant);
        g_autofree char *first = NULL, *second = NULL, *third = NULL;

        assert_true(vt_session_create(db, account, START, &first, NULL));
        assert_true(vt_session_create(db, account, START, &second, NULL));
        assert_true(vt_session_end(db, first, NULL));
        assert_false(is_known(db, first, START));
        assert_true(is_known(db, second, START));
        assert_true(vt_user_set_password(db, tenant, "anna", "correct horse", &actor, NULL));
        assert_false(is_known(db, second, START));
        assert_true(vt_session_create(db, account, START, &third, NULL));
        assert_true(
            vt_user_add(db, tenant, "eva", "correct horse", VT_ROLE_ADMINISTRATOR, &actor, NULL));
        assert_true(vt_user_set_disabled(db, tenant, "anna", TRUE, &actor, NULL));
        assert_false(is_known(db, third, START));
    }
}

static void
an_account_keeps_only_its_newest_sessions(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &tenant);
        gint64 account = add_account(db, tenant);
        g_auto(GStrv) token = g_new0(char *, VT_SESSION_MAX + 3);

        for (int i = 0; i < VT_SESSION_MAX + 2; i++)
            assert_true(vt_session_create(db, account, START, &token[i], NULL));
        for (int i = 0; i < VT_SESSION_MAX + 2; i++)
            assert_int_equal(is_known(db, token[i], START), i >= 2);
    }
}

static void
only_its_own_csrf_token_fits_a_session(void **state)
{
    g_autofree char *own = vt_session_csrf("a"), *other = vt_session_csrf("b");
    const struct {
        const char *sent;
        gboolean fits;
    } row[] = {{own, TRUE}, {other, FALSE}, {"", FALSE}, {NULL, FALSE}, {"a", FALSE}};

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++)
        assert_int_equal(vt_session_check_csrf("a", row[i].sent), row[i].fits);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_ends_when_it_is_idle_or_old),
        cmocka_unit_test(signing_out_a_new_password_and_disabling_end_sessions),
        cmocka_unit_test(an_account_keeps_only_its_newest_sessions),
        cmocka_unit_test(only_its_own_csrf_token_fits_a_session),
    };
    return vt_test_run("tenant/session", tests);
}
