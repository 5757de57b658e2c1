/* The fallback rules against a naive model on random products, sets and requests.
 *
 * The model knows names, not indexes: a set is a hash table from a place written as text
 * ("master", "variant:v3", "color=blue;size=s") to a row number. It lists every place the text of
 * the rules would look at, sorts the list by comparing as the text says, and takes the first that
 * is there. It shares no code and no data structure with the rules.
 *
 * VITRINE_TEST_SCALE multiplies the number of products. A failure prints the seed and the product.
 */
#include "resolve/resolve.h"

#include "resolve/testing.h"
#include "tests/unit/support.h"

#include <stdlib.h>
#include <string.h>

#define SEED 20240611u
#define N_PRODUCTS 20000
#define MOST_VALUES 3
#define MOST_VARIANTS 12
#define MOST_SETS 10

static const char *const dimension_name[] = {
    "Size", "Frame", "Color", "Material", "Configuration", "Style", "Finish"};
static const char *const channel_name[] = {"Omnichannel", "OUN1", "OUN2"};
static const char *const locale_name[] = {"system_neutral", "en-us", "en", "fr-ca", "de-de", "fr"};
static const char *const catalog_name[] = {"", "5", "6"};

/* A random product and its sets, twice: as the rules take them and as the model reads them. */
typedef struct {
    GRand *rand;
    guint number;
    VtTestBuilder *builder;
    const VtResolveProduct *product;
    VtResolveSet sets[MOST_SETS];
    GHashTable *places[MOST_SETS]; /* place text -> node number + 1, only nodes with rows */
    guint n_sets;
    gint64 n_assets;   /* each list of a node has one of its own */
    GPtrArray *pieces; /* owned */
} World;

static guint
roll(World *self, guint n)
{
    return (guint)g_rand_int_range(self->rand, 0, (gint32)n);
}

static void
make_product(World *self)
{
    guint first = roll(self, G_N_ELEMENTS(dimension_name)), n_dimensions = roll(self, 5);
    guint step = 1 + roll(self, 6);

    self->builder = vt_test_builder_new("p");
    for (guint d = 0; d < n_dimensions; d++) {
        guint n_values = 1 + roll(self, MOST_VALUES);

        vt_test_builder_add_dimension(
            self->builder, dimension_name[(first + d * step) % G_N_ELEMENTS(dimension_name)]);
        for (guint v = 0; v < n_values; v++) {
            g_autofree char *text = g_strdup_printf("Value%u", v);

            vt_test_builder_add_value(self->builder, d, text);
        }
    }
}

static void
make_variants(World *self)
{
    guint n_variants = roll(self, MOST_VARIANTS + 1);
    const VtResolveProduct *product = vt_test_builder_product(self->builder);

    for (guint i = 0; i < n_variants && product->n_dimensions > 0; i++) {
        VtResolveChoice choice = VT_RESOLVE_NO_CHOICE;
        g_autofree char *id = g_strdup_printf("v%u", i);

        for (guint d = 0; d < product->n_dimensions; d++) {
            if (roll(self, 12) > 0)
                choice.value[d] = (gint32)roll(self, product->dimensions[d].n_values);
        }
        vt_test_builder_add_variant(self->builder, id, &choice);
    }
    self->product = vt_test_builder_product(self->builder);
}

/* "color=value0;size=value2" of the chosen dimensions in the product's order, "" when none is. */
static char *
choice_text(const VtResolveProduct *product, const VtResolveChoice *choice, guint mask)
{
    GString *out = g_string_new(NULL);

    for (guint d = 0; d < product->n_dimensions; d++) {
        if ((mask & 1u << d) != 0)
            g_string_append_printf(out, "%s=%s;", product->dimensions[d].name,
                product->dimensions[d].values[choice->value[d]].text);
    }
    return g_string_free(out, FALSE);
}

