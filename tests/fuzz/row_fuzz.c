/* Any bytes as the body of a row of a read store, a product's and a category's: refused, or a row
 * that is encoded and decoded to the same.
 */
#include "base/error.h"
#include "readstore/category.h"
#include "readstore/row.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void
check_product(const char *body, gsize length)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtReadstoreProduct) row = vt_readstore_product_decode(body, length, &error);
    g_autoptr(VtReadstoreProduct) second = NULL;
    g_autofree char *text = NULL, *text_again = NULL;

    g_assert_true((row == NULL) == (error != NULL));
    if (row == NULL)
        return;
    vt_readstore_product_find_set(row, "5");
    text = vt_readstore_product_encode(row);
    second = vt_readstore_product_decode(text, strlen(text), &error);
    g_assert_no_error(error);
    text_again = vt_readstore_product_encode(second);
    g_assert_cmpstr(text, ==, text_again);
}

static void
check_category(const char *body)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VtReadstoreCategory) row = vt_readstore_category_decode(body, &error);
    g_autoptr(VtReadstoreCategory) second = NULL;
    g_autofree char *text = NULL, *text_again = NULL;

    g_assert_true((row == NULL) == vt_error_is(error, VT_ERROR_DAMAGED));
    if (row == NULL)
        return;
    text = vt_readstore_category_encode(row);
    second = vt_readstore_category_decode(text, &error);
    g_assert_no_error(error);
    text_again = vt_readstore_category_encode(second);
    g_assert_cmpstr(text, ==, text_again);
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *text = vt_fuzz_text(data, size);

    check_product((const char *)data, size);
    check_category(text);
    return 0;
}
