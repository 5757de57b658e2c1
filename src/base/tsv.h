/* Tables as tab-separated text: what spreadsheets and other systems hand over.
 *
 * Read: UTF-8 with or without a byte order mark, UTF-16 of either order with one; lines end with
 * LF, CRLF or CR; a field in double quotes may hold tabs, line ends and `""` for a quote. Written:
 * UTF-8 with a byte order mark, LF, quotes only where needed. Blank lines are skipped.
 *
 * A table is immutable once read and may be used from any thread.
 */
#pragma once

#include <glib.h>

/* What a table may have at most; all are greater than 0. */
typedef struct {
    gsize max_bytes; /* of the file, and of its text as UTF-8 */
    gsize max_cell_bytes;
    guint max_rows;
    guint max_columns;
} VtTsvLimits;

typedef struct _VtTsv VtTsv;

/* Errors of both, each naming the line: VT_ERROR_TOO_LARGE (over a limit), VT_ERROR_BAD_VALUE (not
 * the text it claims to be, a NUL, a quote inside an unquoted field or one that is not closed).
 * load() also VT_ERROR_FILE_MISSING and VT_ERROR_STORAGE. */
VtTsv *vt_tsv_parse(const char *bytes, gsize length, const VtTsvLimits *limits, GError **error);
VtTsv *vt_tsv_load(const char *path, const VtTsvLimits *limits, GError **error);
void vt_tsv_free(VtTsv *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtTsv, vt_tsv_free)

guint vt_tsv_n_rows(const VtTsv *self);
guint vt_tsv_n_cells(const VtTsv *self, guint row);

/* The number of the line the row begins on, from 1. */
guint vt_tsv_line(const VtTsv *self, guint row);

/* "" where the row has no such cell. Borrowed. */
const char *vt_tsv_cell(const VtTsv *self, guint row, guint column);

/* Writing: the mark first, then cells one by one and an end for each row. */
void vt_tsv_begin(GString *text);
void vt_tsv_add(GString *text, const char *cell, gboolean is_first);
void vt_tsv_end_row(GString *text);
