#include "base/mail.h"

#include "base/error.h"

#include <curl/curl.h>
#include <string.h>

enum {
    MAX_LOCAL = 64,
    MAX_SUBJECT = 300,  /* bytes */
    ENCODED_BYTES = 42, /* of text in one encoded word, which has at most 75 characters */
    LINE = 76
};

struct _VtMailServer {
    char *url;  /* as curl takes it */
    char *from; /* an address */
    long tls;   /* CURLUSESSL_… */
};

/* How an address may begin, what curl is told instead, and how much it insists on TLS. */
static const struct {
    const char *prefix, *scheme;
    long tls;
} scheme_row[] = {
    {"smtp://", "smtp://", CURLUSESSL_TRY},
    {"smtp+starttls://", "smtp://", CURLUSESSL_ALL},
    {"smtps://", "smtps://", CURLUSESSL_ALL},
};

VtMailServer *
vt_mail_server_new(const char *url, const char *from, GError **error)
{
    if (!vt_mail_check_address(from, error))
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(scheme_row); i++) {
        gsize length = strlen(scheme_row[i].prefix);
        VtMailServer *self;

        if (!g_str_has_prefix(url, scheme_row[i].prefix) || url[length] == '\0' ||
            strpbrk(url, " \r\n\t") != NULL)
            continue;
        self = g_new0(VtMailServer, 1);
        self->url = g_strconcat(scheme_row[i].scheme, url + length, NULL);
        self->from = g_strdup(from);
        self->tls = scheme_row[i].tls;
        return self;
    }
    return vt_throw_null(error, VT_ERROR_USAGE,
        "a mail server is smtp://HOST, smtp+starttls://HOST or smtps://HOST");
}

void
vt_mail_server_free(VtMailServer *self)
{
    if (self == NULL)
        return;
    g_free(self->url);
    g_free(self->from);
    g_free(self);
}

static gboolean
is_made_of(const char *text, gsize length, const char *others)
{
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum(text[i]) && strchr(others, text[i]) == NULL)
            return FALSE;
    return length > 0 && text[0] != '.' && text[length - 1] != '.' &&
           g_strstr_len(text, (gssize)length, "..") == NULL;
}

gboolean
vt_mail_check_address(const char *address, GError **error)
{
    const char *at = strchr(address, '@');
    gsize length = strlen(address);

    if (at == NULL || length > VT_MAIL_MAX_ADDRESS || at - address > MAX_LOCAL ||
        !is_made_of(address, (gsize)(at - address), ".!#$&'*+/=?^_`{|}~-") ||
        !is_made_of(at + 1, strlen(at + 1), ".-"))
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "an address of e-mail is of the form name@host, in ASCII, at most %d bytes",
            VT_MAIL_MAX_ADDRESS);
    return TRUE;
}

static const char *
next_char(const char *at)
{
    return at + g_utf8_skip[*(const guchar *)at];
}

/* Without control characters, cut between characters. */
static char *
tidy_subject(const char *subject)
{
    g_autofree char *valid = g_utf8_make_valid(subject, -1);
    const char *end = valid;

    while (*end != '\0' && next_char(end) - valid <= MAX_SUBJECT)
        end = next_char(end);
    valid[end - valid] = '\0';
    for (char *at = valid; *at != '\0'; at++)
        if ((guchar)*at < ' ' || *at == 0x7f)
            *at = ' ';
    return g_steal_pointer(&valid);
}

/* As encoded words of RFC 2047, whatever it holds. */
static void
append_subject(GString *text, const char *subject)
{
    g_autofree char *tidy = tidy_subject(subject);
    const char *at = tidy;

    g_string_append(text, "Subject:");
    while (*at != '\0') {
        const char *end = at;
        g_autofree char *word = NULL;

        while (*end != '\0' && next_char(end) - at <= ENCODED_BYTES)
            end = next_char(end);
        word = g_base64_encode((const guchar *)at, (gsize)(end - at));
        g_string_append_printf(text, "%s =?UTF-8?B?%s?=", at == tidy ? "" : "\r\n", word);
        at = end;
    }
    g_string_append(text, "\r\n");
}

static void
append_date(GString *text, gint64 at_us)
{
    static const char *const day[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const month[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(at_us / G_USEC_PER_SEC);

    g_string_append_printf(text, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n",
        day[g_date_time_get_day_of_week(time) - 1], g_date_time_get_day_of_month(time),
        month[g_date_time_get_month(time) - 1], g_date_time_get_year(time),
        g_date_time_get_hour(time), g_date_time_get_minute(time), g_date_time_get_second(time));
}

static void
append_body(GString *text, const char *body)
{
    g_autofree char *encoded = g_base64_encode((const guchar *)body, strlen(body));
    gsize length = strlen(encoded);

    for (gsize at = 0; at < length; at += LINE)
        g_string_append_printf(text, "%.*s\r\n", (int)MIN(LINE, length - at), encoded + at);
}

char *
vt_mail_format(const VtMailServer *self, const VtMail *mail)
{
    GString *text = g_string_new(NULL);

    append_date(text, mail->at_us);
    g_string_append_printf(text, "From: %s\r\nTo: %s\r\n", self->from, mail->to);
    append_subject(text, mail->subject);
    g_string_append_printf(text,
        "Message-ID: <%s@%s>\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "Auto-Submitted: auto-generated\r\n\r\n",
        mail->id, strchr(self->from, '@') + 1);
    append_body(text, mail->body);
    return g_string_free(text, FALSE);
}

/* What is left of the message. */
static size_t
give(char *room, size_t size, size_t n, void *data)
{
    const char **rest = data;
    gsize length = MIN(size * n, strlen(*rest));

    memcpy(room, *rest, length);
    *rest += length;
    return length;
}

static gboolean
run(const VtMailServer *self, CURL *curl, const VtMail *mail, GError **error)
{
    g_autofree char *message = vt_mail_format(self, mail);
    const char *rest = message;
    char why[CURL_ERROR_SIZE] = "";
    struct curl_slist *to = curl_slist_append(NULL, mail->to);
    CURLcode code;

    curl_easy_setopt(curl, CURLOPT_URL, self->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, self->tls);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)VT_MAIL_SECONDS);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, self->from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(curl, CURLOPT_READDATA, &rest);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    code = curl_easy_perform(curl);
    curl_slist_free_all(to);
    return code == CURLE_OK || vt_throw(error, VT_ERROR_MAIL, "the mail server did not take it: %s",
                                   *why != '\0' ? why : curl_easy_strerror(code));
}

gboolean
vt_mail_send(const VtMailServer *self, const VtMail *mail, GError **error)
{
    CURL *curl;
    gboolean sent;

    if (!vt_mail_check_address(mail->to, error))
        return FALSE;
    curl = curl_easy_init();
    if (curl == NULL)
        return vt_throw(error, VT_ERROR_INTERNAL, "curl cannot start");
    sent = run(self, curl, mail, error);
    curl_easy_cleanup(curl);
    return sent;
}
