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
now_text(void)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();

    return g_date_time_format(now, "%Y-%m-%dT%H:%M:%S.%fZ");
}

static void
begin_json(VtJson *json, const char *time, VtLogLevel level, const char *event)
{
    vt_json_init(json);
    vt_json_begin_object(json);
    vt_json_member(json, "time", time);
    vt_json_member(json, "level", level_name[level]);
    vt_json_member(json, "event", event);
}

static char *
json_line(const char *time, VtLogLevel level, const char *event, const char *message)
{
    g_auto(VtJson) json;

    begin_json(&json, time, level, event);
    vt_json_member(&json, "message", message);
    vt_json_end_object(&json);
    return vt_json_steal(&json);
}

static char *
json_fields(
    const char *time, VtLogLevel level, const char *event, const VtLogField *fields, gsize n)
{
    g_auto(VtJson) json;

    begin_json(&json, time, level, event);
    for (gsize i = 0; i < n; i++) {
        g_autofree char *valid =
            fields[i].text != NULL ? g_utf8_make_valid(fields[i].text, -1) : NULL;

        if (valid != NULL)
            vt_json_member(&json, fields[i].name, valid);
        else
            vt_json_member_int(&json, fields[i].name, fields[i].number);
    }
    vt_json_end_object(&json);
    return vt_json_steal(&json);
}

static char *
text_fields(
    const char *time, VtLogLevel level, const char *event, const VtLogField *fields, gsize n)
{
    GString *line = g_string_new("");

    g_string_printf(line, "%s %-7s %s:", time, level_name[level], event);
    for (gsize i = 0; i < n; i++) {
        g_autofree char *text = fields[i].text != NULL
                                    ? g_strescape(fields[i].text, NULL)
                                    : g_strdup_printf("%" G_GINT64_FORMAT, fields[i].number);

        g_string_append_printf(line, " %s=%s", fields[i].name, text);
    }
    return g_string_free(line, FALSE);
}

void
vt_log_fields(VtLogLevel level, const char *event, const VtLogField *fields, gsize n)
{
    g_autofree char *time = NULL;
    g_autofree char *line = NULL;

    if (level < least_level)
        return;
    time = now_text();
    line = as_json ? json_fields(time, level, event, fields, n)
                   : text_fields(time, level, event, fields, n);
    fprintf(stderr, "%s\n", line);
}

void
vt_log(VtLogLevel level, const char *event, const char *format, ...)
{
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
    time = now_text();
    if (as_json)
        line = json_line(time, level, event, valid);
    else
        line = g_strdup_printf("%s %-7s %s: %s", time, level_name[level], event, valid);
    fprintf(stderr, "%s\n", line);
}
