/* Random words nobody can guess, for names of uploads and the like. */
#pragma once

#include <glib.h>

/* Writes @n hex digits and a NUL. Aborts when the system has no randomness. */
void vt_random_hex(char *text, gsize n);
