/* Rows survive the trip into JSON and back, and a damaged body is refused, never obeyed. */
#include "readstore/row.h"

#include "base/error.h"
#include "tests/unit/support.h"

#include <string.h>

#define SEED 977u

static const VtResolveValue color[] = {{"Blue", "blue"}, {"Wei\xc3\x9f \"x\"", ""}};
static const VtResolveValue size[] = {{"S", "s"}, {"L", "l"}};
static const VtResolveVariant variant[] = {
    {"81323-BL-S", {{0, 0, -1, -1}}},
    {"81323-BL-L", {{0, 1, -1, -1}}},
    {"81323-odd", {{1, -1, -1, -1}}},
};
static const gint64 front_back[] = {7, 9000000000000000001}, one[] = {8};
static const VtResolveAdditional manual[] = {{4, "manual"}, {5, "size, \"chart\""}};
static const VtResolveNode node[] = {
    {VT_SCOPE_MASTER, -1, {{-1, -1, -1, -1}}, front_back, 2, manual, 2},
    {VT_SCOPE_DIMENSIONS, -1, {{0, -1, -1, -1}}, one, 1, NULL, 0},
    {VT_SCOPE_DIMENSIONS, -1, {{1, 1, -1, -1}}, front_back, 2, manual, 2},
    {VT_SCOPE_VARIANT, 2, {{-1, -1, -1, -1}}, NULL, 0, manual, 1},
};
/* none of these can answer */
static const VtResolveNode useless[] = {
    {VT_SCOPE_MASTER, -1, {{-1, -1, -1, -1}}, NULL, 0, NULL, 0},
    {VT_SCOPE_DIMENSIONS, -1, {{VT_RESOLVE_GONE, -1, -1, -1}}, one, 1, NULL, 0},
    {VT_SCOPE_DIMENSIONS, -1, {{-1, -1, 0, -1}}, one, 1, NULL, 0},
    {VT_SCOPE_DIMENSIONS, -1, {{-1, -1, -1, -1}}, one, 1, NULL, 0},
    {VT_SCOPE_VARIANT, -1, {{-1, -1, -1, -1}}, one, 1, NULL, 0},
    {VT_SCOPE_VARIANT, 3, {{-1, -1, -1, -1}}, one, 1, NULL, 0},
};
static const VtResolveSwatch swatch[] = {
    {0, 0, VT_SWATCH_TYPE_HEX, "#0000ff", 0, FALSE, {0}},
    {0, 1, VT_SWATCH_TYPE_IMAGE, "", 12, TRUE, {0.1, 1.0 / 3, 0.5, 0.25}},
    {1, 0, VT_SWATCH_TYPE_IMAGE, "", 13, FALSE, {0}},
    {0, VT_RESOLVE_GONE, VT_SWATCH_TYPE_HEX, "#ffffff", 0, FALSE, {0}},
};
static const VtResolveSet set[] = {
    {{"Omnichannel", "system_neutral", NULL}, node, 4, swatch, 2},
    {{"OUN1", "de-de", "5"}, useless, 6, swatch + 1, 3},
};

static VtReadstoreProduct
tee(void)
{
    return (VtReadstoreProduct){
        .product = {.dimensions = {{"Color", "color", 8, color, 2}, {"Size", "size", 4, size, 2}},
            .n_dimensions = 2,
            .variants = variant,
            .n_variants = 3},
        .sets = set,
        .n_sets = 2,
        .central = swatch,
        .n_central = 4,
    };
}

static VtReadstoreProduct *
decode(const char *body)
{
    GError *error = NULL;
    VtReadstoreProduct *row = vt_readstore_product_decode(body, strlen(body), &error);

    assert_ok(row != NULL, error);
    return row;
}

static void
a_body_says_exactly_what_the_header_documents(void **state)
{
    const VtReadstoreProduct product = tee();
    g_autofree char *body = vt_readstore_product_encode(&product);

    assert_string_equal(body,
        "{\"dimensions\":[[\"Color\",\"Blue\",\"Wei\xc3\x9f \\\"x\\\"\"],[\"Size\",\"S\",\"L\"]],"
        "\"variants\":[[\"81323-BL-S\",0,0],[\"81323-BL-L\",0,1],[\"81323-odd\",1,-1]],"
        "\"sets\":[[\"Omnichannel\",\"system_neutral\",\"\",[[0],[1,[0,-1]],[0,[1,1]],[2,2]],"
        "[[0,0,\"#0000ff\"],[0,1,12,0.1,0.33333333333333331,0.5,0.25]]],"
        "[\"OUN1\",\"de-de\",\"5\",[],"
        "[[0,1,12,0.1,0.33333333333333331,0.5,0.25],[1,0,13]]]],"
        "\"lists\":[[[7,9000000000000000001],[\"manual\",4],[\"size, \\\"chart\\\"\",5]],[[8]],"
        "[[],[\"manual\",4]]],"
        "\"central\":[[0,0,\"#0000ff\"],[0,1,12,0.1,0.33333333333333331,0.5,0.25],"
        "[1,0,13]]}");
}

