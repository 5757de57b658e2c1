#include "cli/demo.h"

#include "base/directory.h"
#include "base/tsv.h"
#include "catalog/import.h"
#include "cli/demo_art.h"
#include "cli/demo_draw.h"
#include "cli/output.h"
#include "manifest/import.h"
#include "publish/publish.h"
#include "tenant/setting.h"
#include "tenant/setup.h"
#include "tenant/tenant.h"

#include <string.h>

enum { N_WORKERS = 2 };

static const char *const locale_of[VT_DEMO_N_LOCALES] = {
    [VT_DEMO_EN] = "en-us", [VT_DEMO_DE] = "de-de", [VT_DEMO_FR] = "fr-fr"};
static const char *const size_of[] = {"S", "M", "L"};

void
vt_demo_sign_in_clear(VtDemoSignIn *self)
{
    g_clear_pointer(&self->user, g_free);
    g_clear_pointer(&self->password, g_free);
    g_clear_pointer(&self->token, g_free);
}

/* DATA/sign-in: what was made at the first start, for the owner of the directory only. */
static gboolean
save_sign_in(const VtData *data, const VtDemoSignIn *sign_in, GError **error)
{
    g_autofree char *path = g_build_filename(data->directory, "sign-in", NULL);
    g_autofree char *text =
        g_strdup_printf("%s\n%s\n%s\n", sign_in->user, sign_in->password, sign_in->token);
    g_autoptr(GError) local = NULL;

    if (!g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &local))
        return vt_throw(error, VT_ERROR_STORAGE, "%s", local->message);
    return TRUE;
}

static gboolean
load_sign_in(const VtData *data, VtDemoSignIn *ret_sign_in, GError **error)
{
    g_autofree char *path = g_build_filename(data->directory, "sign-in", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return vt_throw(error, VT_ERROR_DATA_USED,
            "'%s' holds another shop; start the sample shop in an empty directory",
            data->directory);
    lines = g_strsplit(text, "\n", -1);
    if (g_strv_length(lines) < 3)
        return vt_throw(error, VT_ERROR_STORAGE, "'%s' is damaged", path);
    ret_sign_in->user = g_strdup(lines[0]);
    ret_sign_in->password = g_strdup(lines[1]);
    ret_sign_in->token = g_strdup(lines[2]);
    return TRUE;
}

static char *
random_password(void)
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    g_autoptr(GRand) dice = g_rand_new();
    char *password = g_strnfill(14, '-');

    for (int i = 0; i < 14; i++)
        if (i != 4 && i != 9)
            password[i] = letters[g_rand_int_range(dice, 0, (gint32)strlen(letters))];
    return password;
}

static gboolean
make_tenant(VtData *data, VtDemoSignIn *sign_in, GError **error)
{
    VtActor actor = {.now_us = g_get_real_time()};
    VtSetup setup;

    sign_in->user = g_strdup("demo");
    sign_in->password = random_password();
    setup = (VtSetup){VT_DEMO_TENANT, sign_in->user, sign_in->password};
    return vt_setup_run(data->db, &setup, &actor, &sign_in->token, error) &&
           save_sign_in(data, sign_in, error);
}

static json_t *
dimensions_json(void)
{
    json_t *colours = json_array(), *sizes = json_array();

    for (guint p = 0; p < vt_demo_product_count(); p++)
        for (guint c = 0; c < vt_demo_product_get(p)->n_colours; c++) {
            const VtDemoColour *colour = vt_demo_product_colour(p, c);

            json_array_append_new(
                colours, json_pack("{s:s,s:s}", "value", colour->value, "swatch", colour->hex));
        }
    for (gsize i = 0; i < G_N_ELEMENTS(size_of); i++)
        json_array_append_new(sizes, json_pack("{s:s}", "value", size_of[i]));
    return json_pack("[{s:s,s:o},{s:s,s:o}]", "name", "Color", "values", colours, "name", "Size",
        "values", sizes);
}

static gboolean
has_sizes(const VtDemoProduct *product)
{
    return strcmp(product->category, "apparel") == 0;
}

static char *
variant_id(const VtDemoProduct *product, const VtDemoColour *colour, const char *size)
{
    g_autofree char *low = g_ascii_strdown(colour->value, -1);

    return size != NULL ? g_strdup_printf("%s-%s-%s", product->id, low, size)
                        : g_strdup_printf("%s-%s", product->id, low);
}

static void
append_variants(guint number, json_t *variants)
{
    const VtDemoProduct *product = vt_demo_product_get(number);

    for (guint c = 0; c < product->n_colours; c++) {
        const VtDemoColour *colour = vt_demo_product_colour(number, c);
        gsize n_sizes = has_sizes(product) ? G_N_ELEMENTS(size_of) : 1;

        for (gsize i = 0; i < n_sizes; i++) {
            const char *size = has_sizes(product) ? size_of[i] : NULL;
            g_autofree char *id = variant_id(product, colour, size);
            json_t *values = json_pack("{s:s}", "Color", colour->value);

            if (size != NULL)
                json_object_set_new(values, "Size", json_string(size));
            json_array_append_new(variants, json_pack("{s:s,s:o}", "id", id, "values", values));
        }
    }
}

