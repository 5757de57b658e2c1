#include "imaging/request.h"

#include "base/error.h"
#include "base/text.h"
#include "imaging/number.h"

#include <math.h>
#include <string.h>

const VtImageDefaults vt_image_defaults = {
    .default_pix = {1280, 1280},
    .max_pix = {3000, 3000},
    .max_pixels = 16000000,
    .background = {255, 255, 255, 255},
    .quality = 80,
    .resolution_dpi = 72,
};

/* What a command sets; commands of one slot replace each other. */
typedef enum {
    SLOT_WID,
    SLOT_HEI,
    SLOT_FIT,
    SLOT_SCL,
    SLOT_ALIGN,
    SLOT_CROP,
    SLOT_RGN,
    SLOT_RECT,
    SLOT_DPR,
    SLOT_BGC,
    SLOT_FMT,
    SLOT_QLT,
    SLOT_REQ,
    N_SLOTS,
} Slot;

typedef struct _Command Command;
typedef gboolean (*ReadFunc)(
    const Command *command, const char *value, VtImageRequest *request, GError **error);

struct _Command {
    const char *name;
    Slot slot;
    ReadFunc read;
    double least, most; /* of a number */
    gsize at;           /* offset of the field in VtImageRequest, for the general readers */
};

/* The value a slot ends up with. */
typedef struct {
    const Command *command; /* NULL: not asked */
    char *value;            /* owned, decoded */
} Asked;

typedef struct {
    Asked slots[N_SLOTS];
} AskedTable;

