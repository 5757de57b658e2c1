/* Where foreign bytes are decoded: a pool of processes without rights (imaging/ingest_worker.h).
 *
 * A worker takes one file at a time and is replaced after some jobs, or at once when it dies or is
 * killed: by its limit of processor time, by a forbidden system call, by the decoder's own crash,
 * by the wall clock. The caller learns which. Nothing a worker sends is believed: its words are
 * cleaned, and its pyramid is opened by the bounded reader before it counts as done.
 *
 * Workers end when the cage closes their socket. They are deliberately not tied to their parent by
 * a death signal, which would be sent when the *thread* that started them ends.
 */
#pragma once

#include "imaging/pyramid.h"
#include "imaging/sniff.h"

typedef struct {
    const char *const *argv; /* program and arguments of a worker, NULL-terminated; borrowed only
                                by vt_cage_new */
    guint n_workers;         /* at most this many at a time; they start when needed */
    guint jobs_per_worker;   /* then it is replaced */
    guint cpu_seconds;       /* per job */
    guint wall_seconds;      /* per job, and for starting */
    gint64 max_pixels;       /* of a master */
} VtCageOptions;

/* `vitrine ingest-worker` of this very program, 2 workers, 20 jobs, 10 s, 30 s, 100 million pixels.
 */
extern const VtCageOptions vt_cage_options;

typedef struct _VtCage VtCage;

VtCage *vt_cage_new(const VtCageOptions *options);

/* No call to ingest may be under way. NULL is allowed. */
void vt_cage_free(VtCage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VtCage, vt_cage_free)

/**
 * vt_cage_ingest:
 * @in_fd: (borrowed): the foreign file, open for reading only, at its start
 * @out_fd: (borrowed): an empty file, open for reading and writing; holds the pyramid afterwards,
 *   or rubbish on failure
 *
 * Blocks until a worker is free and has finished. Any thread.
 *
 * Returns: FALSE with VT_ERROR_MEDIA_TYPE (no picture, damaged, or it broke the decoder),
 *   VT_ERROR_TOO_LARGE, VT_ERROR_TIMEOUT (processor or wall time), VT_ERROR_STORAGE, or
 *   VT_ERROR_INTERNAL (workers cannot be started).
 */
gboolean vt_cage_ingest(
    VtCage *self, int in_fd, int out_fd, VtPyramidFacts *ret_facts, GError **error);

/**
 * vt_cage_sniff:
 * @in_fd: (borrowed): the foreign file, open for reading only
 * @ret_mime: what it is by its bytes, in the form type/subtype
 *
 * As vt_cage_ingest. An empty file is VT_ERROR_MEDIA_TYPE.
 */
gboolean vt_cage_sniff(VtCage *self, int in_fd, char ret_mime[VT_SNIFF_MIME_BYTES], GError **error);

/* Workers started so far, for tests and metrics. */
guint vt_cage_started(VtCage *self);
