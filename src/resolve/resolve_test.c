/* The worked examples of the fallback rules, one or more rows each, and the small rules beside
 * them.
 *
 * A row says what is published, what is asked and what is shown. Notation: `*` is Omnichannel, `N`
 * Neutral, `W` OUN007/en-us; a set is its context (`@5`: of catalogue 5) followed by its nodes: `m`
 * the master, `{blue,slim}` a cell, `v(blue,slim,L)` a variant, each with its rows in brackets, `+`
 * before additional ones; `|` stands between sets. I is an image, V a video, F a file. The answer
 * is the set, the scope, the rows and the default image.
 *
 * P1 has Color (blue, red), Style (slim, reg), Size (S, L) and all eight variants; P1+ has green as
 * well; P2 is simple; C is a category. Values of a cell that P1 does not have are `gone`.
 */
#include "resolve/resolve.h"

#include "base/locale.h"
#include "resolve/testing.h"
#include "tests/unit/support.h"

#include <string.h>

typedef struct {
    int number;
    const char *product, *sets, *request, *selection, *expected;
    const char *assets; /* the locale variants that are published; NULL: all are */
    VtResolveOptions options;
} Example;

#define CELLS_21 "*/N {blue}[I2] {blue,slim}[I3]"
#define CELLS_22 "*/N {blue}[I2] {slim}[I9]"
#define CELLS_23 "*/N {blue,S}[I2] {slim,S}[I3]"
#define SETS_4 "*/N m[I1] | */en-us m[I2] | W m[I3]"
#define SET_13 "*/N m[I1] {blue,slim}[I3] v(blue,slim,L)[I4]"
#define SETS_16 "*/N m[I1] | W v(blue,slim,L)[I6]"
#define SETS_19 "*/en-us {blue}[I8] | */N m[I1]"
#define SETS_30 "OUN007/N m[I5] | */N m[I1]"
#define SETS_31 "*/en m[I2] | */N m[I1]"
#define SETS_43 "W m[I3] | W@5 m[I8]"
#define BY_SCOPE "*/N m[I1,+F1:manual] {blue}[I2] {blue,slim}[+F2:care] v(blue,slim,L)[I4]"

