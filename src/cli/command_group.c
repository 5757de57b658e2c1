/* `group …`: publish groups, on the data directory or through a running server; and `undo`. */
#include "cli/command_group.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/changes.h"
#include "cli/errand.h"
#include "cli/kinds.h"
#include "cli/output.h"
#include "cli/wait.h"
#include "publish/group_items.h"
#include "publish/group_publish.h"
#include "publish/group_schedule.h"
#include "publish/order.h"
#include "publish/undo.h"

#include <string.h>

enum { LIST_PAGE = VT_GROUP_PAGE_MAX };

static VtActor
me(void)
{
    return (VtActor){.now_us = g_get_real_time()};
}

/* Lines of a report for people. */
static void
complain_report(const json_t *report)
{
    static const char *const list[] = {"errors", "warnings", "advice"};
    static const char *const word[] = {"error", "note", "note"};

    for (gsize l = 0; l < G_N_ELEMENTS(list); l++) {
        const json_t *rows = json_object_get(report, list[l]);

        for (gsize i = 0; i < json_array_size(rows); i++) {
            const json_t *one = json_array_get(rows, i);
            const char *other = json_string_value(json_object_get(one, "other"));

            vt_complain("%s: %s: %s%s%s%s\n", word[l],
                json_string_value(json_object_get(one, "subject")),
                json_string_value(json_object_get(one, "text")), other != NULL ? " (" : "",
                other != NULL ? other : "", other != NULL ? ")" : "");
        }
    }
}

/* What stands in the way, for people. */
static void
complain(const json_t *problem)
{
    complain_report(json_object_get(problem, "report"));
    vt_complain_names(problem, "changed", "changed since");
    vt_complain_names(problem, "missing", "not published");
}

/* `groups/NAME/REST` */
static char *
path_of(const char *name, const char *rest)
{
    g_autofree char *escaped = vt_text_escape(name, FALSE);

    return g_strdup_printf("groups/%s%s", escaped, rest);
}

static void
show_group(const json_t *group)
{
    const char *at = json_string_value(json_object_get(group, "at"));
    const char *problem = json_string_value(json_object_get(group, "problem"));

    vt_print("%s\t%s\t%" JSON_INTEGER_FORMAT " items%s%s%s%s\n",
        json_string_value(json_object_get(group, "name")),
        json_string_value(json_object_get(group, "state")),
        json_integer_value(json_object_get(group, "items")), at != NULL ? "\t" : "",
        at != NULL ? at : "", problem != NULL ? "\t" : "", problem != NULL ? problem : "");
}

static void
show_groups(const json_t *answer)
{
    const json_t *groups = json_object_get(answer, "groups");

    for (gsize i = 0; i < json_array_size(groups); i++)
        show_group(json_array_get(groups, i));
}

static json_t *
create_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = me();
    g_autoptr(VtGroup) group = vt_group_create(db, tenant_id, errand->name, &actor, error);

    return group != NULL ? vt_group_json(db, group, error) : NULL;
}

static VtExit
run_create(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(VtErrand) errand = {.method = "POST", .here = create_here, .show = show_group};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 1, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    errand.rest = g_strdup("groups");
    errand.body = json_pack("{s:s}", "name", errand.name);
    return vt_errand_run(&settings, &errand);
}

static json_t *
list_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    g_autoptr(GPtrArray) groups = vt_group_list(db, tenant_id, errand->word, 0, LIST_PAGE, error);
    g_autoptr(json_t) list = json_array();

    for (guint i = 0; groups != NULL && i < groups->len; i++) {
        json_t *one = vt_group_json(db, g_ptr_array_index(groups, i), error);

        if (one == NULL)
            return NULL;
        json_array_append_new(list, one);
    }
    return groups != NULL ? json_pack("{s:O}", "groups", list) : NULL;
}

static VtExit
run_list(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_autofree char *state = NULL, *limit = g_strdup_printf("%d", LIST_PAGE);
    const GOptionEntry own[] = {
        {"state", 0, 0, G_OPTION_ARG_STRING, &state,
            "only groups that are open, scheduled, publishing, published or failed", "STATE"},
        {0},
    };
    g_auto(VtErrand) errand = {.method = "GET", .here = list_here, .show = show_groups};

    if (!vt_command_parse(self, argc, argv, &settings, own, 0, NULL))
        return VT_EXIT_USAGE;
    errand.word = state;
    errand.rest = g_strdup("groups");
    errand.body = json_pack("{s:s,s:s*}", "limit", limit, "state", state);
    return vt_errand_run(&settings, &errand);
}

