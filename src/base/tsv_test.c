#include "tests/unit/support.h"

#include "base/error.h"
#include "base/tsv.h"

#include <string.h>

static const VtTsvLimits limits = {
    .max_bytes = 200, .max_cell_bytes = 20, .max_rows = 4, .max_columns = 3};

#define BYTES(text) text, sizeof text - 1

/* Cells with | between and / after each row; each row led by the number of its line. */
static char *
flat(const VtTsv *table)
{
    GString *text = g_string_new(NULL);

    for (guint row = 0; row < vt_tsv_n_rows(table); row++) {
        g_string_append_printf(text, "%u:", vt_tsv_line(table, row));
        for (guint column = 0; column < vt_tsv_n_cells(table, row); column++)
            g_string_append_printf(
                text, "%s%s", column > 0 ? "|" : "", vt_tsv_cell(table, row, column));
        g_string_append_c(text, '/');
    }
    return g_string_free(text, FALSE);
}

static void
tables_are_read_in_every_form(void **state)
{
    static const struct {
        const char *bytes;
        gsize length;
        const char *expected;
    } row[] = {
        {BYTES(""), ""},
        {BYTES("a\tb\nc\td\n"), "1:a|b/2:c|d/"},
        {BYTES("a\tb\r\nc\td"), "1:a|b/2:c|d/"},
        {BYTES("a\tb\rc\td\r\re"), "1:a|b/2:c|d/4:e/"},
        {BYTES("\xef\xbb\xbf"
               "a\n"),
            "1:a/"},
        {BYTES("\xff\xfe"
               "a\0\t\0\xe4\0\r\0\n\0"),
            "1:a|\xc3\xa4/"},
        {BYTES("\xfe\xff"
               "\0a\0\t\xd8\x3d\xdc\x55\0\n"),
            "1:a|\xf0\x9f\x91\x95/"},
        {BYTES("\"a\tb\"\t\"c\nd\"\ne\n"), "1:a\tb|c\nd/3:e/"},
        {BYTES("\"say \"\"hi\"\"\"\n"), "1:say \"hi\"/"},
        {BYTES("\n\r\n\na\n\nb\n"), "4:a/6:b/"},
        {BYTES(" a \t\t\n"), "1: a ||/"},
        {BYTES("\t\n"), "1:|/"},
        {BYTES("\"\"\tx"), "1:|x/"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(VtTsv) table = vt_tsv_parse(row[i].bytes, row[i].length, &limits, &error);
        g_autofree char *text = NULL;

        assert_ok(table != NULL, error);
        text = flat(table);
        assert_string_equal(text, row[i].expected);
    }
}

static void
what_is_no_table_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *bytes;
        gsize length;
        VtErrorCode code;
        const char *line;
    } row[] = {
        {BYTES("a\nb\"c\n"), VT_ERROR_BAD_VALUE, "line 2"},
        {BYTES("a\n\"b\"c\n"), VT_ERROR_BAD_VALUE, "line 2"},
        {BYTES("a\n\"b\nc\n"), VT_ERROR_BAD_VALUE, "line 4"},
        {BYTES("a\n\n\xff\n"), VT_ERROR_BAD_VALUE, "line 3"},
        {BYTES("a\r\r\n\xff\n"), VT_ERROR_BAD_VALUE, "line 3"},
        {BYTES("a\rb\"c\r"), VT_ERROR_BAD_VALUE, "line 2"},
        {BYTES("a\nb\0c\n"), VT_ERROR_BAD_VALUE, "line 2"},
        {BYTES("\xff\xfe"
               "a\0\n\0\0\xdc"),
            VT_ERROR_BAD_VALUE, "line 2"},
        {BYTES("\xff\xfe"
               "a\0b"),
            VT_ERROR_BAD_VALUE, "line 1"},
        {BYTES("a\nb\tb\tb\tb\n"), VT_ERROR_TOO_LARGE, "line 2"},
        {BYTES("a\n\nb\nc\nd\ne"), VT_ERROR_TOO_LARGE, "line 6"},
        {BYTES("a\nb\n123456789012345678901\n"), VT_ERROR_TOO_LARGE, "line 3"},
        {BYTES("a\n\"1\n2\n3\n4\n5\n6\n7\n8\n9\n0\n1\n\"\n"), VT_ERROR_TOO_LARGE, "line 12"},
        {BYTES("1234567890\n1234567890\n1234567890\n1234567890\n1234567890\n1234567890\n1234567890"
               "\n1234567890\n1234567890\n1234567890\n1234567890\n1234567890\n1234567890\n1234567"
               "890\n1234567890\n1234567890\n1234567890\n1234567890\n1234567890\n"),
            VT_ERROR_TOO_LARGE, "line 1"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(VtTsv) table = vt_tsv_parse(row[i].bytes, row[i].length, &limits, &error);

        assert_null(table);
        assert_int_equal(vt_error_code(error), row[i].code);
        if (!g_str_has_prefix(error->message, row[i].line))
            fail_msg("row %d: '%s' does not begin with '%s'", (int)i, error->message, row[i].line);
    }
}

static void
what_is_written_is_read_back(void **state)
{
    static const char *const cell[] = {"", "plain", " blank ", "a\tb", "a\nb", "\"", "a\"\"b", "ö"};

    for (gsize i = 0; i < G_N_ELEMENTS(cell); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(VtTsv) table = NULL;

        vt_tsv_begin(text);
        vt_tsv_add(text, cell[i], TRUE);
        vt_tsv_add(text, cell[i], FALSE);
        vt_tsv_end_row(text);
        vt_tsv_add(text, "", TRUE);
        vt_tsv_end_row(text);
        table = vt_tsv_parse(text->str, text->len, &limits, NULL);
        assert_non_null(table);
        assert_int_equal(vt_tsv_n_cells(table, 0), 2);
        assert_string_equal(vt_tsv_cell(table, 0, 0), cell[i]);
        assert_string_equal(vt_tsv_cell(table, 0, 1), cell[i]);
        assert_string_equal(vt_tsv_cell(table, 0, 2), "");
        assert_int_equal(vt_tsv_n_cells(table, 1), 1);
    }
}

static void
files_are_read_within_the_same_limits(void **state)
{
    g_autofree char *folder = vt_test_directory();
    g_autofree char *path = g_build_filename(folder, "a.tsv", NULL);
    g_autofree char *missing = g_build_filename(folder, "b.tsv", NULL);
    g_autofree char *long_text = g_strnfill(201, 'a');
    g_autoptr(GError) none = NULL, large = NULL;
    g_autoptr(VtTsv) table = NULL;

    assert_null(vt_tsv_load(missing, &limits, &none));
    assert_true(vt_error_is(none, VT_ERROR_FILE_MISSING));
    assert_true(g_file_set_contents(path, long_text, -1, NULL));
    assert_null(vt_tsv_load(path, &limits, &large));
    assert_true(vt_error_is(large, VT_ERROR_TOO_LARGE));
    assert_true(g_file_set_contents(path, "a\tb\n", -1, NULL));
    table = vt_tsv_load(path, &limits, NULL);
    assert_non_null(table);
    assert_string_equal(vt_tsv_cell(table, 0, 1), "b");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_read_in_every_form),
        cmocka_unit_test(what_is_no_table_is_refused_with_its_line),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(files_are_read_within_the_same_limits),
    };
    return vt_test_run("base/tsv", tests);
}
