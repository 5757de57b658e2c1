/* The contexts people can work in: Omnichannel and the tenant's channels, Neutral and their
 * locales. */
#include "api/api.h"

#include "api/api_private.h"
#include "tenant/channel.h"

static json_t *
texts(char **list)
{
    json_t *array = json_array();

    for (; *list != NULL; list++)
        json_array_append_new(array, json_string(*list));
    return array;
}

static json_t *
list_contexts(VtDb *db, gint64 tenant_id, GError **error)
{
    g_autoptr(GPtrArray) channels = vt_channel_list(db, tenant_id, error);
    g_auto(GStrv) locales = NULL;
    json_t *list;

    if (channels == NULL)
        return NULL;
    locales = vt_channel_all_locales(channels);
    list = json_array();
    for (guint i = 0; i < channels->len; i++) {
        const VtChannel *channel = g_ptr_array_index(channels, i);

        json_array_append_new(list,
            json_pack("{s:s,s:s,s:s,s:s,s:s,s:o}", "code", channel->code, "name", channel->name,
                "type", vt_channel_type_names[channel->type], "database", channel->database,
                "default_locale", channel->default_locale, "locales", texts(channel->locales)));
    }
    return json_pack("{s:o,s:o}", "channels", list, "locales", texts(locales));
}

void
vt_api_context_list(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_auto(VtApiSession) session = vt_api_session(data, &error);
    json_t *list = session.db != NULL
                       ? list_contexts(session.db, vt_api_user(request)->tenant_id, &error)
                       : NULL;

    if (list != NULL)
        vt_api_reply_json(request, list);
    else
        vt_request_fail(request, error);
}
