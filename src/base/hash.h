/* SHA-256 as 64 lower-case hex digits: the name of every blob, plan and revision body. */
#pragma once

#include <glib.h>

#define VT_HASH_LENGTH 64

typedef struct {
    char hex[VT_HASH_LENGTH + 1];
} VtHash;

VtHash vt_hash_bytes(gconstpointer data, gsize length);

/* Reads @fd from its present position to the end. FALSE with VT_ERROR_STORAGE when reading fails.
 */
gboolean vt_hash_fd(int fd, VtHash *ret_hash, guint64 *ret_bytes, GError **error);

/* A running hash, for data that passes by in pieces. */
typedef struct _VtHasher VtHasher;
VtHasher *vt_hasher_new(void);
void vt_hasher_update(VtHasher *self, gconstpointer data, gsize length);
VtHash vt_hasher_finish(VtHasher *self);
void vt_hasher_free(VtHasher *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtHasher, vt_hasher_free)

/* Whether @text is 64 lower-case hex digits. */
gboolean vt_hash_is_valid(const char *text);
