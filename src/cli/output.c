#include "cli/output.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { COUNT_STEP = 10000 };

void
vt_print(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(stdout, format, arguments);
    va_end(arguments);
    fflush(stdout);
}

void
vt_complain(const char *format, ...)
{
    va_list arguments;

    fputs("vitrine: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
}

void
vt_progress_show(VtProgress *self, guint64 done, guint64 total)
{
    guint tenth = total > 0 ? (guint)(done * 10 / total) : 10;

    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " ", self->what, done,
            total);
        return;
    }
    if (tenth == self->last_tenth)
        return;
    self->last_tenth = tenth;
    fprintf(
        stderr, "%s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT "\n", self->what, done, total);
}

void
vt_progress_count(VtProgress *self, guint64 done)
{
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%s: %" G_GUINT64_FORMAT " ", self->what, done);
        return;
    }
    if (done < self->last_count + COUNT_STEP)
        return;
    self->last_count = done;
    fprintf(stderr, "%s: %" G_GUINT64_FORMAT "\n", self->what, done);
}

void
vt_progress_end(VtProgress *self)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\n");
}