static const Example example[] = {
    {1, "P2", "*/N m[I1]", "W", "", "*/N master [I1] I1"},
    {2, "P2", "*/N m[I1] | */en-us m[I2]", "W", "", "*/en-us master [I2] I2"},
    {3, "P2", "*/N m[I1] | */en-us m[I2]", "OUN007/fr-ca", "", "*/N master [I1] I1"},
    {4, "P2", SETS_4, "W", "", "W master [I3] I3"},
    {5, "P2", SETS_4, "OUN116/en-us", "", "*/en-us master [I2] I2"},
    {6, "P2", SETS_4, "OUN116/de-de", "", "*/N master [I1] I1"},
    {7, "P2", "OUN007/fr-ca m[I4]", "W", "", "NONE"},
    /* W is checked in only, so it is not passed */
    {8, "P2", "*/N m[I1]", "W", "", "*/N master [I1] I1"},
    {9, "P2", "*/N m[I1] | W", "W", "", "W none [] -"},
    /* W was reset and published */
    {10, "P2", "*/N m[I1]", "W", "", "*/N master [I1] I1"},
    {11, "P1", "*/N m[I1]", "W", "v(blue,slim,L)", "*/N master [I1] I1"},
    {12, "P1", "*/N m[I1] {blue}[I2]", "W", "v(blue,slim,L)", "*/N dimensions [I2] I2"},
    {12, "P1", "*/N m[I1] {blue}[I2]", "W", "v(red,slim,L)", "*/N master [I1] I1"},
    {13, "P1", SET_13, "W", "v(blue,slim,L)", "*/N variant [I4] I4"},
    {13, "P1", SET_13, "W", "v(blue,slim,S)", "*/N dimensions [I3] I3"},
    {14, "P1", SET_13, "W", "", "*/N master [I1] I1"},
    {15, "P1", "*/N v(blue,slim,L)[I4] | W m[I5]", "W", "v(blue,slim,L)", "W master [I5] I5"},
    {16, "P1", SETS_16, "W", "v(red,reg,S)", "W none [] -"},
    {17, "P1", SETS_16, "W", "v(blue,slim,L)", "W variant [I6] I6"},
    {17, "P1", SETS_16, "OUN116/en-us", "v(red,reg,S)", "*/N master [I1] I1"},
    {18, "P1", "*/N {blue}[I2] | */en-us m[I7]", "W", "v(blue,reg,S)", "*/en-us master [I7] I7"},
    {19, "P1", SETS_19, "W", "v(red,slim,S)", "*/en-us none [] -"},
    {20, "P1", SETS_19, "OUN007/fr-ca", "v(red,slim,S)", "*/N master [I1] I1"},
    {21, "P1", CELLS_21, "W", "v(blue,slim,S)", "*/N dimensions [I3] I3"},
    {21, "P1", CELLS_21, "W", "v(blue,reg,S)", "*/N dimensions [I2] I2"},
    {22, "P1", CELLS_22, "W", "v(blue,slim,S)", "*/N dimensions [I2] I2"},
    {22, "P1", CELLS_22, "W", "v(red,slim,S)", "*/N dimensions [I9] I9"},
    {23, "P1", CELLS_23, "W", "v(blue,slim,S)", "*/N dimensions [I2] I2"},
    {24, "P1", CELLS_23 " {blue,slim}[I7]", "W", "v(blue,slim,S)", "*/N dimensions [I7] I7"},
    {25, "P1", "*/N {blue,slim,S}[I3] v(blue,slim,S)[I4]", "W", "v(blue,slim,S)",
        "*/N variant [I4] I4"},
    {25, "P1", "*/N {blue,slim,S}[I3] v(blue,slim,S)[]", "W", "v(blue,slim,S)",
        "*/N dimensions [I3] I3"},
    {26, "P1", "*/N {blue,slim}[] {blue}[I2]", "W", "v(blue,slim,S)", "*/N dimensions [I2] I2"},
    {27, "P1", "*/N m[I1] v(blue,slim,L)[+F1:manual]", "W", "v(blue,slim,L)",
        "*/N variant [+F1:manual] -"},
    {27, "P1", "*/N m[I1] v(blue,slim,L)[+F1:manual]", "W", "v(blue,slim,L)",
        "*/N master [I1,+F1:manual] I1", .options.sever_by_scope = TRUE},
    {28, "P2", "*/N m[V1,I3,I2]", "W", "", "*/N master [V1,I3,I2] I3"},
    {29, "P2", "*/N m[V1,F1,+I9:kit]", "W", "", "*/N master [V1,F1,+I9:kit] -"},
    {30, "P2", SETS_30, "W", "", "*/N master [I1] I1"},
    {30, "P2", SETS_30, "OUN007/N", "", "OUN007/N master [I5] I5"},
    {30, "P2", SETS_30, "W", "", "OUN007/N master [I5] I5", .options.channel_neutral_level = TRUE},
    {30, "P2", SETS_30, "OUN007/N", "", "OUN007/N master [I5] I5",
        .options.channel_neutral_level = TRUE},
    {31, "P2", SETS_31, "W", "", "*/N master [I1] I1"},
    {31, "P2", SETS_31, "W", "", "*/en master [I2] I2", .options.language_parent_fallback = TRUE},
    {32, "P2", "*/N m[I1] | OUN007/en-US m[I3]", "OUN007/EN_us", "", "OUN007/en-US master [I3] I3"},
    {33, "P2", "*/N m[I1]", "OUN007/fr-ca", "", "*/N master [I1 Chemise] I1",
        "I1:N=Shirt I1:fr-ca=Chemise"},
    {33, "P2", "*/N m[I1]", "W", "", "*/N master [I1 Shirt] I1", "I1:N=Shirt I1:fr-ca=Chemise"},
    /* the variant in fr-ca is a draft, so it is not passed */
    {34, "P2", "*/N m[I1]", "OUN007/fr-ca", "", "*/N master [I1 Shirt] I1", "I1:N=Shirt"},
    {35, "P2", "*/N m[I1,I2]", "W", "", "*/N master [I2 Two] I2", "I2:N=Two"},
    {36, "C", "W m[I1]", "OUN116/de-de", "", "NONE"},
    {37, "C", "OUN007/N m[I1]", "OUN007/fr-ca", "", "OUN007/N master [I1] I1"},
    /* W before and after its Unpublish */
    {38, "P2", "*/N m[I1] | W m[I3]", "W", "", "W master [I3] I3"},
    {38, "P2", "*/N m[I1]", "W", "", "*/N master [I1] I1"},
    {39, "P1+", "*/N m[I1] {slim}[I9]", "W", "v(green,slim,S)", "*/N dimensions [I9] I9"},
    {40, "P1", "*/N m[I1] {blue}[I2] {blue,slim}[I3]", "W", "{blue}", "*/N dimensions [I2] I2"},
    {40, "P1", "*/N m[I1] {blue}[I2] {blue,slim}[I3]", "W", "{slim}", "*/N master [I1] I1"},
    {40, "P1", "*/N m[I1] {blue}[I2] {blue,slim}[I3]", "W", "{blue,slim}",
        "*/N dimensions [I3] I3"},
    /* what is live; what the group would show */
    {41, "P2", "*/N m[I1]", "W", "", "*/N master [I1] I1"},
    {41, "P2", "*/N m[I2]", "W", "", "*/N master [I2] I2"},
    /* the later group replaced the set as a whole */
    {42, "P2", "*/N m[I3]", "W", "", "*/N master [I3] I3"},
    {43, "P2", SETS_43, "W@5", "", "W@5 master [I8] I8"},
    {43, "P2", SETS_43, "W@0", "", "W master [I3] I3"},
    {43, "P2", SETS_43, "W@6", "", "W master [I3] I3"},
    /* 44, swatches: swatch_test.c */
    {45, "P1", "*/N v(blue,slim,L)[I4]", "W", "v(red,reg,S)", "*/N none [] -"},
    {45, "P1", "*/N v(blue,slim,L)[I4]", "W", "", "*/N none [] -"},
    /* outside the assortment nothing is passed at all */
    {46, "P2", "", "OUN201/en-us", "", "NONE"},

    /* beyond the numbered ones: orphans, every dimension chosen, the order of nodes */
    {100, "P1", "*/N m[I1] {gone}[I2]", "W", "v(blue,slim,S)", "*/N master [I1] I1"},
    {101, "P1", "*/N m[I1] {blue,gone}[I2] {blue}[I3]", "W", "v(blue,slim,S)",
        "*/N dimensions [I3] I3"},
    {102, "P1", "*/N m[I1] v(gone)[I2]", "W", "", "*/N master [I1] I1"},
    {103, "P1", "*/N m[I1] v(blue,slim,S)[I2]", "W", "{blue,slim,S}", "*/N variant [I2] I2"},
    {104, "P1", "*/N v(blue,slim,S)[I4] {blue,slim}[I3] {blue}[I2] m[I1]", "W", "v(blue,slim,S)",
        "*/N variant [I4] I4"},
    {105, "P2", "*/N m[I1] {blue}[I2]", "W", "", "*/N master [I1] I1"},
    {106, "P1", "*/N m[] {blue}[]", "W", "v(blue,slim,S)", "*/N none [] -"},
    {107, "P2", "W@5 m[I8]", "W", "", "NONE"},
    {108, "P2", "*/zh m[I2] | */zh-hant m[I3]", "OUN007/ZH_Hant_TW", "", "NONE"},
    {109, "P2", "*/zh m[I2] | */zh-hant m[I3]", "OUN007/ZH_Hant_TW", "", "*/zh master [I2] I2",
        .options.language_parent_fallback = TRUE},
    {110, "C", "*/N m[I1]", "W", "", "NONE"},

    /* primary and additional media severed each for themselves */
    {120, "P1", BY_SCOPE, "W", "v(blue,slim,L)", "*/N variant [I4,+F2:care] I4",
        .options.sever_by_scope = TRUE},
    {121, "P1", BY_SCOPE, "W", "v(blue,slim,S)", "*/N dimensions [I2,+F2:care] I2",
        .options.sever_by_scope = TRUE},
    {121, "P1", BY_SCOPE, "W", "v(blue,slim,S)", "*/N dimensions [+F2:care] -"},
    {122, "P1", BY_SCOPE, "W", "v(blue,reg,S)", "*/N dimensions [I2,+F1:manual] I2",
        .options.sever_by_scope = TRUE},
    {123, "P1", BY_SCOPE, "W", "v(red,reg,S)", "*/N master [I1,+F1:manual] I1",
        .options.sever_by_scope = TRUE},
    {124, "P1", BY_SCOPE, "W", "{blue}", "*/N dimensions [I2,+F1:manual] I2",
        .options.sever_by_scope = TRUE},
    {125, "P1", "*/N v(blue,slim,L)[+F1:manual] {blue}[+F2:care]", "W", "v(blue,slim,L)",
        "*/N variant [+F1:manual] -", .options.sever_by_scope = TRUE},
    {126, "P1", "*/N m[I1] | W v(blue,slim,L)[+F1:manual]", "W", "v(blue,slim,L)",
        "W variant [+F1:manual] -", .options.sever_by_scope = TRUE},
    {127, "P1", "*/N m[I1] {blue}[]", "W", "v(blue,slim,L)", "*/N master [I1] I1",
        .options.sever_by_scope = TRUE},
};

