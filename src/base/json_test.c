#include "base/error.h"
#include "base/json.h"
#include "tests/unit/support.h"

#include <string.h>

static void
a_written_document_reads_back(void **state)
{
    g_auto(VtJson) writer;
    g_autofree char *text = NULL;
    g_autoptr(json_t) value = NULL;
    g_autoptr(GError) error = NULL;

    vt_json_init(&writer);
    vt_json_begin_object(&writer);
    vt_json_member(&writer, "name", "a \"b\" \\ \n ä");
    vt_json_member_int(&writer, "n", -5);
    vt_json_member(&writer, "none", NULL);
    vt_json_key(&writer, "list");
    vt_json_begin_array(&writer);
    vt_json_bool(&writer, TRUE);
    vt_json_real(&writer, 0.5);
    vt_json_begin_object(&writer);
    vt_json_end_object(&writer);
    vt_json_end_array(&writer);
    vt_json_member_bool(&writer, "good", FALSE);
    vt_json_member_point(&writer, "at", 0.25, 1);
    vt_json_end_object(&writer);
    text = vt_json_steal(&writer);
    assert_string_equal(text, "{\"name\":\"a \\\"b\\\" \\\\ \\u000a ä\",\"n\":-5,\"none\":null,"
                              "\"list\":[true,0.5,{}],\"good\":false,\"at\":{\"x\":0.25,\"y\":1}}");
    value = vt_json_parse(text, strlen(text), &error);
    assert_ok(value != NULL, error);
    assert_string_equal(json_string_value(json_object_get(value, "name")), "a \"b\" \\ \n ä");
}

static void
bad_json_is_refused_with_its_place(void **state)
{
    static const char *const bad[] = {
        "", "{", "{\"a\":1,\"a\":2}", "[1,]", "{\"a\":\"\xff\"}", "1 2"};

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        assert_null(vt_json_parse(bad[i], strlen(bad[i]), &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_JSON));
        assert_non_null(strstr(error->message, "line "));
    }
}

static void
whole_numbers_are_written_to_their_last_digit(void **state)
{
    const struct {
        gint64 number;
        const char *text;
    } rows[] = {{0, "0"}, {7, "7"}, {-1, "-1"}, {10, "10"}, {-100, "-100"},
        {G_MAXINT64, "9223372036854775807"}, {G_MININT64, "-9223372036854775808"}};

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(VtJson) writer = {0};
        g_autofree char *text = NULL;

        vt_json_init(&writer);
        vt_json_int(&writer, rows[i].number);
        text = vt_json_steal(&writer);
        assert_string_equal(text, rows[i].text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_written_to_their_last_digit),
        cmocka_unit_test(a_written_document_reads_back),
        cmocka_unit_test(bad_json_is_refused_with_its_place),
    };
    return vt_test_run("base/json", tests);
}