static void
asked_table_clear(AskedTable *self)
{
    for (guint i = 0; i < N_SLOTS; i++)
        g_free(self->slots[i].value);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(AskedTable, asked_table_clear)

static gboolean
refuse(const Command *command, GError **error)
{
    return vt_throw(error, VT_ERROR_IMAGE_VALUE, "Invalid value for '%s'.", command->name);
}

static gboolean
in_range(const Command *command, double value)
{
    return value >= command->least && value <= command->most;
}

static gboolean
read_int(const Command *command, const char *value, VtImageRequest *request, GError **error)
{
    double number;

    if (vt_numbers_parse(value, &number, 1) != 1)
        return refuse(command, error);
    number = floor(number + 0.5);
    if (!in_range(command, number))
        return refuse(command, error);
    G_STRUCT_MEMBER(int, request, command->at) = (int)number;
    return TRUE;
}

static gboolean
read_real(const Command *command, const char *value, VtImageRequest *request, GError **error)
{
    double number;

    if (vt_numbers_parse(value, &number, 1) != 1 || !in_range(command, number))
        return refuse(command, error);
    G_STRUCT_MEMBER(double, request, command->at) = number;
    return TRUE;
}

static const char *const fit_words[] = {
    [VT_IMAGE_FIT] = "fit",
    [VT_IMAGE_CONSTRAIN] = "constrain",
    [VT_IMAGE_CROP] = "crop",
    [VT_IMAGE_WRAP] = "wrap",
    [VT_IMAGE_STRETCH] = "stretch",
    [VT_IMAGE_HFIT] = "hfit",
    [VT_IMAGE_VFIT] = "vfit",
};

static gboolean
read_fit(const Command *command, const char *value, VtImageRequest *request, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(value, ",", 3);
    guint n = g_strv_length(parts);
    const char *mode = g_strstrip(parts[0]);
    double enlarge = 0;

    if (n > 2 || (n == 2 && vt_numbers_parse(parts[1], &enlarge, 1) != 1) ||
        (enlarge != 0 && enlarge != 1))
        return refuse(command, error);
    for (guint i = 0; i < G_N_ELEMENTS(fit_words); i++) {
        if (g_ascii_strcasecmp(mode, fit_words[i]) == 0 || (*mode == '\0' && i == VT_IMAGE_FIT)) {
            request->fit = i;
            request->fit_asked = TRUE;
            request->enlarge = enlarge == 1;
            return TRUE;
        }
    }
    return refuse(command, error);
}

static gboolean
read_align(const Command *command, const char *value, VtImageRequest *request, GError **error)
{
    double align[2];

    if (vt_numbers_parse(value, align, 2) != 2 || !in_range(command, align[0]) ||
        !in_range(command, align[1]))
        return refuse(command, error);
    request->align_x = align[0];
    request->align_y = align[1];
    return TRUE;
}

static void
round_area(VtImageArea *area)
{
    area->x = floor(area->x + 0.5);
    area->y = floor(area->y + 0.5);
    area->width = floor(area->width + 0.5);
    area->height = floor(area->height + 0.5);
}

/* crop, cropN: two zero sizes mean the whole picture. */
static gboolean
read_crop(const Command *command, const char *value, VtImageRequest *request, GError **error)
{
    double part[4];
    VtImageArea area;
    gboolean fractions = g_str_has_suffix(command->name, "N");

    if (vt_numbers_parse(value, part, 4) != 4)
        return refuse(command, error);
    area = (VtImageArea){fractions ? VT_IMAGE_AREA_FRACTIONS : VT_IMAGE_AREA_PIXELS, part[0],
        part[1], part[2], part[3]};
    if (!fractions)
        round_area(&area);
    if (area.width == 0 && area.height == 0)
        return TRUE;
    if (area.width <= 0 || area.height <= 0 || fabs(area.x) > command->most ||
        fabs(area.y) > command->most || area.width > command->most || area.height > command->most)
        return refuse(command, error);
    request->crop = area;
    return TRUE;
}

/* rgn and rect: pixels; rect may name a zoom as fifth value. */
static gboolean
read_area(const Command *command, const char *value, VtImageRequest *request, GError **error)
{
    double part[5] = {0, 0, 0, 0, 1};
    guint n = vt_numbers_parse(value, part, 5);
    VtImageArea area = {VT_IMAGE_AREA_PIXELS, part[0], part[1], part[2], part[3]};

    if (n != 4 && !(n == 5 && command->slot == SLOT_RECT))
        return refuse(command, error);
    round_area(&area);
    if (area.width < 1 || area.height < 1 || part[4] <= 0)
        return refuse(command, error);
    G_STRUCT_MEMBER(VtImageArea, request, command->at) = area;
    if (command->slot == SLOT_RECT)
        request->window_zoom = part[4];
    return TRUE;
}

/* A malformed dpr is ignored: it is the edge's command, not the picture's. `on` alone asks for the
 * client's hint, which is not part of the address. */
static gboolean
read_dpr(const Command *command, const char *value, VtImageRequest *request, GError **error)
{
    double ratio;

    if (g_ascii_strncasecmp(value, "on,", 3) == 0 && vt_numbers_parse(value + 3, &ratio, 1) == 1 &&
        in_range(command, ratio))
        request->dpr = ratio;
    return TRUE;
}

static gboolean
read_bgc(const Command *command, const char *value, VtImageRequest *request, GError **error)
{
    return vt_colour_parse(value, &request->background) || refuse(command, error);
}

/* Pixel types and compressions a format can have, as bits. */
enum { TYPE_RGB = 1, TYPE_GRAY = 2 };
#define CAN(compression) (1u << (compression))
#define PLAIN_ONLY CAN(VT_IMAGE_PLAIN)
#define LOSSY_OR_NOT (CAN(VT_IMAGE_PLAIN) | CAN(VT_IMAGE_LOSSLESS))
#define TIFF_KINDS (CAN(VT_IMAGE_PLAIN) | CAN(VT_IMAGE_LZW) | CAN(VT_IMAGE_ZIP))

static const struct {
    const char *name;
    VtImageEncoding encoding;
    gboolean alpha, progressive, palette;
    guint types;
    guint compressions;
} format_rows[] = {
    {"jpeg", VT_IMAGE_JPEG, FALSE, FALSE, FALSE, TYPE_RGB | TYPE_GRAY, PLAIN_ONLY},
    {"jpg", VT_IMAGE_JPEG, FALSE, FALSE, FALSE, TYPE_RGB | TYPE_GRAY, PLAIN_ONLY},
    {"pjpeg", VT_IMAGE_JPEG, FALSE, TRUE, FALSE, TYPE_RGB | TYPE_GRAY, PLAIN_ONLY},
    {"png", VT_IMAGE_PNG, FALSE, FALSE, FALSE, TYPE_RGB | TYPE_GRAY, PLAIN_ONLY},
    {"png-alpha", VT_IMAGE_PNG, TRUE, FALSE, FALSE, TYPE_RGB | TYPE_GRAY, PLAIN_ONLY},
    {"png8", VT_IMAGE_PNG, FALSE, FALSE, TRUE, TYPE_RGB, PLAIN_ONLY},
    {"png8-alpha", VT_IMAGE_PNG, TRUE, FALSE, TRUE, TYPE_RGB, PLAIN_ONLY},
    {"webp", VT_IMAGE_WEBP, FALSE, FALSE, FALSE, TYPE_RGB, LOSSY_OR_NOT},
    {"webp-alpha", VT_IMAGE_WEBP, TRUE, FALSE, FALSE, TYPE_RGB, LOSSY_OR_NOT},
    {"web-alpha", VT_IMAGE_WEBP, TRUE, FALSE, FALSE, TYPE_RGB, LOSSY_OR_NOT},
    {"avif", VT_IMAGE_AVIF, FALSE, FALSE, FALSE, TYPE_RGB, LOSSY_OR_NOT},
    {"avif-alpha", VT_IMAGE_AVIF, TRUE, FALSE, FALSE, TYPE_RGB, LOSSY_OR_NOT},
    {"gif", VT_IMAGE_GIF, FALSE, FALSE, FALSE, TYPE_RGB | TYPE_GRAY, PLAIN_ONLY},
    {"gif-alpha", VT_IMAGE_GIF, TRUE, FALSE, FALSE, TYPE_RGB | TYPE_GRAY, PLAIN_ONLY},
    {"tif", VT_IMAGE_TIFF, FALSE, FALSE, FALSE, TYPE_RGB | TYPE_GRAY,
        TIFF_KINDS | CAN(VT_IMAGE_JPEG_INSIDE)},
    {"tiff", VT_IMAGE_TIFF, FALSE, FALSE, FALSE, TYPE_RGB | TYPE_GRAY,
        TIFF_KINDS | CAN(VT_IMAGE_JPEG_INSIDE)},
    {"tif-alpha", VT_IMAGE_TIFF, TRUE, FALSE, FALSE, TYPE_RGB | TYPE_GRAY, TIFF_KINDS},
};

static const struct {
    const char *word;
    VtImageCompression compression;
} compression_rows[] = {
    {"", VT_IMAGE_PLAIN},
    {"none", VT_IMAGE_PLAIN},
    {"lossy", VT_IMAGE_PLAIN},
    {"lossless", VT_IMAGE_LOSSLESS},
    {"lzw", VT_IMAGE_LZW},
    {"zip", VT_IMAGE_ZIP},
    {"jpeg", VT_IMAGE_JPEG_INSIDE},
};

static const struct {
    const char *word;
    guint type;
} type_rows[] = {{"", TYPE_RGB}, {"rgb", TYPE_RGB}, {"gray", TYPE_GRAY}};

static gboolean
apply_format(guint format, const char *type, const char *compression, VtImageOutput *output)
{
    guint wanted_type = 0, wanted = 0;
    VtImageCompression found = VT_IMAGE_PLAIN;

    for (guint i = 0; i < G_N_ELEMENTS(type_rows); i++) {
        if (g_ascii_strcasecmp(type, type_rows[i].word) == 0)
            wanted_type = type_rows[i].type;
    }
    for (guint i = 0; i < G_N_ELEMENTS(compression_rows); i++) {
        if (g_ascii_strcasecmp(compression, compression_rows[i].word) != 0)
            continue;
        found = compression_rows[i].compression;
        wanted = CAN(found);
    }
    if ((format_rows[format].types & wanted_type) == 0 ||
        (format_rows[format].compressions & wanted) == 0)
        return FALSE;
    output->encoding = format_rows[format].encoding;
    output->compression = found;
    output->alpha = format_rows[format].alpha;
    output->progressive = format_rows[format].progressive;
    output->palette = format_rows[format].palette;
    output->gray = wanted_type == TYPE_GRAY;
    return TRUE;
}

static gboolean
read_fmt(const Command *command, const char *value, VtImageRequest *request, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(value, ",", 4);
    guint n = g_strv_length(parts);

    for (guint i = 0; i < n; i++)
        g_strstrip(parts[i]);
    for (guint i = 0; i < G_N_ELEMENTS(format_rows) && n <= 3; i++) {
        if (g_ascii_strcasecmp(parts[0], format_rows[i].name) != 0)
            continue;
        if (apply_format(i, n > 1 ? parts[1] : "", n > 2 ? parts[2] : "", &request->output))
            return TRUE;
    }
    return vt_throw(error, VT_ERROR_IMAGE_FORMAT, "Unsupported image format.");
}

static gboolean
read_qlt(const Command *command, const char *value, VtImageRequest *request, GError **error)
{
    double part[2] = {0, request->output.full_chroma};
    guint n = vt_numbers_parse(value, part, 2);

    if (n == 0 || !in_range(command, floor(part[0] + 0.5)) || (part[1] != 0 && part[1] != 1))
        return refuse(command, error);
    request->output.quality = vt_number_round(part[0]);
    request->output.full_chroma = part[1] == 1;
    return TRUE;
}

static gboolean
read_req(const Command *command, const char *value, VtImageRequest *request, GError **error)
{
    if (g_ascii_strcasecmp(value, "img") != 0 && g_ascii_strcasecmp(value, "tile") != 0)
        return vt_throw(error, VT_ERROR_IMAGE_REQUEST, "Invalid request.");
    return TRUE;
}

#define MOST_PIXELS 1e7
#define AT(field) G_STRUCT_OFFSET(VtImageRequest, field)

static const Command commands[] = {
    {"wid", SLOT_WID, read_int, 1, MOST_PIXELS, AT(width)},
    {"hei", SLOT_HEI, read_int, 1, MOST_PIXELS, AT(height)},
    {"fit", SLOT_FIT, read_fit, 0, 0, 0},
    {"scl", SLOT_SCL, read_real, 1e-6, 1e6, AT(scale)},
    {"align", SLOT_ALIGN, read_align, -1, 1, 0},
    {"crop", SLOT_CROP, read_crop, 0, MOST_PIXELS, 0},
    {"cropN", SLOT_CROP, read_crop, 0, 1000, 0},
    {"rgn", SLOT_RGN, read_area, 0, 0, AT(region)},
    {"rect", SLOT_RECT, read_area, 0, 0, AT(window)},
    {"dpr", SLOT_DPR, read_dpr, 0.01, 100, 0},
    {"bgc", SLOT_BGC, read_bgc, 0, 0, 0},
    {"fmt", SLOT_FMT, read_fmt, 0, 0, 0},
    {"qlt", SLOT_QLT, read_qlt, 1, 100, 0},
    {"req", SLOT_REQ, read_req, 0, 0, 0},
};

static const Command *
find_command(const char *name, gsize length)
{
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strlen(commands[i].name) == length &&
            g_ascii_strncasecmp(commands[i].name, name, length) == 0)
            return &commands[i];
    }
    return NULL;
}