static json_t *
show_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    g_autoptr(VtGroup) group = vt_group_find(db, tenant_id, errand->name, error);

    return group != NULL ? vt_group_json(db, group, error) : NULL;
}

static json_t *
items_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    g_autoptr(VtGroup) group = vt_group_find(db, tenant_id, errand->name, error);

    return group != NULL ? vt_group_items_json(db, group, 0, LIST_PAGE, error) : NULL;
}

static void
show_items(const json_t *answer)
{
    const json_t *items = json_object_get(answer, "items");

    for (gsize i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);

        vt_print("%s%s%s%s\n", json_string_value(json_object_get(item, "name")),
            json_is_true(json_object_get(item, "draft")) ? "\tdraft" : "",
            json_is_true(json_object_get(item, "reset")) ? "\treset" : "",
            json_is_true(json_object_get(item, "checked_out")) ? "\tchecked out" : "");
    }
}

static VtExit
run_show(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    gboolean items = FALSE;
    const GOptionEntry own[] = {
        {"items", 0, 0, G_OPTION_ARG_NONE, &items, "what it holds, at most 500, or made live",
            NULL},
        {0},
    };
    g_auto(VtErrand) errand = {.method = "GET"};

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    errand.rest = path_of(errand.name, items ? "/items?limit=500" : "");
    errand.here = items ? items_here : show_here;
    errand.show = items ? show_items : show_group;
    return vt_errand_run(&settings, &errand);
}

static void
show_changed(const json_t *answer)
{
    vt_print("%" JSON_INTEGER_FORMAT " documents\n",
        json_integer_value(json_object_get(answer, "changed")));
    show_group(json_object_get(answer, "group"));
}

static json_t *
change_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, gboolean adds, GError **error)
{
    const VtActor actor = me();
    g_autoptr(VtGroup) group = vt_group_find(db, tenant_id, errand->name, error);
    g_autoptr(VtGroup) now = NULL;
    g_auto(VtGroupOrder) what = {0};
    gint64 from = VT_GROUP_LIVE;
    guint64 n = 0;
    json_t *told;

    if (group == NULL || !vt_group_order_parse(errand->body, &what, error) ||
        !vt_group_context(db, tenant_id, what.from, &from, error) ||
        !(adds ? vt_group_add(db, group, from, &what.selection, &actor, &n, error)
               : vt_group_remove(db, group, &what.selection, &actor, &n, error)) ||
        (now = vt_group_read(db, group->group_id, error)) == NULL ||
        (told = vt_group_json(db, now, error)) == NULL)
        return NULL;
    return json_pack("{s:I,s:o}", "changed", (json_int_t)n, "group", told);
}

static json_t *
add_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    return change_here(db, tenant_id, errand, TRUE, error);
}

static json_t *
remove_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    return change_here(db, tenant_id, errand, FALSE, error);
}

/* What `add` and `remove` select by; strings are owned. */
typedef struct {
    char *products, *categories, *assets, *channel, *locale, *from;
} Selected;

static void
selected_clear(Selected *self)
{
    g_free(self->products);
    g_free(self->categories);
    g_free(self->assets);
    g_free(self->channel);
    g_free(self->locale);
    g_free(self->from);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Selected, selected_clear)

