#include "tenant/user.h"

#include "tenant/account.h"
#include "tenant/testing.h"
#include "tenant/token.h"

#include <string.h>

#define PASSWORD "correct horse"

/* Two tenants. anna administers both, eva only `acme`; bob has a role in both, rita in `acme`. */
typedef struct {
    VtDb *db;
    gint64 acme, other;
    gint64 anna, eva, bob, rita;
} World;

static gint64
add(VtDb *db, const char *name)
{
    g_autoptr(GError) error = NULL;
    gint64 account_id = 0;

    assert_ok(vt_account_add(db, name, "no hash", 1, &account_id, &error), error);
    return account_id;
}

static World
make(gsize kind)
{
    World world = {0};

    world.db = vt_test_open_tenant(kind, &world.acme);
    assert_true(vt_tenant_create(world.db, "other", 1, &world.other, NULL));
    world.anna = add(world.db, "anna");
    world.eva = add(world.db, "eva");
    world.bob = add(world.db, "bob");
    world.rita = add(world.db, "rita");
    assert_true(vt_account_grant(world.db, world.anna, world.acme, VT_ROLE_ADMINISTRATOR, NULL));
    assert_true(vt_account_grant(world.db, world.anna, world.other, VT_ROLE_ADMINISTRATOR, NULL));
    assert_true(vt_account_grant(world.db, world.eva, world.acme, VT_ROLE_ADMINISTRATOR, NULL));
    assert_true(vt_account_grant(world.db, world.bob, world.acme, VT_ROLE_PRODUCER, NULL));
    assert_true(vt_account_grant(world.db, world.bob, world.other, VT_ROLE_READER, NULL));
    assert_true(vt_account_grant(world.db, world.rita, world.acme, VT_ROLE_READER, NULL));
    return world;
}

static VtErrorCode
code_of(gboolean done, GError **error)
{
    VtErrorCode code = done ? VT_N_ERRORS : vt_error_code(*error);

    g_clear_error(error);
    return code;
}

static void
nobody_reaches_into_a_tenant_that_is_not_his(void **state)
{
    static const struct {
        const char *actor, *user;
        VtErrorCode code; /* VT_N_ERRORS: done */
    } row[] = {
        {"anna", "bob", VT_N_ERRORS},
        {"anna", "rita", VT_N_ERRORS},
        {"eva", "rita", VT_N_ERRORS},
        {"eva", "eva", VT_N_ERRORS},
        {"eva", "bob", VT_ERROR_FORBIDDEN},
        {"eva", "anna", VT_ERROR_FORBIDDEN},
        {"eva", "nobody", VT_ERROR_NOT_FOUND},
        {NULL, "bob", VT_N_ERRORS},
        {NULL, "nobody", VT_ERROR_NOT_FOUND},
    };

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        World world = make(kind);
        g_autoptr(VtDb) db = world.db;

        for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
            VtActor actor = {.now_us = 9,
                .account_id = row[i].actor == NULL                ? 0
                              : strcmp(row[i].actor, "anna") == 0 ? world.anna
                                                                  : world.eva};
            g_autoptr(GError) error = NULL;
            g_autofree char *token = NULL;
            gint64 account_id = 0;

            assert_int_equal(
                code_of(vt_user_reach(db, world.acme, row[i].user, &actor, &account_id, &error),
                    &error),
                row[i].code);
            assert_int_equal(code_of(vt_token_issue(db, world.acme, row[i].user, "ci", 0, &actor,
                                         &token, &error),
                                 &error),
                row[i].code);
            assert_int_equal(
                code_of(vt_user_set_password(db, world.acme, row[i].user, PASSWORD, &actor, &error),
                    &error),
                row[i].code);
        }
    }
}