static void
a_decoded_row_is_what_was_encoded(void **state)
{
    const VtReadstoreProduct product = tee();
    g_autofree char *body = vt_readstore_product_encode(&product);
    g_autoptr(VtReadstoreProduct) row = decode(body);
    g_autofree char *again = vt_readstore_product_encode(row);

    assert_string_equal(again, body);
    assert_int_equal(row->product.dimensions[0].weight, 8);
    assert_int_equal(row->product.dimensions[1].weight, 4);
    assert_int_equal(vt_resolve_product_find_value(&row->product, 0, " BLUE "), 0);
    assert_int_equal(vt_resolve_product_find_variant(&row->product, "81323-odd"), 2);
    assert_true(row->sets[0].swatches[1].rectangle.y == 1.0 / 3);
    assert_true(row->sets[0].nodes[0].primary[1] == front_back[1]);
    assert_string_equal(row->sets[0].nodes[0].additional[1].purpose, "size, \"chart\"");
}

static void
the_smallest_product_round_trips(void **state)
{
    const VtReadstoreProduct nothing = {0};
    g_autofree char *body = vt_readstore_product_encode(&nothing);
    g_autoptr(VtReadstoreProduct) row = decode(body);

    assert_string_equal(
        body, "{\"dimensions\":[],\"variants\":[],\"sets\":[],\"lists\":[],\"central\":[]}");
    assert_int_equal(row->n_sets, 0);
    assert_null(vt_readstore_product_find_set(row, NULL));
    assert_null(vt_readstore_product_find_set(row, "5"));
}

static void
a_catalogue_is_asked_first(void **state)
{
    static const struct {
        const char *catalog;
        int set;
    } row[] = {{NULL, 0}, {"", 0}, {"0", 0}, {"5", 1}, {"6", 0}};
    const VtReadstoreProduct product = tee();

    for (guint i = 0; i < G_N_ELEMENTS(row); i++)
        assert_ptr_equal(vt_readstore_product_find_set(&product, row[i].catalog), &set[row[i].set]);
}

/* Two dimensions (two and one value), one variant, one list, one set. */
#define GOOD_DIMENSIONS "\"dimensions\":[[\"Color\",\"Blue\",\"Red\"],[\"Size\",\"S\"]]"
#define GOOD_VARIANTS "\"variants\":[[\"v\",1,0]]"
#define GOOD_LISTS "\"lists\":[[[7],[\"manual\",4]]]"
#define GOOD_SETS "\"sets\":[[\"OUN1\",\"de\",\"\",[[0]],[]]]"
#define GOOD_CENTRAL "\"central\":[]"

