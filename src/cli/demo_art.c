#include "cli/demo_art.h"

#include "cli/demo_shapes.h"

#include <math.h>

#define MAX_COLOURS 4
#define N_VIEWS 3

typedef enum {
    WHITE,
    SAND,
    BLUE,
    NAVY,
    RED,
    WINE,
    GREEN,
    OCHRE,
    GREY,
} Colour;

static const VtDemoColour colours[] = {
    [WHITE] = {"White", "#f0eee9", {"white", "Weiß", "blanc"}},
    [SAND] = {"Sand", "#d9cdb6", {"sand", "Sand", "sable"}},
    [BLUE] = {"Blue", "#2f5d8c", {"blue", "Blau", "bleu"}},
    [NAVY] = {"Navy", "#23334d", {"navy", "Marineblau", "bleu marine"}},
    [RED] = {"Red", "#b8433a", {"red", "Rot", "rouge"}},
    [WINE] = {"Wine", "#7d2b38", {"wine red", "Weinrot", "bordeaux"}},
    [GREEN] = {"Green", "#4d6a55", {"green", "Grün", "vert"}},
    [OCHRE] = {"Ochre", "#c98a3a", {"ochre", "Ocker", "ocre"}},
    [GREY] = {"Grey", "#6b7078", {"grey", "Grau", "gris"}},
};

/* Prints and patches: what stands out on the colour. */
static const char *const accents[] = {
    [WHITE] = "#2f5d8c",
    [SAND] = "#b8433a",
    [BLUE] = "#f2e8d5",
    [NAVY] = "#e5b769",
    [RED] = "#f2e8d5",
    [WINE] = "#e5b769",
    [GREEN] = "#efe3c4",
    [OCHRE] = "#23334d",
    [GREY] = "#f0eee9",
};

typedef struct {
    VtDemoProduct about;
    const char *asset; /* first word of its pictures' names */
    VtDemoShape shape;
    const char *detail; /* view box of the close-up */
    gboolean stands;    /* on a table; else it lies flat */
    gboolean cloth;     /* shows a weave */
    Colour colours[MAX_COLOURS];
} Product;

static const Product products[] = {
    {{"tee-classic", "apparel", {"Classic T-shirt", "Klassisches T-Shirt", "T-shirt classique"}, 4},
        "tee", VT_DEMO_TEE, "520 215 560 560", FALSE, TRUE, {BLUE, WHITE, RED, SAND}},
    {{"hoodie-summit", "apparel",
         {"Summit hoodie", "Kapuzenpulli Summit", "Sweat à capuche Summit"}, 3},
        "hoodie", VT_DEMO_HOODIE, "490 420 620 620", FALSE, TRUE, {GREY, NAVY, GREEN}},
    {{"mug-horizon", "drinkware", {"Horizon mug", "Becher Horizon", "Mug Horizon"}, 3}, "mug",
        VT_DEMO_MUG, "560 330 640 640", TRUE, FALSE, {WHITE, BLUE, RED}},
    {{"cap-ridge", "accessories", {"Ridge cap", "Kappe Ridge", "Casquette Ridge"}, 3}, "cap",
        VT_DEMO_CAP, "480 570 640 640", TRUE, TRUE, {NAVY, WINE, OCHRE}},
    {{"backpack-trail", "accessories", {"Trail backpack", "Rucksack Trail", "Sac à dos Trail"}, 3},
        "backpack", VT_DEMO_BACKPACK, "500 720 600 600", TRUE, TRUE, {GREEN, OCHRE, NAVY}},
};

static const struct {
    const char *word;
    const char *name[VT_DEMO_N_LOCALES];
} views[N_VIEWS] = {
    [VT_DEMO_VIEW_FRONT] = {"front", {"front view", "Vorderansicht", "vue de face"}},
    [VT_DEMO_VIEW_BACK] = {"back", {"back view", "Rückansicht", "vue de dos"}},
    [VT_DEMO_VIEW_DETAIL] = {"detail", {"close-up", "Detail", "détail"}},
};

typedef struct {
    VtDemoShape shape;
    Colour colour;
    int x, y;
    double scale;
    int turned; /* degrees */
} Placed;

