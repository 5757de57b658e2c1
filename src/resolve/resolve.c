/* Why: flatten, delivery, preview and the reports of what will change must never disagree, so the
 * rules stand here once.
 *
 * Holds: the chains are tables, tried in order; nothing after the first set found is looked at. A
 * cell's score orders cells by number of dimensions, then by the sum of their weights; weights are
 * distinct powers of two, so two different cells that match the same choice never tie.
 */
#include "resolve/resolve.h"

#include "base/locale.h"

#include <string.h>

typedef enum {
    LOCALE_ASKED,
    LOCALE_LANGUAGE, /* the primary subtag of the one asked */
    LOCALE_NEUTRAL,
} LocaleLevel;

typedef enum {
    ALWAYS,
    IF_CHANNEL_NEUTRAL,
    IF_LANGUAGE,
} LevelSwitch;

typedef struct {
    LocaleLevel locale;
    LevelSwitch when;
    gboolean omnichannel;
    gboolean catalog; /* the set of the catalogue asked, else sets without one */
} Level;

static const Level product_chain[] = {
    {LOCALE_ASKED, .catalog = TRUE},
    {LOCALE_ASKED},
    {LOCALE_NEUTRAL, IF_CHANNEL_NEUTRAL},
    {LOCALE_ASKED, .omnichannel = TRUE},
    {LOCALE_LANGUAGE, IF_LANGUAGE, .omnichannel = TRUE},
    {LOCALE_NEUTRAL, .omnichannel = TRUE},
};

static const Level category_chain[] = {
    {LOCALE_ASKED},
    {LOCALE_NEUTRAL},
};

static char
tag_char(char c)
{
    return c == '_' ? '-' : g_ascii_tolower(c);
}

/* Whether the first @length characters of @a are all of @b. */
static gboolean
tag_equal(const char *a, gsize length, const char *b)
{
    gsize i = 0;

    while (i < length && b[i] != '\0' && tag_char(a[i]) == tag_char(b[i]))
        i++;
    return i == length && b[i] == '\0';
}

gboolean
vt_resolve_locale_equal(const char *a, const char *b)
{
    return tag_equal(a, strlen(a), b);
}

gboolean
vt_resolve_catalog_is_none(const char *catalog)
{
    return catalog == NULL || *catalog == '\0' || strcmp(catalog, "0") == 0;
}

static gboolean
locale_matches(LocaleLevel level, const char *asked, const char *locale)
{
    if (level == LOCALE_NEUTRAL)
        return vt_resolve_locale_equal(VT_LOCALE_NEUTRAL, locale);
    if (level == LOCALE_LANGUAGE)
        return tag_equal(asked, strcspn(asked, "-_"), locale);
    return vt_resolve_locale_equal(asked, locale);
}

static gboolean
catalog_matches(gboolean wanted, const char *asked, const char *catalog)
{
    if (!wanted || vt_resolve_catalog_is_none(catalog))
        return !wanted && vt_resolve_catalog_is_none(catalog);
    return asked != NULL && strcmp(asked, catalog) == 0;
}

static gboolean
context_matches(
    const Level *level, const VtResolveContext *request, const VtResolveContext *context)
{
    const char *channel = level->omnichannel ? VT_RESOLVE_OMNICHANNEL : request->channel;

    return strcmp(channel, context->channel) == 0 &&
           locale_matches(level->locale, request->locale, context->locale) &&
           catalog_matches(level->catalog, request->catalog, context->catalog);
}

static gboolean
level_is_on(const Level *level, const VtResolveOptions *options)
{
    if (level->when == ALWAYS)
        return TRUE;
    if (options == NULL)
        return FALSE;
    return level->when == IF_LANGUAGE ? options->language_parent_fallback
                                      : options->channel_neutral_level;
}

static int
walk_chain(const Level *chain,
    guint n_levels,
    const VtResolveSet *sets,
    guint n_sets,
    const VtResolveContext *request,
    const VtResolveOptions *options)
{
    for (guint i = 0; i < n_levels; i++) {
        if (!level_is_on(&chain[i], options))
            continue;
        for (guint at = 0; at < n_sets; at++) {
            if (context_matches(&chain[i], request, &sets[at].context))
                return (int)at;
        }
    }
    return -1;
}

int
vt_resolve_context(const VtResolveSet *sets,
    guint n_sets,
    const VtResolveContext *request,
    const VtResolveOptions *options)
{
    return walk_chain(product_chain, G_N_ELEMENTS(product_chain), sets, n_sets, request, options);
}