static VtExit
run_change(const VtCommand *self, int argc, char **argv, gboolean adds)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(Selected) selected = {0};
    const GOptionEntry own[] = {
        {"products", 0, 0, G_OPTION_ARG_STRING, &selected.products, "products by id", "ID,…"},
        {"categories", 0, 0, G_OPTION_ARG_STRING, &selected.categories, "categories by id", "ID,…"},
        {"assets", 0, 0, G_OPTION_ARG_STRING, &selected.assets, "assets by name", "NAME,…"},
        {"channel", 0, 0, G_OPTION_ARG_STRING, &selected.channel,
            "products and categories in this channel only; Omnichannel is one", "CODE"},
        {"locale", 0, 0, G_OPTION_ARG_STRING, &selected.locale, "in this locale only", "TAG"},
        {"from", 0, adds ? 0 : G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &selected.from,
            "copy from this group; the live site unless told", "GROUP"},
        {0},
    };
    g_auto(VtErrand)
        errand = {.method = "POST", .here = adds ? add_here : remove_here, .show = show_changed};

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    errand.rest = path_of(errand.name, adds ? "/items" : "/remove");
    errand.body = json_pack("{s:o,s:o,s:o,s:s*,s:s*,s:s*}", "products",
        vt_json_words(selected.products), "categories", vt_json_words(selected.categories),
        "assets", vt_json_words(selected.assets), "channel", selected.channel, "locale",
        selected.locale, "from", selected.from);
    return vt_errand_run(&settings, &errand);
}

static VtExit
run_add(const VtCommand *self, int argc, char **argv)
{
    return run_change(self, argc, argv, TRUE);
}

static VtExit
run_remove(const VtCommand *self, int argc, char **argv)
{
    return run_change(self, argc, argv, FALSE);
}

static json_t *
validate_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    g_autoptr(VtGroup) group = vt_group_find(db, tenant_id, errand->name, error);
    g_auto(VtGroupReport) report = {0};

    if (group == NULL)
        return NULL;
    vt_group_report_init(&report);
    return vt_group_validate(db, group, &report, error) ? vt_group_report_json(&report) : NULL;
}

static void
show_report(const json_t *report)
{
    complain_report(report);
    vt_print("%" JSON_INTEGER_FORMAT " errors, %" JSON_INTEGER_FORMAT " warnings\n",
        json_integer_value(json_object_get(report, "n_errors")),
        json_integer_value(json_object_get(report, "n_warnings")));
}

static VtExit
judge_report(const json_t *report)
{
    return json_is_true(json_object_get(report, "ok")) ? VT_EXIT_DONE : VT_EXIT_REFUSED;
}

static VtExit
run_validate(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(VtErrand) errand = {
        .method = "POST", .here = validate_here, .show = show_report, .judge = judge_report};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 1, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    errand.rest = path_of(errand.name, "/validate");
    errand.body = json_object();
    return vt_errand_run(&settings, &errand);
}

static json_t *
schedule_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = me();
    const VtJobKinds kinds = {vt_kind_table, NULL};
    g_autoptr(VtGroup) group = vt_group_find(db, tenant_id, errand->name, error);
    g_autoptr(GDateTime) at = g_date_time_new_from_iso8601(errand->word, NULL);
    g_auto(VtGroupReport) report = {0};

    if (group == NULL)
        return NULL;
    if (at == NULL)
        return vt_throw_null(error, VT_ERROR_BAD_VALUE,
            "'%s' is no time such as 2026-01-31T12:00:00Z", errand->word);
    vt_group_report_init(&report);
    if (!vt_group_schedule(db, &kinds, group->group_id, g_date_time_to_unix(at) * G_USEC_PER_SEC,
            &actor, &report, error)) {
        *ret_problem = json_pack("{s:o}", "report", vt_group_report_json(&report));
        return NULL;
    }
    return show_here(db, tenant_id, errand, ret_problem, error);
}

static VtExit
run_schedule(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(VtErrand)
        errand = {.complain = complain, .method = "PUT", .here = schedule_here, .show = show_group};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 2, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    errand.word = words[1];
    errand.rest = path_of(errand.name, "/schedule");
    errand.body = json_pack("{s:s}", "at", errand.word);
    return vt_errand_run(&settings, &errand);
}

static json_t *
unschedule_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = me();
    g_autoptr(VtGroup) group = vt_group_find(db, tenant_id, errand->name, error);

    if (group == NULL || !vt_group_unschedule(db, group->group_id, &actor, error))
        return NULL;
    return show_here(db, tenant_id, errand, ret_problem, error);
}

static VtExit
run_unschedule(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(VtErrand) errand = {.method = "DELETE", .here = unschedule_here, .show = show_group};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 1, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    errand.rest = path_of(errand.name, "/schedule");
    return vt_errand_run(&settings, &errand);
}

