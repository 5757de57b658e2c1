#include "catalog/category.h"

#include "catalog/testing.h"
#include "tenant/channel.h"

static gint64
id_of(VtDb *db, gint64 tenant, const char *code)
{
    g_autoptr(GError) error = NULL;
    gint64 category = 0;

    assert_ok(vt_category_find(db, tenant, code, &category, &error), error);
    return category;
}

static void
a_category_belongs_to_its_channels_or_to_all(void **state)
{
    static const struct {
        const char *category, *name, *channel;
        gboolean is_in;
    } row[] = {
        {"tees", "Tees", "OUN001", TRUE},
        {"tees", "Tees", "OUN002", TRUE},
        {"men", "Men", "OUN001", TRUE},
        {"men", "Men", "OUN002", FALSE},
    };

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_catalog(kind, &tenant);
        g_autoptr(GPtrArray) channels = vt_channel_list(db, tenant, NULL);

        for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
            g_autoptr(VtCategory) category =
                vt_category_load(db, id_of(db, tenant, row[i].category), NULL);
            const VtChannel *channel = vt_channel_by_code(channels, row[i].channel);

            assert_string_equal(category->code, row[i].category);
            assert_string_equal(category->name, row[i].name);
            assert_int_equal(vt_category_is_in(category, channel->channel_id), row[i].is_in);
        }
    }
}

static void
what_is_not_there_is_not_found(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, category = 7;
        g_autoptr(VtDb) db = vt_test_open_catalog(kind, &tenant);
        g_autoptr(GError) no_code = NULL, no_id = NULL, no_tenant = NULL;

        assert_false(vt_category_find(db, tenant, "Tees", &category, &no_code));
        assert_true(vt_error_is(no_code, VT_ERROR_ENTITY_NOT_FOUND));
        assert_false(vt_category_find(db, tenant + 1, "tees", &category, &no_tenant));
        assert_true(vt_error_is(no_tenant, VT_ERROR_ENTITY_NOT_FOUND));
        assert_int_equal(category, 7);
        assert_null(vt_category_load(db, 999999, &no_id));
        assert_true(vt_error_is(no_id, VT_ERROR_ENTITY_NOT_FOUND));
    }
}

static void
pages_walk_all_categories_of_the_tenant(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant, after = 0;
        g_autoptr(VtDb) db = vt_test_open_catalog(kind, &tenant);
        guint n = 0;

        for (;; n++) {
            g_autoptr(GArray) ids = vt_category_page(db, tenant, after, 1, NULL);

            if (ids->len == 0)
                break;
            assert_true(g_array_index(ids, gint64, 0) > after);
            after = g_array_index(ids, gint64, 0);
        }
        assert_int_equal(n, 2);
    }
}

/* Number of log entries about categories that loading @text writes. */
static guint
entries_of(VtDb *db, gint64 tenant, const char *text, guint64 *ret_changed)
{
    g_auto(VtCatalogReport) report = {0};
    g_autoptr(GArray) entries = NULL;
    gint64 before = 0, after = 0;
    guint n = 0;

    assert_true(vt_changelog_head(db, &before, NULL));
    vt_test_import(db, tenant, text, &report);
    assert_true(vt_changelog_head(db, &after, NULL));
    entries = vt_changelog_read(db, tenant, before, after, NULL);
    for (guint i = 0; i < entries->len; i++)
        n += g_array_index(entries, VtLogEntry, i).kind == VT_LOG_KIND_CATEGORY;
    *ret_changed = report.changed;
    return n;
}

static void
the_log_tells_every_change_of_a_category(void **state)
{
    static const struct {
        const char *text;
        gboolean is_logged;
    } row[] = {
        {"{\"id\":\"hats\",\"name\":\"Hats\"}", TRUE},
        {"{\"id\":\"hats\",\"name\":\"Hats\"}", FALSE},
        {"{\"id\":\"hats\",\"name\":\"Caps\"}", TRUE},
        {"{\"id\":\"hats\",\"name\":\"Caps\",\"channels\":[\"OUN002\",\"OUN001\"]}", TRUE},
        {"{\"id\":\"hats\",\"name\":\"Caps\",\"channels\":[\"OUN001\",\"OUN002\",\"OUN001\"]}",
            FALSE},
        {"{\"id\":\"hats\",\"name\":\"Caps\",\"parent\":\"men\",\"channels\":[\"OUN001\"]}", TRUE},
    };

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_catalog(kind, &tenant);

        for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
            g_autofree char *text = g_strdup_printf("{\"categories\":[%s]}", row[i].text);
            guint64 changed = 0;

            assert_int_equal(entries_of(db, tenant, text, &changed) > 0, row[i].is_logged);
            assert_int_equal(changed, row[i].is_logged);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_category_belongs_to_its_channels_or_to_all),
        cmocka_unit_test(what_is_not_there_is_not_found),
        cmocka_unit_test(pages_walk_all_categories_of_the_tenant),
        cmocka_unit_test(the_log_tells_every_change_of_a_category),
    };
    return vt_test_run("catalog/category", tests);
}
