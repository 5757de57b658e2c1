/* Finished replies in memory, by the raw target that asked for them.
 *
 * An answer is valid for the state of the data it was made from: it carries a stamp and the stamp's
 * number at that time, read before the data. When the stamp has moved on, the answer is gone. So
 * nothing here is ever purged, and nothing stale is ever found. An answer may also end at a time
 * given when it was made, which reading it does not put off. Any thread.
 */
#pragma once

#include "http/reply.h"

/* A number that only grows: one for each thing whose change makes answers old. */
typedef struct _VtStamp VtStamp;
VtStamp *vt_stamp_new(void);
VtStamp *vt_stamp_ref(VtStamp *self);
void vt_stamp_unref(VtStamp *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtStamp, vt_stamp_unref)
guint64 vt_stamp_now(const VtStamp *self);
void vt_stamp_advance(VtStamp *self);

#define VT_ANSWER_KEPT G_MAXINT64

typedef struct _VtAnswerCache VtAnswerCache;

/* Beyond @max_bytes (bodies and a fixed cost for each answer) the longest unused answers go. */
VtAnswerCache *vt_answer_cache_new(gsize max_bytes);
void vt_answer_cache_free(VtAnswerCache *self); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtAnswerCache, vt_answer_cache_free)

/* A new reference, or NULL. @now_us: of the clock that ends answers. */
VtReply *vt_answer_cache_find(VtAnswerCache *self, const char *target, gint64 now_us);

/* Keeps a reference of @reply, which must be shared. @made_at: what vt_stamp_now() said before the
 * data was read. @until_us: when the answer ends in any case; VT_ANSWER_KEPT: never. An answer
 * larger than a sixteenth of the cache is not kept. */
void vt_answer_cache_put(VtAnswerCache *self,
    const char *target,
    VtReply *reply,
    gsize n_bytes,
    VtStamp *stamp,
    guint64 made_at,
    gint64 until_us);
