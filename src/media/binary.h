/* Facts of a binary, by its hash: kept once however many assets use the bytes.
 *
 * Functions use the session they are given, in its transaction if there is one, and fail with the
 * errors of db.h only.
 */
#pragma once

#include "base/hash.h"
#include "db/db.h"

typedef struct {
    VtHash hash;
    guint64 bytes;
    char format[16]; /* "jpeg", "mp4", … as the decoder calls it; "" when none looked */
    char mime[80];
    int width, height; /* px, upright; 0 for what has none */
    gboolean has_alpha;
    guint pyramid_version; /* 0: none was made */
    int playtime_s;        /* 0: it does not play */
    char video_codec[16];  /* "h264", "vp9", …; "" without moving pictures */
    char audio_codec[16];  /* "aac", "opus", …; "" without sound */
} VtBinary;

/* @ret_found tells whether the hash is known. */
gboolean vt_binary_find(
    VtDb *db, const char *hash, VtBinary *ret_binary, gboolean *ret_found, GError **error);

/* At most @limit of those whose hash is after @after ("": the first), in order of the hash, as
 * owned VtBinary*: hash and pyramid_version only. */
GPtrArray *vt_binary_page(VtDb *db, const char *after, guint limit, GError **error);

/* Keeps the facts. Of a hash that is known they stay; only pyramid_version follows @binary. */
gboolean vt_binary_put(VtDb *db, const VtBinary *binary, gint64 now_us, GError **error);
