#include "tenant/setting.h"

#include "base/error.h"
#include "tenant/channel.h"
#include "tenant/testing.h"

static const VtActor actor = {.now_us = G_GINT64_CONSTANT(1772323200000000)}; /* 2026-03-01 */

static void
add_tills(VtDb *db, gint64 tenant)
{
    char code[] = "T1", database[] = "tills", locale[] = "en-us";
    char *locales[] = {locale, NULL};
    VtChannel spec = {.code = code,
        .name = code,
        .database = database,
        .default_locale = locale,
        .locales = locales};
    g_autoptr(GError) error = NULL;
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, &error);
    gboolean changed;
    gint64 id;

    assert_ok(tx != NULL && vt_channel_put(db, tenant, &spec, &id, &changed, &error) &&
                  vt_tx_commit(tx, &error),
        error);
}

static void
every_default_is_a_value_that_may_be_set(void **state)
{
    gint64 tenant;
    g_autoptr(VtDb) db = vt_test_open_tenant(0, &tenant);

    for (VtSettingId id = 0; id < VT_SETTING_COUNT; id++) {
        const VtSettingRow *row = &vt_setting_rows[id];
        g_autofree char *value = vt_setting_read(db, tenant, id, NULL, NULL);
        g_autoptr(GError) error = NULL;

        assert_string_equal(value, row->fallback);
        assert_non_null(row->doc);
        assert_ok(vt_setting_put(db, tenant, row->name, NULL, row->fallback, &actor, NULL, &error),
            error);
    }
}

static void
a_value_is_kept_in_canonical_form_or_refused(void **state)
{
    static const struct {
        const char *name, *value;
        const char *kept; /* NULL: refused */
    } row[] = {
        {"language_parent_fallback", "true", "true"},
        {"language_parent_fallback", "yes", NULL},
        {"language_parent_fallback", "", NULL},
        {"channel_neutral_level", "true", "true"},
        {"severance", "scope", "scope"},
        {"invalidation", "ttl", "ttl"},
        {"invalidation", "exact ttl", NULL},
        {"invalidation", "never", NULL},
        {"cache_ttl_s", "010", "10"},
        {"cache_ttl_s", "0", NULL},
        {"cache_ttl_s", "604801", NULL},
        {"cache_ttl_s", "2h", NULL},
        {"sync_schedule", " Hourly ", "hourly"},
        {"sync_schedule", "0 15 10 ? * mon-fri", "0 15 10 ? * MON-FRI"},
        {"sync_schedule", "now and then", NULL},
        {"sync_schedule", "0 0 0 1 1 ? 2025", NULL}, /* over */
        {"time_zone", "Europe/Berlin", "Europe/Berlin"},
        {"time_zone", "Europe/Atlantis", NULL},
    };

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &tenant);

        for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
            g_autoptr(GError) error = NULL;
            g_autofree char *kept = NULL;

            assert_int_equal(
                vt_setting_put(db, tenant, row[i].name, NULL, row[i].value, &actor, NULL, &error),
                row[i].kept != NULL);
            if (row[i].kept == NULL) {
                assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
                continue;
            }
            kept = vt_setting_get(db, tenant, row[i].name, "", NULL);
            assert_string_equal(kept, row[i].kept);
        }
    }
}

static void
a_change_is_logged_and_audited_and_what_is_set_already_is_not(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, seq = 0, again = 9, back = 0;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &tenant);
        g_autoptr(GArray) entries = NULL;
        g_autofree char *value = NULL;

        assert_true(vt_setting_put(db, tenant, "invalidation", NULL, "ttl", &actor, &seq, NULL));
        assert_true(vt_setting_put(db, tenant, "invalidation", NULL, "ttl", &actor, &again, NULL));
        assert_true(seq > 0);
        assert_int_equal(again, 0);
        entries = vt_changelog_read(db, tenant, seq - 1, seq, NULL);
        assert_int_equal(entries->len, 1);
        assert_int_equal(g_array_index(entries, VtLogEntry, 0).kind, VT_LOG_KIND_SETTING);
        assert_int_equal(g_array_index(entries, VtLogEntry, 0).subject, VT_SETTING_INVALIDATION);
        assert_true(
            vt_setting_put(db, tenant, "invalidation", NULL, "default", &actor, &back, NULL));
        assert_int_equal(back, seq + 1);
        value = vt_setting_read(db, tenant, VT_SETTING_INVALIDATION, NULL, NULL);
        assert_string_equal(value, "exact");
    }
}

static void
a_channel_database_may_have_a_value_of_its_own(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &tenant);
        g_autoptr(GError) unknown = NULL;
        g_autoptr(GError) shared = NULL;
        g_autofree char *tills = NULL, *other = NULL, *followed = NULL;

        add_tills(db, tenant);
        assert_true(
            vt_setting_put(db, tenant, "sync_schedule", "tills", "hourly", &actor, NULL, NULL));
        tills = vt_setting_read(db, tenant, VT_SETTING_SYNC_SCHEDULE, "tills", NULL);
        other = vt_setting_read(db, tenant, VT_SETTING_SYNC_SCHEDULE, "main", NULL);
        assert_string_equal(tills, "hourly");
        assert_string_equal(other, "immediately");
        assert_true(vt_setting_put(db, tenant, "sync_schedule", NULL, "daily", &actor, NULL, NULL));
        assert_true(
            vt_setting_put(db, tenant, "sync_schedule", "tills", "default", &actor, NULL, NULL));
        followed = vt_setting_read(db, tenant, VT_SETTING_SYNC_SCHEDULE, "tills", NULL);
        assert_string_equal(followed, "daily");
        assert_false(
            vt_setting_put(db, tenant, "sync_schedule", "attic", "hourly", &actor, NULL, &unknown));
        assert_true(vt_error_is(unknown, VT_ERROR_NOT_FOUND));
        assert_false(
            vt_setting_put(db, tenant, "cache_ttl_s", "tills", "5", &actor, NULL, &shared));
        assert_true(vt_error_is(shared, VT_ERROR_BAD_VALUE));
    }
}

static void
the_list_tells_what_is_in_force(void **state)
{
    gint64 tenant;
    g_autoptr(VtDb) db = vt_test_open_tenant(0, &tenant);
    g_autoptr(json_t) list = NULL;
    g_autoptr(GError) error = NULL;
    const json_t *rows;

    assert_true(vt_setting_put(db, tenant, "sync_schedule", "main", "daily", &actor, NULL, NULL));
    assert_true(vt_setting_put(db, tenant, "cache_ttl_s", NULL, "60", &actor, NULL, NULL));
    assert_false(vt_setting_put(db, tenant, "colour", NULL, "red", &actor, NULL, &error));
    assert_true(vt_error_is(error, VT_ERROR_NOT_FOUND));
    list = vt_setting_list_json(db, tenant, NULL);
    rows = json_object_get(list, "settings");
    assert_int_equal(json_array_size(rows), VT_SETTING_COUNT);
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(rows, VT_SETTING_CACHE_TTL_S), "value")),
        "60");
    assert_int_equal(json_array_size(json_object_get(
                         json_array_get(rows, VT_SETTING_SYNC_SCHEDULE), "databases")),
        1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_default_is_a_value_that_may_be_set),
        cmocka_unit_test(a_value_is_kept_in_canonical_form_or_refused),
        cmocka_unit_test(a_change_is_logged_and_audited_and_what_is_set_already_is_not),
        cmocka_unit_test(a_channel_database_may_have_a_value_of_its_own),
        cmocka_unit_test(the_list_tells_what_is_in_force),
    };

    return vt_test_run("tenant/setting", tests);
}
