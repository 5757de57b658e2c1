/* See route.h. The tree has one node per pattern prefix, so a look-up visits each node at most once
 * however it backtracks.
 */
#include "http/route.h"

#include "base/error.h"

#include <string.h>

/* The order of an Allow header. */
static const char *const method_names[] = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
enum { GET, HEAD, OPTIONS = 6, N_METHODS };
G_STATIC_ASSERT(G_N_ELEMENTS(method_names) == N_METHODS);

typedef struct _Node Node;
struct _Node {
    GHashTable *literals;            /* segment -> Node, owned; NULL when empty */
    Node *any;                       /* {name}, owned */
    Node *rest;                      /* {name...}, owned */
    const VtRoute *route[N_METHODS]; /* borrowed from the table */
};

struct _VtRouteTable {
    VtRoute *routes; /* owned */
    Node *root;      /* owned */
};

static void
node_free(gpointer data)
{
    Node *self = data;

    if (self == NULL)
        return;
    g_clear_pointer(&self->literals, g_hash_table_unref);
    node_free(self->any);
    node_free(self->rest);
    g_free(self);
}

static Node *
made(Node **slot)
{
    if (*slot == NULL)
        *slot = g_new0(Node, 1);
    return *slot;
}

static Node *
literal_child(Node *self, const char *segment)
{
    Node *child;

    if (self->literals == NULL)
        self->literals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, node_free);
    child = g_hash_table_lookup(self->literals, segment);
    if (child == NULL) {
        child = g_new0(Node, 1);
        g_hash_table_insert(self->literals, g_strdup(segment), child);
    }
    return child;
}

static gboolean
is_name(const char *segment)
{
    return segment[0] == '{' && g_str_has_suffix(segment, "}") && segment[1] != '}';
}

static gboolean
is_rest(const char *segment)
{
    return is_name(segment) && g_str_has_suffix(segment, "...}");
}

/* NULL when the pattern is malformed. */
static Node *
node_of_pattern(Node *root, const char *pattern)
{
    g_auto(GStrv) segments = NULL;
    Node *node = root;

    if (pattern[0] != '/')
        return NULL;
    if (pattern[1] == '\0')
        return literal_child(root, "");
    segments = g_strsplit(pattern + 1, "/", -1);
    for (gsize i = 0; segments[i] != NULL; i++) {
        if (is_rest(segments[i]) && segments[i + 1] != NULL)
            return NULL;
        if (is_rest(segments[i]))
            node = made(&node->rest);
        else if (is_name(segments[i]))
            node = made(&node->any);
        else if (strpbrk(segments[i], "{}") == NULL)
            node = literal_child(node, segments[i]);
        else
            return NULL;
    }
    return node;
}

/* N_METHODS when it is none of ours. */
static guint
method_index(const char *method)
{
    guint at = 0;

    while (at < N_METHODS && strcmp(method_names[at], method) != 0)
        at++;
    return at;
}

static gboolean
add_route(VtRouteTable *self, const VtRoute *route, GError **error)
{
    const VtRouteRow *row = route->row;
    guint method = method_index(row->method);
    Node *node = node_of_pattern(self->root, row->path);

    if (node == NULL || method == N_METHODS || method == HEAD)
        return vt_throw(error, VT_ERROR_INTERNAL, "route '%s' (%s %s) cannot be understood",
            row->id, row->method, row->path);
    if (node->route[method] != NULL)
        return vt_throw(error, VT_ERROR_INTERNAL, "routes '%s' and '%s' claim the same address",
            node->route[method]->row->id, row->id);
    if (row->permission != VT_PERMISSION_PUBLIC && route->place == VT_ROUTE_ON_EVENT_THREAD)
        return vt_throw(error, VT_ERROR_INTERNAL,
            "route '%s' asks for a permission and so must run on a worker", row->id);
    node->route[method] = route;
    return TRUE;
}

