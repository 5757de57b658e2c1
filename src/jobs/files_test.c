#include "jobs/files.h"

#include "jobs/testing.h"

#include <glib/gstdio.h>

#define DAY (24 * VT_TEST_HOUR)

/* A folder with a result, a manifest and a file deeper down. */
static char *
fill(const char *root, gint64 job_id)
{
    g_autofree char *folder = vt_job_folder_make(root, job_id, NULL);
    static const char *const name[] = {VT_JOB_RESULT, "manifest.tsv", "files/a"};
    g_autofree char *files = g_build_filename(folder, "files", NULL);

    assert_int_equal(g_mkdir(files, 0700), 0);
    for (gsize i = 0; i < G_N_ELEMENTS(name); i++) {
        g_autofree char *path = g_build_filename(folder, name[i], NULL);

        assert_true(g_file_set_contents(path, "x", 1, NULL));
    }
    return g_steal_pointer(&folder);
}

static gboolean
has(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void
what_was_given_goes_with_the_end_and_the_result_after_its_days(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(kind);
        gint64 job_id = vt_test_submit_count(jobs, 1);
        g_autofree char *root = vt_test_directory();
        g_autofree char *folder = fill(root, job_id);

        vt_job_folder_tidy(jobs->db, root, job_id, jobs->now_us);
        assert_true(has(folder, "files/a"));
        assert_true(vt_job_cancel(jobs->db, job_id, jobs->now_us, NULL));
        vt_job_folders_tidy(jobs->db, root, jobs->now_us + VT_JOB_RESULT_DAYS * DAY);
        assert_true(has(folder, VT_JOB_RESULT));
        assert_false(has(folder, "files") || has(folder, "manifest.tsv"));
        vt_job_folders_tidy(jobs->db, root, jobs->now_us + VT_JOB_RESULT_DAYS * DAY + 1);
        assert_false(g_file_test(folder, G_FILE_TEST_EXISTS));
    }
}

/* A worker takes only what any may do, and what lies on its own disk. */
static void
files_keep_a_job_on_their_server(void **state)
{
    static const struct {
        const char *kind, *node;
        gboolean is_taken;
    } row[] = {{"filing", "there", FALSE}, {"filing", "here", TRUE}, {"filing", NULL, TRUE},
        {"nothing", "there", TRUE}};

    for (gsize kind = 0; kind < vt_test_n_databases(); kind++)
        for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
            g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(kind);
            gint64 job_id =
                vt_test_submit(jobs, (VtJobSpec){.kind = row[i].kind, .node = row[i].node});

            assert_int_equal(vt_test_run_one(jobs), row[i].is_taken ? job_id : 0);
        }
}

static void
an_upload_becomes_the_folder_and_one_of_no_job_goes_with_time(void **state)
{
    g_autoptr(VtTestJobs) jobs = vt_test_jobs_new(0);
    g_autofree char *root = vt_test_directory();
    g_autofree char *upload = g_build_filename(root, "upload", NULL);
    g_autofree char *stale = fill(root, 77);
    g_autoptr(GError) error = NULL;
    gint64 now_us = g_get_real_time();

    assert_int_equal(g_mkdir(upload, 0700), 0);
    assert_ok(vt_job_folder_take(root, 77, upload, &error), error);
    assert_true(g_file_test(stale, G_FILE_TEST_IS_DIR));
    assert_false(has(stale, "files"));
    vt_job_folder_give_back(root, 77, upload);
    assert_true(g_file_test(upload, G_FILE_TEST_IS_DIR));
    assert_true(vt_job_folder_take(root, 77, upload, NULL));
    assert_false(vt_job_folder_take(root, 77, upload, NULL));
    g_free(vt_job_folder_make(root, 77, NULL));
    vt_job_folders_tidy(jobs->db, root, now_us);
    assert_true(g_file_test(stale, G_FILE_TEST_IS_DIR));
    vt_job_folders_tidy(jobs->db, root, now_us + 2 * VT_TEST_HOUR);
    assert_false(g_file_test(stale, G_FILE_TEST_EXISTS));
    vt_job_folders_tidy(jobs->db, NULL, now_us);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_given_goes_with_the_end_and_the_result_after_its_days),
        cmocka_unit_test(files_keep_a_job_on_their_server),
        cmocka_unit_test(an_upload_becomes_the_folder_and_one_of_no_job_goes_with_time),
    };
    return vt_test_run("jobs/files", tests);
}
