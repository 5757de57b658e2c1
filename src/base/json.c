#include "base/json.h"

#include "base/error.h"

#include <math.h>

void
vt_json_init(VtJson *self)
{
    self->text = g_string_sized_new(256);
    self->need_comma = FALSE;
}

void
vt_json_clear(VtJson *self)
{
    if (self->text != NULL)
        g_string_free(g_steal_pointer(&self->text), TRUE);
}

static void
before_value(VtJson *self)
{
    if (self->need_comma)
        g_string_append_c(self->text, ',');
    self->need_comma = TRUE;
}

static void
begin(VtJson *self, char bracket)
{
    before_value(self);
    g_string_append_c(self->text, bracket);
    self->need_comma = FALSE;
}

static void
end(VtJson *self, char bracket)
{
    g_string_append_c(self->text, bracket);
    self->need_comma = TRUE;
}

void
vt_json_begin_object(VtJson *self)
{
    begin(self, '{');
}

void
vt_json_end_object(VtJson *self)
{
    end(self, '}');
}

void
vt_json_begin_array(VtJson *self)
{
    begin(self, '[');
}

void
vt_json_end_array(VtJson *self)
{
    end(self, ']');
}

static void
append_quoted(GString *out, const char *text)
{
    const char *run = text;
    const char *at;

    g_string_append_c(out, '"');
    for (at = text; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        g_string_append_len(out, run, at - run);
        run = at + 1;
        if (c == '"' || c == '\\')
            g_string_append_printf(out, "\\%c", c);
        else
            g_string_append_printf(out, "\\u%04x", c);
    }
    g_string_append_len(out, run, at - run);
    g_string_append_c(out, '"');
}

void
vt_json_key(VtJson *self, const char *key)
{
    before_value(self);
    append_quoted(self->text, key);
    g_string_append_c(self->text, ':');
    self->need_comma = FALSE;
}

void
vt_json_string(VtJson *self, const char *text)
{
    if (text == NULL) {
        vt_json_null(self);
        return;
    }
    before_value(self);
    append_quoted(self->text, text);
}

/* Rows of a read store are mostly numbers: printf took an eighth of the time of a full sync. */
void
vt_json_int(VtJson *self, gint64 number)
{
    char digits[20];
    char *at = digits + sizeof digits;
    guint64 left = number < 0 ? -(guint64)number : (guint64)number;

    before_value(self);
    do
        *--at = (char)('0' + left % 10);
    while ((left /= 10) != 0);
    if (number < 0)
        *--at = '-';
    g_string_append_len(self->text, at, digits + sizeof digits - at);
}

void
vt_json_real(VtJson *self, double number)
{
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    g_return_if_fail(isfinite(number));
    before_value(self);
    /* 15 digits say most numbers as people write them; 17 say every number exactly */
    g_ascii_formatd(buffer, sizeof buffer, "%.15g", number);
    if (g_ascii_strtod(buffer, NULL) != number)
        g_ascii_dtostr(buffer, sizeof buffer, number);
    g_string_append(self->text, buffer);
}

void
vt_json_bool(VtJson *self, gboolean value)
{
    before_value(self);
    g_string_append(self->text, value ? "true" : "false");
}

void
vt_json_null(VtJson *self)
{
    before_value(self);
    g_string_append(self->text, "null");
}

void
vt_json_member(VtJson *self, const char *key, const char *text)
{
    vt_json_key(self, key);
    vt_json_string(self, text);
}

void
vt_json_member_int(VtJson *self, const char *key, gint64 number)
{
    vt_json_key(self, key);
    vt_json_int(self, number);
}

void
vt_json_member_bool(VtJson *self, const char *key, gboolean value)
{
    vt_json_key(self, key);
    vt_json_bool(self, value);
}

void
vt_json_member_point(VtJson *self, const char *key, double x, double y)
{
    vt_json_key(self, key);
    vt_json_begin_object(self);
    vt_json_key(self, "x");
    vt_json_real(self, x);
    vt_json_key(self, "y");
    vt_json_real(self, y);
    vt_json_end_object(self);
}

char *
vt_json_steal(VtJson *self)
{
    char *text = g_string_free(self->text, FALSE);

    vt_json_init(self);
    return text;
}

json_t *
vt_json_parse(const char *text, gsize length, GError **error)
{
    json_error_t problem;
    json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &problem);

    if (value == NULL)
        return vt_throw_null(error, VT_ERROR_BAD_JSON, "line %d, column %d: %s", problem.line,
            problem.column, problem.text);
    return value;
}

json_t *
vt_json_texts(const GPtrArray *texts)
{
    json_t *list = json_array();

    for (guint i = 0; i < texts->len; i++)
        json_array_append_new(list, json_string(g_ptr_array_index(texts, i)));
    return list;
}

const char *
vt_json_text(const json_t *object, const char *key, GError **error)
{
    const json_t *value = json_object_get(object, key);

    if (value == NULL)
        return vt_throw_null(error, VT_ERROR_MISSING_FIELD, "\"%s\" is missing", key);
    if (!json_is_string(value))
        return vt_throw_null(error, VT_ERROR_BAD_VALUE, "\"%s\" must be a text", key);
    return json_string_value(value);
}