VtRouteTable *
vt_route_table_new(const VtRoute *routes, gsize n, GError **error)
{
    g_autoptr(VtRouteTable) self = g_new0(VtRouteTable, 1);

    self->routes = g_memdup2(routes, n * sizeof *routes);
    self->root = g_new0(Node, 1);
    for (gsize i = 0; i < n; i++) {
        if (!add_route(self, &self->routes[i], error))
            return NULL;
    }
    return g_steal_pointer(&self);
}

void
vt_route_table_free(VtRouteTable *self)
{
    if (self == NULL)
        return;
    node_free(self->root);
    g_free(self->routes);
    g_free(self);
}

typedef struct {
    const VtTarget *target;
    guint method;
    guint allowed; /* bit per method of the nodes that match the path */
} Search;

static const VtRoute *
route_of_node(Search *search, const Node *node)
{
    guint method = search->method == HEAD ? (guint)GET : search->method;

    for (guint i = 0; i < N_METHODS; i++) {
        if (node->route[i] != NULL)
            search->allowed |= 1u << i;
    }
    return method == N_METHODS ? NULL : node->route[method];
}

static const VtRoute *
find(Search *search, const Node *node, guint at)
{
    const VtRoute *found = NULL;
    const char *segment;
    const Node *child;

    if (at == vt_target_n_segments(search->target))
        return route_of_node(search, node);

    segment = vt_target_segment(search->target, at);
    child = node->literals == NULL ? NULL : g_hash_table_lookup(node->literals, segment);
    if (child != NULL)
        found = find(search, child, at + 1);
    if (found == NULL && node->any != NULL && segment[0] != '\0')
        found = find(search, node->any, at + 1);
    if (found == NULL && node->rest != NULL)
        found = route_of_node(search, node->rest);
    return found;
}

static char *
allow_text(guint allowed)
{
    g_autoptr(GString) text = g_string_new(NULL);

    allowed |= 1u << OPTIONS;
    if ((allowed & 1u << GET) != 0)
        allowed |= 1u << HEAD;
    for (guint i = 0; i < N_METHODS; i++) {
        if ((allowed & 1u << i) != 0)
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", method_names[i]);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

const VtRoute *
vt_route_table_find(
    const VtRouteTable *self, const char *method, const VtTarget *target, char **ret_allow)
{
    Search search = {.target = target, .method = method_index(method)};
    const VtRoute *found = find(&search, self->root, 0);

    if (found == NULL)
        *ret_allow = search.allowed == 0 ? NULL : allow_text(search.allowed);
    return found;
}

static char *
rest_of(const VtTarget *target, guint first)
{
    GString *text = g_string_new(vt_target_segment(target, first));

    for (guint i = first + 1; i < vt_target_n_segments(target); i++) {
        g_string_append_c(text, '/');
        g_string_append(text, vt_target_segment(target, i));
    }
    return g_string_free(text, FALSE);
}

char **
vt_route_path_values(const VtRoute *route, const VtTarget *target)
{
    g_autoptr(GPtrArray) values = g_ptr_array_new();
    guint segment = 0;

    for (const char *at = route->row->path; at != NULL; at = strchr(at + 1, '/'), segment++) {
        const char *end = strchrnul(at + 1, '/');

        if (at[1] != '{')
            continue;
        if (end - at > 5 && strncmp(end - 4, "...}", 4) == 0)
            g_ptr_array_add(values, rest_of(target, segment));
        else
            g_ptr_array_add(values, g_strdup(vt_target_segment(target, segment)));
    }
    g_ptr_array_add(values, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&values), FALSE);
}

int
vt_route_path_index(const VtRoute *route, const char *name)
{
    gsize length = strlen(name);
    int index = 0;

    for (const char *at = strchr(route->row->path, '{'); at != NULL; at = strchr(at + 1, '{')) {
        if (strncmp(at + 1, name, length) == 0 && (at[1 + length] == '}' || at[1 + length] == '.'))
            return index;
        index++;
    }
    return -1;
}
