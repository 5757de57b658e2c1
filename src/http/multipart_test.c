#include "base/error.h"
#include "http/multipart.h"
#include "tests/unit/support.h"

#include <string.h>

#define TYPE "multipart/form-data; boundary=AaB"
#define PART(name, rest, bytes)                                                                    \
    "--AaB\r\nContent-Disposition: form-data; name=\"" name "\"" rest "\r\n\r\n" bytes "\r\n"
#define LAST "--AaB--\r\n"

static const VtMultipartLimits small = {
    .max_parts = 3, .max_header_bytes = 120, .max_name_bytes = 12};

static gboolean
note_begin(const VtMultipartPart *part, gpointer data, GError **error)
{
    g_string_append_printf(data, "[%s|%s|%s|", part->name,
        part->filename == NULL ? "-" : part->filename, part->content_type);
    return TRUE;
}

static gboolean
note_bytes(const guint8 *bytes, gsize length, gpointer data, GError **error)
{
    assert_true(length > 0);
    g_string_append_len(data, (const char *)bytes, (gssize)length);
    return TRUE;
}

static gboolean
note_end(gpointer data, GError **error)
{
    g_string_append_c(data, ']');
    return TRUE;
}

static const VtMultipartSink notes = {note_begin, note_bytes, note_end};

/* Reads @body cut at @first and @second; NULL with the error's code in *ret_code. */
static char *
read_cut(const char *body, gsize length, gsize first, gsize second, VtErrorCode *ret_code)
{
    const gsize cut[] = {0, first, second, length};
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(VtMultipart) reader = vt_multipart_new(TYPE, &small, &notes, seen, &error);
    gboolean ok = TRUE;

    assert_ok(reader != NULL, error);
    for (gsize i = 0; i + 1 < G_N_ELEMENTS(cut) && ok; i++) {
        gsize n = cut[i + 1] - cut[i];
        g_autofree guint8 *piece = g_memdup2(body + cut[i], n); /* exact: overreads are seen */

        ok = vt_multipart_push(reader, piece, n, &error);
    }
    if (ok && vt_multipart_finish(reader, &error))
        return g_string_free(g_steal_pointer(&seen), FALSE);
    *ret_code = vt_error_code(error);
    return NULL;
}

static const struct {
    const char *body;
    const char *expected;
} form_row[] = {
    {LAST, ""},
    {"--AaB--", ""},
    {PART("a", "", "1") LAST, "[a|-|text/plain|1]"},
    {PART("a", "", "1") PART("b", "", "") "--AaB--", "[a|-|text/plain|1][b|-|text/plain|]"},
    {PART("f", "; filename=\"t.png\"\r\nContent-Type: image/png", "\x89PNG\r\n\x1a\n") LAST,
        "[f|t.png|image/png|\x89PNG\r\n\x1a\n]"},
    {PART("f", "; filename=\"\"", "") LAST, "[f||text/plain|]"},
    {PART("f", " ; filename=\"a\\\"b\\\\c\\d%22\" ", "") LAST, "[f|a\"b\\c\\d%22|text/plain|]"},
    {"--AaB\r\nCONTENT-disposition:Form-Data;Name=a\r\nX-Other: \xff\r\n"
     "content-transfer-encoding: Binary\r\n\r\n1\r\n" LAST,
        "[a|-|text/plain|1]"},
    {PART("\xc3\xa4", "", "\r\n--Aa\r\n-\r\r\n--AaC--AaB\r") LAST,
        "[\xc3\xa4|-|text/plain|\r\n--Aa\r\n-\r\r\n--AaC--AaB\r]"},
    {PART("a", "", "-") LAST, "[a|-|text/plain|-]"},
    {PART("a", "", "--AaX") LAST, "[a|-|text/plain|--AaX]"},
    {PART("a", "", "\r\n") LAST, "[a|-|text/plain|\r\n]"},
    {PART("123456789012", "", "") PART("a", "", "") PART("a", "", "") LAST,
        "[123456789012|-|text/plain|][a|-|text/plain|][a|-|text/plain|]"},
};

static void
a_form_reads_the_same_wherever_it_is_cut(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(form_row); i++) {
        gsize length = strlen(form_row[i].body);

        for (gsize first = 0; first <= length; first++)
            for (gsize second = first; second <= length; second++) {
                VtErrorCode code = 0;
                g_autofree char *seen = read_cut(form_row[i].body, length, first, second, &code);

                assert_non_null(seen);
                assert_string_equal(seen, form_row[i].expected);
            }
    }
}

