#include "tenant/channel.h"
#include "tenant/testing.h"

static char *en_de[] = {(char *)(gsize) "en-us", (char *)(gsize) "de-de", NULL};
static char *fr[] = {(char *)(gsize) "fr-fr", NULL};

static VtChannel
spec(const char *code, const char *database, char **locales)
{
    return (VtChannel){.code = (char *)(gsize)code,
        .name = (char *)(gsize) "Shop",
        .database = (char *)(gsize)database,
        .default_locale = locales[0],
        .locales = locales};
}

static void
channels_come_back_with_their_locales(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, first, second, chosen = 9;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &tenant);
        g_autoptr(GPtrArray) list = NULL;
        g_auto(GStrv) databases = NULL;
        g_auto(GStrv) locales = NULL;
        g_autofree char *languages = NULL;
        g_autoptr(GError) error = NULL;
        VtChannel a = spec("OUN001", "main", en_de), b = spec("OUN002", "tills", fr);
        gboolean changed = FALSE;

        assert_true(vt_channel_put(db, tenant, &a, &first, &changed, NULL));
        assert_true(vt_channel_put(db, tenant, &b, &second, &changed, NULL));
        list = vt_channel_list(db, tenant, NULL);
        assert_int_equal(list->len, 2);
        assert_string_equal(vt_channel_by_code(list, "OUN001")->locales[1], "de-de");
        assert_string_equal(vt_channel_by_id(list, second)->database, "tills");
        assert_null(vt_channel_by_code(list, "OUN009"));
        databases = vt_channel_databases(db, tenant, NULL);
        assert_int_equal(g_strv_length(databases), 2);
        locales = vt_channel_all_locales(list);
        languages = g_strjoinv(" ", locales);
        assert_string_equal(languages, "system_neutral de-de en-us fr-fr");
        assert_true(vt_channel_parse(list, "omnichannel", &chosen, NULL));
        assert_int_equal(chosen, VT_CHANNEL_OMNI);
        assert_true(vt_channel_parse(list, "OUN002", &chosen, NULL));
        assert_int_equal(chosen, second);
        assert_false(vt_channel_parse(list, "OUN003", &chosen, &error));
        assert_true(vt_error_is(error, VT_ERROR_CHANNEL));
    }
}

static void
putting_the_same_changes_nothing(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, id, again;
        g_autoptr(VtDb) db = vt_test_open_tenant(kind, &tenant);
        VtChannel a = spec("OUN001", "main", en_de);
        gboolean changed = FALSE;

        assert_true(vt_channel_put(db, tenant, &a, &id, &changed, NULL));
        assert_true(changed);
        assert_true(vt_channel_put(db, tenant, &a, &again, &changed, NULL));
        assert_false(changed);
        assert_int_equal(id, again);
        a.locales = fr;
        a.default_locale = fr[0];
        assert_true(vt_channel_put(db, tenant, &a, &again, &changed, NULL));
        assert_true(changed);
        assert_int_equal(id, again);
    }
}

static void
impossible_channels_are_refused(void **state)
{
    gint64 tenant, id;
    g_autoptr(VtDb) db = vt_test_open_tenant(0, &tenant);
    VtChannel row[] = {spec("OUN 1", "main", fr), spec("Omnichannel", "main", fr),
        spec("OUN1", "../etc", fr), spec("OUN1", "main", fr)};
    gboolean changed;

    row[3].default_locale = en_de[0];
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;

        assert_false(vt_channel_put(db, tenant, &row[i], &id, &changed, &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels_come_back_with_their_locales),
        cmocka_unit_test(putting_the_same_changes_nothing),
        cmocka_unit_test(impossible_channels_are_refused),
    };
    return vt_test_run("tenant/channel", tests);
}