static const struct {
    const char *asset, *category;
    const char *alt[VT_DEMO_N_LOCALES];
    const char *from, *to, *glow; /* background */
    Placed placed[3];             /* from behind to front */
} banners[] = {
    {"banner-apparel", "apparel",
        {"T-shirts and a hoodie", "T-Shirts und ein Kapuzenpulli",
            "Des t-shirts et un sweat à capuche"},
        "#c9d3d6", "#8fa3ab", "#f4f6f5",
        {{VT_DEMO_TEE, SAND, 420, 20, 0.42, -7}, {VT_DEMO_TEE, RED, 1260, 24, 0.42, 7},
            {VT_DEMO_HOODIE, NAVY, 800, -14, 0.46, 0}}},
    {"banner-drinkware", "drinkware",
        {"Three mugs of coffee", "Drei Becher Kaffee", "Trois mugs de café"}, "#ead9c3", "#c9a97f",
        "#fff6e6",
        {{VT_DEMO_MUG, BLUE, 540, 130, 0.36, 0}, {VT_DEMO_MUG, RED, 1260, 130, 0.36, 0},
            {VT_DEMO_MUG, WHITE, 860, 72, 0.44, 0}}},
    {"banner-accessories", "accessories",
        {"A backpack between two caps", "Ein Rucksack zwischen zwei Kappen",
            "Un sac à dos entre deux casquettes"},
        "#cfd6c8", "#93a58c", "#f6f8f0",
        {{VT_DEMO_CAP, WINE, 520, 180, 0.36, 0}, {VT_DEMO_CAP, NAVY, 1330, 180, 0.36, 0},
            {VT_DEMO_BACKPACK, OCHRE, 850, 0, 0.47, 0}}},
};

/* Blur of shadows, and the weave: one small piece of noise, repeated. */
static const char filters[] =
    "<filter id='soft' color-interpolation-filters='sRGB' "
    "x='-50%' y='-50%' width='200%' height='200%'>"
    "<feGaussianBlur stdDeviation='34'/></filter>"
    "<filter id='ground' color-interpolation-filters='sRGB' "
    "x='-20%' y='-200%' width='140%' height='500%'>"
    "<feGaussianBlur stdDeviation='34'/></filter>"
    "<filter id='near' color-interpolation-filters='sRGB' "
    "x='-20%' y='-200%' width='140%' height='500%'>"
    "<feGaussianBlur stdDeviation='12'/></filter>"
    "<filter id='noise' color-interpolation-filters='sRGB' "
    "x='0' y='0' width='100%' height='100%'>"
    "<feTurbulence type='fractalNoise' baseFrequency='.75' numOctaves='2' seed='7' "
    "stitchTiles='stitch'/>"
    "<feColorMatrix values='0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 .5 0 0 0 -.12'/></filter>"
    "<pattern id='weave' width='320' height='320' patternUnits='userSpaceOnUse'>"
    "<rect width='320' height='320' filter='url(#noise)'/></pattern>";

static const char studio[] =
    "<defs><radialGradient id='wall' cx='.5' cy='.42' r='.75'>"
    "<stop offset='0' stop-color='#fbfaf8'/><stop offset='.6' stop-color='#efedea'/>"
    "<stop offset='1' stop-color='#dbd8d3'/></radialGradient>"
    "<linearGradient id='table' x1='0' x2='0' y1='0' y2='1'>"
    "<stop offset='0' stop-color='#d3cfc9' stop-opacity='0'/>"
    "<stop offset='.25' stop-color='#d3cfc9' stop-opacity='.55'/>"
    "<stop offset='1' stop-color='#eceae6' stop-opacity='.9'/></linearGradient></defs>"
    "<rect width='1600' height='1600' fill='url(#wall)'/>";

static const char table[] = "<rect y='1120' width='1600' height='480' fill='url(#table)'/>";

static const char weave[] = "<g clip-path='url(#c0)' opacity='.55'>"
                            "<rect width='1600' height='1600' fill='url(#weave)'/></g>";

