/* See date.h. Not strftime and strptime: they follow the process's locale. */
#include "http/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define LAST_S G_GINT64_CONSTANT(253402300799)

static const char day_names[] = "SunMonTueWedThuFriSat";
static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

VtHttpDate
vt_http_date(gint64 time_s)
{
    time_t at = (time_t)CLAMP(time_s, 0, LAST_S);
    VtHttpDate date;
    struct tm utc;

    gmtime_r(&at, &utc);
    snprintf(date.text, sizeof date.text, "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT",
        day_names + 3 * utc.tm_wday, (guint)utc.tm_mday % 100u, month_names + 3 * utc.tm_mon,
        (guint)(utc.tm_year + 1900) % 10000u, (guint)utc.tm_hour % 100u, (guint)utc.tm_min % 100u,
        (guint)utc.tm_sec % 100u);
    return date;
}

/* -1 when @name is not one of the three-letter names. */
static int
name_index(const char *names, const char *name)
{
    for (int i = 0; names[3 * i] != '\0'; i++) {
        if (strncmp(names + 3 * i, name, 3) == 0)
            return i;
    }
    return -1;
}

/* The number @n_digits digits at @text make; -1 when one is no digit. */
static int
number_at(const char *text, int n_digits)
{
    int number = 0;

    for (int i = 0; i < n_digits; i++) {
        if (!g_ascii_isdigit(text[i]))
            return -1;
        number = number * 10 + g_ascii_digit_value(text[i]);
    }
    return number;
}

/* Whether all that is not a name or a number stands where it must. */
static gboolean
has_form(const char *text)
{
    static const char form[] = "___, __ ___ ____ __:__:__ GMT";

    G_STATIC_ASSERT(sizeof form == VT_HTTP_DATE_LENGTH + 1);
    if (strlen(text) != VT_HTTP_DATE_LENGTH)
        return FALSE;
    for (gsize i = 0; i < VT_HTTP_DATE_LENGTH; i++) {
        if (form[i] != '_' && form[i] != text[i])
            return FALSE;
    }
    return TRUE;
}

gboolean
vt_http_date_parse(const char *text, gint64 *ret_time_s)
{
    struct tm utc = {0};

    if (text == NULL || !has_form(text) || name_index(day_names, text) < 0)
        return FALSE;
    utc.tm_mday = number_at(text + 5, 2);
    utc.tm_mon = name_index(month_names, text + 8);
    utc.tm_year = number_at(text + 12, 4) - 1900;
    utc.tm_hour = number_at(text + 17, 2);
    utc.tm_min = number_at(text + 20, 2);
    utc.tm_sec = number_at(text + 23, 2);
    if (utc.tm_mday < 1 || utc.tm_mday > 31 || utc.tm_mon < 0 || utc.tm_year < 70 ||
        utc.tm_hour < 0 || utc.tm_hour > 23 || utc.tm_min < 0 || utc.tm_min > 59 ||
        utc.tm_sec < 0 || utc.tm_sec > 60)
        return FALSE;
    *ret_time_s = (gint64)timegm(&utc);
    return TRUE;
}
