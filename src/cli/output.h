/* The only printing of commands: results on standard output, everything for people on standard
 * error. */
#pragma once

#include <glib.h>

void vt_print(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* "vitrine: …" on standard error. */
void vt_complain(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* How far long work is: rewritten in place on a terminal; elsewhere a line each time another tenth
 * is done. */
typedef struct {
    const char *what;
    guint last_tenth;
    guint64 last_count;
} VtProgress;

void vt_progress_show(VtProgress *self, guint64 done, guint64 total);

/* The same where nobody knows how much there will be: lines at each ten thousand elsewhere. */
void vt_progress_count(VtProgress *self, guint64 done);

/* Ends the line on a terminal. */
void vt_progress_end(VtProgress *self);
