/* Any bytes as a table: either refused with a line, or cells of UTF-8 within the limits that come
 * back the same when they are written and read again.
 */
#include "base/error.h"
#include "base/tsv.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static const VtTsvLimits limits = {
    .max_bytes = 4000, .max_cell_bytes = 100, .max_rows = 50, .max_columns = 10};

static char *
written(const VtTsv *table)
{
    GString *text = g_string_new(NULL);

    vt_tsv_begin(text);
    for (guint row = 0; row < vt_tsv_n_rows(table); row++) {
        guint n_cells = vt_tsv_n_cells(table, row);

        g_assert_true(n_cells <= limits.max_columns);
        for (guint column = 0; column < n_cells; column++) {
            const char *cell = vt_tsv_cell(table, row, column);

            g_assert_true(strlen(cell) <= limits.max_cell_bytes && g_utf8_validate(cell, -1, NULL));
            vt_tsv_add(text, cell, column == 0);
        }
        vt_tsv_end_row(text);
    }
    return g_string_free(text, FALSE);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const VtTsvLimits wide = {
        .max_bytes = 100000, .max_cell_bytes = 100, .max_rows = 50, .max_columns = 10};
    g_autoptr(GError) error = NULL;
    g_autoptr(VtTsv) table = vt_tsv_parse((const char *)data, size, &limits, &error);
    g_autoptr(VtTsv) again = NULL;
    g_autofree char *text = NULL, *text_again = NULL;

    g_assert_true((table == NULL) == (error != NULL));
    if (table == NULL) {
        g_assert_true(g_str_has_prefix(error->message, "line "));
        return 0;
    }
    g_assert_true(vt_tsv_n_rows(table) <= limits.max_rows);
    text = written(table);
    again = vt_tsv_parse(text, strlen(text), &wide, NULL);
    g_assert_true(again != NULL);
    text_again = written(again);
    g_assert_cmpstr(text, ==, text_again);
    return 0;
}
