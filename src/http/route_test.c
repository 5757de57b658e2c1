#include "base/error.h"
#include "http/route.h"
#include "tests/unit/support.h"

static const VtRouteRow row[] = {
    {"root", "GET", "/", VT_PERMISSION_PUBLIC, ""},
    {"health", "GET", "/health", VT_PERMISSION_PUBLIC, ""},
    {"image", "GET", "/is/{tenant}/{asset...}", VT_PERMISSION_PUBLIC, ""},
    {"thing", "GET", "/t/{a}", VT_PERMISSION_PUBLIC, ""},
    {"thing_put", "PUT", "/t/{a}", VT_PERMISSION_EDIT, ""},
    {"thing_new", "POST", "/t/new", VT_PERMISSION_EDIT, ""},
    {"media", "GET", "/t/{a}/media/{b}", VT_PERMISSION_PUBLIC, ""},
    {"fixed", "GET", "/t/x/media", VT_PERMISSION_PUBLIC, ""},
    {"all", "GET", "/t/x/{rest...}", VT_PERMISSION_PUBLIC, ""},
};

static void
never(VtRequest *request, gpointer data)
{
    fail();
}

static VtRouteTable *
table_of(const VtRouteRow *rows, gsize n, VtRoutePlace place, GError **error)
{
    g_autoptr(GArray) routes = g_array_new(FALSE, TRUE, sizeof(VtRoute));

    for (gsize i = 0; i < n; i++) {
        VtRoute route = {.row = &rows[i], .handle = never, .place = place};

        g_array_append_val(routes, route);
    }
    return vt_route_table_new((const VtRoute *)(gpointer)routes->data, n, error);
}

static const struct {
    const char *method;
    const char *target;
    const char *id;     /* NULL: none */
    const char *values; /* of the pattern's names, joined with `|` */
    const char *allow;  /* of none; NULL: nothing there */
} find_row[] = {
    {"GET", "/", "root", "", NULL},
    {"GET", "/health", "health", "", NULL},
    {"HEAD", "/health", "health", "", NULL},
    {"GET", "/health/", NULL, NULL, NULL},
    {"GET", "/Health", NULL, NULL, NULL},
    {"POST", "/health", NULL, NULL, "GET, HEAD, OPTIONS"},
    {"OPTIONS", "/health", NULL, NULL, "GET, HEAD, OPTIONS"},
    {"BREW", "/health", NULL, NULL, "GET, HEAD, OPTIONS"},
    {"GET", "/is/acme/tee", "image", "acme|tee", NULL},
    {"GET", "/is/acme/shoes/red%2Fs1", "image", "acme|shoes/red/s1", NULL},
    {"GET", "/is/acme//content/x", "image", "acme|/content/x", NULL},
    {"GET", "/is/acme/", "image", "acme|", NULL},
    {"GET", "/is/acme", NULL, NULL, NULL},
    {"GET", "/is//tee", NULL, NULL, NULL},
    {"GET", "/t/1", "thing", "1", NULL},
    {"PUT", "/t/1", "thing_put", "1", NULL},
    {"POST", "/t/new", "thing_new", "", NULL},
    {"GET", "/t/new", "thing", "new", NULL},
    {"DELETE", "/t/new", NULL, NULL, "GET, HEAD, POST, PUT, OPTIONS"},
    {"GET", "/t/x/media", "fixed", "", NULL},
    {"GET", "/t/x/media/7", "all", "media/7", NULL},
    {"GET", "/t/x/other/7", "all", "other/7", NULL},
    {"GET", "/t/y/media/%C3%A4", "media", "y|ä", NULL},
    {"GET", "/t/y/media", NULL, NULL, NULL},
};

static void
addresses_find_their_route(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtRouteTable) table = table_of(row, G_N_ELEMENTS(row), VT_ROUTE_ON_WORKER, &error);

    assert_ok(table != NULL, error);
    for (gsize i = 0; i < G_N_ELEMENTS(find_row); i++) {
        g_autoptr(VtTarget) target = vt_target_parse(find_row[i].target, NULL);
        g_autofree char *allow = NULL;
        g_autofree char *values = NULL;
        g_auto(GStrv) parts = NULL;
        const VtRoute *route = vt_route_table_find(table, find_row[i].method, target, &allow);

        if (find_row[i].id == NULL) {
            assert_null(route);
            assert_string_equal(
                allow == NULL ? "" : allow, find_row[i].allow == NULL ? "" : find_row[i].allow);
            continue;
        }
        assert_non_null(route);
        assert_null(allow);
        parts = vt_route_path_values(route, target);
        values = g_strjoinv("|", parts);
        assert_string_equal(route->row->id, find_row[i].id);
        assert_string_equal(values, find_row[i].values);
    }
}

static void
names_have_places(void **state)
{
    const VtRoute image = {.row = &row[2]};

    assert_int_equal(vt_route_path_index(&image, "tenant"), 0);
    assert_int_equal(vt_route_path_index(&image, "asset"), 1);
    assert_int_equal(vt_route_path_index(&image, "ass"), -1);
    assert_int_equal(vt_route_path_index(&image, "other"), -1);
}

static void
malformed_tables_are_refused(void **state)
{
    static const VtRouteRow bad[][2] = {
        {{"a", "GET", "a", VT_PERMISSION_PUBLIC, ""}},
        {{"a", "GET", "/{a...}/b", VT_PERMISSION_PUBLIC, ""}},
        {{"a", "GET", "/x{a}", VT_PERMISSION_PUBLIC, ""}},
        {{"a", "GET", "/{}", VT_PERMISSION_PUBLIC, ""}},
        {{"a", "BREW", "/a", VT_PERMISSION_PUBLIC, ""}},
        {{"a", "HEAD", "/a", VT_PERMISSION_PUBLIC, ""}},
        {{"a", "GET", "/a", VT_PERMISSION_READ, ""}},
        {{"a", "GET", "/{x}", VT_PERMISSION_PUBLIC, ""},
            {"b", "GET", "/{y}", VT_PERMISSION_PUBLIC, ""}},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        gsize n = bad[i][1].id == NULL ? 1 : 2;

        assert_null(table_of(bad[i], n, VT_ROUTE_ON_EVENT_THREAD, &error));
        assert_true(vt_error_is(error, VT_ERROR_INTERNAL));
    }
}

static void
the_contract_is_a_table(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtRouteTable) table =
        table_of(vt_route_rows, VT_N_ROUTES, VT_ROUTE_ON_WORKER, &error);

    assert_ok(table != NULL, error);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_find_their_route),
        cmocka_unit_test(names_have_places),
        cmocka_unit_test(malformed_tables_are_refused),
        cmocka_unit_test(the_contract_is_a_table),
    };
    return vt_test_run("http/route", tests);
}
