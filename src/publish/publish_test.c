#include "assignment/testing.h"
#include "base/locale.h"
#include "document/revision.h"
#include "publish/publish.h"
#include "publish/warning.h"
#include "tenant/channel.h"

typedef struct {
    VtDb *db;
    gint64 tenant;
    gint64 tee, mug; /* assets */
} Shop;

static void
shop_clear(Shop *self)
{
    vt_db_free(self->db);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Shop, shop_clear)

static Shop
open_shop(gsize kind)
{
    Shop shop = {0};
    g_autoptr(GError) error = NULL;

    shop.db = vt_test_open_assignment(kind, &shop.tenant);
    assert_ok(
        vt_db_migrate(shop.db, vt_publish_migrations, vt_publish_n_migrations, &error), error);
    shop.tee = vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "Shirt");
    shop.mug = vt_test_add_asset(shop.db, shop.tenant, "mug", VT_LOCALE_NEUTRAL, "Mug");
    return shop;
}

static VtErrorCode
publish(Shop *shop, VtPublishRequest request, VtPublishResult *ret_result)
{
    g_autoptr(GError) error = NULL;

    request.tenant_id = shop->tenant;
    if (vt_publish(shop->db, &request, &vt_test_actor, ret_result, &error))
        return VT_N_ERRORS;
    return vt_error_code(error);
}
enum { DONE = VT_N_ERRORS };

static gint64
published(Shop *shop, gint64 document)
{
    g_auto(VtDocumentState) now = {0};

    assert_true(vt_document_state(shop->db, document, VT_GROUP_LIVE, &now, NULL));
    return now.published;
}

static gint64
asset_document(Shop *shop, gint64 asset, const char *locale)
{
    gint64 document = 0;

    assert_true(vt_asset_document(shop->db, asset, locale, &document, NULL));
    return document;
}

static gint64
head_of_log(Shop *shop)
{
    gint64 seq = 0;

    assert_true(vt_changelog_head(shop->db, &seq, NULL));
    return seq;
}

static void
a_set_with_unpublished_media_is_refused_and_lists_exactly_them(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const gint64 both[] = {shop.tee, shop.mug, 0};
        const char *const product[] = {"MH01", NULL}, *const mug[] = {"mug", NULL};
        g_auto(VtPublishResult) result = {0};
        g_auto(VtPublishResult) first = {0};
        gint64 before, document = vt_test_assign(
                           shop.db, shop.tenant, "MH01", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, both);

        assert_int_equal(publish(&shop, (VtPublishRequest){.assets = mug}, &first), DONE);
        before = head_of_log(&shop);
        assert_int_equal(publish(&shop, (VtPublishRequest){.products = product}, &result),
            VT_ERROR_UNPUBLISHED_DEPENDENCIES);
        assert_int_equal(result.n_missing, 1);
        assert_string_equal(g_ptr_array_index(result.missing, 0), "tee");
        assert_int_equal(published(&shop, document), 0);
        assert_int_equal(head_of_log(&shop), before);
    }
}

static void
with_dependencies_the_media_go_live_in_the_locales_the_channels_show(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const gint64 tee[] = {shop.tee, 0};
        const char *const product[] = {"MH01", NULL};
        g_auto(VtPublishResult) result = {0};
        gint64 document;

        vt_test_add_asset(shop.db, shop.tenant, "tee", "de-de", "Hemd");
        vt_test_add_asset(shop.db, shop.tenant, "tee", "pl-pl", "Koszula");
        document =
            vt_test_assign(shop.db, shop.tenant, "MH01", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, tee);
        assert_int_equal(
            publish(
                &shop, (VtPublishRequest){.products = product, .with_dependencies = TRUE}, &result),
            DONE);
        assert_int_equal(result.n_published, 3);
        assert_int_equal(published(&shop, document), 1);
        assert_int_equal(published(&shop, asset_document(&shop, shop.tee, VT_LOCALE_NEUTRAL)), 1);
        assert_int_equal(published(&shop, asset_document(&shop, shop.tee, "de-de")), 1);
        assert_int_equal(published(&shop, asset_document(&shop, shop.tee, "pl-pl")), 0);
    }
}

