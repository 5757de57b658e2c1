/* Colours as the image protocol writes them, reduced to what a view is filled with.
 *
 * `gray[,alpha][g]`, `r,g,b[,a][r]`, `c,m,y,k[,a]k` in decimal, or hexadecimal digits; gray and
 * CMYK (and their alpha) in percent, RGB in 0..255. Without suffix one part is gray, three or four
 * are RGB; two or five need theirs. Six bare hexadecimal digits are RGB, hexadecimal gray needs its
 * `0x`. A closing `s` asks for sRGB, which is what every
 * value here is.
 */
#pragma once

#include <glib.h>

typedef struct {
    guint8 red, green, blue;
    guint8 alpha; /* straight; 255 where the text names none */
} VtColour;

/* FALSE when @text is no colour; @ret_colour is untouched then. */
gboolean vt_colour_parse(const char *text, VtColour *ret_colour);
