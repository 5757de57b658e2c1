/* Bringing the search index of a read store up to what its rows say.
 *
 * The index is made from the store alone: rows tell by their log number what it has not seen, so
 * its cost follows the change, and an index that grew says what a new one would. Between two
 * refreshes it lags behind the rows: what it finds is looked up in them, so that nothing is shown
 * that was taken back meanwhile.
 */
#pragma once

#include "db/migrate.h"

/* The name of the store's text that tells the log number the index has seen. */
#define VT_SEARCH_INDEX_SEEN "searched"

extern const VtMigration vt_search_index_migration;

/* In the open transaction of @db, a session of the store; the index has seen everything up to
 * log number @after, 0: nothing. Errors: those of db.h, VT_ERROR_STORAGE for a damaged row. */
gboolean vt_search_index_refresh(VtDb *db, gint64 after, GError **error);
