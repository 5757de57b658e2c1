#include "publish/past.h"

#include "assignment/rules.h"
#include "base/locale.h"
#include "base/text.h"
#include "media/content.h"
#include "past_sql.h"

#include <string.h>

/* One answer in the making. */
typedef struct {
    VtDb *db;
    gint64 seq;
    const char *locale;
} Past;

/* A locale of an asset as it was live. */
typedef struct {
    gboolean is_there;
    gint64 number;
    VtAssetContent content;
} Live;

static void
live_clear(Live *self)
{
    vt_asset_content_clear(&self->content);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Live, live_clear)

static gboolean
has_binary(const Live *self)
{
    return self->is_there && vt_asset_content_is_shown(&self->content);
}

static gboolean
take_row(VtStmt *stmt, Live *live, GError **error)
{
    live->is_there = TRUE;
    live->number = vt_stmt_int(stmt, "number");
    return vt_asset_content_parse(vt_stmt_text(stmt, "body"), &live->content, error);
}

/* What the asset was called: without what the trash adds; newly allocated. */
static char *
shown_name(const char *name)
{
    return g_strndup(name, strcspn(name, "|"));
}

/* Reads the locale asked for and the neutral one. @ret_name and @ret_type: newly allocated, NULL
 * when nothing of the asset was live. */
static gboolean
read_asset(const Past *self,
    gint64 asset_id,
    char **ret_name,
    char **ret_type,
    Live *own,
    Live *neutral,
    GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(self->db, &vt_sql_past_asset, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "asset_id", asset_id);
    vt_stmt_bind_int(stmt, "seq", self->seq);
    while (vt_stmt_next(stmt)) {
        const char *locale = vt_stmt_text(stmt, "locale");
        gboolean is_neutral = strcmp(locale, VT_LOCALE_NEUTRAL) == 0;

        if (*ret_name == NULL) {
            *ret_name = shown_name(vt_stmt_text(stmt, "name"));
            *ret_type = g_strdup(vt_stmt_text(stmt, "type"));
        }
        if ((is_neutral && !take_row(stmt, neutral, error)) ||
            (!is_neutral && vt_resolve_locale_equal(locale, self->locale) &&
                !take_row(stmt, own, error)))
            return FALSE;
    }
    return vt_stmt_end(stmt, error);
}

/* Appends the asset as it was shown; nothing when the locale did not show it. */
static gboolean
add_asset(const Past *self, gint64 asset_id, const char *purpose, json_t *list, GError **error)
{
    g_auto(Live) own = {0};
    g_auto(Live) neutral = {0};
    g_autofree char *name = NULL, *type = NULL;
    const Live *text, *binary;
    json_t *one;

    if (!read_asset(self, asset_id, &name, &type, &own, &neutral, error))
        return FALSE;
    text = own.is_there && (has_binary(&own) || has_binary(&neutral)) ? &own : &neutral;
    binary = has_binary(text) ? text : &neutral;
    if (!has_binary(binary))
        return TRUE;
    one = json_pack("{s:s,s:s,s:I,s:s?,s:s?,s:s?}", "asset", name, "type", type, "number",
        (json_int_t)text->number, "alt", text->content.alt, "title", text->content.title, "hash",
        binary->content.blob);
    if (purpose != NULL)
        json_object_set_new(one, "purpose", json_string(purpose));
    json_array_append_new(list, one);
    return TRUE;
}

static json_t *
describe_node(const Past *self, const VtResolveNode *node, GError **error)
{
    g_autoptr(json_t) primary = json_array();
    g_autoptr(json_t) additional = json_array();

    for (guint i = 0; i < node->n_primary; i++)
        if (!add_asset(self, node->primary[i], NULL, primary, error))
            return NULL;
    for (guint i = 0; i < node->n_additional; i++) {
        const char *purpose = node->additional[i].purpose;

        if (!add_asset(
                self, node->additional[i].asset, purpose != NULL ? purpose : "", additional, error))
            return NULL;
    }
    return json_pack("{s:s,s:O,s:O}", "scope", vt_scope_names[node->scope], "primary", primary,
        "additional", additional);
}

