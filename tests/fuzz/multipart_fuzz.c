/* Any bytes as a form: read as a whole and byte by byte they must come to the same, and what the
 * sink hears must keep to the limits. The first byte is the boundary's one letter.
 */
#include "base/error.h"
#include "http/multipart.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static const VtMultipartLimits limits = {
    .max_parts = 8, .max_header_bytes = 200, .max_name_bytes = 20};

typedef struct {
    GString *heard;
    guint n_parts;
    gboolean inside;
} Listener;

static void
check_name(const char *name)
{
    g_assert_true(g_utf8_validate(name, -1, NULL) && strlen(name) <= limits.max_name_bytes);
    for (const char *at = name; *at != '\0'; at++)
        g_assert_true(!g_ascii_iscntrl(*at));
}

static gboolean
on_begin(const VtMultipartPart *part, gpointer data, GError **error)
{
    Listener *self = data;

    g_assert_true(!self->inside && *part->name != '\0');
    check_name(part->name);
    if (part->filename != NULL)
        check_name(part->filename);
    self->inside = TRUE;
    self->n_parts++;
    g_string_append_printf(self->heard, "<%s|%s|%s>", part->name,
        part->filename == NULL ? "" : part->filename, part->content_type);
    return TRUE;
}

static gboolean
on_bytes(const guint8 *bytes, gsize length, gpointer data, GError **error)
{
    Listener *self = data;

    g_assert_true(self->inside && length > 0);
    g_string_append_len(self->heard, (const char *)bytes, (gssize)length);
    return TRUE;
}

static gboolean
on_end(gpointer data, GError **error)
{
    Listener *self = data;

    g_assert_true(self->inside);
    self->inside = FALSE;
    g_string_append(self->heard, "<end>");
    return TRUE;
}

/* The code of the refusal; -1 when the form is whole. */
static int
read_form(const guint8 *data, gsize size, gsize piece, Listener *listener)
{
    static const VtMultipartSink sink = {on_begin, on_bytes, on_end};
    g_autofree char *type = g_strdup_printf("multipart/form-data; boundary=\"%c\"", data[0]);
    g_autoptr(GError) error = NULL;
    g_autoptr(VtMultipart) form = vt_multipart_new(type, &limits, &sink, listener, &error);
    gboolean ok = form != NULL;

    for (gsize at = 1; ok && at < size; at += piece)
        ok = vt_multipart_push(form, data + at, MIN(piece, size - at), &error);
    if (ok)
        ok = vt_multipart_finish(form, &error);
    g_assert_true(ok == (error == NULL));
    g_assert_true(!ok || !listener->inside);
    g_assert_true(listener->n_parts <= limits.max_parts);
    return ok ? -1 : (int)vt_error_code(error);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    Listener whole = {.heard = g_string_new(NULL)};
    Listener bytes = {.heard = g_string_new(NULL)};

    if (size > 0) {
        g_assert_true(read_form(data, size, size, &whole) == read_form(data, size, 1, &bytes));
        g_assert_true(whole.n_parts == bytes.n_parts && whole.inside == bytes.inside);
        g_assert_true(g_string_equal(whole.heard, bytes.heard));
    }
    g_string_free(whole.heard, TRUE);
    g_string_free(bytes.heard, TRUE);
    return 0;
}