static json_t *
products_json(void)
{
    json_t *products = json_array();

    for (guint p = 0; p < vt_demo_product_count(); p++) {
        const VtDemoProduct *product = vt_demo_product_get(p);
        json_t *variants = json_array();

        append_variants(p, variants);
        json_array_append_new(products, json_pack("{s:s,s:s,s:s,s:[s],s:o,s:o}", "id", product->id,
                                            "name", product->name[VT_DEMO_EN], "type", "master",
                                            "categories", product->category, "dimensions",
                                            has_sizes(product) ? json_pack("[s,s]", "Color", "Size")
                                                               : json_pack("[s]", "Color"),
                                            "variants", variants));
    }
    return products;
}

static json_t *
catalog_json(void)
{
    return json_pack("{s:[{s:s,s:s,s:s,s:[s,s],s:s},{s:s,s:s,s:s,s:[s],s:s,s:s}],s:o,"
                     "s:[{s:s,s:s},{s:s,s:s},{s:s,s:s}],s:o}",
        "channels", "code", "OUN001", "name", "Online store", "type", "online", "locales", "en-us",
        "de-de", "default_locale", "en-us", "code", "OUN002", "name", "Paris", "type", "retail",
        "locales", "fr-fr", "default_locale", "fr-fr", "database", "stores", "dimensions",
        dimensions_json(), "categories", "id", "apparel", "name", "Apparel", "id", "drinkware",
        "name", "Drinkware", "id", "accessories", "name", "Accessories", "products",
        products_json());
}

static gboolean
load_catalog(VtData *data, gint64 tenant_id, GError **error)
{
    g_autoptr(json_t) file = catalog_json();
    g_auto(VtCatalogReport) report = {0};
    VtActor actor = {.now_us = g_get_real_time()};

    if (!vt_catalog_import(data->db, tenant_id, file, &actor, NULL, NULL, &report, error))
        return FALSE;
    if (report.refused > 0)
        return vt_throw(error, VT_ERROR_INTERNAL, "sample catalogue: %s",
            (const char *)g_ptr_array_index(report.problems, 0));
    return TRUE;
}

static const char *const header[] = {"MediaLocale", "MediaType", "MediaImportPath",
    "MediaDisplayName", "ImageAltText", "EntityType", "EntityKey", "EntityKeyValue",
    "EntityChannel", "EntityLocale", "MediaGroup", "MediaDisplayOrder"};

static void
add_row(GString *text, const char *const *cells)
{
    for (gsize i = 0; i < G_N_ELEMENTS(header); i++)
        vt_tsv_add(text, cells[i] != NULL ? cells[i] : "", i == 0);
    vt_tsv_end_row(text);
}

/* The picture itself, and its texts in the other languages. */
static void
add_asset_rows(GString *text, const VtDemoArt *art)
{
    add_row(text, (const char *const[]){"system_neutral", "Image", art->file, art->asset,
                      art->alt[VT_DEMO_EN], NULL, NULL, NULL, NULL, NULL, NULL, NULL});
    for (int locale = VT_DEMO_DE; locale < VT_DEMO_N_LOCALES; locale++)
        add_row(text, (const char *const[]){locale_of[locale], "Image", NULL, art->asset,
                          art->alt[locale], NULL, NULL, NULL, NULL, NULL, NULL, NULL});
}

static void
add_assignment(GString *text,
    const VtDemoArt *art,
    const char *type,
    const char *key,
    const char *channel,
    const char *locale,
    int order)
{
    g_autofree char *place = order > 0 ? g_strdup_printf("%d", order) : g_strdup("");
    gboolean is_cell = strcmp(type, "Product|DimensionMatrix") == 0;

    add_row(text, (const char *const[]){"system_neutral", "Image", NULL, art->asset,
                      art->alt[VT_DEMO_EN], type, is_cell ? "EntityId|DimensionMatrix" : "EntityId",
                      key, channel, locale, "Primary", place});
}

/* Every colour shows its three views; the master shows the fronts of all. In Paris the mug has a
 * gallery of its own, and German shoppers see the cap from behind first. */
