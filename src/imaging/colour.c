#include "imaging/colour.h"

#include "imaging/number.h"

#include <string.h>

#define MAX_PARTS 5

typedef enum { SPACE_ANY, SPACE_GRAY, SPACE_RGB, SPACE_CMYK } Space;

/* How many parts, with or without alpha, each space has. */
static const struct {
    Space space;
    char suffix;
    guint n_colours;
    double most; /* of a decimal part */
} space_rows[] = {
    {SPACE_GRAY, 'g', 1, 100},
    {SPACE_RGB, 'r', 3, 255},
    {SPACE_CMYK, 'k', 4, 100},
};

/* @part: 0..255 each. */
static VtColour
from_parts(Space space, const double *part, guint n)
{
    VtColour colour = {0, 0, 0, 255};
    guint n_colours = space_rows[space - 1].n_colours;

    if (space == SPACE_RGB)
        colour = (VtColour){
            (guint8)(part[0] + 0.5), (guint8)(part[1] + 0.5), (guint8)(part[2] + 0.5), 255};
    else if (space == SPACE_GRAY)
        colour.red = colour.green = colour.blue = (guint8)(part[0] + 0.5);
    else {
        colour.red = (guint8)(255.5 - MIN(255, part[0] + part[3]));
        colour.green = (guint8)(255.5 - MIN(255, part[1] + part[3]));
        colour.blue = (guint8)(255.5 - MIN(255, part[2] + part[3]));
    }
    if (n > n_colours)
        colour.alpha = (guint8)(part[n_colours] + 0.5);
    return colour;
}

/* The space that @suffix (SPACE_ANY: none written) and the number of parts lead to, or SPACE_ANY.
 */
static Space
space_of(Space suffix, guint n)
{
    for (guint i = 0; i < G_N_ELEMENTS(space_rows); i++) {
        gboolean fits = n == space_rows[i].n_colours || n == space_rows[i].n_colours + 1;

        if (fits && suffix == space_rows[i].space)
            return suffix;
    }
    if (suffix != SPACE_ANY)
        return SPACE_ANY;
    return n == 1 ? SPACE_GRAY : n == 3 || n == 4 ? SPACE_RGB : SPACE_ANY;
}

static gboolean
parse_hex(const char *digits, Space suffix, VtColour *ret_colour)
{
    double part[MAX_PARTS];
    guint n = (guint)strlen(digits) / 2;
    Space space = suffix == SPACE_ANY && n == 2 ? SPACE_GRAY : space_of(suffix, n);

    if (n * 2 != strlen(digits) || space == SPACE_ANY)
        return FALSE;
    for (guint i = 0; i < n; i++)
        part[i] =
            g_ascii_xdigit_value(digits[2 * i]) * 16 + g_ascii_xdigit_value(digits[2 * i + 1]);
    *ret_colour = from_parts(space, part, n);
    return TRUE;
}

static gboolean
parse_decimal(const char *text, Space suffix, VtColour *ret_colour)
{
    double part[MAX_PARTS];
    guint n = vt_numbers_parse(text, part, MAX_PARTS);
    Space space = n == 0 ? SPACE_ANY : space_of(suffix, n);

    if (space == SPACE_ANY)
        return FALSE;
    for (guint i = 0; i < n; i++) {
        double most = space_rows[space - 1].most;

        if (part[i] < 0 || part[i] > most)
            return FALSE;
        part[i] = part[i] * 255 / most;
    }
    *ret_colour = from_parts(space, part, n);
    return TRUE;
}

static void
drop_last(char *text)
{
    text[strlen(text) - 1] = '\0';
}

gboolean
vt_colour_parse(const char *text, VtColour *ret_colour)
{
    g_autofree char *lower = g_ascii_strdown(text, -1);
    char *body = g_strstrip(lower);
    Space suffix = SPACE_ANY;
    gsize n_digits;

    if (g_str_has_suffix(body, "s"))
        drop_last(body);
    for (guint i = 0; i < G_N_ELEMENTS(space_rows) && *body != '\0'; i++) {
        if (body[strlen(body) - 1] == space_rows[i].suffix) {
            suffix = space_rows[i].space;
            drop_last(body);
        }
    }
    n_digits = strspn(body, "0123456789abcdef");
    if (g_str_has_prefix(body, "0x")) {
        body += 2;
        n_digits = strspn(body, "0123456789abcdef");
        return body[n_digits] == '\0' && parse_hex(body, suffix, ret_colour);
    }
    if (body[n_digits] == '\0' && n_digits >= 6)
        return parse_hex(body, suffix, ret_colour);
    return parse_decimal(body, suffix, ret_colour);
}
