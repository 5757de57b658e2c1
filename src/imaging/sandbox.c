#include "imaging/sandbox.h"

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
set_limits(void)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};

    return (!VT_SANDBOX_STRICT || limit(RLIMIT_AS, VT_SANDBOX_MEMORY_BYTES)) &&
           limit(RLIMIT_FSIZE, VT_SANDBOX_FILE_BYTES) &&
           limit(RLIMIT_NOFILE, VT_SANDBOX_DESCRIPTORS) && limit(RLIMIT_CORE, 0) &&
           /* too large a file is an error of write(), not a death */
           sigaction(SIGXFSZ, &ignore, NULL) == 0;
}

/* Forbids every path; must follow PR_SET_NO_NEW_PRIVS. Kernels without Landlock leave that to the
 * filter. */
static void
forbid_paths(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    guint n_rights = version >= 3 ? 15 : version == 2 ? 14 : 13;
    const struct landlock_ruleset_attr rights = {.handled_access_fs = (1ull << n_rights) - 1};
    int ruleset;

    if (version < 1)
        return;
    ruleset = (int)syscall(SYS_landlock_create_ruleset, &rights, sizeof rights, 0);
    if (ruleset < 0)
        return;
    syscall(SYS_landlock_restrict_self, ruleset, 0);
    close(ruleset);
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
    failed |= seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    failed |= seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
        SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(newfstatat), 1,
        SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, 0));
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

static gboolean
install_filter(GError **error)
{
    scmp_filter_ctx filter =
        seccomp_init(VT_SANDBOX_STRICT ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM));
    int failed = filter == NULL;

    for (guint i = 0; !failed && i < G_N_ELEMENTS(allowed); i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    for (guint i = 0; !failed && i < G_N_ELEMENTS(refused); i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), refused[i], 0);
    if (!failed)
        failed = add_conditional(filter);
    if (!failed)
        failed =
            seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) != 0 || seccomp_load(filter) != 0;
    seccomp_release(filter);
    if (failed)
        return vt_throw(error, VT_ERROR_INTERNAL,
            "the kernel refuses the seccomp filter that decoding foreign files needs");
    return TRUE;
}

gboolean
vt_sandbox_lock(GError **error)
{
    if (!set_limits() || prctl(PR_SET_DUMPABLE, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        return vt_throw(error, VT_ERROR_INTERNAL,
            "the kernel refuses the limits that decoding "
            "foreign files needs");
    forbid_paths();
    return install_filter(error);
}
