/* The bytes of an asset as it was finished last, for people who are signed in: what nobody else
 * sees before it is published. */
#include "api/api.h"

#include "api/api_private.h"
#include "base/error.h"
#include "base/locale.h"
#include "base/text.h"
#include "media/asset_edit.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What one request asks for. */
typedef struct {
    char hash[VT_HASH_LENGTH + 1];
    char *mime; /* owned */
} Wanted;

static void
wanted_clear(Wanted *self)
{
    g_free(self->mime);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wanted, wanted_clear)

static gboolean
want(Wanted *self, const char *hash, const char *mime, GError **error)
{
    if (hash == NULL)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "the asset has no such content");
    g_strlcpy(self->hash, hash, sizeof self->hash);
    self->mime = g_strdup(mime != NULL ? mime : "application/octet-stream");
    return TRUE;
}

/* A track speaks the language of its locale unless the query names another. */
static gboolean
want_track(Wanted *self,
    const VtRequest *request,
    const VtAssetPlace *place,
    const VtAssetContent *content,
    GError **error)
{
    const char *word = vt_request_query_value(request, "track");
    const char *language = vt_request_query_value(request, "lang");
    int role = vt_text_index(vt_track_role_names, VT_TRACK_ROLE_COUNT, word);
    const VtTrack *track;

    if (role < 0)
        return vt_throw(error, VT_ERROR_BAD_ENUM, "track cannot be '%s'", word);
    if (language == NULL)
        language = strcmp(place->locale, VT_LOCALE_NEUTRAL) == 0 ? "" : place->locale;
    track = vt_asset_content_find_track(content, (VtTrackRole)role, language);
    return want(
        self, track != NULL ? track->blob : NULL, track != NULL ? track->mime : NULL, error);
}

/* A locale without bytes of its own shows the neutral ones. */
static gboolean
want_binary(Wanted *self,
    VtDb *db,
    const VtAssetPlace *place,
    const VtAssetContent *content,
    GError **error)
{
    g_auto(VtAssetContent) neutral = {0};

    if (content->blob != NULL)
        return want(self, content->blob, content->mime, error);
    return vt_asset_head_content(db, place->asset.asset_id, VT_LOCALE_NEUTRAL, &neutral, error) &&
           want(self, neutral.blob, neutral.mime, error);
}

static gboolean
find_wanted(VtApi *api, const VtRequest *request, Wanted *wanted, GError **error)
{
    g_auto(VtApiSession) session = vt_api_session(api, error);
    g_autofree VtAssetPlace *place = NULL;
    g_auto(VtAssetContent) content = {0};

    if (session.db == NULL)
        return FALSE;
    place = vt_asset_place_find(session.db, vt_api_user(request)->tenant_id,
        vt_request_path_value(request, "asset"), vt_request_query_value(request, "locale"), error);
    if (place == NULL ||
        !vt_asset_head_content(session.db, place->asset.asset_id, place->locale, &content, error))
        return FALSE;
    return vt_request_query_value(request, "track") != NULL
               ? want_track(wanted, request, place, &content, error)
               : want_binary(wanted, session.db, place, &content, error);
}

/* Foreign bytes on the origin of people's sessions: nothing of them may run. */
static VtReply *
reply_with(const Wanted *wanted, int fd, guint64 length)
{
    VtReply *reply = vt_reply_new_file(wanted->mime, fd, 0, length);

    vt_reply_set_etag(reply, wanted->hash);
    vt_reply_allow_ranges(reply);
    vt_reply_add_header(reply, "Cache-Control", "private, no-cache");
    vt_reply_add_header(reply, "Content-Disposition", "attachment");
    vt_reply_add_header(reply, "Content-Security-Policy", "sandbox; default-src 'none'");
    vt_reply_add_header(reply, "X-Content-Type-Options", "nosniff");
    return reply;
}

static VtReply *
answer(VtApi *api, const VtRequest *request, GError **error)
{
    g_auto(Wanted) wanted = {0};
    struct stat facts;
    int fd;

    if (!find_wanted(api, request, &wanted, error))
        return NULL;
    fd = vt_blob_open_original(api->blobs, wanted.hash, error);
    if (fd < 0)
        return NULL;
    if (fstat(fd, &facts) != 0) {
        vt_throw_errno(error, "cannot look at '%s'", wanted.hash);
        close(fd);
        return NULL;
    }
    return reply_with(&wanted, fd, (guint64)facts.st_size);
}

void
vt_api_asset_content(VtRequest *request, gpointer data)
{
    g_autoptr(GError) error = NULL;
    VtReply *reply = answer(data, request, &error);

    if (reply != NULL)
        vt_request_reply(request, reply);
    else
        vt_request_fail(request, error);
}
