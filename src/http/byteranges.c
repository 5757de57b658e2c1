#include "http/byteranges.h"

#include "base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BOUNDARY_DIGITS = 32 };

/* A text, or a piece of the source, and where it stands in the whole. */
typedef struct {
    guint64 at;
    guint64 length;
    gboolean is_text;
    guint64 offset; /* in texts, or in the source */
} Piece;

struct _VtByteranges {
    GString *texts; /* owned: heads of the parts and the end, one behind the other */
    GArray *pieces; /* of Piece, ascending */
    GBytes *bytes;  /* owned, or NULL */
    int fd;         /* owned; -1: none */
    guint64 offset;
    guint64 length; /* of the whole */
    char *type;     /* owned */
};

static void
add_piece(VtByteranges *self, gboolean is_text, guint64 offset, guint64 length)
{
    Piece piece = {.at = self->length, .length = length, .is_text = is_text, .offset = offset};

    g_array_append_val(self->pieces, piece);
    self->length += length;
}

static void G_GNUC_PRINTF(2, 3) add_text(VtByteranges *self, const char *format, ...)
{
    gsize before = self->texts->len;
    va_list arguments;

    va_start(arguments, format);
    g_string_append_vprintf(self->texts, format, arguments);
    va_end(arguments);
    add_piece(self, TRUE, before, self->texts->len - before);
}

static void
add_parts(VtByteranges *self,
    const VtByterangesSource *source,
    const char *boundary,
    const VtRangePart *parts,
    guint n_parts)
{
    for (guint i = 0; i < n_parts; i++) {
        const VtRangePart *part = &parts[i];

        add_text(self,
            "%s--%s\r\n%s%s%sContent-Range: bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT
            "/%" G_GUINT64_FORMAT "\r\n\r\n",
            i > 0 ? "\r\n" : "", boundary, source->type != NULL ? "Content-Type: " : "",
            source->type != NULL ? source->type : "", source->type != NULL ? "\r\n" : "",
            part->offset, part->offset + part->length - 1, source->length);
        add_piece(self, FALSE, part->offset, part->length);
    }
    add_text(self, "\r\n--%s--\r\n", boundary);
}

VtByteranges *
vt_byteranges_new(const VtByterangesSource *source, const VtRangePart *parts, guint n_parts)
{
    g_autoptr(VtByteranges) self = g_new0(VtByteranges, 1);
    char boundary[BOUNDARY_DIGITS + 1];

    self->texts = g_string_new("");
    self->pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
    self->fd = -1;
    if (source->bytes != NULL)
        self->bytes = g_bytes_ref(source->bytes);
    else if ((self->fd = fcntl(source->fd, F_DUPFD_CLOEXEC, 0)) < 0)
        return NULL;
    self->offset = source->offset;
    vt_random_hex(boundary, BOUNDARY_DIGITS);
    self->type = g_strconcat("multipart/byteranges; boundary=", boundary, NULL);
    add_parts(self, source, boundary, parts, n_parts);
    return g_steal_pointer(&self);
}

void
vt_byteranges_free(VtByteranges *self)
{
    if (self == NULL)
        return;
    if (self->fd >= 0)
        close(self->fd);
    g_clear_pointer(&self->bytes, g_bytes_unref);
    g_array_unref(self->pieces);
    g_string_free(self->texts, TRUE);
    g_free(self->type);
    g_free(self);
}

const char *
vt_byteranges_type(const VtByteranges *self)
{
    return self->type;
}

guint64
vt_byteranges_length(const VtByteranges *self)
{
    return self->length;
}

static const Piece *
piece_at(const VtByteranges *self, guint64 at)
{
    const Piece *piece = &g_array_index(self->pieces, Piece, 0);

    while (at - piece->at >= piece->length)
        piece++;
    return piece;
}

gssize
vt_byteranges_read(const VtByteranges *self, guint64 at, char *buffer, gsize max)
{
    const Piece *piece = piece_at(self, at);
    guint64 from = piece->offset + (at - piece->at);
    gsize length = (gsize)MIN((guint64)max, piece->length - (at - piece->at));
    ssize_t n;

    if (piece->is_text) {
        memcpy(buffer, self->texts->str + from, length);
        return (gssize)length;
    }
    if (self->bytes != NULL) {
        memcpy(buffer, (const char *)g_bytes_get_data(self->bytes, NULL) + from, length);
        return (gssize)length;
    }
    n = TEMP_FAILURE_RETRY(pread(self->fd, buffer, length, (off_t)(self->offset + from)));
    return n > 0 ? n : -1;
}