static void
add_product_rows(GString *text, const VtDemoArt *art)
{
    g_autofree char *cell = art->product != NULL
                                ? g_strdup_printf("%s|Color:%s", art->product, art->colour->value)
                                : NULL;

    if (cell == NULL)
        return;
    add_assignment(text, art, "Product|DimensionMatrix", cell, "Omnichannel", "system_neutral",
        (int)art->view + 1);
    if (art->view == VT_DEMO_VIEW_FRONT)
        add_assignment(
            text, art, "Product|Master", art->product, "Omnichannel", "system_neutral", 0);
    if (strcmp(art->product, "mug-horizon") == 0 && art->view == VT_DEMO_VIEW_DETAIL)
        add_assignment(text, art, "Product|Master", art->product, "OUN002", "fr-fr", 0);
    if (strcmp(art->product, "cap-ridge") == 0 && art->view != VT_DEMO_VIEW_DETAIL)
        add_assignment(text, art, "Product|Master", art->product, "OUN001", "de-de",
            art->view == VT_DEMO_VIEW_BACK ? 1 : 2);
}

static gboolean
write_manifest(const char *path, GError **error)
{
    g_autoptr(GString) text = g_string_new("");
    g_autoptr(GError) local = NULL;

    vt_tsv_begin(text);
    add_row(text, header);
    for (guint i = 0; i < vt_demo_art_count(); i++) {
        g_auto(VtDemoArt) art = {0};

        vt_demo_art_get(i, &art);
        add_asset_rows(text, &art);
    }
    for (guint i = 0; i < vt_demo_art_count(); i++) {
        g_auto(VtDemoArt) art = {0};

        vt_demo_art_get(i, &art);
        add_product_rows(text, &art);
    }
    if (!g_file_set_contents(path, text->str, (gssize)text->len, &local))
        return vt_throw(error, VT_ERROR_STORAGE, "%s", local->message);
    return TRUE;
}

static gboolean
load_media(VtData *data, VtIngest *ingest, gint64 tenant_id, const char *folder, GError **error)
{
    g_autofree char *path = g_build_filename(folder, "manifest.tsv", NULL);
    VtManifestOptions options = {.db = data->db,
        .ingest = ingest,
        .tenant_id = tenant_id,
        .media_dir = folder,
        .workers = N_WORKERS,
        .actor = {.now_us = g_get_real_time()}};
    VtManifestReport report;

    if (!write_manifest(path, error) || !vt_manifest_import(&options, path, NULL, &report, error))
        return FALSE;
    if (report.counts[VT_IMPORT_RESULT_FAILED] > 0)
        return vt_throw(error, VT_ERROR_INTERNAL, "%u rows of the sample manifest failed",
            report.counts[VT_IMPORT_RESULT_FAILED]);
    return TRUE;
}

static void
remove_folder(char **folder)
{
    if (*folder != NULL)
        vt_directory_remove(*folder);
    g_free(*folder);
}

static gboolean
publish_all(VtData *data, gint64 tenant_id, GError **error)
{
    VtPublishRequest request = {.tenant_id = tenant_id, .all = TRUE, .with_dependencies = TRUE};
    VtActor actor = {.now_us = g_get_real_time()};
    g_auto(VtPublishResult) result = {0};

    return vt_publish(data->db, &request, &actor, &result, error) && vt_data_sync(data, error);
}

static gboolean
fill(VtData *data, VtIngest *ingest, gint64 tenant_id, GError **error)
{
    __attribute__((cleanup(remove_folder))) char *folder =
        g_dir_make_tmp("vitrine-demo-XXXXXX", NULL);

    if (folder == NULL)
        return vt_throw_errno(error, "cannot make a temporary folder");
    vt_complain("drawing %u pictures for the sample shop\n", vt_demo_art_count());
    if (!load_catalog(data, tenant_id, error) || !vt_demo_draw(folder, error))
        return FALSE;
    vt_complain("loading and publishing them\n");
    return load_media(data, ingest, tenant_id, folder, error) &&
           publish_all(data, tenant_id, error) &&
           vt_setting_set(data->db, tenant_id, "demo", "ready", error);
}

gboolean
vt_demo_prepare(VtData *data, VtIngest *ingest, VtDemoSignIn *ret_sign_in, GError **error)
{
    g_autoptr(GPtrArray) tenants = vt_tenant_list(data->db, error);
    g_auto(VtDemoSignIn) sign_in = {0};
    g_autofree char *state = NULL;
    gint64 tenant_id = 0;

    if (tenants == NULL)
        return FALSE;
    if (tenants->len == 0 ? !make_tenant(data, &sign_in, error)
                          : !load_sign_in(data, &sign_in, error))
        return FALSE;
    if (!vt_tenant_find(data->db, VT_DEMO_TENANT, &tenant_id, error))
        return FALSE;
    state = vt_setting_get(data->db, tenant_id, "demo", "", error);
    if (state == NULL || (strcmp(state, "ready") != 0 && !fill(data, ingest, tenant_id, error)))
        return FALSE;
    *ret_sign_in = sign_in;
    memset(&sign_in, 0, sizeof sign_in);
    return TRUE;
}
