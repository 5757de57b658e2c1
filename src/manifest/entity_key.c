#include "manifest/entity_key.h"

#include "base/error.h"

#include <string.h>

enum { MAX_PAIRS = 4 };

/* What separates part number @n from the next; 0: nothing may follow. */
static char
separator(VtManifestEntity entity, guint n)
{
    switch (entity) {
    case VT_MANIFEST_ENTITY_MATRIX:
        if (n == 2 * MAX_PAIRS)
            return 0;
        return n % 2 == 0 ? '|' : ':';
    case VT_MANIFEST_ENTITY_SWATCH:
        return n < 2 ? '|' : 0;
    case VT_MANIFEST_ENTITY_NONE:
    case VT_MANIFEST_ENTITY_MASTER:
    case VT_MANIFEST_ENTITY_VARIANT:
    case VT_MANIFEST_ENTITY_CATEGORY:
        break;
    }
    return 0;
}

static gboolean
is_complete(VtManifestEntity entity, guint n)
{
    if (entity == VT_MANIFEST_ENTITY_MATRIX)
        return n >= 3 && n % 2 == 1;
    return n == (entity == VT_MANIFEST_ENTITY_SWATCH ? 3 : 1);
}

/* A colon is plain text where no pairs are expected, and in an id. */
static gboolean
is_special(VtManifestEntity entity, guint n, char c)
{
    return c == '|' || (c == ':' && entity == VT_MANIFEST_ENTITY_MATRIX && n > 0);
}

/* Appends one part up to its separator; the position after it, or NULL when an escape is broken. */
static const char *
take_part(VtManifestEntity entity, guint n, const char *at, GString *part)
{
    for (; *at != '\0' && !is_special(entity, n, *at); at++) {
        if (*at == '\\') {
            at++;
            if (*at == '\0' || strchr("|:\\", *at) == NULL)
                return NULL;
        }
        g_string_append_c(part, *at);
    }
    return at;
}

char **
vt_entity_key_parse(VtManifestEntity entity, const char *text, GError **error)
{
    g_autoptr(GStrvBuilder) parts = g_strv_builder_new();
    const char *at = text;

    for (guint n = 0;; n++) {
        g_autoptr(GString) part = g_string_new(NULL);

        at = take_part(entity, n, at, part);
        if (at == NULL)
            return vt_throw_null(error, VT_ERROR_BAD_VALUE,
                "'%s': a backslash stands before '|', ':' or itself only", text);
        if (*g_strstrip(part->str) == '\0')
            return vt_throw_null(error, VT_ERROR_BAD_VALUE, "'%s': a part is empty", text);
        g_strv_builder_add(parts, part->str);
        if (*at == '\0' && is_complete(entity, n + 1))
            return g_strv_builder_end(parts);
        if (*at == '\0' || *at != separator(entity, n))
            return vt_throw_null(
                error, VT_ERROR_BAD_VALUE, "'%s' is not of the form its EntityType asks for", text);
        at++;
    }
}
