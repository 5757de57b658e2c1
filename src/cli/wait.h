/* What `publish` and `unpublish` share: --wait, and lists of names. */
#pragma once

#include "base/json.h"
#include "cli/command.h"

typedef struct {
    gboolean is_wanted;
    gint64 seconds;
} VtWait;

/* Takes --wait[=SECONDS] out of @argv, for GOption would take the next word as its value. @rest has
 * room for all words and borrows them. FALSE after a complaint. */
gboolean vt_wait_parse(VtWait *self, int argc, char **argv, char **rest, int *ret_n);

/* Where it is wanted: waits until every store of every node that runs has confirmed log number @seq
 * (0: what the log says now), or complains who has not. A store that waits for its schedule is not
 * waited for: the complaint says when it is due. */
VtExit vt_wait_confirmed(const VtSettings *settings, const VtWait *self, gint64 seq);

/* Complains "@why: NAME" for each text of member @key of @result (NULL allowed). */
void vt_complain_names(const json_t *result, const char *key, const char *why);

/* The words of @text (NULL allowed), which commas separate, as an array. */
json_t *vt_json_words(const char *text);
