/* In which publish contexts an asset can show, and where it does.
 *
 * A picture shows on the image server and as a file; a video as a video, its poster on the image
 * server; any other file as it is, its poster on the image server; a set on the image server alone.
 */
#pragma once

#include "base/json.h"
#include "contract/contract.h"

/* A choice of contexts: bits 1 << VtPublishContext; 0: nothing was chosen. */
typedef guint VtOutlets;

/* Reads a list of words. VT_ERROR_BAD_VALUE unless it is a list of texts that is not empty,
 * VT_ERROR_BAD_ENUM for a word that names no context of assets. */
gboolean vt_outlets_read(const json_t *list, VtOutlets *ret_outlets, GError **error);

/* The same from words with commas between; NULL: none. */
gboolean vt_outlets_parse(const char *words, VtOutlets *ret_outlets, GError **error);

/* The places (document/document.h) of an asset of @type that a choice takes in; 0: none. */
int vt_outlets_places(VtOutlets self, VtAssetType type);

/* The names of the contexts that places of an asset of @type stand for; owned by the caller. */
json_t *vt_outlets_json(VtAssetType type, int places);