int
vt_resolve_category_context(const VtResolveSet *sets, guint n_sets, const VtResolveContext *request)
{
    return walk_chain(category_chain, G_N_ELEMENTS(category_chain), sets, n_sets, request, NULL);
}

/* 0 when the cell does not match or is an orphan; the higher of two scores wins. */
static guint
score_cell(
    const VtResolveChoice *cell, const VtResolveProduct *product, const VtResolveChoice *choice)
{
    guint n_chosen = 0, weight = 0;

    for (guint i = 0; i < VT_RESOLVE_MAX_DIMENSIONS; i++) {
        gint32 value = cell->value[i];

        if (value == VT_RESOLVE_NOT_CHOSEN)
            continue;
        if (i >= product->n_dimensions || value < 0 ||
            (guint)value >= product->dimensions[i].n_values || value != choice->value[i])
            return 0;
        n_chosen++;
        weight += product->dimensions[i].weight;
    }
    return n_chosen << 4 | weight;
}

/* A variant's own node scores above any cell, the master below; 0: the node does not answer. */
static guint
score_node(
    const VtResolveNode *node, const VtResolveProduct *product, const VtResolveSelection *selection)
{
    switch (node->scope) {
    case VT_SCOPE_MASTER:
        return 1;
    case VT_SCOPE_DIMENSIONS:
        return score_cell(&node->choice, product, &selection->choice);
    case VT_SCOPE_VARIANT:
        return node->variant >= 0 && node->variant == selection->variant ? G_MAXUINT : 0;
    case VT_SCOPE_NONE:
        break;
    }
    return 0;
}

/* Which rows make a place a node. */
enum { PRIMARY = 1, ADDITIONAL = 2 };

static const VtResolveNode *
best_node(const VtResolveSet *set,
    const VtResolveProduct *product,
    const VtResolveSelection *selection,
    guint rows)
{
    static const VtResolveNode nothing = {.scope = VT_SCOPE_NONE, .variant = -1};
    const VtResolveNode *best = &nothing;
    guint best_score = 0;

    for (guint i = 0; set != NULL && i < set->n_nodes; i++) {
        const VtResolveNode *node = &set->nodes[i];
        gboolean has_rows = ((rows & PRIMARY) != 0 && node->n_primary > 0) ||
                            ((rows & ADDITIONAL) != 0 && node->n_additional > 0);
        guint score = has_rows ? score_node(node, product, selection) : 0;

        if (score > best_score) {
            best_score = score;
            best = node;
        }
    }
    return best;
}

VtResolveNode
vt_resolve_node(const VtResolveSet *set,
    const VtResolveProduct *product,
    const VtResolveSelection *selection,
    gboolean sever_by_scope)
{
    const VtResolveNode *primary, *additional;
    VtResolveNode node;

    if (!sever_by_scope)
        return *best_node(set, product, selection, PRIMARY | ADDITIONAL);
    primary = best_node(set, product, selection, PRIMARY);
    additional = best_node(set, product, selection, ADDITIONAL);
    node = primary->scope != VT_SCOPE_NONE ? *primary : *additional;
    node.additional = additional->additional;
    node.n_additional = additional->n_additional;
    return node;
}

VtResolveAnswer
vt_resolve_product(const VtResolveSet *sets,
    guint n_sets,
    const VtResolveProduct *product,
    const VtResolveContext *request,
    const VtResolveSelection *selection,
    const VtResolveOptions *options)
{
    int set = vt_resolve_context(sets, n_sets, request, options);

    return (VtResolveAnswer){set, vt_resolve_node(set >= 0 ? &sets[set] : NULL, product, selection,
                                      options != NULL && options->sever_by_scope)};
}

int
vt_resolve_asset_locale(const char *const *locales, guint n_locales, const char *locale)
{
    int neutral = -1;

    for (guint i = 0; i < n_locales; i++) {
        if (vt_resolve_locale_equal(locales[i], locale))
            return (int)i;
        if (vt_resolve_locale_equal(locales[i], VT_LOCALE_NEUTRAL))
            neutral = (int)i;
    }
    return neutral;
}

int
vt_resolve_default_image(
    const gint64 *primary, guint n_primary, VtResolveIsImage is_image, gpointer data)
{
    for (guint i = 0; i < n_primary; i++) {
        if (is_image(primary[i], data))
            return (int)i;
    }
    return -1;
}
