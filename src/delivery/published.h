/* What an address under /is/ names: the image record of its id, the published asset behind it in
 * the locale asked, and the one way to refuse.
 *
 * What is unknown and what is not published is the same refusal, byte for byte, wherever it was
 * asked; refusals are plain text and never kept by caches.
 */
#pragma once

#include "delivery/nodes.h"
#include "http/request.h"
#include "readstore/attributes.h"

#define VT_PUBLISHED_TTL_S 36000 /* Expiration of 10 hours */

typedef struct {
    VtLook look;
    VtReadstoreImage *image; /* owned */
    VtReadstoreAsset *asset; /* owned; in the locale asked, else neutral */
    VtReadstoreAttributes attributes;
    char *tags; /* owned: the value of Surrogate-Key */
} VtPublished;

void vt_published_clear(VtPublished *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtPublished, vt_published_clear)

/* For a route with {tenant} and {asset...}, and {preview} where it is of a preview; under
 * /is/content if @as_content, else under /is/image. The last locale= of the query that is a tag
 * counts. FALSE with VT_ERROR_NOT_FOUND for all that is not there, whatever the reason, or the
 * errors of nodes.h. @ret_published is to be cleared, and is untouched on failure. */
gboolean vt_published_find(VtNodes *nodes,
    VtRequest *request,
    gboolean as_content,
    VtPublished *ret_published,
    GError **error);

/* Answers with the refusal @error asks for; VT_ERROR_NOT_FOUND becomes "Image not found." */
void vt_published_refuse(VtRequest *request, const GError *error);

/* What every answer under /is/ carries: how long it may be kept and by whom, who may read it, its
 * tags, when it changed, that parts may be asked for. The tag that names its bytes is the caller's.
 */
void vt_published_dress(VtReply *reply, const char *tags, gint64 modified_s, VtKeep keep);
