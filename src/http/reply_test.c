#include "base/error.h"
#include "http/reply_private.h"
#include "tests/unit/support.h"

static const struct {
    VtErrorCode code;
    int status;
} error_row[] = {
    {VT_ERROR_NOT_FOUND, 404},
    {VT_ERROR_UNKNOWN_PARAMETER, 400},
    {VT_ERROR_BUSY, 503},
    {VT_ERROR_INTERNAL, 500},
    {VT_ERROR_UNAUTHORIZED, 401},
};

static void
errors_take_the_status_of_their_row(void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(error_row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(VtReply) reply = NULL;

        vt_throw(&error, error_row[i].code, "because");
        reply = vt_reply_new_error(error);
        assert_int_equal(vt_reply_status(reply), error_row[i].status);
    }
}

static void
a_reply_outlives_its_maker(void **state)
{
    g_autoptr(GBytes) body = g_bytes_new_static("x", 1);
    g_autoptr(VtReply) kept = NULL;
    g_autoptr(VtReply) made = vt_reply_new_bytes(200, "text/plain", body);

    vt_reply_set_etag(made, "k");
    vt_reply_share(made);
    kept = vt_reply_ref(made);
    g_clear_pointer(&made, vt_reply_unref);
    assert_int_equal(vt_reply_status(kept), 200);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_take_the_status_of_their_row),
        cmocka_unit_test(a_reply_outlives_its_maker),
    };
    return vt_test_run("http/reply", tests);
}