static const struct {
    const char *dimensions, *variants, *lists, *sets, *central;
} bad_row[] = {
    {.dimensions = "\"dimensions\":{}"},
    {.dimensions = "\"dimensions\":[[]]"},
    {.dimensions = "\"dimensions\":[[1,\"Blue\",\"Red\"],[\"Size\",\"S\"]]"},
    {.dimensions = "\"dimensions\":[[\"A\"],[\"B\"],[\"C\"],[\"D\"],[\"E\"]]"},
    {.dimensions = "\"other\":1"},
    {.variants = "\"variants\":7"},
    {.variants = "\"variants\":[[\"v\",1]]"},
    {.variants = "\"variants\":[[\"v\",1,0,0]]"},
    {.variants = "\"variants\":[[\"v\",2,0]]"},
    {.variants = "\"variants\":[[\"v\",-2,0]]"},
    {.variants = "\"variants\":[[\"v\",1.0,0]]"},
    {.variants = "\"variants\":[[7,1,0]]"},
    {.lists = "\"lists\":[]"},
    {.lists = "\"lists\":[7]"},
    {.lists = "\"lists\":[[[0]]]"},
    {.lists = "\"lists\":[[[\"7\"]]]"},
    {.lists = "\"lists\":[[[7],[\"manual\"]]]"},
    {.lists = "\"lists\":[[[7],[4,\"manual\"]]]"},
    {.sets = "\"sets\":1"},
    {.sets = "\"sets\":[1]"},
    {.sets = "\"sets\":[[\"OUN1\",\"de\",\"\",[[0]]]]"},
    {.sets = "\"sets\":[[\"OUN1\",\"de\",null,[[0]],[]]]"},
    {.sets = "\"sets\":[[\"OUN1\",\"de\",\"\",[[1]],[]]]"},
    {.sets = "\"sets\":[[\"OUN1\",\"de\",\"\",[[-1]],[]]]"},
    {.sets = "\"sets\":[[\"OUN1\",\"de\",\"\",[[0,1]],[]]]"},
    {.sets = "\"sets\":[[\"OUN1\",\"de\",\"\",[[0,\"v\"]],[]]]"},
    {.sets = "\"sets\":[[\"OUN1\",\"de\",\"\",[[0,[0]]],[]]]"},
    {.sets = "\"sets\":[[\"OUN1\",\"de\",\"\",[[0,[0,1]]],[]]]"},
    {.sets = "\"sets\":[[\"OUN1\",\"de\",\"\",[[0,0,0]],[]]]"},
    {.central = "\"central\":[[2,0,\"#0000ff\"]]"},
    {.central = "\"central\":[[0,2,\"#0000ff\"]]"},
    {.central = "\"central\":[[0,0,\"0000ff\"]]"},
    {.central = "\"central\":[[0,0,\"#0000FF\"]]"},
    {.central = "\"central\":[[0,0,\"#0000ff0\"]]"},
    {.central = "\"central\":[[0,0,\"#0000ff\",1]]"},
    {.central = "\"central\":[[0,0]]"},
    {.central = "\"central\":[[0,0,0]]"},
    {.central = "\"central\":[[0,0,5,0.5]]"},
    {.central = "\"central\":[[0,0,5,0.5,0.5,0.5,1.5]]"},
    {.central = "\"central\":[[0,0,5,0.5,0.5,\"1\",0.5]]"},
};

static void
a_body_that_is_not_one_is_refused(void **state)
{
    const char *const good =
        "{" GOOD_DIMENSIONS "," GOOD_VARIANTS "," GOOD_LISTS "," GOOD_SETS "," GOOD_CENTRAL "}";
    const char *const other = "{" GOOD_DIMENSIONS "," GOOD_VARIANTS "," GOOD_LISTS "," GOOD_SETS
                              "," GOOD_CENTRAL ",\"severance\":\"other\"}";

    vt_readstore_product_free(decode(good));
    assert_null(vt_readstore_product_decode(other, strlen(other), NULL));
    for (guint i = 0; i < G_N_ELEMENTS(bad_row); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *body = g_strdup_printf("{%s,%s,%s,%s,%s}",
            bad_row[i].dimensions != NULL ? bad_row[i].dimensions : GOOD_DIMENSIONS,
            bad_row[i].variants != NULL ? bad_row[i].variants : GOOD_VARIANTS,
            bad_row[i].lists != NULL ? bad_row[i].lists : GOOD_LISTS,
            bad_row[i].sets != NULL ? bad_row[i].sets : GOOD_SETS,
            bad_row[i].central != NULL ? bad_row[i].central : GOOD_CENTRAL);

        if (vt_readstore_product_decode(body, strlen(body), &error) != NULL)
            fail_msg("row %u was taken: %s", i, body);
        assert_true(vt_error_is(error, VT_ERROR_STORAGE));
    }
}

