/* What an account wants of the workspace, whatever browser it comes with: flags from one table. */
#pragma once

#include "base/json.h"
#include "db/db.h"

/* Schema Preferences: every flag of the table, FALSE unless it was set. Owned by the caller. */
json_t *vt_preference_list_json(VtDb *db, gint64 account_id, GError **error);

/* Sets the flags that @wanted names, all or none, in a transaction of its own. VT_ERROR_BAD_VALUE
 * for a name that is not in the table or a value that is no flag. */
gboolean vt_preference_put(VtDb *db, gint64 account_id, const json_t *wanted, GError **error);
