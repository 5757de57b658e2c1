#include "base/error.h"
#include "base/text.h"
#include "tests/unit/support.h"

#include <string.h>

static void
keys_ignore_case_and_blanks(void **state)
{
    static const char *const pair[][2] = {
        {"Color", " color "}, {"GRÜN", "grün"}, {"Straße", "STRASSE"}, {"55 cm", "55 CM"}};

    for (gsize i = 0; i < G_N_ELEMENTS(pair); i++) {
        g_autofree char *a = vt_text_key(pair[i][0]);
        g_autofree char *b = vt_text_key(pair[i][1]);

        assert_string_equal(a, b);
    }
}

static void
a_word_is_found_by_its_exact_letters(void **state)
{
    static const char *const words[] = {"reader", "producer"};

    assert_int_equal(vt_text_index(words, 2, "producer"), 1);
    assert_int_equal(vt_text_index(words, 2, "Producer"), -1);
    assert_int_equal(vt_text_index(words, 1, "producer"), -1);
}

static void
codes_are_checked(void **state)
{
    g_autofree char *long_code = g_strnfill(65, 'a');

    assert_true(vt_text_is_code("acme-Shop_2"));
    assert_false(vt_text_is_code(""));
    assert_false(vt_text_is_code("a/b"));
    assert_false(vt_text_is_code(long_code));
}

static const struct {
    const char *text;
    gboolean plus;
    const char *expected; /* NULL: refused */
} unescape_row[] = {
    {"a%20b", FALSE, "a b"},
    {"a+b", FALSE, "a+b"},
    {"a+b", TRUE, "a b"},
    {"%C3%A4", FALSE, "ä"},
    {"%2F", FALSE, "/"},
    {"%2f%25", FALSE, "/%"},
    {"", FALSE, ""},
    {"%", FALSE, NULL},
    {"%4", FALSE, NULL},
    {"%zz", FALSE, NULL},
    {"a%00b", FALSE, NULL},
    {"%FF", FALSE, NULL},
};

static void
escapes_are_decoded_once(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(unescape_row); i++) {
        g_autoptr(GError) error = NULL;
        const char *text = unescape_row[i].text;
        g_autofree char *got = vt_text_unescape(text, strlen(text), unescape_row[i].plus, &error);

        if (unescape_row[i].expected == NULL) {
            assert_null(got);
            assert_true(vt_error_is(error, VT_ERROR_BAD_REQUEST));
            continue;
        }
        assert_ok(got != NULL, error);
        assert_string_equal(got, unescape_row[i].expected);
    }
}

static void
escaping_round_trips(void **state)
{
    g_autofree char *escaped = vt_text_escape("a b/ä&?", FALSE);
    g_autofree char *with_slash = vt_text_escape("a/b", TRUE);
    g_autofree char *back = vt_text_unescape(escaped, strlen(escaped), FALSE, NULL);

    assert_string_equal(escaped, "a%20b%2F%C3%A4%26%3F");
    assert_string_equal(with_slash, "a/b");
    assert_string_equal(back, "a b/ä&?");
}

static void
colors_have_one_form(void **state)
{
    static const struct {
        const char *text, *expected; /* NULL: refused */
    } row[] = {{"#0000FF", "#0000ff"}, {" ab12ef ", "#ab12ef"}, {"#0f8", "#00ff88"}, {"", NULL},
        {"#12345", NULL}, {"#gggggg", NULL}, {"red", NULL}};

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *got = vt_text_color(row[i].text, &error);

        if (row[i].expected != NULL)
            assert_string_equal(got, row[i].expected);
        else
            assert_true(got == NULL && vt_error_is(error, VT_ERROR_BAD_VALUE));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_ignore_case_and_blanks),
        cmocka_unit_test(a_word_is_found_by_its_exact_letters),
        cmocka_unit_test(codes_are_checked),
        cmocka_unit_test(escapes_are_decoded_once),
        cmocka_unit_test(escaping_round_trips),
        cmocka_unit_test(colors_have_one_form),
    };
    return vt_test_run("base/text", tests);
}
