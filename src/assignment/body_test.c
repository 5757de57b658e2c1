#include "assignment/body.h"
#include "assignment/testing.h"
#include "base/locale.h"

/* MH01 (Color x Size) with pictures a, b and the file f. */
typedef struct {
    VtDb *db;
    VtProduct *product;
    VtSetNames *names;
} Shop;

static void
shop_clear(Shop *self)
{
    vt_set_names_free(self->names);
    vt_product_free(self->product);
    vt_db_free(self->db);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shop, shop_clear)

static Shop
open_shop(gsize kind)
{
    const VtAssetSpec file = {.name = "f", .type = VT_ASSET_TYPE_FILE};
    g_autoptr(GError) error = NULL;
    gint64 tenant, id;
    Shop shop = {.db = vt_test_open_assignment(kind, &tenant)};

    vt_test_add_asset(shop.db, tenant, "a", VT_LOCALE_NEUTRAL, "A");
    vt_test_add_asset(shop.db, tenant, "b", VT_LOCALE_NEUTRAL, "B");
    assert_ok(vt_asset_create(shop.db, tenant, &file, &vt_test_actor, &id, &error), error);
    shop.product = vt_product_load(shop.db, vt_test_product(shop.db, tenant, "MH01"), &error);
    assert_ok(shop.product != NULL, error);
    shop.names = vt_set_names_new(shop.db, tenant, shop.product);
    return shop;
}

static VtAssignment *
parse(Shop *shop, const char *text, const VtAssignment *before, GError **error)
{
    g_autoptr(VtAssignment) nothing = vt_assignment_new();
    g_autoptr(json_t) body = vt_json_parse(text, strlen(text), error);

    assert_non_null(body);
    return vt_set_body_parse(shop->names, body, before != NULL ? before : nothing, error);
}

static char *
format(Shop *shop, const VtAssignment *set)
{
    g_autoptr(json_t) body = vt_set_body_format(shop->names, set, NULL);

    assert_non_null(body);
    return json_dumps(body, JSON_COMPACT);
}

static void
what_is_sent_comes_back_in_order_and_by_name(void **state)
{
    static const struct {
        const char *sent, *got; /* got NULL: as sent */
    } row[] = {
        {"{\"nodes\":[],\"swatches\":[],\"matrix\":[\"Size\",\"Color\"]}", NULL},
        {"{}", "{\"nodes\":[],\"swatches\":[],\"matrix\":[]}"},
        {"{\"nodes\":[{\"scope\":\"master\",\"primary\":[\"b\",\"f\",\"a\"],\"additional\":["
         "{\"purpose\":\"manual\",\"asset\":\"a\"},{\"purpose\":\"care\",\"asset\":\"a\"}]},"
         "{\"scope\":\"dimensions\",\"values\":{\"Color\":\"Blue\"},\"primary\":[\"a\"],"
         "\"additional\":[]},"
         "{\"scope\":\"dimensions\",\"values\":{\"Color\":\"Red\",\"Size\":\"S\"},\"primary\":[],"
         "\"additional\":[{\"purpose\":\"\",\"asset\":\"f\"}]},"
         "{\"scope\":\"variant\",\"variant\":\"MH01-B-L\",\"primary\":[\"b\"],\"additional\":[]}],"
         "\"swatches\":[{\"dimension\":\"Color\",\"value\":\"Blue\",\"hex\":\"#0000ff\"},"
         "{\"dimension\":\"Color\",\"value\":\"Red\",\"asset\":\"a\",\"crop\":"
         "[0.25,0.5,0.5,0.5]}],\"matrix\":[]}",
            NULL},
        {"{\"nodes\":[{\"scope\":\"dimensions\",\"values\":{\" color\":\"BLUE \"},\"primary\":"
         "[\"a\"]},{\"scope\":\"master\",\"primary\":[],\"additional\":[]}],"
         "\"swatches\":[{\"dimension\":\"COLOR\",\"value\":\"blue\",\"hex\":\"00F\"}]}",
            "{\"nodes\":[{\"scope\":\"dimensions\",\"values\":{\"Color\":\"Blue\"},\"primary\":"
            "[\"a\"],\"additional\":[]}],"
            "\"swatches\":[{\"dimension\":\"Color\",\"value\":\"Blue\",\"hex\":\"#0000ff\"}],"
            "\"matrix\":[]}"},
    };

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);

        for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
            g_autoptr(GError) error = NULL;
            g_autoptr(VtAssignment) set = parse(&shop, row[i].sent, NULL, &error);
            g_autofree char *got = NULL;

            assert_ok(set != NULL, error);
            got = format(&shop, set);
            assert_string_equal(got, row[i].got != NULL ? row[i].got : row[i].sent);
        }
    }
}