/* Everything a row's text turns into; freed as one. */
typedef struct {
    VtTestBuilder *builder;
    const VtResolveProduct *product;
    GPtrArray *pieces; /* owned memory the sets point into */
    GArray *sets;      /* VtResolveSet */
    GPtrArray *labels; /* of the sets, as written */
} Fixture;

static void *
keep(Fixture *self, void *piece)
{
    g_ptr_array_add(self->pieces, piece);
    return piece;
}

static void
fixture_clear(Fixture *self)
{
    g_clear_pointer(&self->builder, vt_test_builder_free);
    g_clear_pointer(&self->sets, g_array_unref);
    g_clear_pointer(&self->labels, g_ptr_array_unref);
    g_clear_pointer(&self->pieces, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_clear)

static void
add_values(VtTestBuilder *builder, const char *name, const char *list)
{
    g_auto(GStrv) values = g_strsplit(list, ",", -1);
    guint dimension = vt_test_builder_product(builder)->n_dimensions;

    vt_test_builder_add_dimension(builder, name);
    for (guint i = 0; values[i] != NULL; i++)
        vt_test_builder_add_value(builder, dimension, values[i]);
}

static void
add_all_variants(VtTestBuilder *builder)
{
    const VtResolveProduct product = *vt_test_builder_product(builder);
    const VtResolveDimension *of = product.dimensions;

    for (guint i = 0; i < of[0].n_values * 4; i++) {
        VtResolveChoice choice = VT_RESOLVE_NO_CHOICE;
        g_autofree char *id = NULL;

        choice.value[0] = (gint32)(i / 4);
        choice.value[1] = (gint32)(i / 2 % 2);
        choice.value[2] = (gint32)(i % 2);
        id = g_strdup_printf("v(%s,%s,%s)", of[0].values[i / 4].text, of[1].values[i / 2 % 2].text,
            of[2].values[i % 2].text);
        vt_test_builder_add_variant(builder, id, &choice);
    }
}

static void
make_product(Fixture *self, const char *name)
{
    self->builder = vt_test_builder_new(name);
    if (g_str_has_prefix(name, "P1")) {
        add_values(
            self->builder, "Color", strcmp(name, "P1+") == 0 ? "blue,red,green" : "blue,red");
        add_values(self->builder, "Style", "slim,reg");
        add_values(self->builder, "Size", "S,L");
        add_all_variants(self->builder);
    }
    self->product = vt_test_builder_product(self->builder);
}

/* "blue,slim": the values of P1's dimensions are all different, so names are not needed. */
static VtResolveChoice
parse_choice(const VtResolveProduct *product, const char *text)
{
    g_auto(GStrv) values = g_strsplit(text, ",", -1);
    VtResolveChoice choice = VT_RESOLVE_NO_CHOICE;
    gboolean is_orphan = FALSE;

    for (guint i = 0; values[i] != NULL; i++) {
        gboolean found = FALSE;

        for (guint d = 0; !found && d < product->n_dimensions; d++) {
            int value = vt_resolve_product_find_value(product, d, values[i]);

            found = value >= 0;
            if (found)
                choice.value[d] = value;
        }
        is_orphan = is_orphan || !found;
    }
    if (is_orphan)
        choice.value[0] = VT_RESOLVE_GONE;
    return choice;
}

static gint64
parse_asset(const char *text)
{
    return text[0] * 100 + text[1] - '0';
}

static void
print_asset(GString *out, gint64 asset)
{
    g_string_append_printf(out, "%c%d", (char)(asset / 100), (int)(asset % 100));
}

/* "I1,I2,+F1:manual]" */
static void
parse_rows(Fixture *self, VtResolveNode *node, const char *text)
{
    g_autofree char *inner = g_strndup(text, strlen(text) - 1);
    g_auto(GStrv) words = g_strsplit(inner, ",", -1);
    guint n_words = g_strv_length(words);
    gint64 *primary = keep(self, g_new0(gint64, n_words + 1));
    VtResolveAdditional *additional = keep(self, g_new0(VtResolveAdditional, n_words + 1));

    for (guint i = 0; i < n_words; i++) {
        if (words[i][0] == '+')
            additional[node->n_additional++] = (VtResolveAdditional){
                parse_asset(words[i] + 1), keep(self, g_strdup(words[i] + 4))};
        else if (words[i][0] != '\0')
            primary[node->n_primary++] = parse_asset(words[i]);
    }
    node->primary = primary;
    node->additional = additional;
}

static VtResolveNode
parse_node(Fixture *self, const char *text)
{
    const char *rows = strchr(text, '[');
    g_autofree char *place = g_strndup(text, (gsize)(rows - text));
    VtResolveNode node = {.variant = -1, .choice = VT_RESOLVE_NO_CHOICE};

    node.scope = *place == 'm'   ? VT_SCOPE_MASTER
                 : *place == '{' ? VT_SCOPE_DIMENSIONS
                                 : VT_SCOPE_VARIANT;
    if (node.scope == VT_SCOPE_VARIANT)
        node.variant = vt_resolve_product_find_variant(self->product, place);
    if (node.scope == VT_SCOPE_DIMENSIONS) {
        place[strlen(place) - 1] = '\0';
        node.choice = parse_choice(self->product, place + 1);
    }
    parse_rows(self, &node, rows + 1);
    return node;
}

/* "W", "OUN116/de-de", "*" "/N", any with "@5" */
static VtResolveContext
parse_context(Fixture *self, const char *text)
{
    g_auto(GStrv) catalog = g_strsplit(text, "@", 2);
    g_auto(GStrv) parts =
        g_strsplit(strcmp(catalog[0], "W") == 0 ? "OUN007/en-us" : catalog[0], "/", 2);
    VtResolveContext context = {0};

    context.channel =
        strcmp(parts[0], "*") == 0 ? VT_RESOLVE_OMNICHANNEL : keep(self, g_strdup(parts[0]));
    context.locale =
        strcmp(parts[1], "N") == 0 ? VT_LOCALE_NEUTRAL : keep(self, g_strdup(parts[1]));
    context.catalog = catalog[1] != NULL ? keep(self, g_strdup(catalog[1])) : NULL;
    return context;
}

static void
parse_set(Fixture *self, const char *text)
{
    g_autofree char *trimmed = g_strstrip(g_strdup(text));
    g_auto(GStrv) words = g_strsplit(trimmed, " ", -1);
    guint n_words = g_strv_length(words);
    VtResolveNode *nodes = keep(self, g_new0(VtResolveNode, n_words + 1));
    VtResolveSet set = {0};

    if (n_words == 0)
        return;
    set.context = parse_context(self, words[0]);
    for (guint i = 1; i < n_words; i++)
        nodes[set.n_nodes++] = parse_node(self, words[i]);
    set.nodes = nodes;
    g_array_append_val(self->sets, set);
    g_ptr_array_add(self->labels, g_strdup(words[0]));
}

static Fixture
make_fixture(const Example *row)
{
    g_auto(GStrv) sets = g_strsplit(row->sets, "|", -1);
    Fixture self = {0};

    self.pieces = g_ptr_array_new_with_free_func(g_free);
    self.sets = g_array_new(FALSE, FALSE, sizeof(VtResolveSet));
    self.labels = g_ptr_array_new_with_free_func(g_free);
    make_product(&self, row->product);
    for (guint i = 0; sets[i] != NULL; i++)
        parse_set(&self, sets[i]);
    return self;
}

static VtResolveSelection
parse_selection(const VtResolveProduct *product, const char *text)
{
    if (*text == '{') {
        g_autofree char *inner = g_strndup(text + 1, strlen(text) - 2);
        VtResolveChoice choice = parse_choice(product, inner);

        return vt_resolve_selection_choice(product, &choice);
    }
    if (*text == 'v')
        return vt_resolve_selection_variant(
            product, (guint)vt_resolve_product_find_variant(product, text));
    return VT_RESOLVE_NO_SELECTION;
}

/* The text of the variant of @asset that @locale shows among "I1:N=Shirt I1:fr-ca=Chemise"; NULL:
 * none. */
static char *
shown_text(const char *assets, gint64 asset, const char *locale)
{
    g_auto(GStrv) words = g_strsplit(assets, " ", -1);
    g_autoptr(GPtrArray) locales = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) texts = g_ptr_array_new();
    int at = -1;

    for (guint i = 0; words[i] != NULL; i++) {
        char *equals = strchr(words[i], '=');

        if (parse_asset(words[i]) != asset)
            continue;
        *equals = '\0';
        g_ptr_array_add(
            locales, g_strdup(strcmp(words[i] + 3, "N") == 0 ? VT_LOCALE_NEUTRAL : words[i] + 3));
        g_ptr_array_add(texts, equals + 1);
    }
    at = vt_resolve_asset_locale((const char *const *)locales->pdata, locales->len, locale);
    return at >= 0 ? g_strdup(texts->pdata[at]) : NULL;
}