/* Whether brackets in the value of this modifier nest requests. */
static gboolean
nests(const char *modifier)
{
    static const char *const names[] = {"src=", "mask=", "imageSet="};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_ascii_strncasecmp(modifier, names[i], strlen(names[i])) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The length of the modifier at @at, or -1 when its brackets do not close or a `?` stands outside
 * them. */
static gssize
modifier_length(const char *at)
{
    gboolean counting = nests(at);
    int depth = 0;
    gssize length = 0;

    for (; at[length] != '\0' && (depth > 0 || at[length] != '&'); length++) {
        char c = at[length];

        if (counting && (c == '(' || c == '{'))
            depth++;
        else if (counting && (c == ')' || c == '}'))
            depth--;
        if (depth < 0 || (c == '?' && depth == 0))
            return -1;
    }
    return depth == 0 ? length : -1;
}

static gboolean
note_modifier(AskedTable *asked, const char *at, gsize length, GError **error)
{
    const char *equals = memchr(at, '=', length);
    gsize name_length = equals != NULL ? (gsize)(equals - at) : length;
    const Command *command = find_command(at, name_length);
    g_autofree char *value = NULL;
    Asked *slot;

    if (equals == NULL)
        return TRUE;
    value = vt_text_unescape(equals + 1, length - name_length - 1, TRUE, error);
    if (value == NULL)
        return FALSE;
    if (command == NULL)
        return TRUE;
    g_strstrip(value);
    slot = &asked->slots[command->slot];
    g_free(slot->value);
    slot->command = *value != '\0' ? command : NULL;
    slot->value = g_steal_pointer(&value);
    return TRUE;
}

static gboolean
note_query(AskedTable *asked, const char *query, GError **error)
{
    if (strlen(query) > VT_IMAGE_QUERY_MAX_BYTES)
        return vt_throw(error, VT_ERROR_IMAGE_REQUEST, "Invalid request.");
    while (*query != '\0') {
        gssize length = modifier_length(query);

        if (length < 0)
            return vt_throw(error, VT_ERROR_IMAGE_REQUEST, "Invalid request.");
        if (*query != '.' && !note_modifier(asked, query, (gsize)length, error))
            return FALSE;
        query += length;
        if (*query == '&')
            query++;
    }
    return TRUE;
}

gboolean
vt_image_request_parse(const char *const *queries,
    const VtImageDefaults *defaults,
    VtImageRequest *ret_request,
    GError **error)
{
    g_auto(AskedTable) asked = {0};
    VtImageRequest request = {
        .window_zoom = 1,
        .dpr = 1,
        .background = defaults->background,
        .output = {.quality = defaults->quality, .full_chroma = defaults->full_chroma},
    };

    for (guint i = 0; queries[i] != NULL; i++) {
        if (!note_query(&asked, queries[i], error))
            return FALSE;
    }
    for (guint i = 0; i < N_SLOTS; i++) {
        const Asked *slot = &asked.slots[i];

        if (slot->command != NULL &&
            !slot->command->read(slot->command, slot->value, &request, error))
            return FALSE;
    }
    if (request.fit_asked && request.width == 0 && request.height == 0 && request.scale == 0)
        return vt_throw(error, VT_ERROR_IMAGE_REQUEST, "Invalid request.");
    *ret_request = request;
    return TRUE;
}

static const char *const encoding_types[VT_IMAGE_N_ENCODINGS] = {
    [VT_IMAGE_JPEG] = "image/jpeg",
    [VT_IMAGE_PNG] = "image/png",
    [VT_IMAGE_WEBP] = "image/webp",
    [VT_IMAGE_AVIF] = "image/avif",
    [VT_IMAGE_GIF] = "image/gif",
    [VT_IMAGE_TIFF] = "image/tiff",
};

const char *
vt_image_encoding_type(VtImageEncoding encoding)
{
    return encoding_types[encoding];
}
