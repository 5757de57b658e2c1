/* One line per event on standard error: text on a terminal, JSON objects elsewhere.
 *
 * Only the layer that stops an error logs it. Safe from any thread.
 */
#pragma once

#include <glib.h>

typedef enum {
    VT_LOG_DEBUG,
    VT_LOG_INFO,
    VT_LOG_WARNING,
    VT_LOG_ERROR,
} VtLogLevel;

/* Lines below @least are dropped; @json chooses the form. Call once, before threads start. */
void vt_log_setup(VtLogLevel least, gboolean json);

/* One named value of a line: @text, or @number when it is NULL. */
typedef struct {
    const char *name;
    const char *text;
    gint64 number;
} VtLogField;

/* A line of named values: members of the JSON object, `name=value` words on a terminal. */
void vt_log_fields(VtLogLevel level, const char *event, const VtLogField *fields, gsize n);

/* @event: a stable word such as "sync.failed"; the format says the rest. */
void vt_log(VtLogLevel level, const char *event, const char *format, ...) G_GNUC_PRINTF(3, 4);