static gboolean
is_true(const VtErrand *errand, const char *key)
{
    return json_is_true(json_object_get(errand->body, key));
}

static json_t *
publish_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = me();
    g_autoptr(VtGroup) group = vt_group_find(db, tenant_id, errand->name, error);
    const VtGroupPublishOptions options = {
        .dry_run = is_true(errand, "dry_run"), .tell_changes = is_true(errand, "tell_changes")};
    g_auto(VtGroupPublishResult) result = {0};

    if (group == NULL)
        return NULL;
    if (!vt_group_publish(db, group->group_id, &options, &actor, &result, error)) {
        *ret_problem = vt_group_publish_result_json(&result);
        return NULL;
    }
    return vt_group_publish_result_json(&result);
}

static void
show_published(const json_t *result)
{
    gint64 seq = json_integer_value(json_object_get(result, "seq"));

    complain_report(json_object_get(result, "report"));
    if (seq == 0)
        vt_print("nothing to publish: everything the group held was live already\n");
    else
        vt_print("published %" JSON_INTEGER_FORMAT " documents at log number %" G_GINT64_FORMAT
                 "\n",
            json_integer_value(json_object_get(result, "published")), seq);
}

static void
show_plan(const json_t *result)
{
    complain_report(json_object_get(result, "report"));
    vt_plan_show(result, "published", "go live");
}

static VtExit
judge_plan(const json_t *result)
{
    return judge_report(json_object_get(result, "report"));
}

VtExit
vt_command_group_go_live(const VtSettings *settings,
    const char *name,
    gboolean dry_run,
    gboolean changes,
    const VtWait *wait)
{
    g_auto(VtErrand) errand = {.complain = complain,
        .method = "POST",
        .name = name,
        .rest = path_of(name, "/publish"),
        .body = json_pack("{s:b,s:b}", "dry_run", dry_run, "tell_changes", changes),
        .here = publish_here,
        .show = dry_run ? show_plan : show_published,
        .judge = dry_run ? judge_plan : NULL,
        .goes_live = !dry_run,
        .wait = *wait};

    return vt_errand_run(settings, &errand);
}

