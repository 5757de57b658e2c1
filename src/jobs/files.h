/* The files of a job, in a folder on the server that works on it.
 *
 *     ROOT/NUMBER/result.tsv   what it made for people to fetch: kept VT_JOB_RESULT_DAYS after its
 * end ROOT/NUMBER/…            what it was given and keeps for itself: gone when it has ended
 *
 * A folder goes with its job. Who tidies may do so at any time, on any thread, more often than
 * needed; what cannot be removed is left for the next time.
 */
#pragma once

#include "db/db.h"

#define VT_JOB_RESULT "result.tsv"
enum { VT_JOB_RESULT_DAYS = 30 };

/* ROOT/NUMBER; newly allocated. */
char *vt_job_folder(const char *root, gint64 job_id);

/* Makes the folder where it is missing, and gives its path, newly allocated. VT_ERROR_STORAGE. */
char *vt_job_folder_make(const char *root, gint64 job_id, GError **error);

/* Makes the directory @folder the folder of a job that is about to be committed, or gives it back
 * when that failed. VT_ERROR_STORAGE. */
gboolean vt_job_folder_take(const char *root, gint64 job_id, const char *folder, GError **error);
void vt_job_folder_give_back(const char *root, gint64 job_id, const char *folder);

/* Removes what is over, of one job or of all that have a folder here. @root NULL: none has. */
void vt_job_folder_tidy(VtDb *db, const char *root, gint64 job_id, gint64 now_us);
void vt_job_folders_tidy(VtDb *db, const char *root, gint64 now_us);
