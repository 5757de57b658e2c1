#include "cli/changes.h"

#include "cli/output.h"

/* `tee-front, tee-back`, or `-` for nothing; newly allocated. */
static char *
names_of(const json_t *side)
{
    static const char *const groups[] = {"primary", "additional"};
    GString *text = g_string_new("");

    for (gsize group = 0; group < G_N_ELEMENTS(groups); group++) {
        const json_t *names = json_object_get(side, groups[group]);

        for (gsize i = 0; i < json_array_size(names); i++)
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "",
                json_string_value(json_array_get(names, i)));
    }
    if (text->len == 0)
        g_string_append_c(text, '-');
    return g_string_free(text, FALSE);
}

static void
show_one(const json_t *row)
{
    g_autofree char *before = names_of(json_object_get(row, "before"));
    g_autofree char *after = names_of(json_object_get(row, "after"));
    const char *variant = json_string_value(json_object_get(row, "variant"));
    const char *catalog = json_string_value(json_object_get(row, "catalog"));

    vt_print("  %s %s %s%s%s: %s -> %s\n", json_string_value(json_object_get(row, "channel")),
        json_string_value(json_object_get(row, "locale")),
        variant != NULL ? variant : json_string_value(json_object_get(row, "product")),
        catalog != NULL ? " in catalogue " : "", catalog != NULL ? catalog : "", before, after);
}

static void
show_changes(const json_t *result)
{
    const json_t *changes = json_object_get(result, "changes");
    gint64 n = json_integer_value(json_object_get(result, "n_changes"));

    if (changes == NULL)
        return;
    vt_print("%s%" G_GINT64_FORMAT " answers would differ\n",
        json_is_true(json_object_get(result, "changes_cut")) ? "more than " : "", n);
    for (gsize i = 0; i < json_array_size(changes); i++)
        show_one(json_array_get(changes, i));
    if ((gint64)json_array_size(changes) < n)
        vt_print("  … and %" G_GINT64_FORMAT " more\n", n - (gint64)json_array_size(changes));
}

void
vt_plan_show(const json_t *result, const char *count, const char *fate)
{
    const json_t *planned = json_object_get(result, "planned");

    vt_print("%" JSON_INTEGER_FORMAT " documents would %s\n",
        json_integer_value(json_object_get(result, count)), fate);
    for (gsize i = 0; i < json_array_size(planned); i++)
        vt_print("  %s\n", json_string_value(json_array_get(planned, i)));
    show_changes(result);
}
