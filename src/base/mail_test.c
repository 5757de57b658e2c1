/* What can and what cannot be an address, and that a message has the headers it is given, no more.
 */
#include "base/mail.h"

#include "base/error.h"
#include "tests/unit/support.h"

#include <string.h>

static void
an_address_is_plain_or_refused(void **state)
{
    static const char *const good[] = {
        "a@b", "anna@example.com", "anna.maria+shop@mail.example-1.com", "o'neil@example.ie"};
    static const char *const bad[] = {"", "@", "a@", "@b", "a b@c", "a@b c", "a@b@c",
        "a@b\r\nRCPT TO", "a\r\nBcc: x@y", "<a@b>", "a@b>", "Anna <a@b>", "a@b,c@d", "a@b;c",
        "\"a\"@b", "a..b@c", ".a@b", "a.@b", "a@b..c", "a@.b", "a@b.", "\xc3\xa4@b", "a@b\xc3\xa4",
        "a(x)@b", "a@[127.0.0.1]",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b"};

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        g_autoptr(GError) error = NULL;

        assert_ok(vt_mail_check_address(good[i], &error), error);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        assert_false(vt_mail_check_address(bad[i], &error));
        assert_true(vt_error_is(error, VT_ERROR_BAD_VALUE));
    }
}

static void
a_server_is_an_address_of_three_kinds(void **state)
{
    static const struct {
        const char *url;
        gboolean is_good;
    } row[] = {{"smtp://mail.example.com", TRUE}, {"smtps://u:p@mail.example.com:465", TRUE},
        {"smtp+starttls://mail.example.com:587", TRUE}, {"smtp://", FALSE}, {"http://x", FALSE},
        {"mail.example.com", FALSE}, {"smtp://a\r\nb", FALSE}};

    for (gsize i = 0; i < G_N_ELEMENTS(row); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(VtMailServer) server = vt_mail_server_new(row[i].url, "shop@example.com", &error);

        assert_int_equal(server != NULL, row[i].is_good);
        assert_true(row[i].is_good || vt_error_is(error, VT_ERROR_USAGE));
    }
}

/* The names of the headers, with blanks between. */
static char *
header_names(const char *message)
{
    g_auto(GStrv) lines = NULL;
    g_autofree char *head = g_strndup(message, (gsize)(strstr(message, "\r\n\r\n") - message));
    GString *names = g_string_new(NULL);

    lines = g_strsplit(head, "\r\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++) {
        assert_true(strlen(lines[i]) <= 78);
        assert_null(strpbrk(lines[i], "\r\n"));
        if (*lines[i] != ' ')
            g_string_append_printf(names, "%.*s ", (int)strcspn(lines[i], ":"), lines[i]);
    }
    return g_string_free(names, FALSE);
}

static void
no_subject_and_no_body_makes_a_header(void **state)
{
    static const char long_one[] =
        "=?UTF-8?B?eA==?= and a very long line that goes on and on and on, well past what one word "
        "of a subject may hold, with \xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4";
    static const char *const subjects[] = {"", "Publish", "J\xc3\xbcrgen's \xe2\x98\x83",
        "x\r\nBcc: everybody@example.com", "a\n\n.\r\nQUIT\r\n", "\xff\xfe", long_one};
    g_autoptr(GError) error = NULL;
    g_autoptr(VtMailServer) server =
        vt_mail_server_new("smtp://127.0.0.1", "shop@example.com", &error);

    assert_ok(server != NULL, error);
    for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++) {
        VtMail mail = {.to = "a@b.example",
            .subject = subjects[i],
            .body = subjects[i],
            .id = "job.7.1",
            .at_us = G_GINT64_CONSTANT(1767225600) * G_USEC_PER_SEC};
        g_autofree char *message = vt_mail_format(server, &mail);
        g_autofree char *names = header_names(message);

        assert_string_equal(names, "Date From To Subject Message-ID MIME-Version Content-Type "
                                   "Content-Transfer-Encoding Auto-Submitted ");
        assert_non_null(strstr(message, "Date: Thu, 1 Jan 2026 00:00:00 +0000\r\n"));
        assert_non_null(strstr(message, "Message-ID: <job.7.1@example.com>\r\n"));
        assert_null(strstr(message, "Bcc"));
        assert_null(strstr(message, "\r\n.\r\n"));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_plain_or_refused),
        cmocka_unit_test(a_server_is_an_address_of_three_kinds),
        cmocka_unit_test(no_subject_and_no_body_makes_a_header),
    };
    return vt_test_run("base/mail", tests);
}
