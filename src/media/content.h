/* What a revision of an asset in one locale says: texts, what a player needs, and a binary of its
 * own or none.
 *
 * As JSON with keys in a fixed order, so that equal content is equal text:
 *     {"blob","mime","bytes","width","height","alpha","playtime","alt","title","caption",
 *      "description","tags","focal":{"x","y"},"minimum_age","force_download",
 *      "tracks":[{"role","language","blob","mime","bytes"}],"members":[…],"rows"}
 * Absent keys are empty. Unknown keys of a newer program are kept out: such a body is refused.
 */
#pragma once

#include "contract/contract.h"
#include "media/binary.h"
#include "media/member.h"

enum {
    VT_ASSET_MAX_TRACKS = 100,
    VT_ASSET_MAX_AGE = 150,          /* years */
    VT_ASSET_MAX_PLAYTIME_S = 604800 /* a week */
};

/* A file beside the binary: captions in a language, a thumbnail, a second sound. */
typedef struct {
    VtTrackRole role;
    char *language; /* a locale tag, or "" */
    char *blob;     /* hash */
    char *mime;
    guint64 bytes;
} VtTrack;

typedef struct {
    char *blob; /* hash of its own binary, or NULL: the neutral variant's is shown */
    char *mime;
    guint64 bytes;
    int width, height; /* px */
    gboolean has_alpha;
    int playtime_s; /* 0: it does not play */
    char *alt;
    char *title;
    char *caption;
    char *description;
    char **tags; /* or NULL */
    gboolean has_focal;
    double focal_x, focal_y; /* what matters most: fractions of width and height, 0 to 1 */
    int minimum_age;         /* years a viewer must have, 0: any */
    gboolean force_download; /* browsers save it instead of showing it */
    GPtrArray *tracks;       /* owned VtTrack*, by role and language, each pair once; NULL: none */
    GPtrArray *members; /* of a set, owned, see member.h; NULL: the neutral variant's are shown */
    int rows;           /* of a set's members, all of one length; 0 and 1: one */
} VtAssetContent;

/* The texts of a content by their keys: what is written, read, sent and shown of them goes by this
 * table. */
enum { VT_ASSET_N_TEXTS = 4 };
extern const char *const vt_asset_text_keys[VT_ASSET_N_TEXTS];

/* Where the text of key @i is kept. */
char **vt_asset_content_text(VtAssetContent *self, gsize i);

void vt_asset_content_clear(VtAssetContent *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtAssetContent, vt_asset_content_clear)

/* Whether it has something to show of its own: a binary, or members. */
gboolean vt_asset_content_is_shown(const VtAssetContent *self);

/* Copies the facts of @binary in, its playing time too. */
void vt_asset_content_set_binary(VtAssetContent *self, const VtBinary *binary);

/* Leaves the content without a binary of its own. */
void vt_asset_content_drop_binary(VtAssetContent *self);

/* Puts @binary in as the track of @role and @language (a valid tag, or ""), in place of the one
 * that is there. VT_ERROR_TOO_LARGE when there are VT_ASSET_MAX_TRACKS others. */
gboolean vt_asset_content_put_track(VtAssetContent *self,
    VtTrackRole role,
    const char *language,
    const VtBinary *binary,
    GError **error);

/* The track of @role and exactly @language, or NULL; borrowed. */
const VtTrack *vt_asset_content_find_track(
    const VtAssetContent *self, VtTrackRole role, const char *language);

/* FALSE when there was none. */
gboolean vt_asset_content_remove_track(
    VtAssetContent *self, VtTrackRole role, const char *language);

/* Tags written with commas between: trimmed, without empty ones; owned. */
char **vt_asset_tags_split(const char *text);

/* The body of a revision, newly allocated; equal content gives equal text. */
char *vt_asset_content_format(const VtAssetContent *self);

/* Empty content for NULL, a tombstone. VT_ERROR_BAD_JSON when @body is not of the form.
 * @ret_content is to be cleared. */
gboolean vt_asset_content_parse(const char *body, VtAssetContent *ret_content, GError **error);
