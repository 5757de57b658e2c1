/* What a batch of the change log makes old. */
#pragma once

#include "db/db.h"

/* Ids, each once. */
typedef struct {
    GHashTable *products; /* gint64, owned, as are the next */
    GHashTable *categories;
    GHashTable *assets;
    GHashTable *channels;  /* changed themselves: their stores are built anew */
    gboolean all;          /* everything is built anew */
    gboolean all_products; /* the rules changed */
    gboolean records;      /* what the records of all channels say changed */
    gboolean delivery;     /* how answers are kept changed */
} VtTouched;

void vt_touched_clear(VtTouched *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtTouched, vt_touched_clear)

/* Reads the entries of a tenant with @after < number <= @up_to. Errors: those of db.h. */
gboolean vt_touched_find(
    VtDb *db, gint64 tenant_id, gint64 after, gint64 up_to, VtTouched *ret_touched, GError **error);
