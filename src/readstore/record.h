/* The records of a read store beside product rows, as sync gives them and delivery gets them.
 *
 * A record that was found owns its strings; one that is put borrows them.
 */
#pragma once

#include "contract/contract.h"
#include "resolve/resolve.h"

#include <glib.h>

/* Bytes of any one text of a record. */
#define VT_READSTORE_MAX_TEXT (1024 * 1024)

/* Configuration rows of this kind: settings a node follows. KEEP_S: seconds an answer of the
 * channel API is kept from when it was made, "0": until the store changes. */
#define VT_READSTORE_SETTING "setting"
#define VT_READSTORE_KEEP_S "keep_s"

/* A published asset in one locale. */
typedef struct {
    gint64 asset; /* id, at least 1 */
    char *locale; /* a tag, or `system_neutral` */
    char *name;   /* of the asset: unique in the tenant */
    VtAssetType type;
    char *title, *alt, *caption; /* NULL where empty */
    char *hash;                  /* of the binary shown: its own or the neutral one */
    char *media_type;            /* such as `image/jpeg` */
    gint64 bytes;
    int width, height;   /* pixels, 0 where it has none */
    gboolean own_binary; /* the locale has a binary of its own: addresses carry ?locale= */
    char *attributes;    /* see readstore/attributes.h; NULL: none */
    char *words;         /* what else it is found by; put only: a read leaves it NULL */
} VtReadstoreAsset;

/* An id of the image server. */
typedef struct {
    char *code;
    gint64 asset; /* id */
    char *modifier,
        *postmodifier; /* commands put before and after those of a request, NULL: none */
    gboolean crop;     /* whether @rectangle applies */
    VtResolveCrop rectangle;
    char *attributes; /* JSON object, NULL: none */
} VtReadstoreImage;

typedef struct {
    char *code;
    char *default_locale;
    char *body; /* JSON of /config: locales, dimension values, central swatches */
} VtReadstoreChannel;

void vt_readstore_asset_free(VtReadstoreAsset *self);     /* NULL is allowed */
void vt_readstore_image_free(VtReadstoreImage *self);     /* NULL is allowed */
void vt_readstore_channel_free(VtReadstoreChannel *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtReadstoreAsset, vt_readstore_asset_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtReadstoreImage, vt_readstore_image_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtReadstoreChannel, vt_readstore_channel_free)

/* A rectangle as it stands in the store: four numbers with blanks between. Reading back gives the
 * same numbers. FALSE from parse when it is not that. */
char *vt_readstore_rectangle_text(const VtResolveCrop *rectangle); /* newly allocated */
gboolean vt_readstore_rectangle_parse(const char *text, VtResolveCrop *ret_rectangle);