/* A category is published as a product is; its names and dependencies too. */
static void
a_category_goes_live_with_the_locales_its_channel_shows(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autoptr(GPtrArray) channels = vt_channel_list(shop.db, shop.tenant, NULL);
        gint64 online = vt_channel_by_code(channels, "OUN001")->channel_id;
        g_auto(VtPublishResult) refused = {0};
        g_auto(VtPublishResult) result = {0};
        gint64 document = vt_test_assign_category(
            shop.db, shop.tenant, "tees", online, VT_LOCALE_NEUTRAL, shop.tee);
        VtPublishItem item = {.document_id = document};

        vt_test_add_asset(shop.db, shop.tenant, "tee", "de-de", "Hemd");
        vt_test_add_asset(shop.db, shop.tenant, "tee", "fr-fr", "Chemise");
        assert_int_equal(publish(&shop, (VtPublishRequest){.items = &item, .n_items = 1}, &refused),
            VT_ERROR_UNPUBLISHED_DEPENDENCIES);
        assert_string_equal(g_ptr_array_index(refused.missing, 0), "tee");
        assert_int_equal(published(&shop, document), 0);
        assert_int_equal(
            publish(&shop,
                (VtPublishRequest){.items = &item, .n_items = 1, .with_dependencies = TRUE},
                &result),
            DONE);
        assert_int_equal(result.n_published, 3);
        assert_int_equal(published(&shop, document), 1);
        assert_int_equal(published(&shop, asset_document(&shop, shop.tee, "de-de")), 1);
        assert_int_equal(published(&shop, asset_document(&shop, shop.tee, "fr-fr")), 0);
    }
}

static void
a_category_that_is_left_out_is_named(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_autoptr(GPtrArray) channels = vt_channel_list(shop.db, shop.tenant, NULL);
        gint64 online = vt_channel_by_code(channels, "OUN001")->channel_id;
        g_auto(VtPublishResult) result = {0};
        gint64 edited =
            vt_test_assign_category(shop.db, shop.tenant, "men", online, "de-de", shop.mug);

        vt_test_assign_category(shop.db, shop.tenant, "tees", online, "en-us", shop.tee);
        assert_true(vt_document_check_out(
            shop.db, edited, VT_GROUP_LIVE, "{}", &(VtActor){.account_id = 9, .now_us = 1}, NULL));
        assert_true(
            vt_document_check_out(shop.db, asset_document(&shop, shop.tee, VT_LOCALE_NEUTRAL),
                VT_GROUP_LIVE, "{}", &(VtActor){.account_id = 9, .now_us = 1}, NULL));
        assert_int_equal(publish(&shop, (VtPublishRequest){.all = TRUE}, &result), DONE);
        assert_int_equal(result.n_published, 1);
        assert_int_equal(result.n_skipped, 3);
        assert_string_equal(g_ptr_array_index(result.skipped, 0), "men (OUN001, de-de)");
        assert_string_equal(g_ptr_array_index(result.skipped, 1), "tee (system_neutral)");
        assert_string_equal(g_ptr_array_index(result.skipped, 2), "tees (OUN001, en-us)");
    }
}

static void
a_newer_draft_of_a_live_picture_counts_as_unpublished(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const gint64 tee[] = {shop.tee, 0};
        const char *const product[] = {"MH01", NULL}, *const asset[] = {"tee", NULL};
        g_auto(VtPublishResult) first = {0};
        g_auto(VtPublishResult) second = {0};

        assert_int_equal(publish(&shop, (VtPublishRequest){.assets = asset}, &first), DONE);
        vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "Better text");
        vt_test_assign(shop.db, shop.tenant, "MH01", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, tee);
        assert_int_equal(publish(&shop, (VtPublishRequest){.products = product}, &second),
            VT_ERROR_UNPUBLISHED_DEPENDENCIES);
    }
}

