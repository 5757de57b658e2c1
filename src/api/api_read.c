/* Reading what requests share: options, versions, numbers. */
#include "api/api_private.h"
#include "document/document.h"

#include <string.h>

gboolean
vt_api_read_option(const json_t *body, const char *name, gboolean *ret_value, GError **error)
{
    const char *const known[] = {name, NULL};
    const json_t *value = json_object_get(body, name);

    if (!vt_api_check_members(body, known, error))
        return FALSE;
    if (value != NULL && !json_is_boolean(value))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" must be true or false", name);
    *ret_value = json_is_true(value);
    return TRUE;
}

gboolean
vt_api_read_version(const VtRequest *request, gint64 *ret_version, GError **error)
{
    const char *header = vt_request_header(request, "If-Match");
    gsize length = header != NULL ? strlen(header) : 0;
    gboolean is_quoted = length >= 2 && header[0] == '"' && header[length - 1] == '"';
    g_autofree char *text = is_quoted ? g_strndup(header + 1, length - 2) : g_strdup(header);

    *ret_version = VT_DOCUMENT_ANY_VERSION;
    if (text == NULL || g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, ret_version, NULL))
        return TRUE;
    return vt_throw(error, VT_ERROR_BAD_VALUE, "If-Match must be the version of the media");
}

gboolean
vt_api_read_number(const char *name, const char *text, gint64 *ret_number, GError **error)
{
    if (text == NULL || g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, ret_number, NULL))
        return TRUE;
    return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" must be a number from 1", name);
}

gboolean
vt_api_parse_time(const char *name, const char *text, gint64 *ret_us, GError **error)
{
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, utc);

    if (time == NULL)
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "\"%s\" must be a time such as 2026-01-31T12:00:00Z", name);
    *ret_us = g_date_time_to_unix(time) * G_USEC_PER_SEC + g_date_time_get_microsecond(time);
    return TRUE;
}

gboolean
vt_api_read_time(const VtRequest *request, const char *name, gint64 *time_us, GError **error)
{
    const char *text = vt_request_query_value(request, name);

    return text == NULL || vt_api_parse_time(name, text, time_us, error);
}