static gboolean
is_image(gint64 asset, gpointer data)
{
    return asset / 100 == 'I';
}

static void
print_rows(const Example *row, const VtResolveNode *node, const char *locale, GString *out)
{
    g_autoptr(GArray) shown = g_array_new(FALSE, FALSE, sizeof(gint64));
    int image = -1;

    for (guint i = 0; i < node->n_primary; i++) {
        g_autofree char *text =
            row->assets != NULL ? shown_text(row->assets, node->primary[i], locale) : NULL;

        if (row->assets != NULL && text == NULL)
            continue;
        g_string_append(out, shown->len > 0 ? "," : "");
        print_asset(out, node->primary[i]);
        if (text != NULL)
            g_string_append_printf(out, " %s", text);
        g_array_append_val(shown, node->primary[i]);
    }
    for (guint i = 0; i < node->n_additional; i++) {
        g_string_append(out, shown->len + i > 0 ? ",+" : "+");
        print_asset(out, node->additional[i].asset);
        g_string_append_printf(out, ":%s", node->additional[i].purpose);
    }
    g_string_append(out, "] ");
    image =
        vt_resolve_default_image((const gint64 *)(gpointer)shown->data, shown->len, is_image, NULL);
    if (image < 0)
        g_string_append_c(out, '-');
    else
        print_asset(out, g_array_index(shown, gint64, image));
}

