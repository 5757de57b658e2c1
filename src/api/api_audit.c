/* The audit trail, for administrators, as JSON or as a table. */
#include "api/api.h"

#include "api/api_private.h"
#include "document/trail.h"

#include <string.h>

enum { DEFAULT_LIMIT = 1000 };

static gboolean
read_query(const VtRequest *request, VtTrailQuery *query, gboolean *ret_tsv, GError **error)
{
    const char *limit = vt_request_query_value(request, "limit");
    const char *after = vt_request_query_value(request, "after");
    const char *format = vt_request_query_value(request, "format");
    guint64 n = DEFAULT_LIMIT;

    if (limit != NULL && !g_ascii_string_to_unsigned(limit, 10, 1, VT_TRAIL_MAX, &n, NULL))
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "\"limit\" must be a number from 1 to %d", VT_TRAIL_MAX);
    if (format != NULL && strcmp(format, "json") != 0 && strcmp(format, "tsv") != 0)
        return vt_throw(error, VT_ERROR_BAD_ENUM, "\"format\" is json or tsv");
    query->limit = (guint)n;
    *ret_tsv = format != NULL && strcmp(format, "tsv") == 0;
    return vt_trail_parse_cursor(after != NULL ? after : "", query, error) &&
           vt_api_read_time(request, "from", &query->from_us, error) &&
           vt_api_read_time(request, "to", &query->to_us, error);
}

static void
reply_table(VtRequest *request, json_t *trail)
{
    g_autoptr(GBytes) table = vt_trail_tsv(trail);
    VtReply *reply = vt_reply_new_bytes(200, "text/tab-separated-values; charset=utf-8", table);

    json_decref(trail);
    vt_reply_add_header(reply, "Cache-Control", "no-store");
    vt_reply_add_header(reply, "Content-Disposition", "attachment; filename=\"audit.tsv\"");
    vt_request_reply(request, reply);
}

void
vt_api_audit_list(VtRequest *request, gpointer data)
{
    VtTrailQuery query = {.tenant_id = vt_api_user(request)->tenant_id, .to_us = G_MAXINT64};
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = {0};
    gboolean as_table = FALSE;
    json_t *trail = NULL;

    if (read_query(request, &query, &as_table, &error)) {
        session = vt_api_session(data, &error);
        trail = session.db != NULL ? vt_trail_read(session.db, &query, &error) : NULL;
    }
    if (trail == NULL)
        vt_request_fail(request, error);
    else if (as_table)
        reply_table(request, trail);
    else
        vt_api_reply_json(request, trail);
}
