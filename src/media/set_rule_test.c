#include "media/set_rule.h"

#include "base/error.h"
#include "tests/unit/support.h"

#define RULE(type, more) "{\"type\":\"" type "\",\"match\":[\"(\\\\w+)-(\\\\w+)\"]" more "}"
#define GRID                                                                                       \
    "{\"type\":\"spin_set_2d\",\"match\":[\"(\\\\w+)-\\\\w+-\\\\w+\"],\"suffix\":\"-spin\","       \
    "\"row\":\"\\\\w+-R(\\\\d+)-\\\\w+\",\"column\":\"\\\\w+-\\\\w+-C(\\\\d+)\"}"

static VtSetRule *
rule_of(const char *text, GError **error)
{
    g_autoptr(json_t) body = vt_json_parse(text, strlen(text), NULL);

    assert_non_null(body);
    return vt_set_rule_new(body, error);
}

static const struct {
    const char *text;
    VtErrorCode code;
} refused_row[] = {
    {"[]", VT_ERROR_BAD_VALUE},
    {"{}", VT_ERROR_BAD_ENUM},
    {"{\"type\":\"swatch_set\",\"match\":[\"a\"]}", VT_ERROR_BAD_ENUM},
    {"{\"type\":\"image_set\"}", VT_ERROR_BAD_VALUE},
    {"{\"type\":\"image_set\",\"match\":[]}", VT_ERROR_BAD_VALUE},
    {"{\"type\":\"image_set\",\"match\":\"a\"}", VT_ERROR_BAD_VALUE},
    {"{\"type\":\"image_set\",\"match\":[7]}", VT_ERROR_BAD_VALUE},
    {"{\"type\":\"image_set\",\"match\":[\"\"]}", VT_ERROR_BAD_VALUE},
    {"{\"type\":\"image_set\",\"match\":[\"(\"]}", VT_ERROR_BAD_VALUE},
    {"{\"type\":\"image_set\",\"match\":[\"a)\"]}", VT_ERROR_BAD_VALUE},
    {"{\"type\":\"image_set\",\"match\":[\"(*LIMIT_MATCH=999999999)a\"]}", VT_ERROR_BAD_VALUE},
    {RULE("image_set", ",\"size\":1"), VT_ERROR_BAD_VALUE},
    {RULE("image_set", ",\"prefix\":1"), VT_ERROR_BAD_VALUE},
    {RULE("image_set", ",\"row\":\"a\""), VT_ERROR_BAD_VALUE},
    {RULE("spin_set_2d", ",\"row\":\"a\""), VT_ERROR_BAD_VALUE},
    {RULE("spin_set_2d", ",\"row\":\"a\",\"column\":\"b\",\"sequence\":[\"c\"]"),
        VT_ERROR_BAD_VALUE},
};

static void
rules_of_another_form_are_refused(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refused_row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(VtSetRule) rule = rule_of(refused_row[i].text, &error);

        if (rule != NULL || !vt_error_is(error, refused_row[i].code))
            fail_msg("row %d: %s", (int)i, error != NULL ? error->message : "taken");
    }
}

static void
there_is_an_end_to_patterns(void **state)
{
    g_autoptr(json_t) long_one = NULL, many = json_array(), body = json_object();
    g_autofree char *letters = g_strnfill(VT_SET_RULE_MAX_PATTERN + 1, 'a');
    g_autoptr(VtSetRule) rule = NULL;

    long_one = json_pack("{s:s,s:[s]}", "type", "image_set", "match", letters);
    assert_null(vt_set_rule_new(long_one, NULL));
    json_object_set_new(body, "type", json_string("image_set"));
    for (int i = 0; i < VT_SET_RULE_MAX_PATTERNS; i++)
        json_array_append_new(many, json_string("a"));
    json_object_set(body, "match", many);
    rule = vt_set_rule_new(body, NULL);
    assert_non_null(rule);
    json_array_append_new(many, json_string("a"));
    assert_null(vt_set_rule_new(body, NULL));
}

static const struct {
    const char *rule, *picture, *set; /* set NULL: of none; "!": an error */
} name_row[] = {
    {RULE("image_set", ""), "tee-1", "tee"},
    {RULE("image_set", ",\"prefix\":\"p-\",\"suffix\":\"-s\""), "tee-1", "p-tee-s"},
    {RULE("image_set", ""), "tee", NULL},
    {RULE("image_set", ""), "a tee-1", NULL},
    {RULE("image_set", ""), "tee-1.", NULL},
    {RULE("image_set", ",\"base_name\":[\"x(.*)\",\"\\\\w+-(\\\\w+)\"]"), "tee-1", "1"},
    {RULE("image_set", ",\"base_name\":[\"x\"]"), "tee-1", "!"},
    {"{\"type\":\"spin_set\",\"match\":[\"\\\\d+\"],\"prefix\":\"n\"}", "12", "n12"},
    {"{\"type\":\"spin_set\",\"match\":[\"()x\"]}", "x", "!"},
    {"{\"type\":\"spin_set\",\"match\":[\"(y)?x\"]}", "x", "!"},
    {GRID, "cup-R1-C2", "cup-spin"},
    {"{\"type\":\"spin_set\",\"match\":[\"(\xc3\xa9+)\\\\d\"]}",
        "\xc3\xa9\xc3\xa9"
        "1",
        "\xc3\xa9\xc3\xa9"},
};

