#include "sync/turn.h"

#include "base/error.h"
#include "base/schedule.h"
#include "changelog/consumer.h"
#include "changelog/node.h"
#include "sync/edge.h"
#include "sync/quarantine.h"
#include "sync_sql.h"

#include <string.h>

void
vt_sync_turn_clear(VtSyncTurn *self)
{
    g_clear_pointer(&self->problem, g_free);
    g_clear_pointer(&self->schedule, g_free);
    g_clear_pointer(&self->rule, g_free);
}

static gboolean
load_consumer(VtDb *db,
    gint64 tenant_id,
    const char *name,
    const char *node,
    VtSyncTurn *turn,
    GError **error)
{
    g_autoptr(GPtrArray) list = vt_consumer_list(db, tenant_id, node, error);

    for (guint i = 0; list != NULL && i < list->len; i++) {
        VtConsumer *consumer = g_ptr_array_index(list, i);

        if (strcmp(consumer->name, name) != 0)
            continue;
        turn->is_known = TRUE;
        turn->seq = consumer->seq;
        turn->was_due_us = consumer->due_us;
        turn->problem = g_steal_pointer(&consumer->problem);
        turn->schedule = g_steal_pointer(&consumer->schedule);
    }
    return list != NULL;
}

gboolean
vt_sync_turn_seq(VtDb *db,
    gint64 tenant_id,
    const char *consumer,
    const char *node,
    gint64 *ret_seq,
    GError **error)
{
    g_auto(VtSyncTurn) turn = {0};

    if (!load_consumer(db, tenant_id, consumer, node, &turn, error))
        return FALSE;
    *ret_seq = turn.seq;
    return TRUE;
}

/* The rule as it is written down, with the clock it goes by. */
static char *
rule_text(const VtSchedule *schedule, const char *zone)
{
    return *zone == '\0' || vt_schedule_is_immediate(schedule)
               ? g_strdup(vt_schedule_text(schedule))
               : g_strdup_printf("%s in %s", vt_schedule_text(schedule), zone);
}

/* What is due by the same rule stays due; another rule begins anew. */
static void
plan(VtSyncTurn *turn, const VtSchedule *schedule, GTimeZone *zone, gint64 now_us)
{
    turn->has_come = vt_schedule_is_immediate(schedule);
    if (turn->has_come)
        return;
    turn->due_us = turn->is_known && strcmp(turn->schedule, turn->rule) == 0 ? turn->was_due_us : 0;
    if (turn->due_us != 0 && turn->due_us <= now_us) {
        turn->has_come = TRUE;
        turn->due_us = 0;
    }
    if (turn->due_us == 0)
        turn->due_us = vt_schedule_next(schedule, now_us, zone);
}

gboolean
vt_sync_turn_load(
    VtDb *db, const VtSyncTurnOf *whose, gint64 now_us, VtSyncTurn *ret_turn, GError **error)
{
    gint64 tenant_id = whose->tenant_id;
    g_autofree char *text = vt_setting_read(db, tenant_id, whose->schedule, whose->database, error);
    g_autoptr(VtSchedule) schedule = text != NULL ? vt_schedule_parse(text, error) : NULL;
    g_autofree char *name =
        schedule != NULL ? vt_setting_read(db, tenant_id, VT_SETTING_TIME_ZONE, NULL, error) : NULL;
    g_autoptr(GTimeZone) zone = name != NULL ? vt_schedule_zone(name, error) : NULL;
    g_auto(VtSyncTurn) turn = {0};

    if (zone == NULL || !load_consumer(db, tenant_id, whose->consumer, whose->node, &turn, error))
        return FALSE;
    turn.rule = rule_text(schedule, name);
    plan(&turn, schedule, zone, now_us);
    *ret_turn = turn;
    turn = (VtSyncTurn){0};
    return TRUE;
}

static gboolean
is_news(const VtSyncWord *word, const VtSyncTurn *turn)
{
    return !turn->is_known || turn->seq != word->seq || turn->was_due_us != turn->due_us ||
           g_strcmp0(turn->problem, word->problem) != 0 || strcmp(turn->schedule, turn->rule) != 0;
}

static gboolean
save_consumer(VtDb *db, const VtSyncWord *word, const VtSyncTurn *turn, GError **error)
{
    g_autoptr(VtConsumer) consumer = g_new0(VtConsumer, 1);

    consumer->name = g_strdup(word->consumer);
    consumer->node = g_strdup(word->node);
    consumer->seq = word->seq;
    consumer->at_us = word->now_us;
    consumer->problem = g_strdup(word->problem);
    consumer->schedule = g_strdup(turn->rule);
    consumer->due_us = turn->due_us;
    return vt_consumer_save(db, word->tenant_id, consumer, error);
}

static gboolean
add_batch(VtDb *db, const VtSyncWord *word, gint64 after, GError **error)
{
    g_autoptr(VtStmt) add = vt_db_stmt(db, &vt_sql_sync_batch_add, error);
    g_autoptr(VtStmt) trim = add != NULL ? vt_db_stmt(db, &vt_sql_sync_batch_trim, error) : NULL;

    if (trim == NULL)
        return FALSE;
    vt_stmt_bind_text(add, "consumer", word->consumer);
    vt_stmt_bind_text(add, "node", word->node);
    vt_stmt_bind_int(add, "seq", word->seq);
    vt_stmt_bind_int(add, "after_seq", after);
    vt_stmt_bind_int(add, "at_us", word->now_us);
    vt_stmt_bind_text(trim, "consumer", word->consumer);
    vt_stmt_bind_text(trim, "node", word->node);
    vt_stmt_bind_int(trim, "keep", VT_SYNC_MAX_BATCHES);
    return vt_stmt_exec(add, NULL, error) && vt_stmt_exec(trim, NULL, error);
}

static gboolean
request_purge(VtDb *db, const VtSyncWord *word, GError **error)
{
    VtPurge purge = {.tenant_id = word->tenant_id,
        .seq = word->seq,
        .node = word->node,
        .kind = VT_PURGE_KIND_TAGS,
        .things = word->tags,
        .now_us = word->now_us};

    return word->tags == NULL || vt_edge_request(db, &purge, error);
}

gboolean
vt_sync_confirm(VtDb *db, const VtSyncWord *word, const VtSyncTurn *turn, GError **error)
{
    const VtQuarantineOf whose = {word->tenant_id, word->consumer, word->node};
    gboolean has_moved = word->is_written || (word->problem == NULL && word->seq != turn->seq);
    g_autoptr(VtTx) tx = NULL;

    if (!has_moved && word->tags == NULL && !is_news(word, turn))
        return TRUE;
    tx = vt_tx_begin(db, VT_TX_WRITE, error);
    return tx != NULL && save_consumer(db, word, turn, error) && request_purge(db, word, error) &&
           (!has_moved || add_batch(db, word, turn->seq, error)) &&
           (!has_moved || word->path == NULL ||
               vt_quarantine_save(db, &whose, word->path, error)) &&
           vt_tx_commit(tx, error);
}

static gboolean
run_plain(VtDb *db, const VtSql *sql, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, sql, error);

    return stmt != NULL && vt_stmt_exec(stmt, NULL, error);
}

gboolean
vt_sync_forget_lost(VtDb *db, gint64 now_us, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_WRITE, error);

    return tx != NULL && vt_node_forget_lost(db, now_us, error) &&
           run_plain(db, &vt_sql_sync_batch_forget, error) &&
           run_plain(db, &vt_sql_quarantine_forget, error) && vt_edge_forget_lost(db, error) &&
           vt_tx_commit(tx, error);
}