static char *
answer_text(const Example *row)
{
    g_auto(Fixture) fixture = make_fixture(row);
    const VtResolveSet *sets = (const VtResolveSet *)(gpointer)fixture.sets->data;
    VtResolveContext request = parse_context(&fixture, row->request);
    VtResolveSelection selection = parse_selection(fixture.product, row->selection);
    g_autoptr(GString) out = g_string_new(NULL);
    VtResolveAnswer answer = {0};

    if (*row->product == 'C') {
        answer.set = vt_resolve_category_context(sets, fixture.sets->len, &request);
        if (answer.set >= 0)
            answer.node = vt_resolve_node(&sets[answer.set], fixture.product, &selection, FALSE);
    } else {
        answer = vt_resolve_product(
            sets, fixture.sets->len, fixture.product, &request, &selection, &row->options);
    }
    if (answer.set < 0)
        return g_strdup("NONE");
    g_string_append_printf(out, "%s %s [", (const char *)fixture.labels->pdata[answer.set],
        vt_scope_names[answer.node.scope]);
    print_rows(row, &answer.node, request.locale, out);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
every_worked_example_gives_the_documented_answer(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(example); i++) {
        g_autofree char *got = answer_text(&example[i]);

        if (strcmp(got, example[i].expected) != 0)
            fail_msg("example %d (row %u), %s of %s in %s: got '%s', expected '%s'",
                example[i].number, i, example[i].selection, example[i].product, example[i].request,
                got, example[i].expected);
    }
}

