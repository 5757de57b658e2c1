/* What most commands are: something done on the data directory, or asked of a running server by the
 * API, whose answer is the same JSON either way. */
#pragma once

#include "cli/wait.h"
#include "db/db.h"

typedef struct _VtErrand VtErrand;
struct _VtErrand {
    const char *name;   /* what it is about, such as a group; borrowed */
    const char *word;   /* one more word of the command line; borrowed */
    const char *other;  /* and another */
    const char *method; /* of the API's route */
    char *rest;         /* owned: the route's path, after the tenant */
    json_t *body;       /* owned, or NULL: what the route takes; of a GET texts, its query */
    /* Does it, and answers as the API does. @ret_problem gets what a refusal tells beside its
     * error, owned by the caller. */
    json_t *(*here)(
        VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error);
    void (*show)(const json_t *answer);      /* prints it for people */
    void (*complain)(const json_t *problem); /* a refusal, before its error; NULL: nothing more */
    VtExit (*judge)(const json_t *answer);   /* its exit code, and notes on standard error beside
                                              * any answer; NULL: what is answered is done */
    gboolean goes_live;                      /* the read stores have to follow */
    VtWait wait;
};

void vt_errand_clear(VtErrand *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtErrand, vt_errand_clear)

/* Does it where @settings say, prints the answer, and waits for its log number where that is
 * wanted. */
VtExit vt_errand_run(const VtSettings *settings, const VtErrand *self);
