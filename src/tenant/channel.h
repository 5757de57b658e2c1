/* Channels: where a tenant sells. Each has locales and belongs to one channel database.
 *
 * The pseudo-channel `Omnichannel` ("all channels") has id 0 and no row.
 */
#pragma once

#include "db/db.h"

#define VT_CHANNEL_OMNI 0
#define VT_CHANNEL_OMNI_CODE "Omnichannel"

typedef struct {
    gint64 channel_id;
    char *code;
    char *name;
    char *database;       /* name of its channel database */
    char *default_locale; /* one of @locales */
    char **locales;       /* canonical tags, NULL at the end, at least one */
    VtChannelType type;
} VtChannel;

void vt_channel_free(VtChannel *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtChannel, vt_channel_free)

/* All channels of a tenant in order of creation, as owned VtChannel*. */
GPtrArray *vt_channel_list(VtDb *db, gint64 tenant_id, GError **error);

/* The languages of a library: Neutral, then those of all channels, each once, sorted. Owned. */
char **vt_channel_all_locales(const GPtrArray *channels);

/* In a list of VtChannel*; NULL when there is none. Borrowed. */
const VtChannel *vt_channel_by_code(const GPtrArray *channels, const char *code);
const VtChannel *vt_channel_by_id(const GPtrArray *channels, gint64 channel_id);

/* The id of a channel named in a request: `Omnichannel` (any case) or empty is VT_CHANNEL_OMNI.
 * VT_ERROR_CHANNEL when the tenant has none of this code. */
gboolean vt_channel_parse(
    const GPtrArray *channels, const char *code, gint64 *ret_channel_id, GError **error);

/* Makes the channel, or gives the one of this code the name, type, locales and database of @spec
 * (its channel_id is ignored). The database is made if missing. @ret_changed tells whether a row
 * differs now. Errors: VT_ERROR_BAD_VALUE for a code, database name or default locale that cannot
 * be. The caller owns the transaction. */
gboolean vt_channel_put(VtDb *db,
    gint64 tenant_id,
    const VtChannel *spec,
    gint64 *ret_channel_id,
    gboolean *ret_changed,
    GError **error);

/* Names of the tenant's channel databases, sorted; owned. */
char **vt_channel_databases(VtDb *db, gint64 tenant_id, GError **error);
