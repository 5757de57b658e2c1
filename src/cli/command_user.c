/* `user add|list|role|password|disable|email`: on the data directory, or through a running server.
 */
#include "cli/command.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/client.h"
#include "cli/data.h"
#include "cli/output.h"
#include "cli/password.h"
#include "tenant/account.h"
#include "tenant/mail_wish.h"
#include "tenant/tenant.h"
#include "tenant/user.h"

#include <string.h>

/* What a command wants; each uses the fields it needs. */
typedef struct Order Order;
struct Order {
    const char *name;
    const char *role;  /* a role's name, or "none" */
    const char *email; /* NULL: none */
    char *password;    /* owned */
    gboolean enable;
    const char *method, *rest; /* the API's route below /users; NULL: /users itself */
    gboolean (*here)(
        VtDb *db, gint64 tenant_id, const Order *order, const VtActor *actor, GError **error);
    json_t *body; /* owned: what the API's route takes, or NULL */
};

static void
order_clear(Order *self)
{
    g_free(self->password);
    json_decref(self->body);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Order, order_clear)

static json_t *
act_here(const VtSettings *settings, const Order *order, GError **error)
{
    g_auto(VtData) data = {.lock_fd = -1};
    VtActor actor = {.now_us = g_get_real_time()};
    g_autoptr(GPtrArray) users = NULL;
    g_autofree char *code = NULL;
    gint64 tenant_id = 0;

    if (!vt_data_open(settings, FALSE, &data, error) ||
        !vt_tenant_choose(data.db, settings->tenant, &tenant_id, &code, error) ||
        (order->here != NULL && !order->here(data.db, tenant_id, order, &actor, error)))
        return NULL;
    users = vt_user_list(data.db, tenant_id, error);
    return users != NULL ? vt_user_list_json(users) : NULL;
}

static json_t *
act_there(const VtSettings *settings, const Order *order, GError **error)
{
    g_autofree char *name = order->name != NULL ? vt_text_escape(order->name, FALSE) : NULL;
    g_autofree char *rest =
        order->rest != NULL ? g_strdup_printf("users/%s/%s", name, order->rest) : g_strdup("users");
    g_autofree char *path = vt_client_path(settings, rest, error);
    g_autofree char *body = order->body != NULL ? json_dumps(order->body, JSON_COMPACT) : NULL;

    if (path == NULL)
        return NULL;
    return vt_client_call(
        settings, order->method, path, body, body != NULL ? strlen(body) : 0, NULL, error);
}

static void
print_users(const json_t *answer)
{
    const json_t *users = json_object_get(answer, "users");

    for (gsize i = 0; i < json_array_size(users); i++) {
        const json_t *user = json_array_get(users, i);

        const char *email = json_string_value(json_object_get(user, "email"));

        vt_print("%s\t%s%s%s%s\n", json_string_value(json_object_get(user, "name")),
            json_string_value(json_object_get(user, "role")),
            json_is_true(json_object_get(user, "disabled")) ? "\tdisabled" : "",
            email != NULL ? "\t" : "", email != NULL ? email : "");
    }
}

static VtExit
act(const VtSettings *settings, const Order *order)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) users = settings->server != NULL ? act_there(settings, order, &error)
                                                       : act_here(settings, order, &error);
    g_autofree char *text = NULL;

    if (users == NULL)
        return vt_command_fail(error);
    text = json_dumps(users, JSON_COMPACT);
    if (settings->json)
        vt_print("%s\n", text);
    else
        print_users(users);
    return VT_EXIT_DONE;
}

static VtExit
run_list(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    Order order = {.method = "GET"};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 0, NULL))
        return VT_EXIT_USAGE;
    return act(&settings, &order);
}

static gboolean
add_here(VtDb *db, gint64 tenant_id, const Order *order, const VtActor *actor, GError **error)
{
    VtRole role = VT_ROLE_READER;

    return vt_account_role_parse(order->role, &role, error) &&
           vt_user_add(db, tenant_id, order->name, order->password, role, actor, error);
}

static VtExit
run_add(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_autofree char *role = NULL, *file = NULL;
    const GOptionEntry own[] = {
        {"role", 0, 0, G_OPTION_ARG_STRING, &role, "reader, producer or administrator", "ROLE"},
        {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &file,
            "file that holds the password; -: standard input", "FILE"},
        {0},
    };
    g_auto(Order) order = {.method = "POST", .here = add_here};
    g_autoptr(GError) error = NULL;

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    if (role == NULL || file == NULL) {
        vt_complain("--role and --password-file are needed; see `vitrine user add --help`\n");
        return VT_EXIT_USAGE;
    }
    order.name = words[0];
    order.role = role;
    order.password = vt_password_read(file, &error);
    if (order.password == NULL)
        return vt_command_fail(error);
    order.body =
        json_pack("{s:s,s:s,s:s}", "name", order.name, "password", order.password, "role", role);
    return act(&settings, &order);
}

