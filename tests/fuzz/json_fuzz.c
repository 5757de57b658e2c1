/* Any bytes as JSON: refused with a line, or a value that is the same after Jansson wrote it, and
 * that our writer writes the same again after reading it back (it may write 1.0 as 1).
 */
#include "base/error.h"
#include "base/json.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void write_value(VtJson *json, const json_t *value);

static void
write_object(VtJson *json, const json_t *value)
{
    const char *key;
    json_t *member;

    vt_json_begin_object(json);
    json_object_foreach((json_t *)(gpointer)GSIZE_TO_POINTER(GPOINTER_TO_SIZE(value)), key, member)
    {
        vt_json_key(json, key);
        write_value(json, member);
    }
    vt_json_end_object(json);
}

static void
write_array(VtJson *json, const json_t *value)
{
    vt_json_begin_array(json);
    for (gsize i = 0; i < json_array_size(value); i++)
        write_value(json, json_array_get(value, i));
    vt_json_end_array(json);
}

/* Recursion is as deep as the parser allows. */
static void
write_value(VtJson *json, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        write_object(json, value);
        return;
    case JSON_ARRAY:
        write_array(json, value);
        return;
    case JSON_STRING:
        vt_json_string(json, json_string_value(value));
        return;
    case JSON_INTEGER:
        vt_json_int(json, json_integer_value(value));
        return;
    case JSON_REAL:
        vt_json_real(json, json_real_value(value) + 0.0); /* -0.0 comes back as 0 */
        return;
    case JSON_TRUE:
    case JSON_FALSE:
        vt_json_bool(json, json_is_true(value));
        return;
    case JSON_NULL:
        vt_json_null(json);
        return;
    }
}

static char *
written(const json_t *value)
{
    g_auto(VtJson) json = {0};

    vt_json_init(&json);
    write_value(&json, value);
    return vt_json_steal(&json);
}

static json_t *
reread(const char *text)
{
    g_autoptr(GError) error = NULL;
    json_t *value = vt_json_parse(text, strlen(text), &error);

    g_assert_no_error(error);
    return value;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) value = vt_json_parse((const char *)data, size, &error);
    g_autoptr(json_t) from_ours = NULL, from_theirs = NULL;
    g_autofree char *ours = NULL, *ours_again = NULL;
    char *theirs;

    g_assert_true((value == NULL) == vt_error_is(error, VT_ERROR_BAD_JSON));
    if (value == NULL)
        return 0;
    ours = written(value);
    from_ours = reread(ours);
    ours_again = written(from_ours);
    g_assert_cmpstr(ours_again, ==, ours);
    theirs = json_dumps(value, JSON_ENCODE_ANY);
    from_theirs = reread(theirs);
    g_assert_true(json_equal(from_theirs, value));
    free(theirs);
    return 0;
}