static void
publishing_again_is_a_no_op_that_says_so(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        g_auto(VtPublishResult) first = {0};
        g_auto(VtPublishResult) second = {0};
        gint64 head;

        assert_int_equal(publish(&shop, (VtPublishRequest){.all = TRUE}, &first), DONE);
        assert_int_equal(first.n_published, 2);
        head = head_of_log(&shop);
        assert_int_equal(first.seq, head);
        assert_int_equal(publish(&shop, (VtPublishRequest){.all = TRUE}, &second), DONE);
        assert_int_equal(second.n_published, 0);
        assert_int_equal(second.seq, 0);
        assert_int_equal(head_of_log(&shop), head);
    }
}

static void
all_skips_what_is_edited_and_what_shows_it(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const gint64 tee[] = {shop.tee, 0}, mug[] = {shop.mug, 0};
        g_auto(VtPublishResult) result = {0};
        gint64 hoodie =
            vt_test_assign(shop.db, shop.tenant, "MH01", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, tee);
        gint64 cup =
            vt_test_assign(shop.db, shop.tenant, "MUG", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, mug);

        assert_true(
            vt_document_check_out(shop.db, asset_document(&shop, shop.tee, VT_LOCALE_NEUTRAL),
                VT_GROUP_LIVE, "{}", &(VtActor){.account_id = 9, .now_us = 1}, NULL));
        assert_int_equal(publish(&shop, (VtPublishRequest){.all = TRUE}, &result), DONE);
        assert_int_equal(published(&shop, cup), 1);
        assert_int_equal(published(&shop, hoodie), 0);
        assert_int_equal(result.n_skipped, 2);
        assert_string_equal(g_ptr_array_index(result.skipped, 0), "tee (system_neutral)");
        assert_string_equal(
            g_ptr_array_index(result.skipped, 1), "MH01 (Omnichannel, system_neutral)");
    }
}

static void
what_is_edited_is_refused_by_name_and_unknown_names_too(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const char *const tee[] = {"tee", NULL}, *const nothing[] = {"nothing", NULL};
        g_auto(VtPublishResult) edited = {0};
        g_auto(VtPublishResult) no_asset = {0};
        g_auto(VtPublishResult) no_product = {0};

        assert_true(
            vt_document_check_out(shop.db, asset_document(&shop, shop.tee, VT_LOCALE_NEUTRAL),
                VT_GROUP_LIVE, "{}", &vt_test_actor, NULL));
        assert_int_equal(
            publish(&shop, (VtPublishRequest){.assets = tee}, &edited), VT_ERROR_CHECKED_OUT);
        assert_int_equal(
            publish(&shop, (VtPublishRequest){.assets = nothing}, &no_asset), VT_ERROR_NOT_FOUND);
        assert_int_equal(publish(&shop, (VtPublishRequest){.products = nothing}, &no_product),
            VT_ERROR_ENTITY_NOT_FOUND);
    }
}

static void
an_older_revision_can_go_live_and_the_log_tells_both_numbers(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        gint64 document = asset_document(&shop, shop.tee, VT_LOCALE_NEUTRAL);
        VtPublishItem head = {.document_id = document}, first = {document, 1};
        g_auto(VtPublishResult) a = {0};
        g_auto(VtPublishResult) b = {0};
        g_autoptr(GArray) entries = NULL;

        vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "Second");
        assert_int_equal(
            publish(&shop, (VtPublishRequest){.items = &head, .n_items = 1}, &a), DONE);
        assert_int_equal(published(&shop, document), 2);
        assert_int_equal(
            publish(&shop, (VtPublishRequest){.items = &first, .n_items = 1}, &b), DONE);
        assert_int_equal(published(&shop, document), 1);
        entries = vt_changelog_read(shop.db, shop.tenant, a.seq, b.seq, NULL);
        assert_int_equal(entries->len, 1);
        assert_int_equal(g_array_index(entries, VtLogEntry, 0).subject, document);
        assert_int_equal(g_array_index(entries, VtLogEntry, 0).kind, VT_LOG_KIND_PUBLICATION);
    }
}