static gboolean
role_here(VtDb *db, gint64 tenant_id, const Order *order, const VtActor *actor, GError **error)
{
    VtRole role = VT_ROLE_READER;

    if (strcmp(order->role, "none") == 0)
        return vt_user_remove_role(db, tenant_id, order->name, actor, error);
    return vt_account_role_parse(order->role, &role, error) &&
           vt_user_set_role(db, tenant_id, order->name, role, actor, error);
}

static VtExit
run_role(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(Order) order = {.method = "PUT", .rest = "role", .here = role_here};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 2, &words))
        return VT_EXIT_USAGE;
    order.name = words[0];
    order.role = words[1];
    order.body = json_pack("{s:s}", "role", order.role);
    return act(&settings, &order);
}

static gboolean
password_here(VtDb *db, gint64 tenant_id, const Order *order, const VtActor *actor, GError **error)
{
    return vt_user_set_password(db, tenant_id, order->name, order->password, actor, error);
}

static VtExit
run_password(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_autofree char *file = NULL;
    const GOptionEntry own[] = {
        {"password-file", 0, 0, G_OPTION_ARG_FILENAME, &file,
            "file that holds the password; -: standard input", "FILE"},
        {0},
    };
    g_auto(Order) order = {.method = "PUT", .rest = "password", .here = password_here};
    g_autoptr(GError) error = NULL;

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    if (file == NULL) {
        vt_complain("--password-file is needed; see `vitrine user password --help`\n");
        return VT_EXIT_USAGE;
    }
    order.name = words[0];
    order.password = vt_password_read(file, &error);
    if (order.password == NULL)
        return vt_command_fail(error);
    order.body = json_pack("{s:s}", "password", order.password);
    return act(&settings, &order);
}

static gboolean
disable_here(VtDb *db, gint64 tenant_id, const Order *order, const VtActor *actor, GError **error)
{
    return vt_user_set_disabled(db, tenant_id, order->name, !order->enable, actor, error);
}

static VtExit
run_disable(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(Order) order = {.method = "PUT", .rest = "disabled", .here = disable_here};
    const GOptionEntry own[] = {
        {"enable", 0, 0, G_OPTION_ARG_NONE, &order.enable, "let the user in again", NULL},
        {0},
    };

    if (!vt_command_parse(self, argc, argv, &settings, own, 1, &words))
        return VT_EXIT_USAGE;
    order.name = words[0];
    order.body = json_pack("{s:b}", "disabled", !order.enable);
    return act(&settings, &order);
}

static gboolean
email_here(VtDb *db, gint64 tenant_id, const Order *order, const VtActor *actor, GError **error)
{
    return vt_user_set_email(db, tenant_id, order->name, order->email, actor, error);
}

static VtExit
run_email(const VtCommand *self, int argc, char **argv)
{
    g_auto(VtSettings) settings = {0};
    g_auto(GStrv) words = NULL;
    g_auto(Order) order = {.method = "PUT", .rest = "email", .here = email_here};

    if (!vt_command_parse(self, argc, argv, &settings, NULL, 2, &words))
        return VT_EXIT_USAGE;
    order.name = words[0];
    order.email = strcmp(words[1], "none") != 0 ? words[1] : NULL;
    order.body = json_pack("{s:s?}", "email", order.email);
    return act(&settings, &order);
}

#define OPTIONS "data database tenant server token config json"

const VtCommand vt_command_user_list = {
    .name = "user list",
    .arguments = "",
    .summary = "Lists the users of a tenant with their roles",
    .options = OPTIONS,
    .examples = "  vitrine user list --data /srv/vitrine\n",
    .run = run_list,
};

const VtCommand vt_command_user_add = {
    .name = "user add",
    .arguments = "NAME --role ROLE --password-file FILE",
    .summary = "Adds a user and prints the users of the tenant",
    .options = OPTIONS,
    .examples = "  vitrine user add bob --role producer --password-file secret\n",
    .run = run_add,
};

const VtCommand vt_command_user_role = {
    .name = "user role",
    .arguments = "NAME ROLE",
    .summary = "Gives a user the role reader, producer, administrator or none in a tenant",
    .options = OPTIONS,
    .examples = "  vitrine user role bob administrator --tenant acme\n",
    .run = run_role,
};

const VtCommand vt_command_user_password = {
    .name = "user password",
    .arguments = "NAME --password-file FILE",
    .summary = "Sets the password of a user",
    .options = OPTIONS,
    .examples = "  vitrine user password bob --password-file secret\n",
    .run = run_password,
};

const VtCommand vt_command_user_disable = {
    .name = "user disable",
    .arguments = "NAME",
    .summary = "Keeps a user out of all tenants; his work stays",
    .options = OPTIONS,
    .examples = "  vitrine user disable bob\n  vitrine user disable bob --enable\n",
    .run = run_disable,
};

const VtCommand vt_command_user_email = {
    .name = "user email",
    .arguments = "NAME ADDRESS",
    .summary = "Sets where a user gets e-mail; `none` takes the address away",
    .options = OPTIONS,
    .examples = "  vitrine user email bob bob@example.com\n",
    .run = run_email,
};
