/* See body.h. */
#include "http/body.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct _VtBody {
    const char *directory; /* borrowed */
    gsize spool_bytes;
    GByteArray *memory; /* owned; empty once there is a file */
    int fd;             /* owned; -1: no file */
    gsize length;
    void *map; /* owned; NULL: not mapped */
};

VtBody *
vt_body_new(const char *directory, gsize spool_bytes)
{
    VtBody *self = g_new0(VtBody, 1);

    self->directory = directory;
    self->spool_bytes = spool_bytes;
    self->memory = g_byte_array_new();
    self->fd = -1;
    return self;
}

void
vt_body_free(VtBody *self)
{
    if (self == NULL)
        return;
    if (self->map != NULL)
        munmap(self->map, self->length);
    if (self->fd >= 0)
        close(self->fd);
    g_byte_array_unref(self->memory);
    g_free(self);
}

gsize
vt_body_length(const VtBody *self)
{
    return self->length;
}

gboolean
vt_body_will_spool(const VtBody *self, gsize length)
{
    return self->directory != NULL && length > 0 &&
           (self->length > self->spool_bytes || length > self->spool_bytes - self->length);
}

/* Not every file system makes files without a name; there it has one for a moment. */
static gboolean
open_file(VtBody *self, GError **error)
{
    g_autofree char *path = g_build_filename(self->directory, "body-XXXXXX", NULL);

    if (g_mkdir_with_parents(self->directory, 0700) != 0)
        return vt_throw_errno(error, "cannot make the folder '%s'", self->directory);
    self->fd = open(self->directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (self->fd < 0 && errno == EOPNOTSUPP) {
        self->fd = mkostemp(path, O_CLOEXEC);
        if (self->fd >= 0)
            unlink(path);
    }
    return self->fd >= 0 || vt_throw_errno(error, "cannot make a file in '%s'", self->directory);
}

static gboolean
write_all(VtBody *self, const void *bytes, gsize length, GError **error)
{
    const guint8 *at = bytes;

    while (length > 0) {
        ssize_t n = write(self->fd, at, length);

        if (n < 0 && errno != EINTR)
            return vt_throw_errno(error, "cannot keep a body in '%s'", self->directory);
        if (n > 0) {
            at += n;
            length -= (gsize)n;
        }
    }
    return TRUE;
}

static gboolean
move_to_file(VtBody *self, GError **error)
{
    if (!open_file(self, error) || !write_all(self, self->memory->data, self->memory->len, error))
        return FALSE;
    g_byte_array_unref(self->memory);
    self->memory = g_byte_array_new();
    return TRUE;
}

gboolean
vt_body_add(VtBody *self, const char *piece, gsize length, GError **error)
{
    if (self->fd < 0 && vt_body_will_spool(self, length) && !move_to_file(self, error))
        return FALSE;
    if (self->fd < 0)
        g_byte_array_append(self->memory, (const guint8 *)piece, (guint)length);
    else if (!write_all(self, piece, length, error))
        return FALSE;
    self->length += length;
    return TRUE;
}

gboolean
vt_body_finish(VtBody *self, GError **error)
{
    void *map;

    if (self->fd < 0)
        return TRUE;
    map = mmap(NULL, self->length, PROT_READ, MAP_PRIVATE, self->fd, 0);
    if (map == MAP_FAILED)
        return vt_throw_errno(error, "cannot map a body in '%s'", self->directory);
    self->map = map;
    return TRUE;
}

const char *
vt_body_bytes(const VtBody *self)
{
    if (self->map != NULL)
        return self->map;
    return self->memory->len == 0 ? "" : (const char *)self->memory->data;
}
