/* What every unit test uses: cmocka with its prerequisites, TAP output, temporary directories.
 * Knows no room, so any test may include it.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glib.h>

/* Runs a table of tests and returns the exit code for main(). @tests must be an array. */
#define vt_test_run(name, tests) vt_test_run_group(name, tests, G_N_ELEMENTS(tests))
int vt_test_run_group(const char *name, const struct CMUnitTest *tests, size_t n);

/* A new directory under TMPDIR, removed with all content when the program ends. Free the path with
 * g_free. */
char *vt_test_directory(void);

/* The database a test server offers, or NULL when this run has none: the test skips then. Borrowed.
 */
const char *vt_test_postgresql(void);

/* A folder of real files named by VITRINE_TEST_DATA, or NULL. Borrowed. */
const char *vt_test_data(void);

/* Fails with the error's message when @ok is false. */
#define assert_ok(ok, error)                                                                       \
    do {                                                                                           \
        if (!(ok))                                                                                 \
            fail_msg("%s", (error) != NULL ? (error)->message : "failed without an error");        \
    } while (0)
