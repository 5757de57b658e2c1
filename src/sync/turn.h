/* When a consumer has its turn, and what it says when it has had it. */
#pragma once

#include "db/db.h"
#include "tenant/setting.h"

#include <glib.h>

/* Batches kept of each store, to tell when a log number was applied. */
enum { VT_SYNC_MAX_BATCHES = 1000 };

typedef struct {
    gboolean is_known; /* the consumer has said something before: */
    gint64 seq;        /* how far it was, */
    char *problem;     /* why it was stuck (owned; NULL: it was not), */
    char *schedule;    /* by which rule it ran (owned) */
    gint64 was_due_us; /* and when it was to run next */
    char *rule;        /* the rule in force, with its zone; owned */
    gint64 due_us;     /* when it runs next; 0: whenever there is something */
    gboolean has_come; /* it may run now */
} VtSyncTurn;

void vt_sync_turn_clear(VtSyncTurn *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtSyncTurn, vt_sync_turn_clear)

/* Whose turn it is; borrowed. */
typedef struct {
    gint64 tenant_id;
    VtSettingId schedule; /* the setting that says when */
    const char *database;
    const char *consumer;
    const char *node;
} VtSyncTurnOf;

/* Reads the schedule of a channel database and what its consumer said last. A time that passed
 * while nobody looked makes one turn, now. */
gboolean vt_sync_turn_load(
    VtDb *db, const VtSyncTurnOf *whose, gint64 now_us, VtSyncTurn *ret_turn, GError **error);

/* The log number a consumer said last; 0: it has said nothing. */
gboolean vt_sync_turn_seq(VtDb *db,
    gint64 tenant_id,
    const char *consumer,
    const char *node,
    gint64 *ret_seq,
    GError **error);

/* What a consumer says when its turn is over, or when it goes on waiting. */
typedef struct {
    gint64 tenant_id;
    const char *consumer;
    const char *node;
    const char *path;      /* of its store; NULL: it has none of its own */
    gint64 seq;            /* what it has reached */
    gboolean is_written;   /* the store was written to get there */
    const GPtrArray *tags; /* of texts: what the edges of the node are to forget; NULL: nothing */
    const char *problem;   /* NULL: none */
    gint64 now_us;
} VtSyncWord;

/* Writes it down where it is news, in a transaction of its own: the consumer, the batch and the
 * quarantine of the store, and what its edges are to forget. */
gboolean vt_sync_confirm(VtDb *db, const VtSyncWord *word, const VtSyncTurn *turn, GError **error);

/* Drops what stores of forgotten nodes said. */
gboolean vt_sync_forget_lost(VtDb *db, gint64 now_us, GError **error);
