#include "readstore/words.h"

#include "base/error.h"
#include "tests/unit/support.h"

static void
a_text_is_asked_for_by_its_words(void **state)
{
    static const struct {
        const char *text, *words; /* "": none */
    } row[] = {
        {"tee", "\"tee\" * "},
        {"  Blue,tee! ", "\"Blue\" * \"tee\" * "},
        {"81323-BL-M", "\"81323\" * \"BL\" * \"M\" "},
        {"Größe", "\"Größe\" * "},
        {"e\xcc\x81t\xc3\xa9", "\"e\xcc\x81t\xc3\xa9\" * "},
        {"\"tee\" OR * NEAR(a, 2)", "\"tee\" * \"OR\" * \"NEAR\" * \"a\" \"2\" "},
        {"name : x' --", "\"name\" * \"x\" "},
        {"", ""},
        {" \t\"*^:()-+{}", ""},
    };
    static const char *const scopes[] = {"x01", "x02", NULL};

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *found = vt_words_question(row[i].text, scopes, &error);
        g_autofree char *expected =
            g_strdup_printf("(- scope : (%s)) AND (scope : (\"x01\" OR \"x02\"))", row[i].words);

        assert_null(error);
        if (*row[i].words == '\0')
            assert_null(found);
        else
            assert_string_equal(found, expected);
    }
}

static void
a_text_past_its_bounds_is_refused(void **state)
{
    static const char *const scopes[] = {"x01", NULL};
    g_autofree char *longest = g_strnfill(VT_WORDS_MAX_BYTES, 'a');
    g_autofree char *longer = g_strnfill(VT_WORDS_MAX_BYTES + 1, 'a');
    const struct {
        const char *text;
        gboolean is_good;
    } row[] = {
        {longest, TRUE},
        {longer, FALSE},
        {"1 2 3 4 5 6 7 8", TRUE},
        {"1 2 3 4 5 6 7 8 9", FALSE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *question = vt_words_question(row[i].text, scopes, &error);

        assert_int_equal(question != NULL, row[i].is_good);
        assert_int_equal(vt_error_is(error, VT_ERROR_BAD_VALUE), !row[i].is_good);
    }
}

static void
a_scope_is_one_word_whatever_its_name(void **state)
{
    g_autofree char *plain = vt_words_scope("OUN-1");
    g_autofree char *neutral = vt_words_scope("");

    assert_string_equal(plain, "x4f554e2d31");
    assert_string_equal(neutral, "x");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_asked_for_by_its_words),
        cmocka_unit_test(a_text_past_its_bounds_is_refused),
        cmocka_unit_test(a_scope_is_one_word_whatever_its_name),
    };
    return vt_test_run("readstore/words", tests);
}
