#include "media/binary.h"

#include "base/json.h"
#include "media_sql.h"

#include <string.h>

/* Facts that only some kinds of binaries have, as JSON. NULL when there are none. */
static char *
format_facts(const VtBinary *binary)
{
    g_auto(VtJson) json = {0};

    if (binary->playtime_s == 0 && *binary->video_codec == '\0' && *binary->audio_codec == '\0')
        return NULL;
    vt_json_init(&json);
    vt_json_begin_object(&json);
    vt_json_member_int(&json, "playtime", binary->playtime_s);
    vt_json_member(&json, "video", binary->video_codec);
    vt_json_member(&json, "audio", binary->audio_codec);
    vt_json_end_object(&json);
    return vt_json_steal(&json);
}

static void
copy_text(const json_t *facts, const char *key, char *to, gsize to_bytes)
{
    const char *text = json_string_value(json_object_get(facts, key));

    g_strlcpy(to, text != NULL ? text : "", to_bytes);
}

static gboolean
read_facts(const char *text, VtBinary *binary, GError **error)
{
    g_autoptr(json_t) facts = vt_json_parse(text, strlen(text), error);

    if (facts == NULL)
        return FALSE;
    binary->playtime_s = (int)json_integer_value(json_object_get(facts, "playtime"));
    copy_text(facts, "video", binary->video_codec, sizeof binary->video_codec);
    copy_text(facts, "audio", binary->audio_codec, sizeof binary->audio_codec);
    return TRUE;
}

gboolean
vt_binary_find(
    VtDb *db, const char *hash, VtBinary *ret_binary, gboolean *ret_found, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_binary_find, error);
    g_autofree char *facts = NULL;
    gboolean found = FALSE;

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "hash", hash);
    while (vt_stmt_next(stmt)) {
        g_strlcpy(ret_binary->hash.hex, hash, sizeof ret_binary->hash.hex);
        ret_binary->bytes = (guint64)vt_stmt_int(stmt, "bytes");
        g_strlcpy(ret_binary->format, vt_stmt_text(stmt, "format"), sizeof ret_binary->format);
        g_strlcpy(ret_binary->mime, vt_stmt_text(stmt, "mime"), sizeof ret_binary->mime);
        ret_binary->width = (int)vt_stmt_int(stmt, "width");
        ret_binary->height = (int)vt_stmt_int(stmt, "height");
        ret_binary->has_alpha = vt_stmt_int(stmt, "has_alpha") != 0;
        ret_binary->pyramid_version = (guint)vt_stmt_int(stmt, "pyramid_version");
        facts = g_strdup(vt_stmt_text(stmt, "facts"));
        found = TRUE;
    }
    *ret_found = found;
    return vt_stmt_end(stmt, error) && (facts == NULL || read_facts(facts, ret_binary, error));
}

gboolean
vt_binary_put(VtDb *db, const VtBinary *binary, gint64 now_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_binary_put, error);
    g_autofree char *facts = format_facts(binary);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_text(stmt, "hash", binary->hash.hex);
    vt_stmt_bind_int(stmt, "bytes", (gint64)binary->bytes);
    vt_stmt_bind_text(stmt, "format", binary->format);
    vt_stmt_bind_text(stmt, "mime", binary->mime);
    vt_stmt_bind_int(stmt, "width", binary->width);
    vt_stmt_bind_int(stmt, "height", binary->height);
    vt_stmt_bind_int(stmt, "has_alpha", binary->has_alpha);
    vt_stmt_bind_int(stmt, "pyramid_version", binary->pyramid_version);
    vt_stmt_bind_text(stmt, "facts", facts);
    vt_stmt_bind_int(stmt, "ingested_us", now_us);
    return vt_stmt_exec(stmt, NULL, error);
}

GPtrArray *
vt_binary_page(VtDb *db, const char *after, guint limit, GError **error)
{
    g_autoptr(GPtrArray) page = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_binary_page, error);

    if (stmt == NULL)
        return NULL;
    vt_stmt_bind_text(stmt, "after", after);
    vt_stmt_bind_int(stmt, "page", limit);
    while (vt_stmt_next(stmt)) {
        VtBinary *binary = g_new0(VtBinary, 1);

        g_strlcpy(binary->hash.hex, vt_stmt_text(stmt, "hash"), sizeof binary->hash.hex);
        binary->pyramid_version = (guint)vt_stmt_int(stmt, "pyramid_version");
        g_ptr_array_add(page, binary);
    }
    if (!vt_stmt_end(stmt, error))
        return NULL;
    return g_steal_pointer(&page);
}