#define HEADER(line) "--AaB\r\n" line "\r\n\r\n1\r\n" LAST
#define NAMED "Content-Disposition: form-data; name=a"
#define BYTES(text) text, sizeof text - 1

static const struct {
    const char *body;
    gsize length;
    VtErrorCode expected;
} refused_row[] = {
    {BYTES(""), VT_ERROR_BAD_REQUEST},
    {BYTES("--AaB"), VT_ERROR_BAD_REQUEST},
    {BYTES("--AaC--\r\n"), VT_ERROR_BAD_REQUEST},
    {BYTES("\r\n" LAST), VT_ERROR_BAD_REQUEST},
    {BYTES("hello\r\n" LAST), VT_ERROR_BAD_REQUEST},
    {BYTES("--AaB-\r\n"), VT_ERROR_BAD_REQUEST},
    {BYTES("--AaB--\r"), VT_ERROR_BAD_REQUEST},
    {BYTES(LAST "\r\n"), VT_ERROR_BAD_REQUEST},
    {BYTES("--AaB--x"), VT_ERROR_BAD_REQUEST},
    {BYTES(PART("a", "", "1")), VT_ERROR_BAD_REQUEST},
    {BYTES(PART("a", "", "1") "--AaB"), VT_ERROR_BAD_REQUEST},
    {BYTES(PART("a", "", "1") "--AaB \r\n"), VT_ERROR_BAD_REQUEST},
    {BYTES(PART("a", "", "1") "--AaBC--\r\n"), VT_ERROR_BAD_REQUEST},
    {BYTES(PART("a", "", "--AaB--")), VT_ERROR_BAD_REQUEST},
    {BYTES(PART("a", "", "1\n--AaB--\n")), VT_ERROR_BAD_REQUEST},
    {BYTES("--AaB\r\n\r\n1\r\n" LAST), VT_ERROR_BAD_REQUEST},
    {BYTES("--AaB\n" NAMED "\n\n1\r\n" LAST), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER("Content-Type: text/plain")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER("Content-Disposition: attachment; name=a")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER("Content-Disposition: form-data")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER("Content-Disposition: form-data; name=\"\"")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER("Content-Disposition: form-data; name=\"a")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER("Content-Disposition: form-data; name=a b")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER(NAMED "; name=b")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER(NAMED "; filename=a; Filename=b")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER(NAMED "; filename*=utf-8''a")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER(NAMED "\r\n" NAMED)), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER(NAMED "\r\n folded")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER(NAMED "\r\nno colon")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER(NAMED "\r\nX: a\rb")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER(NAMED "\r\nX: a\nb")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER(NAMED "\r\nX: a\0b")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER(NAMED "\r\nContent-Type: a\r\nContent-Type: b")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER(NAMED "\r\nContent-Transfer-Encoding: base64")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER("Content-Disposition: form-data; name=\"\xff\"")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER("Content-Disposition: form-data; name=\"a\tb\"")), VT_ERROR_BAD_REQUEST},
    {BYTES(HEADER("Content-Disposition: form-data; name=\"\xc2\x85\"")), VT_ERROR_BAD_REQUEST},
    {BYTES(PART("1234567890123", "", "") LAST), VT_ERROR_TOO_LARGE},
    {BYTES(PART("a", "; filename=1234567890123", "") LAST), VT_ERROR_TOO_LARGE},
    {BYTES(HEADER(NAMED
         "\r\nX: "
         "123456789012345678901234567890123456789012345678901234567890123456789012345678901234567"
         "890")),
        VT_ERROR_TOO_LARGE},
    {BYTES(PART("a", "", "") PART("a", "", "") PART("a", "", "") PART("a", "", "") LAST),
        VT_ERROR_TOO_LARGE},
};

static void
a_malformed_form_is_refused_wherever_it_is_cut(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refused_row); i++)
        for (gsize cut = 0; cut <= refused_row[i].length; cut++) {
            VtErrorCode code = VT_ERROR_INTERNAL;
            g_autofree char *seen =
                read_cut(refused_row[i].body, refused_row[i].length, cut, cut, &code);

            if (seen != NULL || code != refused_row[i].expected)
                fail_msg("row %zu: '%s', code %d", i, seen, (int)code);
        }
}

