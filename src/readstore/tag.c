/* See tag.h. */
#include "readstore/tag.h"

#include "base/text.h"

/* NULL at the end of the parts. */
static char *
tag(const char *kind, const char *const *parts)
{
    GString *text = g_string_new(kind);

    for (gsize i = 0; parts[i] != NULL; i++) {
        g_autofree char *part = vt_text_escape(parts[i], FALSE);

        g_string_append_printf(text, "/%s", part);
    }
    return g_string_free(text, FALSE);
}

char *
vt_tag_tenant(const char *tenant)
{
    return tag("t", (const char *const[]){tenant, NULL});
}

char *
vt_tag_setup(const char *tenant)
{
    return tag("s", (const char *const[]){tenant, NULL});
}

char *
vt_tag_channel(const char *tenant, const char *channel)
{
    return tag("c", (const char *const[]){tenant, channel, NULL});
}

char *
vt_tag_product(const char *tenant, const char *channel, const char *product)
{
    return tag("p", (const char *const[]){tenant, channel, product, NULL});
}

char *
vt_tag_category(const char *tenant, const char *channel, const char *category)
{
    return tag("k", (const char *const[]){tenant, channel, category, NULL});
}

char *
vt_tag_image(const char *tenant, const char *code)
{
    return tag("i", (const char *const[]){tenant, code, NULL});
}
