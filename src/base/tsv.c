/* The file is fed to libcsv in pieces that end at a line end, so that every callback knows its
 * line, and are short, so that no limit is passed by more than a piece. Cells stand one after
 * another in one buffer. */
#include "base/tsv.h"

#include "base/error.h"

#include <csv.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES 4096
#define MARK "\xef\xbb\xbf"

typedef struct {
    gsize first; /* index into offsets */
    guint n_cells;
    guint line;
} Row;

struct _VtTsv {
    GByteArray *text; /* NUL-terminated cells */
    GArray *offsets;  /* gsize, of each cell in text */
    GArray *rows;     /* Row */
};

typedef struct {
    VtTsv *table; /* owned */
    const VtTsvLimits *limits;
    struct csv_parser csv;
    gsize first;     /* cell of the row being read */
    guint line;      /* of the piece being read */
    guint row_line;  /* where the row began; 0: at the next cell */
    GError *failure; /* owned: the first one */
} Reader;

static void
reader_clear(Reader *self)
{
    vt_tsv_free(self->table);
    csv_free(&self->csv);
    g_clear_error(&self->failure);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

void
vt_tsv_free(VtTsv *self)
{
    if (self == NULL)
        return;
    g_byte_array_unref(self->text);
    g_array_unref(self->offsets);
    g_array_unref(self->rows);
    g_free(self);
}

static VtTsv *
new_table(void)
{
    VtTsv *self = g_new0(VtTsv, 1);

    self->text = g_byte_array_new();
    self->offsets = g_array_new(FALSE, FALSE, sizeof(gsize));
    self->rows = g_array_new(FALSE, FALSE, sizeof(Row));
    return self;
}

static void
refuse_size(Reader *self, const char *what, gsize most)
{
    if (self->failure == NULL)
        vt_throw(&self->failure, VT_ERROR_TOO_LARGE, "line %u: more than %" G_GSIZE_FORMAT " %s",
            self->line, most, what);
}

static void
take_cell(void *bytes, size_t length, void *data)
{
    Reader *self = data;
    GByteArray *text = self->table->text;
    gsize offset = text->len;

    if (length > self->limits->max_cell_bytes)
        refuse_size(self, "bytes in one cell", self->limits->max_cell_bytes);
    if (self->table->offsets->len - self->first >= self->limits->max_columns)
        refuse_size(self, "columns", self->limits->max_columns);
    if (self->failure != NULL)
        return;
    if (length > 0)
        g_byte_array_append(text, bytes, (guint)length);
    g_byte_array_append(text, (const guint8 *)"", 1);
    g_array_append_val(self->table->offsets, offset);
}

static void
take_row(int terminator, void *data)
{
    Reader *self = data;
    GArray *offsets = self->table->offsets;
    Row row = {.first = self->first,
        .n_cells = (guint)(offsets->len - self->first),
        .line = self->row_line};

    if (self->table->rows->len >= self->limits->max_rows)
        refuse_size(self, "rows", self->limits->max_rows);
    g_array_append_val(self->table->rows, row);
    self->first = offsets->len;
    self->row_line = 0;
}

static gboolean
is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* The bytes up to and with the next line end, about PIECE_BYTES at most. */
static gsize
piece_length(const char *text, gsize length)
{
    gsize at = 0;

    while (at < length && at < PIECE_BYTES && !is_line_end(text[at]))
        at++;
    if (at == length || at == PIECE_BYTES)
        return at;
    return text[at] == '\r' && at + 1 < length && text[at + 1] == '\n' ? at + 2 : at + 1;
}

static gboolean
check_csv(Reader *self, GError **error)
{
    if (self->failure == NULL && self->csv.entry_pos > self->limits->max_cell_bytes)
        refuse_size(self, "bytes in one cell", self->limits->max_cell_bytes);
    if (self->failure != NULL) {
        g_propagate_error(error, g_steal_pointer(&self->failure));
        return FALSE;
    }
    if (csv_error(&self->csv) != CSV_SUCCESS)
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "line %u: a quote stands inside a field without quotes, or is not closed; put the "
            "field in quotes and double those inside",
            self->line);
    return TRUE;
}

static gboolean
read_text(Reader *self, const char *text, gsize length, GError **error)
{
    while (length > 0) {
        gsize piece = piece_length(text, length);

        /* a blank line begins no row, so the last line before the first cell counts */
        if (self->row_line == 0 && !is_line_end(text[0]))
            self->row_line = self->line;
        if (csv_parse(&self->csv, text, piece, take_cell, take_row, self) != piece &&
            csv_error(&self->csv) == CSV_SUCCESS)
            return vt_throw(error, VT_ERROR_INTERNAL, "line %u: cannot be read", self->line);
        if (!check_csv(self, error))
            return FALSE;
        self->line += is_line_end(text[piece - 1]);
        text += piece;
        length -= piece;
    }
    if (csv_fini(&self->csv, take_cell, take_row, self) != 0 || self->failure != NULL)
        return check_csv(self, error);
    return TRUE;
}

static int
is_space(unsigned char c)
{
    return 0; /* blanks around a cell are the reader's matter */
}

static guint
line_of(const char *text, const char *at)
{
    guint line = 1;

    for (; text < at; text++)
        line += *text == '\n' || (*text == '\r' && (text + 1 == at || text[1] != '\n'));
    return line;
}