/* Sets @ret_place to NULL for a place the product does not have. */
static VtResolveNode
make_node(World *self, char **ret_place)
{
    gint64 *one_row = g_new0(gint64, 1);
    VtResolveAdditional *one_more = g_new0(VtResolveAdditional, 1);
    const VtResolveProduct *product = self->product;
    VtResolveNode node = {.variant = -1, .choice = VT_RESOLVE_NO_CHOICE};
    guint kind = roll(self, 10), mask = 0;

    g_ptr_array_add(self->pieces, one_row);
    g_ptr_array_add(self->pieces, one_more);
    *one_row = one_more->asset = ++self->n_assets;
    node.primary = one_row;
    node.additional = one_more;
    node.n_primary = roll(self, 4) > 0;
    node.n_additional = roll(self, 4) == 0;
    node.scope = kind < 2 ? VT_SCOPE_MASTER : kind < 5 ? VT_SCOPE_VARIANT : VT_SCOPE_DIMENSIONS;
    *ret_place = NULL;
    if (node.scope == VT_SCOPE_MASTER)
        *ret_place = g_strdup("master");
    if (node.scope == VT_SCOPE_VARIANT && product->n_variants > 0 && roll(self, 8) > 0) {
        node.variant = (int)roll(self, product->n_variants);
        *ret_place = g_strdup_printf("variant:%s", product->variants[node.variant].id);
    }
    if (node.scope != VT_SCOPE_DIMENSIONS)
        return node;
    for (guint d = 0; d < product->n_dimensions; d++) {
        if (roll(self, 2) == 0)
            continue;
        mask |= 1u << d;
        node.choice.value[d] = (gint32)roll(self, product->dimensions[d].n_values);
    }
    if (mask != 0)
        *ret_place = choice_text(product, &node.choice, mask);
    if (roll(self, 10) == 0) {
        node.choice.value[roll(self, VT_RESOLVE_MAX_DIMENSIONS)] =
            roll(self, 2) == 0 ? VT_RESOLVE_GONE : MOST_VALUES + 2;
        g_clear_pointer(ret_place, g_free);
    }
    return node;
}

static void
make_nodes(World *self, guint set)
{
    guint n_nodes = roll(self, 14);
    VtResolveNode *nodes = g_new0(VtResolveNode, 14);
    g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    g_ptr_array_add(self->pieces, nodes);
    self->places[set] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    self->sets[set].nodes = nodes;
    for (guint i = 0; i < n_nodes; i++) {
        char *place = NULL;
        guint at = self->sets[set].n_nodes;

        nodes[at] = make_node(self, &place);
        if (place != NULL && g_hash_table_contains(taken, place)) {
            g_free(place);
            continue;
        }
        self->sets[set].n_nodes++;
        if (place == NULL)
            continue;
        g_hash_table_add(taken, g_strdup(place));
        if (nodes[at].n_primary + nodes[at].n_additional > 0)
            g_hash_table_insert(self->places[set], place, GUINT_TO_POINTER(at + 1));
        else
            g_free(place);
    }
}

static VtResolveContext
make_context(World *self, gboolean request)
{
    VtResolveContext context = {
        .channel = channel_name[request ? 1 + roll(self, 2) : roll(self, 3)],
        .locale = locale_name[roll(self, G_N_ELEMENTS(locale_name))],
    };

    if (strcmp(context.channel, "Omnichannel") != 0 && roll(self, 3) == 0)
        context.catalog = catalog_name[roll(self, 3)];
    return context;
}

static const char *
catalog_of(const VtResolveContext *context)
{
    return context->catalog != NULL ? context->catalog : "";
}

static gboolean
same_context(const VtResolveContext *a, const VtResolveContext *b)
{
    return strcmp(a->channel, b->channel) == 0 && strcmp(a->locale, b->locale) == 0 &&
           strcmp(catalog_of(a), catalog_of(b)) == 0;
}

static void
make_sets(World *self)
{
    guint n_tries = roll(self, MOST_SETS + 1);

    for (guint i = 0; i < n_tries; i++) {
        VtResolveContext context = make_context(self, FALSE);
        gboolean taken = FALSE;

        for (guint s = 0; s < self->n_sets; s++)
            taken = taken || same_context(&context, &self->sets[s].context);
        if (taken)
            continue;
        self->sets[self->n_sets].context = context;
        make_nodes(self, self->n_sets);
        self->n_sets++;
    }
}

