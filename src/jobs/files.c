#include "jobs/files.h"

#include "base/directory.h"
#include "base/error.h"
#include "jobs/job.h"
#include "jobs/state.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define DAY_US (G_GINT64_CONSTANT(24 * 3600) * G_USEC_PER_SEC)
#define UNCOMMITTED_US                                                                             \
    (G_GINT64_CONSTANT(3600) * G_USEC_PER_SEC) /* no job is that long in coming */

char *
vt_job_folder(const char *root, gint64 job_id)
{
    g_autofree char *name = g_strdup_printf("%" G_GINT64_FORMAT, job_id);

    return g_build_filename(root, name, NULL);
}

char *
vt_job_folder_make(const char *root, gint64 job_id, GError **error)
{
    g_autofree char *folder = vt_job_folder(root, job_id);

    if (g_mkdir_with_parents(folder, 0700) == 0)
        return g_steal_pointer(&folder);
    vt_throw_errno(error, "cannot make the folder '%s'", folder);
    return NULL;
}

/* A folder that is there is of a job whose transaction was lost. */
gboolean
vt_job_folder_take(const char *root, gint64 job_id, const char *folder, GError **error)
{
    g_autofree char *to = vt_job_folder(root, job_id);

    vt_directory_remove(to);
    return (g_mkdir_with_parents(root, 0700) == 0 && g_rename(folder, to) == 0) ||
           vt_throw_errno(error, "cannot move an upload to '%s'", to);
}

void
vt_job_folder_give_back(const char *root, gint64 job_id, const char *folder)
{
    g_autofree char *from = vt_job_folder(root, job_id);

    g_rename(from, folder); /* else it goes with time */
}

/* Removes everything but the result. */
static void
keep_result(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);

        if (strcmp(name, VT_JOB_RESULT) != 0)
            vt_directory_remove(path);
    }
    g_rmdir(folder); /* where there is none */
}

static gboolean
is_older(const char *folder, gint64 time_us)
{
    GStatBuf about;

    return g_stat(folder, &about) == 0 && about.st_mtime < time_us / G_USEC_PER_SEC;
}

void
vt_job_folder_tidy(VtDb *db, const char *root, gint64 job_id, gint64 now_us)
{
    g_autofree char *folder = root != NULL ? vt_job_folder(root, job_id) : NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(VtJob) job = NULL;

    if (folder == NULL || !g_file_test(folder, G_FILE_TEST_IS_DIR))
        return;
    job = vt_job_read(db, job_id, &error);
    if (job == NULL) {
        if (vt_error_is(error, VT_ERROR_NOT_FOUND) && is_older(folder, now_us - UNCOMMITTED_US))
            vt_directory_remove(folder);
        return;
    }
    if (!vt_job_state_is_end(job->state))
        return;
    if (job->ended_us < now_us - VT_JOB_RESULT_DAYS * DAY_US)
        vt_directory_remove(folder);
    else
        keep_result(folder);
}

void
vt_job_folders_tidy(VtDb *db, const char *root, gint64 now_us)
{
    g_autoptr(GDir) dir = root != NULL ? g_dir_open(root, 0, NULL) : NULL;
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        gint64 job_id = 0;

        if (g_ascii_string_to_signed(name, 10, 1, G_MAXINT64, &job_id, NULL))
            vt_job_folder_tidy(db, root, job_id, now_us);
    }
}
