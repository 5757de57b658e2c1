#include "delivery/published.h"

#include "base/error.h"
#include "base/locale.h"
#include "base/log.h"
#include "readstore/tag.h"

#include <string.h>

void
vt_published_clear(VtPublished *self)
{
    vt_look_clear(&self->look);
    g_clear_pointer(&self->image, vt_readstore_image_free);
    g_clear_pointer(&self->asset, vt_readstore_asset_free);
    vt_readstore_attributes_clear(&self->attributes);
    g_clear_pointer(&self->tags, g_free);
}

/* The id of the path; one slash at its end means nothing. */
static char *
id_of(VtRequest *request)
{
    char *id = g_strdup(vt_request_path_value(request, "asset"));
    gsize length = strlen(id);

    if (length > 0 && id[length - 1] == '/')
        id[length - 1] = '\0';
    return id;
}

/* The last locale= of the query, canonical; Neutral where none is asked or what is asked is no tag.
 * Command names have no case. */
static char *
locale_of(VtRequest *request)
{
    const VtTarget *target = vt_request_target(request);
    char *locale = NULL;

    for (guint i = vt_target_n_pairs(target); i > 0 && locale == NULL; i--) {
        const VtTargetPair *pair = vt_target_pair(target, i - 1);

        if (g_ascii_strcasecmp(pair->name, "locale") == 0)
            locale = vt_locale_parse(pair->value, NULL);
    }
    return locale != NULL ? locale : g_strdup(VT_LOCALE_NEUTRAL);
}

static char *
tags_of(const char *tenant, const char *id)
{
    g_autofree char *image = vt_tag_image(tenant, id);
    g_autofree char *setup = vt_tag_setup(tenant);

    return g_strconcat(image, " ", setup, NULL);
}

static gboolean
look(VtNodes *nodes, VtRequest *request, const char *id, VtLook *ret_look, GError **error)
{
    const VtPreviewAsk ask = {.word = vt_request_path_value(request, "preview"),
        .tenant = vt_request_path_value(request, "tenant"),
        .image = id};

    return ask.word != NULL || vt_nodes_are_test(nodes)
               ? vt_nodes_look_at_preview(nodes, &ask, ret_look, error)
               : vt_nodes_look_at_images(nodes, ask.tenant, ret_look, error);
}

gboolean
vt_published_find(VtNodes *nodes,
    VtRequest *request,
    gboolean as_content,
    VtPublished *ret_published,
    GError **error)
{
    const char *tenant = vt_request_path_value(request, "tenant");
    g_autofree char *id = id_of(request);
    g_autofree char *locale = locale_of(request);
    g_auto(VtPublished) found = {0};

    if (!look(nodes, request, id, &found.look, error))
        return FALSE;
    found.image = vt_readstore_find_image(found.look.read, id, error);
    if (found.image == NULL)
        return FALSE;
    found.asset = vt_readstore_find_asset(found.look.read, found.image->asset, locale, error);
    if (found.asset == NULL)
        return FALSE;
    vt_readstore_attributes_parse(found.asset->attributes, &found.attributes);
    if (as_content ? found.attributes.not_content : found.attributes.not_image)
        return vt_throw(error, VT_ERROR_NOT_FOUND, "'%s' is not published for this address", id);
    found.tags = tags_of(tenant, id);
    *ret_published = found;
    memset(&found, 0, sizeof found);
    return TRUE;
}

static gboolean
is_sentence_for_client(VtErrorCode code)
{
    return code == VT_ERROR_IMAGE_VALUE || code == VT_ERROR_IMAGE_FORMAT ||
           code == VT_ERROR_IMAGE_REQUEST || code == VT_ERROR_IMAGE_SIZE;
}

/* A preview that is none is told as such: nothing is given away. */
static gboolean
refuse_preview(VtRequest *request, const GError *error)
{
    VtReply *reply;

    if (!vt_error_is(error, VT_ERROR_PREVIEW_INVALID) &&
        !vt_error_is(error, VT_ERROR_PREVIEW_ENDED))
        return FALSE;
    reply = vt_reply_new_error(error);
    vt_keep_private(reply);
    vt_request_reply(request, reply);
    return TRUE;
}

static void
refuse(VtRequest *request, const GError *error)
{
    VtErrorCode given = vt_error_code(error);
    VtErrorCode code = given == VT_ERROR_NOT_FOUND ? VT_ERROR_IMAGE_NOT_FOUND : given;
    const VtErrorRow *row = &vt_error_rows[code];
    VtReply *reply =
        vt_reply_new_text(row->status, is_sentence_for_client(code) ? error->message : row->text);

    if (row->status >= 500 || code == VT_ERROR_IMAGE_UNREADABLE)
        vt_log(code == VT_ERROR_BUSY ? VT_LOG_DEBUG : VT_LOG_ERROR, "image.failed", "%s: %s",
            vt_request_raw_target(request), error->message);
    if (row->retry)
        vt_reply_add_header(reply, "Retry-After", "1");
    vt_reply_add_header(reply, "Cache-Control", "no-store");
    vt_reply_add_header(reply, "Access-Control-Allow-Origin", "*");
    vt_request_reply(request, reply);
}

void
vt_published_refuse(VtRequest *request, const GError *error)
{
    if (!refuse_preview(request, error))
        refuse(request, error);
}

void
vt_published_dress(VtReply *reply, const char *tags, gint64 modified_s, VtKeep keep)
{
    gboolean kept = keep == VT_KEEP_ANYBODY;

    vt_reply_set_expires(reply, kept ? VT_PUBLISHED_TTL_S : 0);
    vt_reply_allow_ranges(reply);
    if (modified_s >= 0)
        vt_reply_set_modified(reply, modified_s);
    vt_reply_add_header(reply, "Access-Control-Allow-Origin", "*");
    if (keep == VT_KEEP_PRIVATE) {
        vt_keep_private(reply);
        return;
    }
    vt_reply_add_header(
        reply, "Cache-Control", kept ? "max-age=" G_STRINGIFY(VT_PUBLISHED_TTL_S) : "no-store");
    vt_reply_add_header(reply, "Surrogate-Key", tags);
}
