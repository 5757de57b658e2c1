/* `past`: what a product showed at a time or at a log number, here or on a server. */
#include "cli/command.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/errand.h"
#include "cli/output.h"
#include "publish/past.h"

/* Where and when; owned strings. */
typedef struct {
    char *channel, *locale, *catalog, *at, *seq;
} Wish;

static void
wish_clear(Wish *self)
{
    g_free(self->channel);
    g_free(self->locale);
    g_free(self->catalog);
    g_free(self->at);
    g_free(self->seq);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wish, wish_clear)

static const char *
text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static gboolean
read_seq(VtDb *db, const char *seq, const char *at, gint64 *ret_seq, GError **error)
{
    g_autoptr(GDateTime) time = at != NULL ? g_date_time_new_from_iso8601(at, NULL) : NULL;

    if (seq != NULL && at != NULL)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "ask by --at or by --seq, not by both");
    if (seq != NULL)
        return g_ascii_string_to_signed(seq, 10, 0, G_MAXINT64, ret_seq, NULL) ||
               vt_throw(error, VT_ERROR_BAD_VALUE, "'%s' is no log number", seq);
    if (at != NULL && time == NULL)
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "'%s' is no time such as 2026-01-31T12:00:00Z", at);
    return vt_past_seq(
        db, time != NULL ? g_date_time_to_unix(time) * G_USEC_PER_SEC : G_MAXINT64, ret_seq, error);
}

static json_t *
past_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    VtPastQuery query = {.words = {.product = errand->name,
                             .channel = text_of(errand->body, "channel"),
                             .locale = text_of(errand->body, "locale"),
                             .catalog = text_of(errand->body, "catalog")}};

    return read_seq(
               db, text_of(errand->body, "seq"), text_of(errand->body, "at"), &query.seq, error)
               ? vt_past_show(db, tenant_id, &query, error)
               : NULL;
}

static void
show_past(const json_t *answer)
{
    static const char *const list[] = {"primary", "additional"};
    const json_t *source = json_object_get(answer, "source");

    vt_print("log number %" JSON_INTEGER_FORMAT "\t%s\t%s%s%s\n",
        json_integer_value(json_object_get(answer, "seq")), text_of(answer, "scope"),
        json_is_object(source) ? text_of(source, "channel") : "nothing was live",
        json_is_object(source) ? " " : "", json_is_object(source) ? text_of(source, "locale") : "");
    for (gsize l = 0; l < G_N_ELEMENTS(list); l++) {
        const json_t *rows = json_object_get(answer, list[l]);

        for (gsize i = 0; i < json_array_size(rows); i++) {
            const json_t *row = json_array_get(rows, i);
            const char *alt = text_of(row, "alt");

            vt_print("%s\t%s\t%s\t%s\n", list[l], text_of(row, "asset"), text_of(row, "type"),
                alt != NULL ? alt : "");
        }
    }
}

static VtExit
run(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(Wish) wish = {0};
    const GOptionEntry own[] = {
        {"at", 0, 0, G_OPTION_ARG_STRING, &wish.at, "the time; now unless told",
            "YYYY-MM-DDTHH:MM:SSZ"},
        {"seq", 0, 0, G_OPTION_ARG_STRING, &wish.seq, "the log number instead", "NUMBER"},
        {"channel", 0, 0, G_OPTION_ARG_STRING, &wish.channel, "the channel; Omnichannel is one",
            "CODE"},
        {"locale", 0, 0, G_OPTION_ARG_STRING, &wish.locale, "the locale", "TAG"},
        {"catalog", 0, 0, G_OPTION_ARG_STRING, &wish.catalog, "the catalogue", "NUMBER"},
        {0},
    };
    g_autofree char *product = NULL;
    g_auto(VtErrand) errand = {.method = "GET", .here = past_here, .show = show_past};

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    errand.body = json_pack("{s:s*,s:s*,s:s*,s:s*,s:s*}", "channel", wish.channel, "locale",
        wish.locale, "catalog", wish.catalog, "at", wish.at, "seq", wish.seq);
    product = vt_text_escape(errand.name, FALSE);
    errand.rest = g_strdup_printf("products/%s/past", product);
    return vt_errand_run(&settings, &errand);
}

const VtCommand vt_command_past = {
    .name = "past",
    .arguments = "PRODUCT [--channel CODE] [--locale TAG] [--at TIME | --seq NUMBER]",
    .summary = "Tells what a product, or a variant, showed at a time",
    .options = "data database storage tenant server token config json",
    .examples = "  vitrine past tee --channel web --locale en-us --at 2026-11-01T12:00:00Z\n"
                "  vitrine past tee-red-s --channel web --locale de-de --seq 1204 --json\n",
    .run = run,
};
