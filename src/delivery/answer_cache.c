/* See answer_cache.h. Sixteen shards with a mutex each, for every request of every event thread
 * comes by.
 */
#include "delivery/answer_cache.h"

#include "base/thread.h"

#include <stdatomic.h>
#include <string.h>

#define N_SHARDS 16
#define COST_OF_ANSWER 1024 /* bytes of headers, both responses and the entry; estimated */

struct _VtStamp {
    _Atomic guint references;
    _Atomic guint64 now;
};

typedef struct {
    GList link;     /* in recent */
    char *target;   /* owned */
    VtReply *reply; /* owned reference */
    gsize n_bytes;
    VtStamp *stamp; /* owned reference */
    guint64 made_at;
    gint64 until_us;
} Answer;

typedef struct {
    VtMutex mutex;
    GHashTable *by_target; /* Answer.target -> Answer, owned; guarded by mutex */
    GQueue recent;         /* of Answer by link, last used first; guarded by mutex */
    gsize n_bytes;         /* guarded by mutex */
} Shard;

struct _VtAnswerCache {
    gsize max_bytes; /* of one shard */
    Shard shards[N_SHARDS];
};

VtStamp *
vt_stamp_new(void)
{
    VtStamp *self = g_new0(VtStamp, 1);

    atomic_init(&self->references, 1);
    return self;
}

VtStamp *
vt_stamp_ref(VtStamp *self)
{
    atomic_fetch_add(&self->references, 1);
    return self;
}

void
vt_stamp_unref(VtStamp *self)
{
    if (self != NULL && atomic_fetch_sub(&self->references, 1) == 1)
        g_free(self);
}

guint64
vt_stamp_now(const VtStamp *self)
{
    return atomic_load(&self->now);
}

void
vt_stamp_advance(VtStamp *self)
{
    atomic_fetch_add(&self->now, 1);
}

static void
answer_free(gpointer data)
{
    Answer *answer = data;

    vt_reply_unref(answer->reply);
    vt_stamp_unref(answer->stamp);
    g_free(answer->target);
    g_free(answer);
}

VtAnswerCache *
vt_answer_cache_new(gsize max_bytes)
{
    VtAnswerCache *self = g_new0(VtAnswerCache, 1);

    self->max_bytes = max_bytes / N_SHARDS;
    for (guint i = 0; i < N_SHARDS; i++) {
        vt_mutex_init(&self->shards[i].mutex);
        self->shards[i].by_target =
            g_hash_table_new_full(g_str_hash, g_str_equal, NULL, answer_free);
        g_queue_init(&self->shards[i].recent);
    }
    return self;
}

void
vt_answer_cache_free(VtAnswerCache *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < N_SHARDS; i++) {
        g_hash_table_unref(self->shards[i].by_target);
        vt_mutex_clear(&self->shards[i].mutex);
    }
    g_free(self);
}

static Shard *
shard_of(VtAnswerCache *self, const char *target)
{
    guint hash = g_str_hash(target);

    return &self->shards[(hash ^ hash >> 16) % N_SHARDS];
}

/* With the mutex held. */
static void
drop(Shard *shard, Answer *answer)
{
    g_queue_unlink(&shard->recent, &answer->link);
    shard->n_bytes -= answer->n_bytes;
    g_hash_table_remove(shard->by_target, answer->target);
}

VtReply *
vt_answer_cache_find(VtAnswerCache *self, const char *target, gint64 now_us)
{
    Shard *shard = shard_of(self, target);
    Answer *answer;
    VT_LOCKED(&shard->mutex);

    answer = g_hash_table_lookup(shard->by_target, target);
    if (answer == NULL)
        return NULL;
    if (vt_stamp_now(answer->stamp) != answer->made_at || now_us >= answer->until_us) {
        drop(shard, answer);
        return NULL;
    }
    if (shard->recent.head != &answer->link) {
        g_queue_unlink(&shard->recent, &answer->link);
        g_queue_push_head_link(&shard->recent, &answer->link);
    }
    return vt_reply_ref(answer->reply);
}

void
vt_answer_cache_put(VtAnswerCache *self,
    const char *target,
    VtReply *reply,
    gsize n_bytes,
    VtStamp *stamp,
    guint64 made_at,
    gint64 until_us)
{
    Shard *shard = shard_of(self, target);
    gsize cost = n_bytes + strlen(target) + COST_OF_ANSWER;
    Answer *answer;
    VT_LOCKED(&shard->mutex);

    answer = g_hash_table_lookup(shard->by_target, target);
    if (answer != NULL)
        drop(shard, answer);
    if (cost > self->max_bytes)
        return;
    while (shard->n_bytes + cost > self->max_bytes)
        drop(shard, shard->recent.tail->data);

    answer = g_new0(Answer, 1);
    answer->link.data = answer;
    answer->target = g_strdup(target);
    answer->reply = vt_reply_ref(reply);
    answer->n_bytes = cost;
    answer->stamp = vt_stamp_ref(stamp);
    answer->made_at = made_at;
    answer->until_us = until_us;
    shard->n_bytes += cost;
    g_hash_table_insert(shard->by_target, answer->target, answer);
    g_queue_push_head_link(&shard->recent, &answer->link);
}
