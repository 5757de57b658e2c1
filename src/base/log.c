#include "base/log.h"

#include "base/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static VtLogLevel least_level = VT_LOG_INFO;
static gboolean as_json;

static const char *const level_name[] = {
    [VT_LOG_DEBUG] = "debug",
    [VT_LOG_INFO] = "info",
    [VT_LOG_WARNING] = "warning",
    [VT_LOG_ERROR] = "error",
};

void
vt_log_setup(VtLogLevel least, gboolean json)
{
    least_level = least;
    as_json = json;
}

static char *
json_line(const char *time, VtLogLevel level, const char *event, const char *message)
{
    g_auto(VtJson) json;

    vt_json_init(&json);
    vt_json_begin_object(&json);
    vt_json_member(&json, "time", time);
    vt_json_member(&json, "level", level_name[level]);
    vt_json_member(&json, "event", event);
    vt_json_member(&json, "message", message);
    vt_json_end_object(&json);
    return vt_json_steal(&json);
}

void
vt_log(VtLogLevel level, const char *event, const char *format, ...)
{
    g_autoptr(GDateTime) now = NULL;
    g_autofree char *time = NULL;
    g_autofree char *message = NULL;
    g_autofree char *valid = NULL;
    g_autofree char *line = NULL;
    va_list arguments;

    if (level < least_level)
        return;
    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    valid = g_utf8_make_valid(message, -1);
    now = g_date_time_new_now_utc();
    time = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S.%fZ");
    if (as_json)
        line = json_line(time, level, event, valid);
    else
        line = g_strdup_printf("%s %-7s %s: %s", time, level_name[level], event, valid);
    fprintf(stderr, "%s\n", line);
}
