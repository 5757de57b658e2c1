#include "media/set_rule.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

/* What one match may cost: steps, nesting, KiB. They stand before a pattern, which can only lower
 * them. */
#define VT_SET_RULE_MATCH_LIMIT "10000"
#define LIMITS                                                                                     \
    "(*LIMIT_MATCH=" VT_SET_RULE_MATCH_LIMIT ")(*LIMIT_DEPTH=500)(*LIMIT_HEAP=1000)(*NO_JIT)"

enum { MAX_POSITION = 1000000 };

typedef enum { MATCH, BASE_NAME, SEQUENCE, ROW, COLUMN, N_PARTS } Part;

static const struct {
    const char *key;
    gboolean is_list;
} part_row[N_PARTS] = {
    [MATCH] = {"match", TRUE},
    [BASE_NAME] = {"base_name", TRUE},
    [SEQUENCE] = {"sequence", TRUE},
    [ROW] = {"row", FALSE},
    [COLUMN] = {"column", FALSE},
};

struct _VtSetRule {
    VtSetPresetType type;
    GPtrArray *part[N_PARTS]; /* GRegex, owned */
    char *prefix, *suffix;    /* owned, "" when there is none */
    char *folder;             /* owned, or NULL */
};

static void
unref_pattern(gpointer data)
{
    g_regex_unref(data);
}

void
vt_set_rule_free(VtSetRule *self)
{
    if (self == NULL)
        return;
    for (int i = 0; i < N_PARTS; i++)
        g_ptr_array_unref(self->part[i]);
    g_free(self->prefix);
    g_free(self->suffix);
    g_free(self->folder);
    g_free(self);
}

static gboolean
add_pattern(GPtrArray *list, const char *key, const json_t *value, GError **error)
{
    const char *pattern = json_string_value(value);
    g_autofree char *bounded = NULL;
    g_autoptr(GError) local = NULL;
    GRegex *regex;

    if (pattern == NULL || *pattern == '\0' || strlen(pattern) > VT_SET_RULE_MAX_PATTERN)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" holds patterns of 1 to %d bytes", key,
            VT_SET_RULE_MAX_PATTERN);
    bounded = g_strdup_printf(LIMITS "(?:%s)\\z", pattern);
    regex = g_regex_new(bounded, G_REGEX_ANCHORED, 0, &local);
    if (regex == NULL)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\": '%s' is no pattern", key, pattern);
    g_ptr_array_add(list, regex);
    return TRUE;
}

static gboolean
read_part(VtSetRule *self, Part part, const json_t *body, GError **error)
{
    const char *key = part_row[part].key;
    const json_t *value = json_object_get(body, key);

    if (value == NULL || json_is_null(value))
        return TRUE;
    if (!part_row[part].is_list)
        return add_pattern(self->part[part], key, value, error);
    if (!json_is_array(value) || json_array_size(value) > VT_SET_RULE_MAX_PATTERNS)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" is a list of at most %d patterns", key,
            VT_SET_RULE_MAX_PATTERNS);
    for (gsize i = 0; i < json_array_size(value); i++)
        if (!add_pattern(self->part[part], key, json_array_get(value, i), error))
            return FALSE;
    return TRUE;
}

static gboolean
read_text(const json_t *body, const char *key, gsize most, char **ret_text, GError **error)
{
    const json_t *value = json_object_get(body, key);

    if (value == NULL || json_is_null(value))
        return TRUE;
    if (!json_is_string(value) || json_string_length(value) > most)
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "\"%s\" is a text of at most %" G_GSIZE_FORMAT " bytes", key, most);
    g_free(*ret_text);
    *ret_text = g_strdup(json_string_value(value));
    return TRUE;
}

static gboolean
read_type(VtSetRule *self, const json_t *body, GError **error)
{
    const char *word = json_string_value(json_object_get(body, "type"));
    int found =
        word != NULL ? vt_text_index(vt_set_preset_type_names, VT_SET_PRESET_TYPE_COUNT, word) : -1;

    if (found < 0)
        return vt_throw(error, VT_ERROR_BAD_ENUM,
            "\"type\" is image_set, spin_set or spin_set_2d, not '%s'", word != NULL ? word : "");
    self->type = (VtSetPresetType)found;
    return TRUE;
}

static gboolean
check_keys(const json_t *body, GError **error)
{
    static const char *const known[] = {"type", "match", "base_name", "sequence", "row", "column",
        "prefix", "suffix", "folder", NULL};
    const char *key;
    json_t *value;

    if (!json_is_object(body))
        return vt_throw(error, VT_ERROR_BAD_VALUE, "a preset is an object");
    json_object_foreach((json_t *)(gsize)body, key, value)
    {
        if (!g_strv_contains(known, key))
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\" is not known here", key);
    }
    return TRUE;
}

