/* What a batch of the change log makes old. */
#pragma once

#include "db/db.h"

/* Ids, each once. */
typedef struct {
    GHashTable *products; /* gint64, owned, as are the next */
    GHashTable *categories;
    GHashTable *assets;
    GHashTable *channels;  /* changed themselves: their stores are built anew */
    gboolean all;          /* everything is built anew, and nothing else is told */
    gboolean all_products; /* the rules changed */
    gboolean records;      /* what the records of all channels say changed */
    gboolean delivery;     /* how answers are kept changed */
} VtTouched;

void vt_touched_clear(VtTouched *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtTouched, vt_touched_clear)

/* More different things than this make a new store, which is built page by page. */
enum { VT_TOUCHED_MAX = 250000 };

/* The entries to read, those with @after < number <= @up_to, and how many different things they
 * may name. */
typedef struct {
    gint64 tenant_id;
    gint64 after, up_to;
    guint most;
} VtTouchedAsk;

/* Reads them page by page: memory follows what they name, not how many they are. Errors: those of
 * db.h. */
gboolean vt_touched_find(VtDb *db, const VtTouchedAsk *ask, VtTouched *ret_touched, GError **error);