static const struct {
    const char *content_type;
    gboolean expected;
} type_row[] = {
    {TYPE, TRUE},
    {"Multipart/Form-Data;BOUNDARY=\"a b/:=?\"", TRUE},
    {"multipart/form-data; charset=utf-8; boundary=a ", TRUE},
    {"multipart/form-data; "
     "boundary=1234567890123456789012345678901234567890123456789012345678901234"
     "567890",
        TRUE},
    {NULL, FALSE},
    {"", FALSE},
    {"multipart/form-data", FALSE},
    {"multipart/form-datax; boundary=a", FALSE},
    {"multipart/mixed; boundary=a", FALSE},
    {"application/x-www-form-urlencoded", FALSE},
    {"multipart/form-data; boundary=", FALSE},
    {"multipart/form-data; boundary=\"\"", FALSE},
    {"multipart/form-data; boundary=\"a ", FALSE},
    {"multipart/form-data; boundary=\"a \"", FALSE},
    {"multipart/form-data; boundary=\"a\rb\"", FALSE},
    {"multipart/form-data; boundary=a; boundary=b", FALSE},
    {"multipart/form-data; boundary=a b", FALSE},
    {"multipart/form-data boundary=a", FALSE},
    {"multipart/form-data; "
     "boundary=1234567890123456789012345678901234567890123456789012345678901234"
     "5678901",
        FALSE},
};

static void
the_content_type_must_name_one_boundary(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(type_row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(VtMultipart) reader =
            vt_multipart_new(type_row[i].content_type, &small, &notes, NULL, &error);

        assert_int_equal(reader != NULL, type_row[i].expected);
        assert_int_equal(vt_error_is(error, VT_ERROR_BAD_REQUEST), !type_row[i].expected);
    }
}

static gboolean
refuse_part(const VtMultipartPart *part, gpointer data, GError **error)
{
    return vt_throw(error, VT_ERROR_MEDIA_TYPE, "no '%s' here", part->name);
}

static gboolean
refuse_bytes(const guint8 *bytes, gsize length, gpointer data, GError **error)
{
    return vt_throw(error, VT_ERROR_STORAGE, "no room");
}

static gboolean
refuse_end(gpointer data, GError **error)
{
    return vt_throw(error, VT_ERROR_CONFLICT, "not this one");
}

static void
an_error_of_the_sink_stops_the_reader(void **state)
{
    static const char body[] = PART("a", "", "1") LAST;
    static const struct {
        VtMultipartSink sink;
        VtErrorCode expected;
    } row[] = {
        {{refuse_part, note_bytes, note_end}, VT_ERROR_MEDIA_TYPE},
        {{note_begin, refuse_bytes, note_end}, VT_ERROR_STORAGE},
        {{note_begin, note_bytes, refuse_end}, VT_ERROR_CONFLICT},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GString) seen = g_string_new(NULL);
        g_autoptr(VtMultipart) reader = vt_multipart_new(TYPE, &small, &row[i].sink, seen, NULL);

        assert_false(vt_multipart_push(reader, (const guint8 *)body, sizeof body - 1, &error));
        assert_true(vt_error_is(error, row[i].expected));
    }
}

static void
a_long_part_passes_in_its_pieces(void **state)
{
    enum { N = 100, PIECE = 65536 };
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(VtMultipart) reader = vt_multipart_new(TYPE, &small, &notes, seen, &error);
    g_autofree guint8 *piece = g_malloc(PIECE);
    static const char head[] = "--AaB\r\n" NAMED "\r\n\r\n";

    memset(piece, '\r', PIECE);
    assert_ok(vt_multipart_push(reader, (const guint8 *)head, sizeof head - 1, &error), error);
    for (int i = 0; i < N; i++) {
        gsize before = seen->len;

        assert_ok(vt_multipart_push(reader, piece, PIECE, &error), error);
        assert_true(seen->len >= before + PIECE - 1); /* all but the byte that may be a delimiter */
    }
    assert_ok(
        vt_multipart_push(reader, (const guint8 *)"\r\n" LAST, strlen("\r\n" LAST), &error), error);
    assert_ok(vt_multipart_finish(reader, &error), error);
    assert_int_equal(seen->len, strlen("[a|-|text/plain|]") + (gsize)N * PIECE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_form_reads_the_same_wherever_it_is_cut),
        cmocka_unit_test(a_malformed_form_is_refused_wherever_it_is_cut),
        cmocka_unit_test(the_content_type_must_name_one_boundary),
        cmocka_unit_test(an_error_of_the_sink_stops_the_reader),
        cmocka_unit_test(a_long_part_passes_in_its_pieces),
    };
    return vt_test_run("http/multipart", tests);
}