static void
a_tombstone_closes_what_is_live(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const gint64 none[] = {0};
        gint64 number, document = vt_test_assign(
                           shop.db, shop.tenant, "MUG", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, none);
        g_auto(VtPublishResult) first = {0};
        g_auto(VtPublishResult) second = {0};
        g_auto(VtPublishResult) third = {0};
        g_auto(VtDocumentState) now = {0};
        VtRevisionSpec tombstone = {0};
        gboolean changed;

        assert_int_equal(publish(&shop, (VtPublishRequest){.all = TRUE}, &first), DONE);
        assert_int_equal(published(&shop, document), 1);
        assert_true(vt_document_state(shop.db, document, VT_GROUP_LIVE, &now, NULL));
        assert_true(vt_revision_check_in(
            shop.db, &now, VT_GROUP_LIVE, &tombstone, &vt_test_actor, &number, &changed, NULL));
        assert_int_equal(publish(&shop, (VtPublishRequest){.all = TRUE}, &second), DONE);
        assert_int_equal(second.n_published, 1);
        assert_int_equal(published(&shop, document), 0);
        assert_int_equal(publish(&shop, (VtPublishRequest){.all = TRUE}, &third), DONE);
        assert_int_equal(third.n_published, 0);
    }
}

static void
check_out(Shop *shop, gint64 document)
{
    g_autoptr(GError) error = NULL;

    assert_ok(
        vt_document_check_out(shop->db, document, VT_GROUP_LIVE, "{}", &vt_test_actor, &error),
        error);
}

/* A swatch of its own for every colour of a product, and nothing else. */
static void
put_swatches(Shop *shop, const char *code)
{
    VtSetKey key = {
        .product_id = vt_test_product(shop->db, shop->tenant, code), .channel_id = VT_CHANNEL_OMNI};
    g_autoptr(GError) error = NULL;
    g_autoptr(VtProduct) product = vt_product_load(shop->db, key.product_id, &error);
    g_autoptr(VtAssignment) assignment = vt_assignment_new();
    g_auto(VtDocumentState) now = {0};
    const VtProductDimension *colour = &product->dimensions[0];
    gint64 document, number;
    gboolean changed;

    for (guint i = 0; i < colour->values->len; i++) {
        const VtProductValue *value = g_ptr_array_index(colour->values, i);
        const VtAssignmentSwatch swatch = {
            {colour->dimension_id, value->value_id}, VT_SWATCH_TYPE_HEX, "#123456", 0, FALSE, {0}};

        vt_assignment_put_swatch(assignment, &swatch);
    }
    g_strlcpy(key.locale, VT_LOCALE_NEUTRAL, sizeof key.locale);
    assert_ok(
        vt_set_ensure(shop->db, shop->tenant, &key, &vt_test_actor, &document, &error), error);
    assert_ok(vt_document_state(shop->db, document, VT_GROUP_LIVE, &now, &error), error);
    assert_ok(
        vt_set_check_in(shop->db, &now, assignment, &vt_test_actor, &number, &changed, &error),
        error);
}

/* "code subject" of each advice, in order. */
static char *
advice_of(const VtPublishResult *result)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < result->advice->len; i++) {
        const VtPublishAdvice *one = &g_array_index(result->advice, VtPublishAdvice, i);

        g_string_append_printf(
            text, "%s%s %s", i > 0 ? "; " : "", vt_publish_warning_names[one->code], one->subject);
    }
    return g_string_free(text, FALSE);
}

static void
assert_advice(const VtPublishResult *result, const char *expected)
{
    g_autofree char *found = advice_of(result);

    assert_string_equal(found, expected);
}

