/* What an ICC profile calls itself. */
#pragma once

#include <glib.h>

/* The description in @profile (foreign bytes), printable ASCII, at most @size - 1 characters; ""
 * when there is none. */
void vt_profile_name(const guint8 *profile, gsize length, char *ret_name, gsize size);
