/* What a read store says of an asset beside its texts and its binary: the JSON object in
 * VtReadstoreAsset.attributes.
 *
 *     {"modified_s","poster":{"hash","width","height"},"playtime","minimum_age","force_download",
 *      "focal":{"x","y"},"tracks":[{"role","language","hash","media_type","bytes"}],
 *      "members":[{"name","type","hash","width","height","locales","swatch","color","label"}],
 *      "rows","not_image","not_content"}
 *
 * Absent keys are empty. A reader takes what it understands: a newer program may have written it.
 */
#pragma once

#include "contract/contract.h"
#include "readstore/record.h"

#include <glib.h>

/* A file beside the binary. */
typedef struct {
    VtTrackRole role;
    char *language; /* a locale tag, or "" */
    char *hash;
    char *media_type;
    gint64 bytes;
} VtReadstoreTrack;

/* A published asset of a set. */
typedef struct {
    char *name;
    VtAssetType type;
    char *hash;        /* of what is shown of it, or NULL */
    int width, height; /* pixels, 0 where it has none */
    char **locales;    /* those it has a binary of its own in; or NULL */
    char *swatch;      /* name of a published picture, or NULL */
    char *color;       /* `#rrggbb`, or NULL */
    char *label;       /* or NULL */
} VtReadstoreMember;

typedef struct {
    gint64 modified_s;               /* when it last changed, seconds since 1970; -1: not known */
    char *poster;                    /* hash of the master shown for what is no picture, or NULL */
    int poster_width, poster_height; /* pixels of that master */
    int playtime_s;                  /* 0: it does not play */
    int minimum_age;                 /* years; 0: any */
    gboolean force_download;
    gboolean has_focal;
    double focal_x, focal_y; /* fractions */
    GPtrArray *tracks;       /* owned VtReadstoreTrack*; never NULL */
    GPtrArray *members;      /* of a set in order, owned VtReadstoreMember*; never NULL */
    int rows;                /* of its members; 0 and 1: one */
    gboolean not_image;      /* published, but not for /is/image */
    gboolean not_content;    /* … not for /is/content */
} VtReadstoreAttributes;

/* Nothing known. */
void vt_readstore_attributes_init(VtReadstoreAttributes *self);
void vt_readstore_attributes_clear(VtReadstoreAttributes *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtReadstoreAttributes, vt_readstore_attributes_clear)

/* Copies. */
void vt_readstore_attributes_add_track(VtReadstoreAttributes *self, const VtReadstoreTrack *track);

void vt_readstore_attributes_add_member(
    VtReadstoreAttributes *self, const VtReadstoreMember *member);

/* The track of @role and exactly @language, or NULL; borrowed. */
const VtReadstoreTrack *vt_readstore_attributes_find_track(
    const VtReadstoreAttributes *self, VtTrackRole role, const char *language);

char *vt_readstore_attributes_format(const VtReadstoreAttributes *self); /* newly allocated */

/* @text: NULL is allowed; what is not of the form counts as nothing known. @ret_attributes is to be
 * cleared. */
void vt_readstore_attributes_parse(const char *text, VtReadstoreAttributes *ret_attributes);

/* Whether the channel API names the asset: one that is not served where its address leads is none
 * of its business. */
gboolean vt_readstore_asset_is_named(const VtReadstoreAsset *asset);