static json_t *
describe_source(const VtResolveContext *source)
{
    return source != NULL
               ? json_pack("{s:s,s:s}", "channel", source->channel, "locale", source->locale)
               : json_null();
}

/* The place of the variant among the product's; -1: the words name the product. */
static int
find_variant(const VtResolveProduct *product, const char *code)
{
    for (guint i = 0; i < product->n_variants; i++)
        if (strcmp(product->variants[i].id, code) == 0)
            return (int)i;
    return -1;
}

static gboolean
read_when(VtDb *db, gint64 seq, gint64 *ret_at_us, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_past_when, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "seq", seq);
    return vt_stmt_read_int(stmt, "at_us", ret_at_us, error);
}

static json_t *
resolve(VtDb *db, const VtSetPlace *place, const VtPastQuery *query, GError **error)
{
    const VtRulesContext context = {place->channels, place->catalogs};
    const VtResolveContext request = {.channel = vt_set_place_channel(place, place->key.channel_id),
        .locale = place->key.locale,
        .catalog = vt_set_place_catalog(place, place->key.catalog_id)};
    const Past past = {db, query->seq, place->key.locale};
    g_autoptr(GPtrArray) sets = vt_set_published_at(db, place->key.product_id, query->seq, error);
    g_auto(VtRules) rules = {0};
    VtResolveSelection selection = VT_RESOLVE_NO_SELECTION;
    VtResolveAnswer answer;
    json_t *told;
    int variant;

    if (sets == NULL)
        return NULL;
    vt_rules_init(&rules, place->product, sets, &context);
    variant = find_variant(&rules.product, query->words.product);
    if (variant >= 0)
        selection = vt_resolve_selection_variant(&rules.product, (guint)variant);
    answer = vt_resolve_product(
        rules.sets, rules.n_sets, &rules.product, &request, &selection, &place->options);
    told = describe_node(&past, &answer.node, error);
    if (told == NULL)
        return NULL;
    json_object_set_new(told, "product", json_string(place->product->code));
    json_object_set_new(told, "variant",
        variant >= 0 ? json_string(rules.product.variants[variant].id) : json_null());
    json_object_set_new(told, "channel", json_string(request.channel));
    json_object_set_new(told, "locale", json_string(request.locale));
    json_object_set_new(
        told, "source", describe_source(answer.set >= 0 ? &rules.sets[answer.set].context : NULL));
    return told;
}

gboolean
vt_past_seq(VtDb *db, gint64 at_us, gint64 *ret_seq, GError **error)
{
    g_autoptr(VtStmt) stmt = vt_db_stmt(db, &vt_sql_past_seq, error);

    if (stmt == NULL)
        return FALSE;
    vt_stmt_bind_int(stmt, "at_us", at_us);
    return vt_stmt_read_int(stmt, "seq", ret_seq, error);
}

json_t *
vt_past_show(VtDb *db, gint64 tenant_id, const VtPastQuery *query, GError **error)
{
    g_autoptr(VtTx) tx = vt_tx_begin(db, VT_TX_READ, error);
    g_autoptr(VtSetPlace) place =
        tx != NULL ? vt_set_place_find(db, tenant_id, &query->words, error) : NULL;
    g_autofree char *at = NULL;
    gint64 at_us = 0;
    json_t *told;

    if (place == NULL || !read_when(db, query->seq, &at_us, error))
        return NULL;
    told = resolve(db, place, query, error);
    if (told == NULL)
        return NULL;
    at = at_us != 0 ? vt_text_time(at_us) : NULL;
    json_object_set_new(told, "seq", json_integer((json_int_t)query->seq));
    json_object_set_new(told, "written", json_pack("s?", at));
    return told;
}