static VtExit
run_publish(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    gboolean dry_run = FALSE, changes = FALSE;
    const GOptionEntry own[] = {
        {"dry-run", 0, 0, G_OPTION_ARG_NONE, &dry_run,
            "tell what would go live and what stands in the way; change nothing", NULL},
        {"changes", 0, 0, G_OPTION_ARG_NONE, &changes,
            "with --dry-run: tell which answers would differ, before and after", NULL},
        {0},
    };
    g_autofree char **rest = g_new0(char *, (gsize)argc + 1);
    VtWait wait = {0};
    int n = 0;

    if (!vt_wait_parse(&wait, argc, argv, rest, &n) ||
        !vt_command_parse(self, n, rest, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    return vt_command_group_go_live(&settings, words[0], dry_run, changes, &wait);
}

static json_t *
delete_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    const VtActor actor = me();
    g_autoptr(VtGroup) group = vt_group_find(db, tenant_id, errand->name, error);

    if (group == NULL || !vt_group_delete(db, group, errand->word, &actor, error))
        return NULL;
    return json_pack("{s:I}", "deleted", (json_int_t)group->group_id);
}

static void
show_deleted(const json_t *answer)
{
    vt_print("publish group %" JSON_INTEGER_FORMAT " is gone\n",
        json_integer_value(json_object_get(answer, "deleted")));
}

static VtExit
run_delete(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_autofree char *confirm = NULL, *escaped = NULL, *query = NULL;
    const GOptionEntry own[] = {
        {"confirm", 0, 0, G_OPTION_ARG_STRING, &confirm,
            "its name again: what it holds goes with it", "NAME"},
        {0},
    };
    g_auto(VtErrand) errand = {.method = "DELETE", .here = delete_here, .show = show_deleted};

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    errand.name = words[0];
    errand.word = confirm;
    escaped = vt_text_escape(confirm != NULL ? confirm : "", FALSE);
    query = g_strdup_printf("?confirm=%s", escaped);
    errand.rest = path_of(errand.name, query);
    return vt_errand_run(&settings, &errand);
}

static json_t *
undo(VtDb *db,
    gint64 tenant_id,
    gint64 seq,
    const VtErrand *errand,
    json_t **ret_problem,
    GError **error)
{
    const VtActor actor = me();
    const VtUndoRequest request = {.tenant_id = tenant_id,
        .seq = seq,
        .force = is_true(errand, "force"),
        .dry_run = is_true(errand, "dry_run"),
        .tell_changes = is_true(errand, "tell_changes")};
    g_auto(VtUndoResult) result = {0};

    if (!vt_undo(db, &request, &actor, &result, error)) {
        *ret_problem = vt_undo_result_json(&result);
        return NULL;
    }
    return vt_undo_result_json(&result);
}

static json_t *
undo_group_here(
    VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    g_autoptr(VtGroup) group = vt_group_find(db, tenant_id, errand->name, error);

    if (group == NULL)
        return NULL;
    if (group->seq == 0)
        return vt_throw_null(
            error, VT_ERROR_GROUP_STATE, "publish group '%s' has made nothing live", group->name);
    return undo(db, tenant_id, group->seq, errand, ret_problem, error);
}

static json_t *
undo_here(VtDb *db, gint64 tenant_id, const VtErrand *errand, json_t **ret_problem, GError **error)
{
    return undo(db, tenant_id, g_ascii_strtoll(errand->word, NULL, 10), errand, ret_problem, error);
}

static void
show_undone(const json_t *result)
{
    gint64 seq = json_integer_value(json_object_get(result, "seq"));

    if (seq == 0)
        vt_print("nothing to undo: everything is as it was before\n");
    else
        vt_print("restored %" JSON_INTEGER_FORMAT " documents at log number %" G_GINT64_FORMAT "\n",
            json_integer_value(json_object_get(result, "restored")), seq);
}

static void
show_undo_plan(const json_t *result)
{
    vt_complain_names(result, "changed", "changed since");
    vt_complain_names(result, "missing", "not published");
    vt_plan_show(result, "restored", "go back");
}

static VtExit
judge_undo_plan(const json_t *result)
{
    return json_integer_value(json_object_get(result, "n_changed")) +
                       json_integer_value(json_object_get(result, "n_missing")) ==
                   0
               ? VT_EXIT_DONE
               : VT_EXIT_REFUSED;
}

static VtExit
run_undo(const VtCommand *self, int argc, char **argv)
{
    gboolean of_group = self == &vt_command_group_undo;
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    gboolean force = FALSE, dry_run = FALSE, changes = FALSE;
    const GOptionEntry own[] = {
        {"force", 0, 0, G_OPTION_ARG_NONE, &force, "also what changed since goes back", NULL},
        {"dry-run", 0, 0, G_OPTION_ARG_NONE, &dry_run,
            "tell what would go back and what stands in the way; change nothing", NULL},
        {"changes", 0, 0, G_OPTION_ARG_NONE, &changes,
            "with --dry-run: tell which answers would differ, before and after", NULL},
        {0},
    };
    g_autofree char **rest = g_new0(char *, (gsize)argc + 1);
    g_autofree char *escaped = NULL;
    g_auto(VtErrand) errand = {
        .complain = complain, .method = "POST", .here = of_group ? undo_group_here : undo_here};
    int n = 0;

    if (!vt_wait_parse(&errand.wait, argc, argv, rest, &n) ||
        !vt_command_parse(self, n, rest, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    errand.name = errand.word = words[0];
    escaped = vt_text_escape(words[0], FALSE);
    errand.rest = g_strdup_printf("%s/%s/undo", of_group ? "groups" : "publishes", escaped);
    errand.body =
        json_pack("{s:b,s:b,s:b}", "force", force, "dry_run", dry_run, "tell_changes", changes);
    errand.show = dry_run ? show_undo_plan : show_undone;
    errand.judge = dry_run ? judge_undo_plan : NULL;
    errand.goes_live = !dry_run;
    return vt_errand_run(&settings, &errand);
}

#define OPTIONS "data database storage tenant server token config json"

const VtCommand vt_command_group_create = {
    .name = "group create",
    .arguments = "NAME",
    .summary = "Makes an empty publish group",
    .options = OPTIONS,
    .examples = "  vitrine group create 'Spring 2027' --data /srv/vitrine\n",
    .run = run_create,
};

const VtCommand vt_command_group_list = {
    .name = "group list",
    .arguments = "[--state STATE]",
    .summary = "Lists publish groups, newest first",
    .options = OPTIONS,
    .examples = "  vitrine group list --state scheduled\n",
    .run = run_list,
};

const VtCommand vt_command_group_show = {
    .name = "group show",
    .arguments = "NAME [--items]",
    .summary = "Tells where a publish group stands, or what it holds",
    .options = OPTIONS,
    .examples = "  vitrine group show 'Spring 2027' --items\n",
    .run = run_show,
};

const VtCommand vt_command_group_add = {
    .name = "group add",
    .arguments = "NAME (--products ID,… | --categories ID,… | --assets NAME,…) [--channel CODE] "
                 "[--locale TAG] [--from GROUP]",
    .summary = "Copies what is finished into a publish group, from the live site or another group",
    .options = OPTIONS,
    .examples = "  vitrine group add 'Spring 2027' --products 81323,90001\n"
                "  vitrine group add 'Summer 2027' --assets tee-front --from 'Spring 2027'\n",
    .run = run_add,
};

const VtCommand vt_command_group_remove = {
    .name = "group remove",
    .arguments = "NAME (--products ID,… | --categories ID,… | --assets NAME,…) [--channel CODE] "
                 "[--locale TAG]",
    .summary = "Takes items out of a publish group, with what was done to them there",
    .options = OPTIONS,
    .examples = "  vitrine group remove 'Spring 2027' --products 90001 --channel OUN001\n",
    .run = run_remove,
};

const VtCommand vt_command_group_validate = {
    .name = "group validate",
    .arguments = "NAME",
    .summary = "Tells whether a publish group could go live, and what it would overwrite",
    .options = OPTIONS,
    .examples = "  vitrine group validate 'Spring 2027'      # exit 1 when it could not\n",
    .run = run_validate,
};

const VtCommand vt_command_group_schedule = {
    .name = "group schedule",
    .arguments = "NAME TIME",
    .summary = "Lets a server publish a group at a time to come, or at another one",
    .options = OPTIONS,
    .examples = "  vitrine group schedule 'Spring 2027' 2027-03-01T05:00:00Z\n",
    .run = run_schedule,
};

const VtCommand vt_command_group_unschedule = {
    .name = "group unschedule",
    .arguments = "NAME",
    .summary = "Takes the time of a publish group back",
    .options = OPTIONS,
    .examples = "  vitrine group unschedule 'Spring 2027'\n",
    .run = run_unschedule,
};

const VtCommand vt_command_group_publish = {
    .name = "group publish",
    .arguments = "NAME [--dry-run [--changes]] [--wait[=SECONDS]]",
    .summary = "Makes all a group holds public now, in one step or not at all",
    .options = OPTIONS,
    .examples = "  vitrine group publish 'Spring 2027' --dry-run --changes\n"
                "  vitrine group publish 'Spring 2027' --wait\n",
    .run = run_publish,
};

const VtCommand vt_command_group_undo = {
    .name = "group undo",
    .arguments = "NAME [--force] [--dry-run [--changes]] [--wait[=SECONDS]]",
    .summary = "Makes live again what was live before a group, in one step or not at all",
    .options = OPTIONS,
    .examples = "  vitrine group undo 'Spring 2027' --dry-run\n"
                "  vitrine group undo 'Spring 2027' --wait\n",
    .run = run_undo,
};

const VtCommand vt_command_group_delete = {
    .name = "group delete",
    .arguments = "NAME --confirm NAME",
    .summary = "Deletes a publish group with all it holds",
    .options = OPTIONS,
    .examples = "  vitrine group delete 'Spring 2027' --confirm 'Spring 2027'\n",
    .run = run_delete,
};

const VtCommand vt_command_undo = {
    .name = "undo",
    .arguments = "NUMBER [--force] [--dry-run [--changes]] [--wait[=SECONDS]]",
    .summary = "Makes live again what was live before a publish, by its log number",
    .options = OPTIONS,
    .examples = "  vitrine undo 1204 --dry-run --changes\n"
                "  vitrine undo 1204 --wait\n",
    .run = run_undo,
};