static void
a_dry_run_tells_everything_and_changes_nothing(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const gint64 both[] = {shop.tee, shop.mug, 0};
        const char *const product[] = {"MUG", NULL};
        VtPublishRequest request = {.products = product, .dry_run = TRUE};
        g_auto(VtPublishResult) alone = {0};
        g_auto(VtPublishResult) whole = {0};
        g_auto(VtPublishResult) real = {0};
        gint64 before, document;

        document =
            vt_test_assign(shop.db, shop.tenant, "MUG", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, both);
        before = head_of_log(&shop);
        assert_int_equal(publish(&shop, request, &alone), DONE);
        assert_int_equal(alone.seq, 0);
        assert_int_equal(alone.n_published, 1);
        assert_string_equal(
            g_ptr_array_index(alone.planned, 0), "MUG (Omnichannel, system_neutral)");
        assert_int_equal(alone.n_missing, 2);
        request.with_dependencies = TRUE;
        assert_int_equal(publish(&shop, request, &whole), DONE);
        assert_int_equal(whole.n_published, 3);
        assert_int_equal(whole.planned->len, 3);
        assert_int_equal(whole.n_missing, 0);
        assert_int_equal(published(&shop, document), 0);
        assert_int_equal(head_of_log(&shop), before);
        request.dry_run = FALSE;
        assert_int_equal(publish(&shop, request, &real), DONE);
        assert_int_equal(real.n_published, whole.n_published);
        assert_int_equal(real.planned->len, 0);
    }
}

static void
a_dry_run_names_what_is_edited_instead_of_refusing(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const gint64 tee[] = {shop.tee, 0};
        const char *const product[] = {"MUG", NULL};
        VtPublishRequest request = {.products = product, .dry_run = TRUE};
        g_auto(VtPublishResult) result = {0};
        g_autoptr(GError) error = NULL;

        vt_test_assign(shop.db, shop.tenant, "MUG", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, tee);
        check_out(&shop, asset_document(&shop, shop.tee, VT_LOCALE_NEUTRAL));
        assert_int_equal(publish(&shop, request, &result), DONE);
        assert_int_equal(result.n_missing, 1);
        assert_advice(&result, "dependency_edited tee (system_neutral)");
    }
}

static void
contexts_that_stop_inheriting_and_drafts_left_behind_are_told(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const gint64 tee[] = {shop.tee, 0}, mug[] = {shop.mug, 0};
        const char *const product[] = {"MUG", NULL};
        VtPublishRequest request = {.products = product, .with_dependencies = TRUE};
        g_auto(VtPublishResult) neutral = {0};
        g_auto(VtPublishResult) first = {0};
        g_auto(VtPublishResult) second = {0};

        vt_test_assign(shop.db, shop.tenant, "MUG", VT_CHANNEL_OMNI, VT_LOCALE_NEUTRAL, tee);
        assert_int_equal(publish(&shop, request, &neutral), DONE);
        assert_advice(&neutral, "");
        vt_test_add_asset(shop.db, shop.tenant, "tee", "it-it", "Maglia");
        vt_test_assign(shop.db, shop.tenant, "MUG", VT_CHANNEL_OMNI, "de-de", tee);
        assert_int_equal(publish(&shop, request, &first), DONE);
        assert_advice(&first, "severed MUG (Omnichannel, de-de); other_locale tee (it-it)");
        vt_test_assign(shop.db, shop.tenant, "MUG", VT_CHANNEL_OMNI, "de-de", mug);
        assert_int_equal(publish(&shop, request, &second), DONE);
        assert_advice(&second, "");
    }
}

/* Blue has a central swatch in the small catalogue, Red has none. */
static void
a_swatch_of_the_product_without_a_central_one_is_told(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const char *const product[] = {"MH01", NULL};
        g_auto(VtPublishResult) result = {0};

        put_swatches(&shop, "MH01");
        assert_int_equal(publish(&shop, (VtPublishRequest){.products = product}, &result), DONE);
        assert_int_equal(result.n_published, 1);
        assert_advice(&result, "no_central_swatch MH01 (Omnichannel, system_neutral): Red");
    }
}

