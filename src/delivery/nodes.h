/* The read stores of a directory: DIRECTORY/TENANT/DATABASE.db, one for each channel database.
 *
 * New, advanced and replaced stores are noticed by a thread of its own within a moment, and at once
 * by whoever applied a batch in this process: vt_nodes_refresh(). A channel is answered from the
 * tenant's store that has it; pictures from the tenant's store that has come furthest. Any thread.
 */
#pragma once

#include "delivery/answer_cache.h"
#include "readstore/reader.h"

typedef struct _VtNodes VtNodes;

/* The directory need not exist yet. @n_readers: threads that read at once. */
VtNodes *vt_nodes_new(const char *directory, guint n_readers);
void vt_nodes_free(VtNodes *self); /* every look must be over; NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtNodes, vt_nodes_free)

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
} VtLook;

/* Whether nothing that the answer may have shown has changed since. */
gboolean vt_look_is_current(const VtLook *self);

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
