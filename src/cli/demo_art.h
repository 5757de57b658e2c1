/* The pictures of the sample shop that `--demo` opens with: five products, their colours, three
 * views of each, and a banner for each category. Drawn, not photographed: the program brings its
 * own shop and no file of anybody else's.
 */
#pragma once

#include <glib.h>

typedef enum {
    VT_DEMO_VIEW_FRONT,
    VT_DEMO_VIEW_BACK,
    VT_DEMO_VIEW_DETAIL,
    VT_DEMO_VIEW_BANNER,
} VtDemoView;

typedef enum { VT_DEMO_EN, VT_DEMO_DE, VT_DEMO_FR } VtDemoLocale;
#define VT_DEMO_N_LOCALES (VT_DEMO_FR + 1)

typedef struct {
    const char *id;       /* of the product in the catalogue */
    const char *category; /* id */
    const char *name[VT_DEMO_N_LOCALES];
    guint n_colours;
} VtDemoProduct;

typedef struct {
    const char *value; /* of the dimension Color, "Blue" */
    const char *hex;   /* "#2f5d8c" */
    const char *name[VT_DEMO_N_LOCALES];
} VtDemoColour;

/* One picture. */
typedef struct {
    char *asset;                  /* owned: "tee-blue-front" */
    char *file;                   /* owned: "tee-blue-front.jpg" */
    char *alt[VT_DEMO_N_LOCALES]; /* owned */
    const char *product;          /* static id; NULL for a banner */
    const char *category;         /* static id */
    const VtDemoColour *colour;   /* static; NULL for a banner */
    VtDemoView view;
} VtDemoArt;

guint vt_demo_product_count(void);
const VtDemoProduct *vt_demo_product_get(guint product);                 /* static */
const VtDemoColour *vt_demo_product_colour(guint product, guint colour); /* static */

/* Pictures in the order of products, colours and views; banners last. */
guint vt_demo_art_count(void);
void vt_demo_art_get(guint art, VtDemoArt *ret_art);
void vt_demo_art_clear(VtDemoArt *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VtDemoArt, vt_demo_art_clear)

/* The SVG of picture @art, 1600 x 1600 (banners 1920 x 720), without text. Newly allocated. */
char *vt_demo_art_svg(guint art);
