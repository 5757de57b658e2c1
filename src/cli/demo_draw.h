/* Draws the pictures of the sample shop in a process of its own, `vitrine draw-sample`: drawing
 * takes memory a server would keep for good.
 */
#pragma once

#include "base/error.h"

/* Draws all pictures of demo_art.h as JPEG files into @folder; blocks for seconds. FALSE with
 * VT_ERROR_STORAGE when one is missing after that; the process has said why. */
gboolean vt_demo_draw(const char *folder, GError **error);

/* main() of `vitrine draw-sample FOLDER`; @arguments are those behind these words. */
int vt_demo_draw_main(int n_arguments, char **arguments);
