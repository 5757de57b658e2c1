/* What people type into a search box, as a question to the search index.
 *
 * Whatever the text, the question is well formed and costs no more than its words: letters, digits
 * and marks are kept, each run of them is a word in quotes, everything else divides. A word of two
 * characters or more also finds what begins with it.
 */
#pragma once

#include <glib.h>

enum {
    VT_WORDS_MAX = 8,         /* words of a question */
    VT_WORDS_MAX_BYTES = 256, /* of the text */
};

/* The question for things that have every word of @text and are in one of @scopes (NULL at the
 * end). Newly allocated; NULL without an error when @text has no word. VT_ERROR_BAD_VALUE for a
 * text longer than VT_WORDS_MAX_BYTES or with more than VT_WORDS_MAX words. */
char *vt_words_question(const char *text, const char *const *scopes, GError **error);

/* A channel or locale as one word of the column `scope`; newly allocated. */
char *vt_words_scope(const char *name);