static gboolean
check_parts(const VtSetRule *self, GError **error)
{
    const gboolean is_2d = self->type == VT_SET_PRESET_TYPE_SPIN_SET_2D;

    if (self->part[MATCH]->len == 0)
        return vt_throw(error, VT_ERROR_BAD_VALUE, "\"match\" needs a pattern");
    if (is_2d ? self->part[ROW]->len == 0 || self->part[COLUMN]->len == 0
              : self->part[ROW]->len + self->part[COLUMN]->len > 0)
        return vt_throw(error, VT_ERROR_BAD_VALUE,
            "\"row\" and \"column\" belong to the type spin_set_2d, which needs both");
    return !is_2d || self->part[SEQUENCE]->len == 0 ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "a spin_set_2d has rows and columns, no sequence");
}

VtSetRule *
vt_set_rule_new(const json_t *body, GError **error)
{
    g_autoptr(VtSetRule) self = g_new0(VtSetRule, 1);

    for (int i = 0; i < N_PARTS; i++)
        self->part[i] = g_ptr_array_new_with_free_func(unref_pattern);
    self->prefix = g_strdup("");
    self->suffix = g_strdup("");
    if (!check_keys(body, error) || !read_type(self, body, error))
        return NULL;
    for (int i = 0; i < N_PARTS; i++)
        if (!read_part(self, (Part)i, body, error))
            return NULL;
    if (!read_text(body, "prefix", VT_SET_RULE_MAX_AFFIX, &self->prefix, error) ||
        !read_text(body, "suffix", VT_SET_RULE_MAX_AFFIX, &self->suffix, error) ||
        !read_text(body, "folder", 4096, &self->folder, error) || !check_parts(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

VtSetPresetType
vt_set_rule_type(const VtSetRule *self)
{
    return self->type;
}

const char *
vt_set_rule_folder(const VtSetRule *self)
{
    return self->folder;
}

/* Asks the patterns of a part one after another. @ret_at: which matches first, -1 none; @ret_group
 * (nullable): its first group, else all of @name. */
static gboolean
ask(const VtSetRule *self,
    Part part,
    const char *name,
    int *ret_at,
    char **ret_group,
    GError **error)
{
    *ret_at = -1;
    for (guint i = 0; i < self->part[part]->len; i++) {
        const GRegex *regex = g_ptr_array_index(self->part[part], i);
        g_autoptr(GMatchInfo) match = NULL;
        g_autoptr(GError) local = NULL;

        if (!g_regex_match_full(regex, name, -1, 0, 0, &match, &local)) {
            if (local == NULL)
                continue;
            return vt_throw(error, VT_ERROR_BAD_VALUE, "\"%s\": a pattern takes too long for '%s'",
                part_row[part].key, name);
        }
        *ret_at = (int)i;
        if (ret_group != NULL)
            *ret_group = g_match_info_fetch(match, g_regex_get_capture_count(regex) > 0 ? 1 : 0);
        return TRUE;
    }
    return TRUE;
}

gboolean
vt_set_rule_name(const VtSetRule *self, const char *picture, char **ret_set, GError **error)
{
    g_autofree char *shared = NULL, *base = NULL;
    const char *name;
    int at;

    *ret_set = NULL;
    if (!ask(self, MATCH, picture, &at, &shared, error))
        return FALSE;
    if (at < 0)
        return TRUE;
    if (self->part[BASE_NAME]->len > 0 && !ask(self, BASE_NAME, picture, &at, &base, error))
        return FALSE;
    name = self->part[BASE_NAME]->len > 0 ? base : shared;
    if (name == NULL || *name == '\0')
        return vt_throw(
            error, VT_ERROR_BAD_VALUE, "the name of '%s' does not say which set it is of", picture);
    *ret_set = g_strconcat(self->prefix, name, self->suffix, NULL);
    return TRUE;
}

static void
free_item(gpointer data)
{
    VtSetRuleItem *self = data;

    g_free(self->name);
    json_decref(self->member);
    g_free(self);
}

GPtrArray *
vt_set_rule_items_new(void)
{
    return g_ptr_array_new_with_free_func(free_item);
}

static gboolean
read_position(
    const VtSetRule *self, Part part, const char *name, gint64 *ret_position, GError **error)
{
    g_autofree char *digits = NULL;
    int at;

    if (!ask(self, part, name, &at, &digits, error))
        return FALSE;
    return (at >= 0 && digits != NULL &&
               g_ascii_string_to_signed(digits, 10, 0, MAX_POSITION, ret_position, NULL)) ||
           vt_throw(error, VT_ERROR_BAD_VALUE, "the name of '%s' does not say its %s", name,
               part_row[part].key);
}

static gboolean
place(const VtSetRule *self, VtSetRuleItem *item, GError **error)
{
    int at = 0;

    if (self->type == VT_SET_PRESET_TYPE_SPIN_SET_2D)
        return read_position(self, ROW, item->name, &item->row, error) &&
               read_position(self, COLUMN, item->name, &item->column, error);
    if (self->part[SEQUENCE]->len > 0 && !ask(self, SEQUENCE, item->name, &at, NULL, error))
        return FALSE;
    item->column = at;
    return at >= 0 || vt_throw(error, VT_ERROR_BAD_VALUE,
                          "the name of '%s' does not say its place in the sequence", item->name);
}

gboolean
vt_set_rule_add(
    const VtSetRule *self, GPtrArray *items, const char *picture, json_t *member, GError **error)
{
    VtSetRuleItem *item = g_new0(VtSetRuleItem, 1);

    item->name = g_strdup(picture);
    item->member = member;
    if (!place(self, item, error)) {
        free_item(item);
        return FALSE;
    }
    g_ptr_array_add(items, item);
    return TRUE;
}

/* How many digits, without zeros before them, begin the text; @ret_all counts those too. */
static gsize
digits_of(const char **text, gsize *ret_all)
{
    gsize zeros = strspn(*text, "0");
    gsize all = strspn(*text, "0123456789");

    if (zeros == all && all > 0)
        zeros--;
    *text += zeros;
    *ret_all = all;
    return all - zeros;
}

/* Names in order, numbers in them as numbers. */
static int
compare_names(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        gsize all_a, all_b, n_a, n_b;
        int order;

        if (!g_ascii_isdigit(*a) || !g_ascii_isdigit(*b)) {
            if (*a != *b)
                return (guchar)*a - (guchar)*b;
            a++;
            b++;
            continue;
        }
        n_a = digits_of(&a, &all_a);
        n_b = digits_of(&b, &all_b);
        order = n_a != n_b ? (n_a < n_b ? -1 : 1) : strncmp(a, b, n_a);
        if (order != 0)
            return order;
        a += n_a;
        b += n_b;
    }
    return (*a != '\0') - (*b != '\0');
}

static int
compare_items(gconstpointer a, gconstpointer b)
{
    const VtSetRuleItem *one = *(const VtSetRuleItem *const *)a;
    const VtSetRuleItem *other = *(const VtSetRuleItem *const *)b;
    int order;

    if (one->row != other->row)
        return one->row < other->row ? -1 : 1;
    if (one->column != other->column)
        return one->column < other->column ? -1 : 1;
    order = compare_names(one->name, other->name);
    return order != 0 ? order : strcmp(one->name, other->name);
}

static const VtSetRuleItem *
item_at(const GPtrArray *items, guint i)
{
    return g_ptr_array_index(items, i);
}

static gboolean
check_grid(const GPtrArray *items, int *ret_rows, GError **error)
{
    guint columns = 0, in_row = 0;
    int rows = 0;

    for (guint i = 0; i < items->len; i++) {
        const VtSetRuleItem *item = item_at(items, i),
                            *before = i > 0 ? item_at(items, i - 1) : NULL;
        const gboolean begins = before == NULL || before->row != item->row;

        if (!begins && before->column == item->column)
            return vt_throw(error, VT_ERROR_BAD_VALUE, "'%s' and '%s' have the same place",
                before->name, item->name);
        in_row = begins ? 1 : in_row + 1;
        rows += begins;
        columns = rows == 1 ? in_row : columns;
        if ((i + 1 == items->len || item_at(items, i + 1)->row != item->row) && in_row != columns)
            return vt_throw(error, VT_ERROR_BAD_VALUE,
                "row %" G_GINT64_FORMAT " has %u pictures, the first has %u", item->row, in_row,
                columns);
    }
    *ret_rows = rows;
    return TRUE;
}

gboolean
vt_set_rule_arrange(const VtSetRule *self, GPtrArray *items, int *ret_rows, GError **error)
{
    g_ptr_array_sort(items, compare_items);
    *ret_rows = 1;
    return self->type != VT_SET_PRESET_TYPE_SPIN_SET_2D || check_grid(items, ret_rows, error);
}
