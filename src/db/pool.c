#include "db/pool.h"

#include "base/thread.h"

struct _VtDbPool {
    char *url; /* owned */
    guint max;
    VtMutex mutex;
    VtCond given;
    GQueue idle;  /* VtDb, owned; guarded by mutex */
    guint n_open; /* guarded by mutex */
};

VtDbPool *
vt_db_pool_new(const char *url, guint max)
{
    VtDbPool *self = g_new0(VtDbPool, 1);

    self->url = g_strdup(url);
    self->max = max;
    vt_mutex_init(&self->mutex);
    vt_cond_init(&self->given);
    g_queue_init(&self->idle);
    return self;
}

void
vt_db_pool_free(VtDbPool *self)
{
    VtDb *db;

    if (self == NULL)
        return;
    g_warn_if_fail(self->idle.length == self->n_open);
    while ((db = g_queue_pop_head(&self->idle)) != NULL)
        vt_db_free(db);
    vt_cond_clear(&self->given);
    vt_mutex_clear(&self->mutex);
    g_free(self->url);
    g_free(self);
}

/* An idle session, or NULL after reserving the right to open one. */
static VtDb *
take_idle(VtDbPool *self)
{
    VtDb *db;

    VT_LOCKED(&self->mutex);
    while ((db = g_queue_pop_head(&self->idle)) == NULL && self->n_open >= self->max)
        vt_cond_wait(&self->given, &self->mutex);
    if (db == NULL)
        self->n_open++;
    return db;
}

static void
forget_one(VtDbPool *self)
{
    VT_LOCKED(&self->mutex);
    self->n_open--;
    vt_cond_signal(&self->given);
}

VtDb *
vt_db_pool_take(VtDbPool *self, GError **error)
{
    VtDb *db = take_idle(self);

    if (db == NULL)
        db = vt_db_open(self->url, VT_DB_DURABLE, error);
    if (db == NULL)
        forget_one(self);
    return db;
}

void
vt_db_pool_give(VtDbPool *self, VtDb *db)
{
    if (vt_db_is_lost(db)) {
        vt_db_free(db);
        forget_one(self);
        return;
    }
    VT_LOCKED(&self->mutex);
    g_queue_push_head(&self->idle, db);
    vt_cond_signal(&self->given);
}