#define MASTER(lists) "{\"nodes\":[{\"scope\":\"master\"," lists "}]}"
#define SWATCH(rest) "{\"swatches\":[{\"dimension\":\"Color\",\"value\":\"Blue\"," rest "}]}"
#define CELL(values) "{\"nodes\":[{\"scope\":\"dimensions\",\"values\":" values "}]}"

static const struct {
    const char *sent;
    VtErrorCode code;
    const char *says;
} refused_row[] = {
    {"[]", VT_ERROR_BAD_VALUE, "it must be an object"},
    {"{\"rows\":[]}", VT_ERROR_BAD_VALUE, "\"rows\" is not known here"},
    {"{\"matrix\":[\"Fit\"]}", VT_ERROR_DIMENSION,
        "matrix[0]: the product 'MH01' has no dimension"},
    {"{\"matrix\":[\"Size\",\"size\"]}", VT_ERROR_DIMENSION, "matrix[1]: the dimension"},
    {"{\"matrix\":[1]}", VT_ERROR_BAD_VALUE, "matrix[0]: it must be the name"},
    {"{\"nodes\":{}}", VT_ERROR_BAD_VALUE, "nodes: it must be an array"},
    {"{\"nodes\":[1]}", VT_ERROR_BAD_VALUE, "nodes[0]: it must be an object"},
    {"{\"nodes\":[{}]}", VT_ERROR_BAD_ENUM, "nodes[0]: \"scope\""},
    {"{\"nodes\":[{\"scope\":\"none\"}]}", VT_ERROR_BAD_ENUM, "nodes[0]: \"scope\""},
    {"{\"nodes\":[{\"scope\":\"master\",\"variant\":\"MH01-B-L\"}]}", VT_ERROR_BAD_VALUE,
        "nodes[0]: \"variant\" is not known here"},
    {MASTER("\"primary\":\"a\""), VT_ERROR_BAD_VALUE, "nodes[0]: primary: it must be an array"},
    {MASTER("\"primary\":[\"a\",\"x\"]"), VT_ERROR_UNKNOWN_ASSET,
        "nodes[0]: primary[1]: there is no asset 'x'"},
    {MASTER("\"primary\":[null]"), VT_ERROR_BAD_VALUE, "nodes[0]: primary[0]: it must be the name"},
    {MASTER("\"primary\":[\"a\",\"b\",\"a\"]"), VT_ERROR_BAD_VALUE,
        "nodes[0]: primary[2]: 'a' stands here twice"},
    {MASTER("\"additional\":[{\"purpose\":\"p\",\"asset\":\"a\"},{\"purpose\":\" p\","
            "\"asset\":\"a\"}]"),
        VT_ERROR_BAD_VALUE, "nodes[0]: additional[1]: 'a' stands here twice"},
    {MASTER("\"additional\":[{\"asset\":\"a\"}]"), VT_ERROR_BAD_VALUE,
        "nodes[0]: additional[0]: \"purpose\""},
    {MASTER("\"additional\":[{\"purpose\":\"a\\nb\",\"asset\":\"a\"}]"), VT_ERROR_BAD_VALUE,
        "nodes[0]: additional[0]: a purpose has no control characters"},
    {"{\"nodes\":[{\"scope\":\"master\",\"primary\":[\"a\"]},{\"scope\":\"master\"}]}",
        VT_ERROR_BAD_VALUE, "nodes[1]: an earlier node"},
    {"{\"nodes\":[{\"scope\":\"variant\"}]}", VT_ERROR_BAD_VALUE, "nodes[0]: \"variant\""},
    {"{\"nodes\":[{\"scope\":\"variant\",\"variant\":\"MUG\"}]}", VT_ERROR_UNKNOWN_VARIANT,
        "nodes[0]: the product 'MH01' has no variant 'MUG'"},
    {CELL("{}"), VT_ERROR_BAD_VALUE, "nodes[0]: \"values\""},
    {CELL("{\"Color\":null}"), VT_ERROR_BAD_VALUE, "nodes[0]: dimensions"},
    {CELL("{\"Color\":\"Green\"}"), VT_ERROR_DIMENSION,
        "nodes[0]: the product 'MH01' has no Color"},
    {CELL("{\"Fit\":\"Slim\"}"), VT_ERROR_DIMENSION, "nodes[0]: the product 'MH01' has no Fit"},
    {CELL("{\"Color\":\"Blue\",\"COLOR\":\"Red\"}"), VT_ERROR_DIMENSION, "is named twice"},
    {SWATCH("\"hex\":\"blue\""), VT_ERROR_BAD_VALUE, "swatches[0]: "},
    {SWATCH("\"hex\":7"), VT_ERROR_BAD_VALUE, "swatches[0]: \"hex\""},
    {SWATCH("\"hex\":\"#00f\",\"asset\":\"a\""), VT_ERROR_BAD_VALUE, "\"asset\" is not known here"},
    {SWATCH("\"asset\":\"f\""), VT_ERROR_BAD_VALUE, "swatches[0]: 'f' is no image"},
    {SWATCH("\"asset\":\"x\""), VT_ERROR_UNKNOWN_ASSET, "swatches[0]: there is no asset"},
    {SWATCH("\"asset\":\"a\",\"crop\":[0,0,1]"), VT_ERROR_BAD_VALUE, "\"crop\" must be four"},
    {SWATCH("\"asset\":\"a\",\"crop\":[0,0,0,1]"), VT_ERROR_BAD_VALUE, "has no area"},
    {SWATCH("\"asset\":\"a\",\"crop\":[0.6,0,0.5,1]"), VT_ERROR_BAD_VALUE, "reaches outside"},
    {SWATCH("\"asset\":\"a\",\"crop\":[0,0,1,\"1\"]"), VT_ERROR_BAD_VALUE, "from 0 to 1"},
    {"{\"swatches\":[{\"dimension\":\"Color\",\"value\":\"Blue\",\"hex\":\"#00f\"},"
     "{\"dimension\":\"color\",\"value\":\"blue\",\"hex\":\"#0f0\"}]}",
        VT_ERROR_BAD_VALUE, "swatches[1]: an earlier swatch"},
    {"{\"swatches\":[{\"dimension\":\"Color\",\"value\":\"Green\",\"hex\":\"#00f\"}]}",
        VT_ERROR_DIMENSION, "swatches[0]: the product 'MH01' has no Color 'Green'"},
};