static void
categories_are_published_by_id_and_with_all(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const char *const category[] = {"tees", NULL}, *const nobody[] = {"hats", NULL};
        g_autoptr(GPtrArray) channels = vt_channel_list(shop.db, shop.tenant, NULL);
        gint64 channel = vt_channel_by_code(channels, "OUN001")->channel_id;
        VtPublishRequest request = {.categories = category, .with_dependencies = TRUE};
        g_auto(VtPublishResult) by_id = {0};
        g_auto(VtPublishResult) unknown = {0};
        g_auto(VtPublishResult) with_all = {0};
        gint64 document = vt_test_assign_category(
            shop.db, shop.tenant, "tees", channel, VT_LOCALE_NEUTRAL, shop.tee);

        assert_int_equal(publish(&shop, request, &by_id), DONE);
        assert_int_equal(by_id.n_published, 2);
        assert_int_equal(published(&shop, document), 1);
        assert_int_equal(publish(&shop, (VtPublishRequest){.categories = nobody}, &unknown),
            VT_ERROR_ENTITY_NOT_FOUND);
        vt_test_assign_category(shop.db, shop.tenant, "tees", channel, VT_LOCALE_NEUTRAL, shop.mug);
        assert_int_equal(publish(&shop, (VtPublishRequest){.all = TRUE}, &with_all), DONE);
        assert_int_equal(published(&shop, document), 2);
    }
}

static void
only_what_never_was_live_is_new(void **state)
{
    for (gsize kind = 0; kind < vt_test_n_databases(); kind++) {
        g_auto(Shop) shop = open_shop(kind);
        const VtPublishRequest only_new = {.all = TRUE, .only_new = TRUE, .name_published = TRUE};
        const char *const tee[] = {"tee", NULL};
        g_auto(VtPublishResult) first = {0}, second = {0}, third = {0};

        assert_int_equal(publish(&shop, (VtPublishRequest){.assets = tee}, &first), DONE);
        assert_int_equal(first.planned->len, 0);
        vt_test_add_asset(shop.db, shop.tenant, "tee", VT_LOCALE_NEUTRAL, "changed");
        assert_int_equal(publish(&shop, only_new, &second), DONE);
        assert_int_equal(second.n_published, 1);
        assert_string_equal(g_ptr_array_index(second.planned, 0), "mug (system_neutral)");
        assert_int_equal(publish(&shop, only_new, &third), DONE);
        assert_int_equal(third.n_published, 0);
        assert_int_equal(third.seq, 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_with_unpublished_media_is_refused_and_lists_exactly_them),
        cmocka_unit_test(with_dependencies_the_media_go_live_in_the_locales_the_channels_show),
        cmocka_unit_test(a_category_goes_live_with_the_locales_its_channel_shows),
        cmocka_unit_test(a_category_that_is_left_out_is_named),
        cmocka_unit_test(a_newer_draft_of_a_live_picture_counts_as_unpublished),
        cmocka_unit_test(publishing_again_is_a_no_op_that_says_so),
        cmocka_unit_test(all_skips_what_is_edited_and_what_shows_it),
        cmocka_unit_test(what_is_edited_is_refused_by_name_and_unknown_names_too),
        cmocka_unit_test(an_older_revision_can_go_live_and_the_log_tells_both_numbers),
        cmocka_unit_test(a_tombstone_closes_what_is_live),
        cmocka_unit_test(a_dry_run_tells_everything_and_changes_nothing),
        cmocka_unit_test(a_dry_run_names_what_is_edited_instead_of_refusing),
        cmocka_unit_test(contexts_that_stop_inheriting_and_drafts_left_behind_are_told),
        cmocka_unit_test(a_swatch_of_the_product_without_a_central_one_is_told),
        cmocka_unit_test(categories_are_published_by_id_and_with_all),
        cmocka_unit_test(only_what_never_was_live_is_new),
    };
    return vt_test_run("publish/publish", tests);
}
