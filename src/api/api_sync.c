/* How far each channel database has come, for `publish --wait` and status pages. */
#include "api/api.h"

#include "api/api_private.h"
#include "changelog/consumer.h"
#include "tenant/channel.h"

#include <string.h>

/* The consumer of @database; NULL before its first run. */
static const VtConsumer *
find(const GPtrArray *consumers, const char *tenant, const char *database)
{
    g_autofree char *name = vt_sync_consumer_name(tenant, database);

    for (guint i = 0; i < consumers->len; i++) {
        const VtConsumer *consumer = g_ptr_array_index(consumers, i);

        if (strcmp(consumer->name, name) == 0)
            return consumer;
    }
    return NULL;
}

static json_t *
describe(VtDb *db, const char *tenant, gint64 tenant_id, gint64 seq, GError **error)
{
    g_autoptr(GPtrArray) consumers = vt_consumer_list(db, tenant_id, error);
    g_auto(GStrv) databases = consumers != NULL ? vt_channel_databases(db, tenant_id, error) : NULL;
    gint64 head = 0;
    json_t *list;

    if (databases == NULL || !vt_changelog_head(db, &head, error))
        return NULL;
    list = json_array();
    for (char **database = databases; *database != NULL; database++) {
        const VtConsumer *consumer = find(consumers, tenant, *database);
        gint64 reached = consumer != NULL ? consumer->seq : 0;

        json_array_append_new(
            list, json_pack("{s:s,s:I,s:b,s:s?}", "name", *database, "seq", (json_int_t)reached,
                      "confirmed", reached >= (seq != 0 ? seq : head), "problem",
                      consumer != NULL ? consumer->problem : NULL));
    }
    return json_pack("{s:I,s:o}", "head", (json_int_t)head, "databases", list);
}

void
vt_api_sync_status(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    const char *text = vt_request_query_value(request, "seq");
    gint64 seq = 0;
    json_t *status = NULL;

    if (text != NULL && !g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &seq, NULL))
        vt_throw(&error, VT_ERROR_BAD_VALUE, "\"seq\" must be a log number");
    else if (session.db != NULL)
        status = describe(session.db, vt_request_path_value(request, "tenant"),
            vt_api_user(request)->tenant_id, seq, &error);
    if (status != NULL)
        vt_api_reply_json(request, status);
    else
        vt_request_fail(request, error);
}
