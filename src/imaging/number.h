/* Numbers as the image protocol writes them: decimal, optional sign, point and exponent.
 *
 * No hexadecimal, no infinity, no unit, at most 15 digits: what strtod would take beyond that is
 * refused, so one picture has one spelling per value.
 */
#pragma once

#include <glib.h>

/* Reads the comma-separated numbers of @text, blanks around each allowed. Returns how many there
 * are, or 0 when one is malformed or empty or there are more than @max; @ret_numbers is then
 * undefined. Magnitudes above 1e8 are malformed: no coordinate of a picture reaches there. */
guint vt_numbers_parse(const char *text, double *ret_numbers, guint max);

/* Half up, the rounding rule of every size. */
int vt_number_round(double value);