static void
a_tenant_keeps_an_administrator(void **state)
{
    VtActor actor = {.now_us = 9};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        World world = make(kind);
        g_autoptr(VtDb) db = world.db;
        g_autoptr(GError) error = NULL;

        /* eva is there: anna may leave acme, but neither `other` nor altogether */
        assert_int_equal(
            code_of(
                vt_user_set_role(db, world.other, "anna", VT_ROLE_READER, &actor, &error), &error),
            VT_ERROR_LAST_ADMINISTRATOR);
        assert_int_equal(
            code_of(vt_user_remove_role(db, world.other, "anna", &actor, &error), &error),
            VT_ERROR_LAST_ADMINISTRATOR);
        assert_int_equal(
            code_of(vt_user_set_disabled(db, world.acme, "anna", TRUE, &actor, &error), &error),
            VT_ERROR_LAST_ADMINISTRATOR);
        assert_true(vt_user_remove_role(db, world.acme, "anna", &actor, NULL));
        assert_int_equal(
            code_of(
                vt_user_set_role(db, world.acme, "eva", VT_ROLE_PRODUCER, &actor, &error), &error),
            VT_ERROR_LAST_ADMINISTRATOR);
        /* an administrator who is disabled does not count */
        assert_true(vt_user_set_role(db, world.acme, "rita", VT_ROLE_ADMINISTRATOR, &actor, NULL));
        assert_true(vt_user_set_disabled(db, world.acme, "rita", TRUE, &actor, NULL));
        assert_int_equal(
            code_of(vt_user_set_disabled(db, world.acme, "eva", TRUE, &actor, &error), &error),
            VT_ERROR_LAST_ADMINISTRATOR);
        assert_true(vt_user_set_disabled(db, world.acme, "rita", FALSE, &actor, NULL));
        assert_true(vt_user_set_disabled(db, world.acme, "eva", TRUE, &actor, NULL));
    }
}

static void
users_are_listed_with_their_roles(void **state)
{
    VtActor actor = {.now_us = 9};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        World world = make(kind);
        g_autoptr(VtDb) db = world.db;
        g_autoptr(GPtrArray) users = NULL;
        g_autofree char *text = NULL;
        g_autoptr(json_t) json = NULL;
        gint64 account = 0;

        assert_true(vt_user_add(db, world.other, "carl", PASSWORD, VT_ROLE_PRODUCER, &actor, NULL));
        assert_true(vt_account_sign_in(db, "carl", PASSWORD, &account, NULL));
        assert_true(vt_user_set_disabled(db, world.other, "carl", TRUE, &actor, NULL));
        assert_false(vt_account_sign_in(db, "carl", PASSWORD, &account, NULL));
        users = vt_user_list(db, world.other, NULL);
        json = vt_user_list_json(users);
        text = json_dumps(json, JSON_COMPACT);
        assert_string_equal(text,
            "{\"users\":[{\"name\":\"anna\",\"role\":\"administrator\",\"disabled\":false,"
            "\"created\":\"1970-01-01T00:00:00Z\",\"email\":null},"
            "{\"name\":\"bob\",\"role\":\"reader\",\"disabled\":false,"
            "\"created\":\"1970-01-01T00:00:00Z\",\"email\":null},"
            "{\"name\":\"carl\",\"role\":\"producer\",\"disabled\":true,"
            "\"created\":\"1970-01-01T00:00:00Z\",\"email\":null}]}");
    }
}

static void
a_token_is_listed_until_it_is_revoked(void **state)
{
    VtActor actor = {.now_us = 9};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        World world = make(kind);
        g_autoptr(VtDb) db = world.db;
        g_autofree char *token = NULL;
        g_autoptr(json_t) before = NULL, after = NULL;
        g_autoptr(GError) elsewhere = NULL, twice = NULL;
        g_autoptr(VtIdentity) identity = NULL;
        gint64 id;

        assert_true(vt_token_issue(db, world.acme, "rita", "till", 0, &actor, &token, NULL));
        before = vt_token_list_json(db, world.acme, NULL);
        id = json_integer_value(
            json_object_get(json_array_get(json_object_get(before, "tokens"), 0), "id"));
        identity = vt_token_identify(db, token, 10, NULL);
        assert_int_equal(identity->account_id, world.rita);
        assert_false(vt_token_revoke(db, world.other, id, &actor, &elsewhere));
        assert_true(vt_error_is(elsewhere, VT_ERROR_NOT_FOUND));
        assert_true(vt_token_revoke(db, world.acme, id, &actor, NULL));
        assert_null(vt_token_identify(db, token, 10, NULL));
        assert_false(vt_token_revoke(db, world.acme, id, &actor, &twice));
        assert_true(vt_error_is(twice, VT_ERROR_NOT_FOUND));
        after = vt_token_list_json(db, world.acme, NULL);
        assert_int_equal(json_array_size(json_object_get(after, "tokens")), 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_reaches_into_a_tenant_that_is_not_his),
        cmocka_unit_test(a_tenant_keeps_an_administrator),
        cmocka_unit_test(users_are_listed_with_their_roles),
        cmocka_unit_test(a_token_is_listed_until_it_is_revoked),
    };
    return vt_test_run("tenant/user", tests);
}
