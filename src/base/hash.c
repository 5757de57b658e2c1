#include "base/hash.h"

#include "base/error.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

struct _VtHasher {
    EVP_MD_CTX *context; /* owned */
};

VtHasher *
vt_hasher_new(void)
{
    VtHasher *self = g_new0(VtHasher, 1);

    self->context = EVP_MD_CTX_new();
    if (self->context == NULL || EVP_DigestInit_ex(self->context, EVP_sha256(), NULL) != 1)
        g_error("SHA-256 is not available");
    return self;
}

void
vt_hasher_update(VtHasher *self, gconstpointer data, gsize length)
{
    EVP_DigestUpdate(self->context, data, length);
}

VtHash
vt_hasher_finish(VtHasher *self)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char raw[32];
    VtHash hash;

    EVP_DigestFinal_ex(self->context, raw, NULL);
    for (gsize i = 0; i < sizeof raw; i++) {
        hash.hex[2 * i] = digits[raw[i] >> 4];
        hash.hex[2 * i + 1] = digits[raw[i] & 15];
    }
    hash.hex[VT_HASH_LENGTH] = '\0';
    return hash;
}

void
vt_hasher_free(VtHasher *self)
{
    if (self == NULL)
        return;
    EVP_MD_CTX_free(self->context);
    g_free(self);
}

VtHash
vt_hash_bytes(gconstpointer data, gsize length)
{
    g_autoptr(VtHasher) hasher = vt_hasher_new();

    vt_hasher_update(hasher, data, length);
    return vt_hasher_finish(hasher);
}

gboolean
vt_hash_fd(int fd, VtHash *ret_hash, guint64 *ret_bytes, GError **error)
{
    g_autoptr(VtHasher) hasher = vt_hasher_new();
    g_autofree char *block = g_malloc(65536);
    guint64 total = 0;
    ssize_t n;

    while ((n = read(fd, block, 65536)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return vt_throw_errno(error, "cannot read");
        vt_hasher_update(hasher, block, (gsize)n);
        total += (guint64)n;
    }
    *ret_hash = vt_hasher_finish(hasher);
    if (ret_bytes != NULL)
        *ret_bytes = total;
    return TRUE;
}

gboolean
vt_hash_is_valid(const char *text)
{
    return strlen(text) == VT_HASH_LENGTH && strspn(text, "0123456789abcdef") == VT_HASH_LENGTH;
}