/* As UTF-8 without a mark; *ret_owned is set where that is not a part of @bytes. */
static const char *
decode(const char *bytes, gsize length, gsize *ret_length, char **ret_owned, GError **error)
{
    static const struct {
        const char *mark, *charset;
        gsize mark_bytes;
    } row[] = {{MARK, NULL, 3}, {"\xff\xfe", "UTF-16LE", 2}, {"\xfe\xff", "UTF-16BE", 2}};
    gsize used = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        if (length < row[i].mark_bytes || memcmp(bytes, row[i].mark, row[i].mark_bytes) != 0)
            continue;
        bytes += row[i].mark_bytes;
        length -= row[i].mark_bytes;
        if (row[i].charset == NULL)
            break;
        *ret_owned =
            g_convert(bytes, (gssize)length, "UTF-8", row[i].charset, &used, ret_length, NULL);
        if (*ret_owned == NULL || used != length)
            return vt_throw_null(error, VT_ERROR_BAD_VALUE, "line %u: this is not %s",
                line_of(bytes, bytes + used), row[i].charset);
        return *ret_owned;
    }
    *ret_length = length;
    return bytes;
}

VtTsv *
vt_tsv_parse(const char *bytes, gsize length, const VtTsvLimits *limits, GError **error)
{
    g_auto(Reader) self = {.table = new_table(), .limits = limits, .line = 1};
    g_autofree char *owned = NULL;
    const char *text, *bad = NULL;
    gsize text_length = 0;

    csv_init(&self.csv, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&self.csv, CSV_TAB);
    csv_set_space_func(&self.csv, is_space);
    csv_set_blk_size(&self.csv, PIECE_BYTES);
    text = length <= limits->max_bytes
               ? decode(length > 0 ? bytes : "", length, &text_length, &owned, error)
               : bytes;
    if (text == NULL)
        return NULL;
    if (MAX(length, text_length) > limits->max_bytes)
        return vt_throw_null(error, VT_ERROR_TOO_LARGE,
            "line 1: the text is longer than %" G_GSIZE_FORMAT " bytes", limits->max_bytes);
    if (!g_utf8_validate_len(text, text_length, &bad))
        return vt_throw_null(error, VT_ERROR_BAD_VALUE,
            "line %u: this is not UTF-8; save the table as Unicode text", line_of(text, bad));
    if (!read_text(&self, text, text_length, error))
        return NULL;
    return g_steal_pointer(&self.table);
}

static gboolean
read_file(int fd, const char *path, gsize most, GByteArray *bytes, GError **error)
{
    guint8 piece[65536];
    ssize_t n;

    while ((n = TEMP_FAILURE_RETRY(read(fd, piece, sizeof piece))) > 0) {
        if (bytes->len + (gsize)n > most)
            return vt_throw(error, VT_ERROR_TOO_LARGE,
                "line 1: '%s' is larger than %" G_GSIZE_FORMAT " bytes", path, most);
        g_byte_array_append(bytes, piece, (guint)n);
    }
    return n == 0 || vt_throw_errno(error, "cannot read '%s'", path);
}

VtTsv *
vt_tsv_load(const char *path, const VtTsvLimits *limits, GError **error)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    gboolean done;

    if (fd < 0 && errno == ENOENT)
        return vt_throw_null(error, VT_ERROR_FILE_MISSING, "there is no file '%s'", path);
    if (fd < 0) {
        vt_throw_errno(error, "cannot open '%s'", path);
        return NULL;
    }
    done = read_file(fd, path, MIN(limits->max_bytes, G_MAXINT), bytes, error);
    close(fd);
    if (!done)
        return NULL;
    return vt_tsv_parse((const char *)bytes->data, bytes->len, limits, error);
}

guint
vt_tsv_n_rows(const VtTsv *self)
{
    return self->rows->len;
}

guint
vt_tsv_n_cells(const VtTsv *self, guint row)
{
    return g_array_index(self->rows, Row, row).n_cells;
}

guint
vt_tsv_line(const VtTsv *self, guint row)
{
    return g_array_index(self->rows, Row, row).line;
}

const char *
vt_tsv_cell(const VtTsv *self, guint row, guint column)
{
    const Row *found = &g_array_index(self->rows, Row, row);

    if (column >= found->n_cells)
        return "";
    return (const char *)self->text->data +
           g_array_index(self->offsets, gsize, found->first + column);
}

void
vt_tsv_begin(GString *text)
{
    g_string_append(text, MARK);
}

void
vt_tsv_add(GString *text, const char *cell, gboolean is_first)
{
    if (!is_first)
        g_string_append_c(text, '\t');
    if (strpbrk(cell, "\t\r\n\"") == NULL) {
        g_string_append(text, cell);
        return;
    }
    g_string_append_c(text, '"');
    for (; *cell != '\0'; cell++) {
        if (*cell == '"')
            g_string_append_c(text, '"');
        g_string_append_c(text, *cell);
    }
    g_string_append_c(text, '"');
}

void
vt_tsv_end_row(GString *text)
{
    /* a row of one empty cell would be a blank line */
    if (text->len <= strlen(MARK) || text->str[text->len - 1] == '\n')
        g_string_append(text, "\"\"");
    g_string_append_c(text, '\n');
}