static void
a_body_cut_or_scribbled_on_never_does_harm(void **state)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(SEED);
    const VtReadstoreProduct product = tee();
    g_autofree char *body = vt_readstore_product_encode(&product);
    gsize length = strlen(body);
    guint n_refused = 0;

    for (gsize cut = 0; cut < length; cut++) {
        g_autoptr(GError) error = NULL;

        assert_null(vt_readstore_product_decode(body, cut, &error));
        assert_true(vt_error_is(error, VT_ERROR_STORAGE));
    }
    for (guint i = 0; i < 5000; i++) {
        g_autofree char *scribbled = g_strdup(body);
        g_autoptr(VtReadstoreProduct) row = NULL;

        scribbled[g_rand_int_range(rand, 0, (gint32)length)] =
            "0123456789,[]{}\"-.x"[g_rand_int_range(rand, 0, 19)];
        row = vt_readstore_product_decode(scribbled, length, NULL);
        n_refused += row == NULL;
        for (guint v = 0; row != NULL && v < row->product.n_variants && row->n_sets > 0; v++) {
            VtResolveSelection selection = vt_resolve_selection_variant(&row->product, v);
            VtResolveNode answer =
                vt_resolve_node(&row->sets[0], &row->product, &selection, row->sever_by_scope);

            assert_in_range(answer.variant + 1, 0, row->product.n_variants);
        }
    }
    assert_true(n_refused > 1000 && n_refused < 5000);
}

/* A random product of @n_dimensions with a full set, as the rules take it. */
static char *
random_body(GRand *rand, VtReadstoreProduct *product, VtResolveSet *base, VtResolveNode *nodes)
{
    base->nodes = nodes;
    base->n_nodes = (guint)g_rand_int_range(rand, 0, 12);
    for (guint i = 0; i < base->n_nodes; i++) {
        nodes[i] = node[g_rand_int_range(rand, 0, 4)];
        nodes[i].variant = g_rand_int_range(rand, -1, 3);
        nodes[i].choice.value[0] = g_rand_int_range(rand, -2, 2);
        nodes[i].choice.value[1] = g_rand_int_range(rand, -1, 2);
        nodes[i].n_primary = (guint)g_rand_int_range(rand, 0, (gint32)nodes[i].n_primary + 1);
        nodes[i].n_additional = (guint)g_rand_int_range(rand, 0, (gint32)nodes[i].n_additional + 1);
    }
    product->sets = base;
    product->n_sets = 1;
    product->sever_by_scope = g_rand_boolean(rand);
    return vt_readstore_product_encode(product);
}

static gboolean
same_rows(const VtResolveNode *a, const VtResolveNode *b)
{
    gboolean same = a->n_primary == b->n_primary && a->n_additional == b->n_additional;

    for (guint i = 0; same && i < a->n_primary; i++)
        same = a->primary[i] == b->primary[i];
    for (guint i = 0; same && i < a->n_additional; i++)
        same = a->additional[i].asset == b->additional[i].asset &&
               strcmp(a->additional[i].purpose, b->additional[i].purpose) == 0;
    return same;
}

static void
a_decoded_row_resolves_as_the_structs_it_was_made_from(void **state)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(SEED);
    guint n_answers = 0;

    for (guint i = 0; i < 2000; i++) {
        VtReadstoreProduct product = tee();
        VtResolveSet base = set[0];
        VtResolveNode nodes[12];
        g_autofree char *body = random_body(rand, &product, &base, nodes);
        g_autoptr(VtReadstoreProduct) row = decode(body);

        for (int pick = -1; pick < 5; pick++) {
            VtResolveChoice choice = {{pick == 3 ? 0 : 1, pick == 3 ? -1 : 1, -1, -1}};
            VtResolveSelection selection =
                pick < 0   ? VT_RESOLVE_NO_SELECTION
                : pick < 3 ? vt_resolve_selection_variant(&product.product, (guint)pick)
                           : vt_resolve_selection_choice(&product.product, &choice);
            VtResolveNode answer =
                vt_resolve_node(&base, &product.product, &selection, product.sever_by_scope);
            VtResolveNode decoded =
                vt_resolve_node(&row->sets[0], &row->product, &selection, row->sever_by_scope);

            if (answer.scope != decoded.scope || !same_rows(&answer, &decoded))
                fail_msg("seed %u, row %u, pick %d: %s", SEED, i, pick, body);
            n_answers += answer.scope != VT_SCOPE_NONE;
        }
    }
    assert_true(n_answers > 4000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_says_exactly_what_the_header_documents),
        cmocka_unit_test(a_decoded_row_is_what_was_encoded),
        cmocka_unit_test(the_smallest_product_round_trips),
        cmocka_unit_test(a_catalogue_is_asked_first),
        cmocka_unit_test(a_body_that_is_not_one_is_refused),
        cmocka_unit_test(a_body_cut_or_scribbled_on_never_does_harm),
        cmocka_unit_test(a_decoded_row_resolves_as_the_structs_it_was_made_from),
    };

    return vt_test_run("readstore/row", tests);
}
