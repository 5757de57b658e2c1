/* The cage of tools, with Python as the tool: it tries what it must not. */
#include "base/error.h"
#include "base/sandbox.h"
#include "base/tool.h"
#include "tests/unit/support.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OUTPUT_BYTES = 20000 };

static gboolean
run(const char *program,
    const char *const *arguments,
    guint cpu_seconds,
    guint wall_seconds,
    GString *ret_output,
    GError **error)
{
    const VtTool tool = {.program = program,
        .arguments = arguments,
        .cpu_seconds = cpu_seconds,
        .wall_seconds = wall_seconds,
        .memory_bytes = (guint64)1 << 30,
        .output_bytes = OUTPUT_BYTES};
    g_autofree char *folder = vt_test_directory();
    g_autofree char *path = g_build_filename(folder, "input", NULL);
    char bytes[OUTPUT_BYTES + 1];
    int in = -1, out = memfd_create("out", MFD_CLOEXEC);
    gboolean done;
    ssize_t n;

    assert_true(
        g_file_set_contents_full(path, "the input", -1, G_FILE_SET_CONTENTS_NONE, 0444, NULL));
    in = open(path, O_RDONLY | O_CLOEXEC);
    done = vt_tool_run(&tool, in, out, error);
    n = pread(out, bytes, sizeof bytes, 0);
    assert_in_range(n, 0, OUTPUT_BYTES);
    g_string_append_len(ret_output, bytes, n);
    close(in);
    close(out);
    return done;
}

static void
a_tool_reads_its_input_and_writes_its_output(void **state)
{
    static const char *const by_name[] = {VT_TOOL_INPUT, NULL};
    static const char *const from_input[] = {"-", NULL};
    static const char *const *const row[] = {by_name, from_input};

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GString) output = g_string_new(NULL);
        g_autoptr(GError) error = NULL;

        assert_ok(run("/usr/bin/cat", row[i], 5, 20, output, &error), error);
        assert_string_equal(output->str, "the input");
    }
}

/* What each must fail at with an OSError. */
static const char *const forbidden_row[] = {
    "open('/etc/passwd')",
    "open('/proc/self/status')",
    "os.listdir('/')",
    "os.listdir('/tmp')",
    "open('/tmp/vitrine-was-here', 'w')",
    "open('/proc/self/fd/0', 'r+')",
    "os.mkdir('/tmp/vitrine-was-here')",
    "os.unlink('/proc/self/fd/0')",
    "os.chmod('/proc/self/fd/0', 0o777)",
    "os.fork()",
    "os.execv('/usr/bin/true', ['true'])",
    "os.kill(os.getppid(), 0)",
    "socket.socket()",
    "socket.socketpair()",
    "ctypes.CDLL(None, use_errno=True).ptrace(0, 0, 0, 0) and fail()",
};

static void
a_tool_cannot_reach_beyond_its_cage(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(forbidden_row); i++) {
        g_autofree char *script = g_strdup_printf("import ctypes, os, socket\n"
                                                  "def fail(): raise OSError\n"
                                                  "try: %s\n"
                                                  "except OSError: print('refused')\n",
            forbidden_row[i]);
        const char *const arguments[] = {"-I", "-S", "-c", script, NULL};
        g_autoptr(GString) output = g_string_new(NULL);
        g_autoptr(GError) error = NULL;

        if (!run("/usr/bin/python3", arguments, 10, 60, output, &error) ||
            strcmp(output->str, "refused\n") != 0)
            fail_msg(
                "%s: '%s' %s", forbidden_row[i], output->str, error != NULL ? error->message : "");
    }
}

static const struct {
    const char *program;
    const char *arguments[4];
    guint cpu_seconds, wall_seconds;
    VtErrorCode code;
    const char *message;
    gboolean by_memory; /* sanitizers do without that limit, see sandbox.h */
} end_row[] = {
    {"/usr/bin/python3", {"-I", "-S", "-c", "while True: pass"}, 1, 60, VT_ERROR_TIMEOUT,
        "*processor time*"},
    {"/usr/bin/sleep", {"100"}, 10, 1, VT_ERROR_TIMEOUT, "*longer than 1 s*"},
    {"/usr/bin/yes", {NULL}, 10, 60, VT_ERROR_MEDIA_TYPE, "'yes' cannot read the file"},
    {"/usr/bin/false", {NULL}, 10, 60, VT_ERROR_MEDIA_TYPE, "'false' cannot read the file"},
    {"/usr/bin/python3", {"-I", "-S", "-c", "bytearray(2 << 30)"}, 10, 60, VT_ERROR_MEDIA_TYPE,
        "'python3' cannot read the file", TRUE},
    {"/usr/bin/python3", {"-I", "-S", "-c", "import ctypes; ctypes.string_at(0)"}, 10, 60,
        VT_ERROR_MEDIA_TYPE, "*broke 'python3' (signal 11)"},
    {"/usr/bin/no-such-tool", {NULL}, 10, 60, VT_ERROR_INTERNAL, "*is not installed"},
};

static void
each_end_has_its_verdict(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(end_row); i++) {
        const char *const arguments[] = {end_row[i].arguments[0], end_row[i].arguments[1],
            end_row[i].arguments[2], end_row[i].arguments[3], NULL};
        g_autoptr(GString) output = g_string_new(NULL);
        g_autoptr(GError) error = NULL;

        if (end_row[i].by_memory && !VT_SANDBOX_STRICT)
            continue;
        assert_false(run(end_row[i].program, arguments, end_row[i].cpu_seconds,
            end_row[i].wall_seconds, output, &error));
        if (!vt_error_is(error, end_row[i].code) ||
            !g_pattern_match_simple(end_row[i].message, error->message))
            fail_msg("row %zu: %s", i, error->message);
    }
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tool_reads_its_input_and_writes_its_output),
        cmocka_unit_test(a_tool_cannot_reach_beyond_its_cage),
        cmocka_unit_test(each_end_has_its_verdict),
    };

    if (argc > 1 && strcmp(argv[1], "tool-worker") == 0)
        return vt_tool_worker_main(argc - 2, argv + 2);
    return vt_test_run("base/tool", tests);
}