static void
the_name_of_a_picture_says_its_set(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(name_row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(VtSetRule) rule = rule_of(name_row[i].rule, NULL);
        g_autofree char *set = NULL;
        gboolean done = vt_set_rule_name(rule, name_row[i].picture, &set, &error);
        const char *told = done ? set : "!";

        if (g_strcmp0(told, name_row[i].set) != 0)
            fail_msg("row %d: '%s'", (int)i, told != NULL ? told : "none");
    }
}

/* Pictures, and the order they come to, with a bar between rows; "!" behind those that are left
 * out, or as a whole when the set cannot be. */
static const struct {
    const char *rule, *pictures, *order;
} order_row[] = {
    {RULE("image_set", ""), "t-10 t-9 t-1 t-2", "t-1 t-2 t-9 t-10"},
    {RULE("image_set", ""), "t-b t-a", "t-a t-b"},
    {RULE("spin_set", ""), "t-010 t-9 t-0 t-00", "t-0 t-00 t-9 t-010"},
    {RULE("spin_set", ""), "t-99999999999999999999999 t-9", "t-9 t-99999999999999999999999"},
    {RULE("image_set", ",\"sequence\":[\".*-main\",\".*-\\\\d+\"]"), "t-2 t-main t-1",
        "t-main t-1 t-2"},
    {RULE("image_set", ",\"sequence\":[\".*-main\"]"), "t-2 t-main", "t-main"},
    {GRID, "c-R2-C1 c-R1-C10 c-R1-C2 c-R2-C7", "c-R1-C2 c-R1-C10 c-R2-C1 c-R2-C7 / 2"},
    {GRID, "c-R1-C1 c-R1-X c-R2-C1", "c-R1-C1 c-R2-C1 / 2"},
    {GRID, "c-R1-C1 c-R1-C2 c-R2-C1", "!"},
    {GRID, "c-R1-C1 c-R2-C1 c-R2-C2", "!"},
    {GRID, "c-R1-C1 c-R01-C01", "!"},
    {GRID, "c-R1-C99999999", ""},
};

static char *
arranged(const char *rule_text, const char *pictures)
{
    g_autoptr(VtSetRule) rule = rule_of(rule_text, NULL);
    g_autoptr(GPtrArray) items = vt_set_rule_items_new();
    g_auto(GStrv) name = g_strsplit(pictures, " ", -1);
    g_autoptr(GString) told = g_string_new(NULL);
    int rows = 0;

    for (char **at = name; *at != NULL; at++)
        vt_set_rule_add(rule, items, *at, json_object(), NULL);
    if (!vt_set_rule_arrange(rule, items, &rows, NULL))
        return g_strdup("!");
    for (guint i = 0; i < items->len; i++)
        g_string_append_printf(
            told, "%s%s", i > 0 ? " " : "", ((VtSetRuleItem *)g_ptr_array_index(items, i))->name);
    if (rows > 1)
        g_string_append_printf(told, " / %d", rows);
    return g_string_free(g_steal_pointer(&told), FALSE);
}

static void
pictures_stand_in_order(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(order_row); i++) {
        g_autofree char *told = arranged(order_row[i].rule, order_row[i].pictures);

        if (strcmp(told, order_row[i].order) != 0)
            fail_msg("row %d: '%s'", (int)i, told);
    }
}

/* Patterns that would take for ever, or too deep, on a name of many letters. */
static const char *const hostile[] = {
    "(a+)+", "(?:(a|aa)+)+", "((a*)*)*b", "(a|a)*c", "(?R)?a", "(.*)*(.*)*(.*)*x"};

static void
a_pattern_that_takes_too_long_fits_nothing(void **state)
{
    g_autofree char *letters = g_strnfill(250, 'a');
    g_autofree char *name = g_strconcat(letters, "!", NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++) {
        g_autoptr(json_t) body = json_pack("{s:s,s:[s]}", "type", "image_set", "match", hostile[i]);
        g_autoptr(VtSetRule) rule = vt_set_rule_new(body, NULL);
        g_autoptr(GError) error = NULL;
        g_autofree char *set = NULL;

        assert_non_null(rule);
        if (!vt_set_rule_name(rule, name, &set, &error))
            assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
        assert_null(set);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_of_another_form_are_refused),
        cmocka_unit_test(there_is_an_end_to_patterns),
        cmocka_unit_test(the_name_of_a_picture_says_its_set),
        cmocka_unit_test(pictures_stand_in_order),
        cmocka_unit_test(a_pattern_that_takes_too_long_fits_nothing),
    };

    return vt_test_run("media/set_rule", tests);
}
