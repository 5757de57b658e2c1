#include "readstore/words.h"

#include "base/error.h"

#include <string.h>

/* Of @text, the next run of what words are made of: its start and its end in bytes; FALSE when
 * there is none. */
static gboolean
next_word(const char **text, const char **ret_start, const char **ret_end)
{
    const char *at = *text;

    while (*at != '\0' && !g_unichar_isalnum(g_utf8_get_char(at)))
        at += g_utf8_skip[(guchar)*at];
    *ret_start = at;
    while (*at != '\0' &&
           (g_unichar_isalnum(g_utf8_get_char(at)) || g_unichar_ismark(g_utf8_get_char(at))))
        at += g_utf8_skip[(guchar)*at];
    *ret_end = *text = at;
    return *ret_end > *ret_start;
}

/* The words of @text, each followed by a blank; NULL when they are too many. */
static GString *
quote_words(const char *text, GError **error)
{
    g_autoptr(GString) words = g_string_new(NULL);
    const char *start, *end;
    guint n = 0;

    while (next_word(&text, &start, &end)) {
        if (++n > VT_WORDS_MAX)
            return vt_throw_null(
                error, VT_ERROR_BAD_VALUE, "a search has at most %d words", VT_WORDS_MAX);
        g_string_append_printf(words, "\"%.*s\"%s ", (int)(end - start), start,
            start + g_utf8_skip[(guchar)*start] < end ? " *" : "");
    }
    return g_steal_pointer(&words);
}

char *
vt_words_question(const char *text, const char *const *scopes, GError **error)
{
    g_autoptr(GString) words = NULL;
    g_autofree char *of_scopes = g_strjoinv("\" OR \"", (char **)(gsize)scopes);

    if (strlen(text) > VT_WORDS_MAX_BYTES)
        return vt_throw_null(
            error, VT_ERROR_BAD_VALUE, "a search is longer than %d bytes", VT_WORDS_MAX_BYTES);
    words = quote_words(text, error);
    if (words == NULL || words->len == 0)
        return NULL;
    return g_strdup_printf("(- scope : (%s)) AND (scope : (\"%s\"))", words->str, of_scopes);
}

char *
vt_words_scope(const char *name)
{
    GString *word = g_string_new("x");

    for (; *name != '\0'; name++)
        g_string_append_printf(word, "%02x", (guchar)*name);
    return g_string_free(word, FALSE);
}
