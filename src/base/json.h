/* JSON: a writer that streams into one string, and readers on Jansson that say what is wrong.
 *
 * The writer puts the commas; the caller keeps begin and end in pairs. Text must be UTF-8; NULL
 * writes null.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

typedef struct {
    GString *text; /* owned */
    gboolean need_comma;
} VtJson;

void vt_json_init(VtJson *self);
void vt_json_clear(VtJson *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtJson, vt_json_clear)

void vt_json_begin_object(VtJson *self);
void vt_json_end_object(VtJson *self);
void vt_json_begin_array(VtJson *self);
void vt_json_end_array(VtJson *self);
void vt_json_key(VtJson *self, const char *key);
void vt_json_string(VtJson *self, const char *text);
void vt_json_int(VtJson *self, gint64 number);
void vt_json_real(VtJson *self, double number);
void vt_json_bool(VtJson *self, gboolean value);
void vt_json_null(VtJson *self);

/* key and value in one call */
void vt_json_member(VtJson *self, const char *key, const char *text);
void vt_json_member_int(VtJson *self, const char *key, gint64 number);
void vt_json_member_bool(VtJson *self, const char *key, gboolean value);

/* key and {"x", "y"} */
void vt_json_member_point(VtJson *self, const char *key, double x, double y);

/* The text so far, owned by the caller; the writer is empty afterwards. */
char *vt_json_steal(VtJson *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* Parses @length bytes, refusing duplicate keys and anything deeper than Jansson's limit. NULL with
 * VT_ERROR_BAD_JSON naming line and column. */
json_t *vt_json_parse(const char *text, gsize length, GError **error);

/* An array of the texts (char*) in @texts. */
json_t *vt_json_texts(const GPtrArray *texts);

/* The text of the member @key, borrowed from @object. NULL with VT_ERROR_MISSING_FIELD or
 * VT_ERROR_BAD_VALUE. */
const char *vt_json_text(const json_t *object, const char *key, GError **error);
