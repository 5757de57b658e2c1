/* Why: the shapes both sides of the store agree on, apart from who writes and who reads.
 *
 * Holds: a rectangle survives the store bit for bit.
 */
#include "readstore/record.h"

#include <math.h>
#include <string.h>

void
vt_readstore_asset_free(VtReadstoreAsset *self)
{
    if (self == NULL)
        return;
    g_free(self->locale);
    g_free(self->name);
    g_free(self->title);
    g_free(self->alt);
    g_free(self->caption);
    g_free(self->hash);
    g_free(self->media_type);
    g_free(self->attributes);
    g_free(self);
}

void
vt_readstore_image_free(VtReadstoreImage *self)
{
    if (self == NULL)
        return;
    g_free(self->code);
    g_free(self->modifier);
    g_free(self->postmodifier);
    g_free(self->attributes);
    g_free(self);
}

void
vt_readstore_channel_free(VtReadstoreChannel *self)
{
    if (self == NULL)
        return;
    g_free(self->code);
    g_free(self->default_locale);
    g_free(self->body);
    g_free(self);
}

char *
vt_readstore_rectangle_text(const VtResolveCrop *rectangle)
{
    const double number[] = {rectangle->x, rectangle->y, rectangle->w, rectangle->h};
    GString *out = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(number); i++) {
        char buffer[G_ASCII_DTOSTR_BUF_SIZE];

        g_string_append(out, i > 0 ? " " : "");
        g_string_append(out, g_ascii_dtostr(buffer, sizeof buffer, number[i]));
    }
    return g_string_free(out, FALSE);
}

gboolean
vt_readstore_rectangle_parse(const char *text, VtResolveCrop *ret_rectangle)
{
    double number[4] = {0};

    for (gsize i = 0; i < G_N_ELEMENTS(number); i++) {
        char *end = NULL;

        number[i] = g_ascii_strtod(text, &end);
        if (end == text || *end != (i + 1 < G_N_ELEMENTS(number) ? ' ' : '\0') ||
            !isfinite(number[i]))
            return FALSE;
        text = end + 1;
    }
    *ret_rectangle = (VtResolveCrop){number[0], number[1], number[2], number[3]};
    return TRUE;
}
