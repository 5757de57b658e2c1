#include "base/sandbox.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY 65534
#define THREAD_FLAGS (CLONE_VM | CLONE_THREAD | CLONE_SIGHAND)

/* What decoding needs: given descriptors, memory, threads, clocks. */
static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(pread64),
    SCMP_SYS(pwrite64),
    SCMP_SYS(lseek),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(ftruncate),
    SCMP_SYS(dup),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(poll),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(getrusage),
    SCMP_SYS(times),
    SCMP_SYS(sysinfo),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
};

/* What libraries try and can do without: refused, not killed. */
static const int refused[] = {
    SCMP_SYS(open),
    SCMP_SYS(openat),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(statx),
    SCMP_SYS(unlink),
    SCMP_SYS(unlinkat),
    SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),
    SCMP_SYS(getdents64),
    SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),
    SCMP_SYS(getcwd),
    SCMP_SYS(uname),
    SCMP_SYS(ioctl),
    SCMP_SYS(socket),
    SCMP_SYS(getpeername),
    SCMP_SYS(fchmod),
    SCMP_SYS(fallocate),
    SCMP_SYS(fadvise64),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(getppid),
    SCMP_SYS(sched_getattr),
    SCMP_SYS(sched_setattr),
    SCMP_SYS(sched_setaffinity),
    SCMP_SYS(sched_setscheduler),
    SCMP_SYS(sched_setparam),
    SCMP_SYS(get_mempolicy),
    SCMP_SYS(set_mempolicy),
    SCMP_SYS(mbind),
};

/* FALSE where a container keeps even its root from changing users. */
static gboolean
give_up_root(void)
{
    return setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
           setresuid(NOBODY, NOBODY, NOBODY) == 0;
}

/* What is refused here is ignored: these are the layers that not every machine offers. */
void
vt_sandbox_isolate(void)
{
    if (geteuid() == 0)
        give_up_root();
    unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS);
}

static gboolean
limit(int resource, guint64 most)
{
    const struct rlimit limits = {(rlim_t)most, (rlim_t)most};

    return setrlimit((__rlimit_resource_t)resource, &limits) == 0;
}

static gboolean
set_limits(guint64 memory_bytes, guint64 file_bytes)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};

    return (!VT_SANDBOX_STRICT || limit(RLIMIT_AS, memory_bytes)) &&
           limit(RLIMIT_FSIZE, file_bytes) && limit(RLIMIT_NOFILE, VT_SANDBOX_DESCRIPTORS) &&
           limit(RLIMIT_CORE, 0) &&
           /* too large a file is an error of write(), not a death */
           sigaction(SIGXFSZ, &ignore, NULL) == 0;
}

/* A new set of rules under which every path is forbidden; -1 where the kernel has no Landlock. */
static int
new_rules(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    guint n_rights = version >= 3 ? 15 : version == 2 ? 14 : 13;
    const struct landlock_ruleset_attr rights = {.handled_access_fs = (1ull << n_rights) - 1};

    return version < 1 ? -1 : (int)syscall(SYS_landlock_create_ruleset, &rights, sizeof rights, 0);
}

/* Puts the rules in force and closes them; must follow PR_SET_NO_NEW_PRIVS. */
static gboolean
apply_rules(int rules)
{
    gboolean done = syscall(SYS_landlock_restrict_self, rules, 0) == 0;

    close(rules);
    return done;
}

/* Kernels without Landlock leave paths to the filter, which refuses all of them. */
static void
forbid_paths(void)
{
    int rules = new_rules();

    if (rules >= 0)
        apply_rules(rules);
}

static gboolean
allow_below(int rules, int fd, guint64 rights)
{
    const struct landlock_path_beneath_attr rule = {.allowed_access = rights, .parent_fd = fd};

    return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

/* A path that is not there needs no rule. */
static gboolean
allow_path(int rules, const char *path, guint64 rights)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    gboolean done;

    if (fd < 0)
        return errno == ENOENT;
    done = allow_below(rules, fd, rights);
    close(fd);
    return done;
}

#define READ_FILE LANDLOCK_ACCESS_FS_READ_FILE
#define READ_ALL (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define RUN LANDLOCK_ACCESS_FS_EXECUTE

/* What every program reads, beside what it is handed. */
static const struct {
    const char *path;
    guint64 rights;
} program_path[] = {
    {"/usr/lib", READ_ALL | RUN}, /* the loader of programs is run, too */
    {"/usr/lib64", READ_ALL | RUN},
    {"/usr/share", READ_ALL},
    {"/etc/ld.so.cache", READ_FILE},
    {"/etc/fonts", READ_ALL},
    {"/var/cache/fontconfig", READ_ALL},
};

/* Unlike a decoder, a program opens files itself, so Landlock is what keeps it from others'. */
static gboolean
allow_program(const VtSandboxProgram *program)
{
    int rules = new_rules();
    gboolean done = rules >= 0 && allow_path(rules, program->program, READ_FILE | RUN);

    for (guint i = 0; done && i < G_N_ELEMENTS(program_path); i++)
        done = allow_path(rules, program_path[i].path, program_path[i].rights);
    if (done && !allow_below(rules, program->input, READ_FILE))
        done = errno == EBADFD; /* a file without a place needs no rule */
    return done && apply_rules(rules);
}