static void
no_worked_example_is_missing(void **state)
{
    for (int number = 1; number <= 46; number++) {
        gboolean found = number == 44;

        for (guint i = 0; i < G_N_ELEMENTS(example); i++)
            found = found || example[i].number == number;
        if (!found)
            fail_msg("example %d has no row", number);
    }
}

static void
locale_tags_compare_without_case_and_underscore(void **state)
{
    static const struct {
        const char *a, *b;
        gboolean equal;
    } row[] = {
        {"en-us", "en-us", TRUE},
        {"EN_us", "en-US", TRUE},
        {"en", "en-us", FALSE},
        {"en-us", "en", FALSE},
        {"system_neutral", "SYSTEM-NEUTRAL", TRUE},
        {"", "", TRUE},
        {"", "en", FALSE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(row); i++)
        assert_int_equal(vt_resolve_locale_equal(row[i].a, row[i].b), row[i].equal);
}

static void
an_asset_shows_its_locale_then_neutral_then_nothing(void **state)
{
    static const struct {
        const char *const locales[4], *locale;
        int expected;
    } row[] = {
        {{"system_neutral", "fr-ca"}, "fr-ca", 1},
        {{"system_neutral", "fr-ca"}, "FR_ca", 1},
        {{"fr-ca", "system_neutral"}, "en-us", 1},
        {{"fr-ca", "de-de"}, "en-us", -1},
        {{"fr-ca", "fr"}, "fr-fr", -1},
        {{NULL}, "en-us", -1},
        {{"en-us"}, "system_neutral", -1},
    };

    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        const char *const *locales = row[i].locales;
        guint n = 0;

        while (locales[n] != NULL)
            n++;
        assert_int_equal(vt_resolve_asset_locale(locales, n, row[i].locale), row[i].expected);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_worked_example_gives_the_documented_answer),
        cmocka_unit_test(no_worked_example_is_missing),
        cmocka_unit_test(locale_tags_compare_without_case_and_underscore),
        cmocka_unit_test(an_asset_shows_its_locale_then_neutral_then_nothing),
    };

    return vt_test_run("resolve/resolve", tests);
}