static const char backdrop[] =
    "<defs><linearGradient id='wall' x1='0' x2='1' y1='0' y2='1'>"
    "<stop offset='0' stop-color='{from}'/><stop offset='1' stop-color='{to}'/></linearGradient>"
    "<radialGradient id='glow' cx='.66' cy='.4' r='.5'>"
    "<stop offset='0' stop-color='{glow}' stop-opacity='.9'/>"
    "<stop offset='1' stop-color='{glow}' stop-opacity='0'/></radialGradient></defs>"
    "<rect width='1920' height='720' fill='url(#wall)'/>"
    "<circle cx='220' cy='620' r='330' fill='#ffffff' fill-opacity='.12'/>"
    "<circle cx='470' cy='90' r='140' fill='#ffffff' fill-opacity='.1'/>"
    "<rect width='1920' height='720' fill='url(#glow)'/>";

guint
vt_demo_product_count(void)
{
    return G_N_ELEMENTS(products);
}

const VtDemoProduct *
vt_demo_product_get(guint product)
{
    g_return_val_if_fail(product < G_N_ELEMENTS(products), NULL);
    return &products[product].about;
}

const VtDemoColour *
vt_demo_product_colour(guint product, guint colour)
{
    g_return_val_if_fail(product < G_N_ELEMENTS(products), NULL);
    g_return_val_if_fail(colour < products[product].about.n_colours, NULL);
    return &colours[products[product].colours[colour]];
}

static guint
n_product_pictures(void)
{
    guint n = 0;

    for (guint i = 0; i < G_N_ELEMENTS(products); i++)
        n += products[i].about.n_colours * N_VIEWS;
    return n;
}

guint
vt_demo_art_count(void)
{
    return n_product_pictures() + G_N_ELEMENTS(banners);
}

/* The product of picture @art, which is not a banner; its colour and view. */
static const Product *
find_product(guint art, Colour *ret_colour, VtDemoView *ret_view)
{
    const Product *product = products;

    for (; art >= product->about.n_colours * N_VIEWS; product++)
        art -= product->about.n_colours * N_VIEWS;
    *ret_colour = product->colours[art / N_VIEWS];
    *ret_view = (VtDemoView)(art % N_VIEWS);
    return product;
}

static void
describe_banner(guint banner, VtDemoArt *ret_art)
{
    *ret_art = (VtDemoArt){.asset = g_strdup(banners[banner].asset),
        .category = banners[banner].category,
        .view = VT_DEMO_VIEW_BANNER};
    for (guint i = 0; i < VT_DEMO_N_LOCALES; i++)
        ret_art->alt[i] = g_strdup(banners[banner].alt[i]);
}

static void
describe_product(guint art, VtDemoArt *ret_art)
{
    Colour colour;
    VtDemoView view;
    const Product *product = find_product(art, &colour, &view);
    g_autofree char *word = g_ascii_strdown(colours[colour].value, -1);

    *ret_art =
        (VtDemoArt){.asset = g_strdup_printf("%s-%s-%s", product->asset, word, views[view].word),
            .product = product->about.id,
            .category = product->about.category,
            .colour = &colours[colour],
            .view = view};
    for (guint i = 0; i < VT_DEMO_N_LOCALES; i++) {
        const char *joint = i == VT_DEMO_FR ? ", " : " in ";

        ret_art->alt[i] = g_strconcat(product->about.name[i], joint, colours[colour].name[i], ", ",
            views[view].name[i], NULL);
    }
}

void
vt_demo_art_get(guint art, VtDemoArt *ret_art)
{
    g_return_if_fail(art < vt_demo_art_count());
    if (art >= n_product_pictures())
        describe_banner(art - n_product_pictures(), ret_art);
    else
        describe_product(art, ret_art);
    ret_art->file = g_strconcat(ret_art->asset, ".jpg", NULL);
}

void
vt_demo_art_clear(VtDemoArt *self)
{
    g_free(self->asset);
    g_free(self->file);
    for (guint i = 0; i < VT_DEMO_N_LOCALES; i++)
        g_free(self->alt[i]);
    *self = (VtDemoArt){.asset = NULL};
}