/* What only a program needs: it is loaded, and opens what Landlock lets it. */
static const int program_allowed[] = {
    SCMP_SYS(execve),
    SCMP_SYS(arch_prctl),
    SCMP_SYS(set_tid_address),
    SCMP_SYS(access),
    SCMP_SYS(faccessat),
    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),
    SCMP_SYS(readlinkat),
    SCMP_SYS(stat),
    SCMP_SYS(lstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(statx),
    SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),
    SCMP_SYS(getdents64),
    SCMP_SYS(getcwd),
    SCMP_SYS(uname),
    SCMP_SYS(getuid),
    SCMP_SYS(geteuid),
    SCMP_SYS(getgid),
    SCMP_SYS(getegid),
    SCMP_SYS(getppid),
    SCMP_SYS(mmap),
    SCMP_SYS(mprotect),
    SCMP_SYS(fadvise64),
    SCMP_SYS(nanosleep),
    SCMP_SYS(select),
    SCMP_SYS(pselect6),
    SCMP_SYS(ppoll),
};

/* Adds a rule for each of @calls. Like all below: 0, or not when something failed. */
static int
add_calls(scmp_filter_ctx filter, guint32 action, const int *calls, guint n_calls)
{
    int failed = 0;

    for (guint i = 0; i < n_calls; i++)
        failed |= seccomp_rule_add(filter, action, calls[i], 0);
    return failed;
}

/* Calls that are harmless with some arguments only. */
static int
add_conditional(scmp_filter_ctx filter)
{
    static const int descriptor_commands[] = {F_GETFL, F_GETFD, F_DUPFD_CLOEXEC};
    const scmp_datum_t own = (scmp_datum_t)getpid();
    int failed = 0;

    for (guint i = 0; i < G_N_ELEMENTS(descriptor_commands); i++)
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
            SCMP_A1(SCMP_CMP_EQ, (scmp_datum_t)descriptor_commands[i]));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
        SCMP_A0(SCMP_CMP_MASKED_EQ, THREAD_FLAGS, THREAD_FLAGS));
    /* glibc falls back to clone, whose flags a filter can see */
    failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    failed |= seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2,
        SCMP_A0(SCMP_CMP_EQ, 0), SCMP_A2(SCMP_CMP_EQ, 0));
    failed |=
        seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, own));
    return failed;
}

/* A decoder has its code already and has no path. */
static int
add_decoder(scmp_filter_ctx filter)
{
    int failed = add_calls(filter, SCMP_ACT_ERRNO(EACCES), refused, G_N_ELEMENTS(refused));

    failed |= seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    failed |= seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
        SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(newfstatat), 1,
        SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, 0));
    return failed;
}

/* A program may open files for reading. */
static int
add_program(scmp_filter_ctx filter)
{
    const scmp_datum_t writing =
        O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~(scmp_datum_t)O_DIRECTORY);
    int failed = add_calls(filter, SCMP_ACT_ALLOW, program_allowed, G_N_ELEMENTS(program_allowed));

    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
        SCMP_A2(SCMP_CMP_MASKED_EQ, writing, O_RDONLY));
    failed |= seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, writing, O_RDONLY));
    return failed;
}

static gboolean
install_filter(guint32 otherwise, int (*add_more)(scmp_filter_ctx filter), GError **error)
{
    scmp_filter_ctx filter = seccomp_init(otherwise);
    gboolean done =
        filter != NULL && add_calls(filter, SCMP_ACT_ALLOW, allowed, G_N_ELEMENTS(allowed)) == 0 &&
        add_conditional(filter) == 0 && add_more(filter) == 0 &&
        seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && seccomp_load(filter) == 0;

    seccomp_release(filter);
    return done || vt_throw(error, VT_ERROR_INTERNAL,
                       "the kernel refuses the seccomp filter that foreign files need");
}

static gboolean
give_up_privileges(void)
{
    return prctl(PR_SET_DUMPABLE, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static gboolean
throw_limits(GError **error)
{
    return vt_throw(error, VT_ERROR_INTERNAL,
        "the kernel refuses the limits that looking into foreign files needs");
}

gboolean
vt_sandbox_lock(GError **error)
{
    if (!set_limits(VT_SANDBOX_MEMORY_BYTES, VT_SANDBOX_FILE_BYTES) || !give_up_privileges())
        return throw_limits(error);
    forbid_paths();
    return install_filter(
        VT_SANDBOX_STRICT ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM), add_decoder, error);
}

gboolean
vt_sandbox_lock_program(const VtSandboxProgram *program, GError **error)
{
    if (!set_limits(program->memory_bytes, program->output_bytes) ||
        !limit(RLIMIT_CPU, program->cpu_seconds) || !give_up_privileges())
        return throw_limits(error);
    if (!allow_program(program))
        return vt_throw(
            error, VT_ERROR_INTERNAL, "the kernel has no Landlock, which foreign programs need");
    return install_filter(SCMP_ACT_ERRNO(EPERM), add_program, error);
}
