/* Takes every right from the calling process but computing and using the descriptors it is given.
 *
 * Layers, outermost first: an unprivileged user, own empty user, network and IPC namespaces,
 * Landlock without a single allowed path, resource limits, and a seccomp filter that kills the
 * process for anything not on its list. A container or an older kernel may refuse namespaces and
 * Landlock; the filter alone already denies every path, socket and process, so those two are taken
 * where they are offered and the filter is required.
 *
 * In builds with a sanitizer (VT_SANDBOX_STRICT 0) the address space is not limited (it reserves
 * terabytes) and calls that are not on the list fail instead of killing, for the sanitizer makes
 * some of its own.
 */
#pragma once

#include <glib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define VT_SANDBOX_STRICT 0
#elif !defined(__has_feature)
#define VT_SANDBOX_STRICT 1
#elif __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define VT_SANDBOX_STRICT 0
#else
#define VT_SANDBOX_STRICT 1
#endif

/* Bytes of address space, of one written file; descriptors. */
#define VT_SANDBOX_MEMORY_BYTES (1400ull << 20)
#define VT_SANDBOX_FILE_BYTES (1024ull << 20)
#define VT_SANDBOX_DESCRIPTORS 32

/* First, while the process has one thread: gives up root and enters the namespaces. */
void vt_sandbox_isolate(void);

/* For a process that becomes a foreign program next. */
typedef struct {
    const char *program; /* its path */
    int input;           /* descriptor of the one file it may open beside libraries and fonts */
    guint64 cpu_seconds;
    guint64 memory_bytes; /* of address space */
    guint64 output_bytes; /* of one written file */
} VtSandboxProgram;

/* Last, before execve: the same layers, but a program may load libraries and read them, fonts and
 * its input. Calls that are not on the list fail instead of killing. FALSE with VT_ERROR_INTERNAL
 * where the filter or Landlock is not offered: nothing else keeps a program from other files. */
gboolean vt_sandbox_lock_program(const VtSandboxProgram *program, GError **error);

/* Last, when every library is loaded: limits, Landlock, filter. FALSE with VT_ERROR_INTERNAL when
 * the filter cannot be installed: the process must not touch foreign bytes then. */
gboolean vt_sandbox_lock(GError **error);
