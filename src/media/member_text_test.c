#include "media/member_text.h"

#include "base/error.h"
#include "media/member.h"
#include "tests/unit/support.h"

static const struct {
    const char *text;
    const char *json; /* NULL: refused */
    const char *told; /* as it is written again; NULL: the same */
} text_row[] = {
    {"a", "[{\"asset\":\"a\"}]", NULL},
    {"a,b", "[{\"asset\":\"a\"},{\"asset\":\"b\"}]", NULL},
    {" a , b ", "[{\"asset\":\"a\"},{\"asset\":\"b\"}]", "a,b"},
    {"a b", "[{\"asset\":\"a b\"}]", NULL},
    {"\\ a\\ ", "[{\"asset\":\" a \"}]", NULL},
    {"a:dot", "[{\"asset\":\"a\",\"swatch\":\"dot\"}]", NULL},
    {"a:#ff0000:Red", "[{\"asset\":\"a\",\"color\":\"#ff0000\",\"label\":\"Red\"}]", NULL},
    {"a::Red", "[{\"asset\":\"a\",\"label\":\"Red\"}]", NULL},
    {"a::", "[{\"asset\":\"a\"}]", "a"},
    {"a::x\\,y\\:\\\\z", "[{\"asset\":\"a\",\"label\":\"x,y:\\\\z\"}]", NULL},
    {"a::\xc3\xa9t\xc3\xa9", "[{\"asset\":\"a\",\"label\":\"\xc3\xa9t\xc3\xa9\"}]", NULL},
    {"", NULL, NULL},
    {"a,", NULL, NULL},
    {",a", NULL, NULL},
    {":dot", NULL, NULL},
    {"a:b:c:d", NULL, NULL},
    {"a\\", NULL, NULL},
    {"a\\x", NULL, NULL},
    {"a::\xff", NULL, NULL},
};

static void
members_in_one_line_are_read_and_written(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(text_row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(json_t) list = vt_members_text_parse(text_row[i].text, &error);
        g_autofree char *json = list != NULL ? json_dumps(list, JSON_COMPACT) : NULL;
        g_autofree char *told = vt_members_text_format(list);

        if (g_strcmp0(json, text_row[i].json) != 0)
            fail_msg("row %d: %s", (int)i, json != NULL ? json : "refused");
        if (json == NULL)
            assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
        else
            assert_string_equal(
                told, text_row[i].told != NULL ? text_row[i].told : text_row[i].text);
    }
}

static void
there_is_an_end_to_members(void **state)
{
    g_autoptr(GString) text = g_string_new("a");
    g_autoptr(json_t) most = NULL, more = NULL;
    g_autoptr(GError) error = NULL;

    for (int i = 1; i < VT_SET_MAX_MEMBERS; i++)
        g_string_append(text, ",a");
    most = vt_members_text_parse(text->str, &error);
    assert_int_equal(json_array_size(most), VT_SET_MAX_MEMBERS);
    g_string_append(text, ",a");
    more = vt_members_text_parse(text->str, &error);
    assert_null(more);
    assert_true(vt_error_is(error, VT_ERROR_TOO_LARGE));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_in_one_line_are_read_and_written),
        cmocka_unit_test(there_is_an_end_to_members),
    };

    return vt_test_run("media/member_text", tests);
}
