/* The tags answers carry and edges are purged by (`Surrogate-Key`, Varnish `xkey`).
 *
 * Delivery puts them on answers, sync purges them when it changes the rows they stand for, so both
 * take them from here. All newly allocated; made of unreserved characters, `%`, `/` and nothing a
 * list separated by blanks could trip over.
 */
#pragma once

#include <glib.h>

/* Answers of the channel API that would need more tags of products than a header may hold carry
 * this one in their place: purge it with every product of the tenant. */
char *vt_tag_tenant(const char *tenant);

/* Every picture, for the tenant's setup shapes them all. */
char *vt_tag_setup(const char *tenant);

/* Everything a channel answers, for its configuration shapes it all. */
char *vt_tag_channel(const char *tenant, const char *channel);

/* A product's row in a channel, in all locales, and so its variants. */
char *vt_tag_product(const char *tenant, const char *channel, const char *product);

/* A category's row in a channel, in all locales. */
char *vt_tag_category(const char *tenant, const char *channel, const char *category);

/* An id of the image server, whether there is a record or not. */
char *vt_tag_image(const char *tenant, const char *code);