static void
what_cannot_be_is_refused_with_code_and_place(void **state)
{
    g_auto(Shop) shop = open_shop(0);

    for (gsize i = 0; i < G_N_ELEMENTS(refused_row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(VtAssignment) set = parse(&shop, refused_row[i].sent, NULL, &error);

        if (set != NULL || vt_error_code(error) != refused_row[i].code ||
            strstr(error->message, refused_row[i].says) == NULL)
            fail_msg("%s: %s", refused_row[i].sent, error != NULL ? error->message : "taken");
    }
}

static void
a_purpose_has_a_bound(void **state)
{
    g_auto(Shop) shop = open_shop(0);
    g_autofree char *purpose = g_strnfill(VT_PURPOSE_MAX + 1, 'p');
    g_autofree char *text =
        g_strdup_printf(MASTER("\"additional\":[{\"purpose\":\"%s\",\"asset\":\"a\"}]"), purpose);
    g_autoptr(GError) error = NULL;

    assert_null(parse(&shop, text, NULL, &error));
    assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
}

static void
a_cell_of_a_value_the_product_lost_may_stay_but_not_come_in(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        gint64 tenant;
        g_autoptr(VtDb) db = vt_test_open_assignment(kind, &tenant);
        g_autoptr(VtProduct) product = NULL;
        g_autoptr(VtSetNames) names = NULL;
        g_autoptr(VtAssignment) nothing = vt_assignment_new();
        g_autoptr(VtAssignment) before = vt_assignment_new();
        g_autoptr(VtAssignment) after = NULL;
        g_autoptr(json_t) body = NULL;
        g_autoptr(GError) error = NULL;
        VtAssignmentKey cell = {.scope = VT_SCOPE_DIMENSIONS};
        gint64 asset = vt_test_add_asset(db, tenant, "a", VT_LOCALE_NEUTRAL, "A");

        product = vt_product_load(db, vt_test_product(db, tenant, "MH01"), NULL);
        vt_assignment_key_add(&cell, product->dimensions[0].dimension_id,
            ((VtProductValue *)g_ptr_array_index(product->dimensions[0].values, 0))->value_id);
        assert_true(vt_assignment_put(before, &cell, VT_MEDIA_GROUP_PRIMARY, asset, NULL, 1, NULL));
        g_ptr_array_remove_index(product->dimensions[0].values, 0);
        names = vt_set_names_new(db, tenant, product);
        body = vt_set_body_format(names, before, &error);
        assert_ok(body != NULL, error);
        after = vt_set_body_parse(names, body, before, &error);
        assert_ok(after != NULL, error);
        assert_non_null(vt_assignment_find(after, &cell));
        assert_null(vt_set_body_parse(names, body, nothing, &error));
        assert_true(vt_error_is(error, VT_ERROR_DIMENSION));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_comes_back_in_order_and_by_name),
        cmocka_unit_test(what_cannot_be_is_refused_with_code_and_place),
        cmocka_unit_test(a_purpose_has_a_bound),
        cmocka_unit_test(a_cell_of_a_value_the_product_lost_may_stay_but_not_come_in),
    };
    return vt_test_run("assignment/body", tests);
}