static void
world_clear(World *self)
{
    for (guint i = 0; i < self->n_sets; i++)
        g_hash_table_unref(self->places[i]);
    g_ptr_array_unref(self->pieces);
    vt_test_builder_free(self->builder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_clear)

static World
make_world(GRand *rand, guint number)
{
    World self = {.rand = rand, .number = number};

    self.pieces = g_ptr_array_new_with_free_func(g_free);
    make_product(&self);
    make_variants(&self);
    make_sets(&self);
    return self;
}

/* The model's context: the texts it looks for, in order. */
static int
model_context(const World *self, const VtResolveContext *request, const VtResolveOptions *options)
{
    g_auto(GStrv) language = g_strsplit(request->locale, "-", 2);
    const char *catalog = catalog_of(request);
    g_autoptr(GPtrArray) wanted = g_ptr_array_new_with_free_func(g_free);

    if (*catalog != '\0')
        g_ptr_array_add(
            wanted, g_strdup_printf("%s %s %s", request->channel, request->locale, catalog));
    g_ptr_array_add(wanted, g_strdup_printf("%s %s ", request->channel, request->locale));
    if (options->channel_neutral_level)
        g_ptr_array_add(wanted, g_strdup_printf("%s system_neutral ", request->channel));
    g_ptr_array_add(wanted, g_strdup_printf("Omnichannel %s ", request->locale));
    if (options->language_parent_fallback && strcmp(request->locale, "system_neutral") != 0)
        g_ptr_array_add(wanted, g_strdup_printf("Omnichannel %s ", language[0]));
    g_ptr_array_add(wanted, g_strdup("Omnichannel system_neutral "));
    for (guint w = 0; w < wanted->len; w++) {
        for (guint s = 0; s < self->n_sets; s++) {
            const VtResolveContext *has = &self->sets[s].context;
            g_autofree char *text =
                g_strdup_printf("%s %s %s", has->channel, has->locale, catalog_of(has));

            if (strcmp(text, wanted->pdata[w]) == 0)
                return (int)s;
        }
    }
    return -1;
}

/* A cell the model would look at. */
typedef struct {
    char *place;
    guint n_dimensions;
    gboolean names[G_N_ELEMENTS(dimension_name) + 1]; /* by order of importance, first decides */
} Candidate;

static int
compare_candidates(gconstpointer a, gconstpointer b)
{
    const Candidate *one = a, *two = b;

    if (one->n_dimensions != two->n_dimensions)
        return one->n_dimensions > two->n_dimensions ? -1 : 1;
    for (guint i = 0; i < G_N_ELEMENTS(one->names); i++) {
        if (one->names[i] != two->names[i])
            return one->names[i] ? -1 : 1;
    }
    return 0;
}

/* The place of dimension @d in the order of importance. */
static guint
importance(const VtResolveProduct *product, guint d)
{
    const char *name = product->dimensions[d].name;

    return strcmp(name, "Color") == 0           ? 0
           : strcmp(name, "Style") == 0         ? 1
           : strcmp(name, "Configuration") == 0 ? 2
           : strcmp(name, "Size") == 0          ? 3
                                                : 4 + d;
}

static void
clear_candidate(gpointer data)
{
    g_free(((Candidate *)data)->place);
}

static GArray *
model_cells(const VtResolveProduct *product, const VtResolveChoice *choice)
{
    GArray *cells = g_array_new(FALSE, TRUE, sizeof(Candidate));

    g_array_set_clear_func(cells, clear_candidate);
    for (guint mask = 1; mask < 16; mask++) {
        Candidate one = {0};
        gboolean possible = TRUE;

        for (guint d = 0; d < VT_RESOLVE_MAX_DIMENSIONS; d++) {
            if ((mask & 1u << d) == 0)
                continue;
            possible = possible && d < product->n_dimensions && choice->value[d] >= 0;
            if (!possible)
                break;
            one.n_dimensions++;
            one.names[importance(product, d)] = TRUE;
        }
        if (!possible)
            continue;
        one.place = choice_text(product, choice, mask);
        g_array_append_val(cells, one);
    }
    g_array_sort(cells, compare_candidates);
    return cells;
}

/* What counts as media of a place. */
typedef enum { ANY_MEDIA, PRIMARY_ONLY, ADDITIONAL_ONLY } Wanted;

/* The node at @place if it has what is wanted; NULL: no. */
static const VtResolveNode *
node_at(const World *self, guint set, const char *place, Wanted wanted)
{
    gpointer found = g_hash_table_lookup(self->places[set], place);
    const VtResolveNode *node =
        found != NULL ? &self->sets[set].nodes[GPOINTER_TO_UINT(found) - 1] : NULL;

    if (node == NULL || (wanted == PRIMARY_ONLY && node->n_primary == 0) ||
        (wanted == ADDITIONAL_ONLY && node->n_additional == 0))
        return NULL;
    return node;
}

static const VtResolveNode *
model_node(const World *self, guint set, const VtResolveSelection *selection, Wanted wanted)
{
    g_autoptr(GArray) cells = model_cells(self->product, &selection->choice);
    const VtResolveNode *found = NULL;

    if (selection->variant >= 0) {
        g_autofree char *place =
            g_strdup_printf("variant:%s", self->product->variants[selection->variant].id);

        found = node_at(self, set, place, wanted);
    }
    for (guint i = 0; found == NULL && i < cells->len; i++)
        found = node_at(self, set, g_array_index(cells, Candidate, i).place, wanted);
    return found != NULL ? found : node_at(self, set, "master", wanted);
}

/* The lists shown and the scope told, as text. */
static char *
model_answer(
    const World *self, int set, const VtResolveSelection *selection, gboolean sever_by_scope)
{
    const VtResolveNode *primary, *additional, *told;

    if (set < 0)
        return g_strdup("no set");
    primary = model_node(self, (guint)set, selection, sever_by_scope ? PRIMARY_ONLY : ANY_MEDIA);
    additional =
        model_node(self, (guint)set, selection, sever_by_scope ? ADDITIONAL_ONLY : ANY_MEDIA);
    told = primary != NULL ? primary : additional;
    return g_strdup_printf("set %d, scope %s, primary %d, additional %d", set,
        vt_scope_names[told != NULL ? told->scope : VT_SCOPE_NONE],
        primary != NULL && primary->n_primary > 0 ? (int)primary->primary[0] : 0,
        additional != NULL && additional->n_additional > 0 ? (int)additional->additional[0].asset
                                                           : 0);
}

static char *
answer_text(const VtResolveAnswer *answer)
{
    const VtResolveNode *node = &answer->node;

    if (answer->set < 0)
        return g_strdup("no set");
    return g_strdup_printf("set %d, scope %s, primary %d, additional %d", answer->set,
        vt_scope_names[node->scope], node->n_primary > 0 ? (int)node->primary[0] : 0,
        node->n_additional > 0 ? (int)node->additional[0].asset : 0);
}

static VtResolveSelection
make_selection(World *self)
{
    const VtResolveProduct *product = self->product;
    VtResolveSelection selection = VT_RESOLVE_NO_SELECTION;

    if (product->n_variants > 0 && roll(self, 3) > 0)
        return vt_resolve_selection_variant(product, roll(self, product->n_variants));
    for (guint d = 0; d < product->n_dimensions; d++) {
        if (roll(self, 3) > 0)
            selection.choice.value[d] = (gint32)roll(self, product->dimensions[d].n_values);
    }
    return selection;
}

/* Counts what the requests met, so that a generator that stops making a case fails the test. */
typedef struct {
    guint by_scope[VT_SCOPE_COUNT];
    guint n_no_set;
} Tally;

static void
check_request(World *self, Tally *tally)
{
    VtResolveOptions options = {roll(self, 2) == 0, roll(self, 2) == 0, roll(self, 2) == 0};
    VtResolveContext request = make_context(self, TRUE);
    VtResolveSelection selection = make_selection(self);
    VtResolveAnswer answer =
        vt_resolve_product(self->sets, self->n_sets, self->product, &request, &selection, &options);
    int set = model_context(self, &request, &options);
    g_autofree char *got = answer_text(&answer);
    g_autofree char *expected = model_answer(self, set, &selection, options.sever_by_scope);

    if (strcmp(got, expected) != 0)
        fail_msg(
            "seed %u, product %u: got %s, the model says %s", SEED, self->number, got, expected);
    if (set < 0)
        tally->n_no_set++;
    else
        tally->by_scope[answer.node.scope]++;
}

static void
random_products_resolve_as_the_naive_model_says(void **state)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(SEED);
    const char *scale = g_getenv("VITRINE_TEST_SCALE");
    guint n =
        N_PRODUCTS * (scale != NULL ? (guint)CLAMP(g_ascii_strtoull(scale, NULL, 10), 1, 1000) : 1);
    Tally tally = {0};

    for (guint i = 0; i < n; i++) {
        g_auto(World) world = make_world(rand, i);

        for (guint request = 0; request < 4; request++)
            check_request(&world, &tally);
    }
    for (guint scope = 0; scope < VT_SCOPE_COUNT; scope++)
        assert_true(tally.by_scope[scope] > n / 20);
    assert_true(tally.n_no_set > n / 20);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_products_resolve_as_the_naive_model_says),
    };

    return vt_test_run("resolve/resolve_model", tests);
}
