/* The read stores of a directory: DIRECTORY/TENANT/DATABASE.db, one for each channel database.
 *
 * New, advanced and replaced stores are noticed by a thread of its own within a moment, and at once
 * by whoever applied a batch in this process: vt_nodes_refresh(). A channel is answered from the
 * tenant's store that has it; pictures from the tenant's store that has come furthest. Any thread.
 *
 * A preview has no store: one that holds what a request asks for is made for it and removed with
 * the answer. So it is for everything in the test context.
 */
#pragma once

#include "delivery/answer_cache.h"
#include "readstore/reader.h"

typedef struct _VtNodes VtNodes;

/* What a request for a preview asks for. Borrowed; NULL where it does not. */
typedef struct {
    const char *word; /* names the preview; NULL: the test context */
    const char *tenant;
    const char *channel;
    const char *const *products; /* ids, NULL-terminated */
    const char *category;
    const char *image; /* an id of the image server */
} VtPreviewAsk;

/* Writes the read store that answers at @path; what is not there is left out of it.
 * VT_ERROR_PREVIEW_INVALID, VT_ERROR_PREVIEW_ENDED, or any other. Any thread. */
typedef gboolean (*VtPreviewMake)(
    gpointer data, const VtPreviewAsk *ask, const char *path, GError **error);

typedef struct {
    const char *directory;      /* need not exist yet */
    guint n_readers;            /* threads that read at once */
    gboolean is_test;           /* there are no stores, one is made for each request */
    const char *preview_folder; /* emptied; where stores of previews are made; NULL: none are */
    VtPreviewMake make_preview;
    gpointer preview_data;
} VtNodesOptions;

VtNodes *vt_nodes_new(const VtNodesOptions *options);
void vt_nodes_free(VtNodes *self); /* every look must be over; NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtNodes, vt_nodes_free)

/* Whether this is the test context: every request is answered as one for a preview. */
gboolean vt_nodes_are_test(const VtNodes *self);

/* When it returns, no answer older than the stores are now is found in any cache. */
void vt_nodes_refresh(VtNodes *self);

/* FALSE with VT_ERROR_STORAGE, _DATABASE or _DAMAGED naming a store that cannot answer. No store at
 * all is fine: nothing was published yet. */
gboolean vt_nodes_check(VtNodes *self, GError **error);

/* One answer's look at a store, at one log number. Belongs to one thread. */
typedef struct {
    gpointer store;        /* owned reference */
    VtReadstoreRead *read; /* owned */
    VtStamp *stamp;        /* owned: moves when an answer of this kind may have changed */
    guint64 made_at;       /* the stamp before the read began */
    gint64 keep_us; /* how long the answer is kept whatever changes; 0: until the stamp moves */
    gboolean is_private; /* nobody may keep the answer: the store was made for it */
} VtLook;

/* Whether nothing that the answer may have shown has changed since. */
gboolean vt_look_is_current(const VtLook *self);

/* Who may keep an answer. */
typedef enum {
    VT_KEEP_ANYBODY,
    VT_KEEP_NOBODY, /* a publish came in between: edges have forgotten it already */
    VT_KEEP_PRIVATE /* it is not public at all */
} VtKeep;
VtKeep vt_look_keep(const VtLook *self);

/* The headers of what is not public: nobody keeps it, lists it, or tells its address on. */
void vt_keep_private(VtReply *reply);

void vt_look_clear(VtLook *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtLook, vt_look_clear)

/* For answers of a channel. Where the tenant keeps them for a time, the stamp moves when that rule
 * changes, not with the content. FALSE with VT_ERROR_NOT_FOUND (no such tenant or channel) or the
 * errors of readstore/reader.h. The outputs are set on success only. */
gboolean vt_nodes_look_at_channel(VtNodes *self,
    const char *tenant,
    const char *channel,
    VtLook *ret_look,
    VtReadstoreChannel **ret_channel,
    GError **error);

/* For pictures. The same errors. */
gboolean vt_nodes_look_at_images(
    VtNodes *self, const char *tenant, VtLook *ret_look, GError **error);

/* For a preview. Errors of VtPreviewMake; VT_ERROR_PREVIEW_INVALID when there are none here. */
gboolean vt_nodes_look_at_preview(
    VtNodes *self, const VtPreviewAsk *ask, VtLook *ret_look, GError **error);
