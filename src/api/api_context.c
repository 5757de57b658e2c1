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

json_t *
vt_api_context_list(const VtApiCall *call, GError **error)
{
    g_autoptr(GPtrArray) channels = vt_channel_list(call->db, call->tenant_id, error);
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