/* "#rrggbb" moved towards another by @share. Newly allocated. */
static char *
mix(const char *from, const char *to, double share)
{
    int mixed[3];

    for (int i = 0; i < 3; i++) {
        int a = g_ascii_xdigit_value(from[1 + 2 * i]) * 16 + g_ascii_xdigit_value(from[2 + 2 * i]);
        int b = g_ascii_xdigit_value(to[1 + 2 * i]) * 16 + g_ascii_xdigit_value(to[2 + 2 * i]);

        mixed[i] = (int)lround(a + (b - a) * share);
    }
    return g_strdup_printf("#%02x%02x%02x", mixed[0], mixed[1], mixed[2]);
}

/* Shades of a product's colour: placeholder, where to, how far. */
static const struct {
    const char *placeholder, *towards;
    double share;
} shades[] = {
    {"{base}", "#ffffff", 0},
    {"{mid}", "#ffffff", 0.09},
    {"{light}", "#ffffff", 0.2},
    {"{dark}", "#101418", 0.22},
    {"{deep}", "#0c0f12", 0.5},
};

/* Adds one product in one colour; @id keeps its definitions apart. */
static void
add_shape(GString *svg, VtDemoShape shape, gboolean back, Colour colour, guint id)
{
    g_autoptr(GString) piece = g_string_new(vt_demo_shape_svg(shape, back));
    g_autofree char *number = g_strdup_printf("%u", id);

    for (guint i = 0; i < G_N_ELEMENTS(shades); i++) {
        g_autofree char *shade = mix(colours[colour].hex, shades[i].towards, shades[i].share);

        g_string_replace(piece, shades[i].placeholder, shade, 0);
    }
    g_string_replace(piece, "{accent}", accents[colour], 0);
    g_string_replace(piece, "{id}", number, 0);
    g_string_append(svg, piece->str);
}

static GString *
begin(int width, int height, const char *view_box)
{
    GString *svg = g_string_new(NULL);

    g_string_printf(svg,
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='%s'><defs>", width,
        height, view_box);
    g_string_append(svg, filters);
    g_string_append(svg, "</defs>");
    return svg;
}

static char *
finish(GString *svg)
{
    g_string_append(svg, "</svg>");
    return g_string_free(svg, FALSE);
}

static char *
draw_product(guint art)
{
    Colour colour;
    VtDemoView view;
    const Product *product = find_product(art, &colour, &view);
    gboolean back = view == VT_DEMO_VIEW_BACK;
    GString *svg =
        begin(1600, 1600, view == VT_DEMO_VIEW_DETAIL ? product->detail : "0 0 1600 1600");

    g_string_append(svg, studio);
    if (product->stands)
        g_string_append(svg, table);
    add_shape(svg, product->shape, back, colour, 0);
    if (product->cloth && !(back && product->shape == VT_DEMO_CAP))
        g_string_append(svg, weave); /* one sees through the back of a cap */
    return finish(svg);
}

static char *
draw_banner(guint banner)
{
    g_autoptr(GString) wall = g_string_new(backdrop);
    GString *svg = begin(1920, 720, "0 0 1920 720");

    g_string_replace(wall, "{from}", banners[banner].from, 0);
    g_string_replace(wall, "{to}", banners[banner].to, 0);
    g_string_replace(wall, "{glow}", banners[banner].glow, 0);
    g_string_append(svg, wall->str);
    for (guint i = 0; i < G_N_ELEMENTS(banners[banner].placed); i++) {
        const Placed *placed = &banners[banner].placed[i];
        char scale[G_ASCII_DTOSTR_BUF_SIZE];

        g_ascii_formatd(scale, sizeof scale, "%.2f", placed->scale);
        g_string_append_printf(svg, "<g transform='translate(%d %d) scale(%s) rotate(%d 800 800)'>",
            placed->x, placed->y, scale, placed->turned);
        add_shape(svg, placed->shape, FALSE, placed->colour, i + 1);
        g_string_append(svg, "</g>");
    }
    return finish(svg);
}

char *
vt_demo_art_svg(guint art)
{
    g_return_val_if_fail(art < vt_demo_art_count(), NULL);
    if (art >= n_product_pictures())
        return draw_banner(art - n_product_pictures());
    return draw_product(art);
}
