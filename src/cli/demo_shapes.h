/* The drawings of the sample shop, as pieces of SVG on a canvas of 1600 x 1600.
 *
 * A piece draws one product from one side with its own shadow. Placeholders in braces stand for
 * colours ({base} and its shades {mid} {light} {dark} {deep}, {accent} for prints and patches) and
 * for {id}, which keeps the definitions of several pieces in one picture apart. The filters #soft,
 * #ground and #near, which blur shadows, are the surrounding picture's. Clip path c{id} is the
 * outline. There is no text in any of them: no picture depends on the fonts of a machine.
 */
#pragma once

#include <glib.h>

typedef enum {
    VT_DEMO_TEE,
    VT_DEMO_HOODIE,
    VT_DEMO_MUG,
    VT_DEMO_CAP,
    VT_DEMO_BACKPACK,
} VtDemoShape;
#define VT_DEMO_N_SHAPES (VT_DEMO_BACKPACK + 1)

/* Static. */
const char *vt_demo_shape_svg(VtDemoShape shape, gboolean back);
