#include "imaging/pyramid_layout.h"

#include <math.h>
#include <string.h>
#include <zlib.h>

static const char magic[8] = {'v', 't', 'p', 'y', 'r', '\r', '\n', 0x1a};

#define FORMAT_VERSION 1
#define FLAG_LOSSY 1u
#define MAX_CENTI_DPI 1000000

/* Offsets of the header's fields. */
enum {
    AT_MAGIC = 0,
    AT_VERSION = 8,
    AT_WIDTH = 12,
    AT_HEIGHT = 16,
    AT_BANDS = 20,
    AT_FLAGS = 24,
    AT_CENTI_DPI = 28,
    AT_LEVELS = 32,
    AT_TILES = 36,
    AT_FORMAT = 40,
    AT_PROFILE = AT_FORMAT + VT_PYRAMID_WORD_BYTES,
    AT_CHECKSUM = VT_PYRAMID_HEADER_BYTES - 4,
};

static void
put32(guint8 *at, guint32 value)
{
    value = GUINT32_TO_LE(value);
    memcpy(at, &value, sizeof value);
}

static guint32
get32(const guint8 *at)
{
    guint32 value;

    memcpy(&value, at, sizeof value);
    return GUINT32_FROM_LE(value);
}

static void
put64(guint8 *at, guint64 value)
{
    value = GUINT64_TO_LE(value);
    memcpy(at, &value, sizeof value);
}

static guint64
get64(const guint8 *at)
{
    guint64 value;

    memcpy(&value, at, sizeof value);
    return GUINT64_FROM_LE(value);
}

static guint32
centi_dpi(const VtPyramidFacts *facts)
{
    return (guint32)floor(facts->resolution_dpi * 100 + 0.5);
}

/* Ends within its field and holds printable ASCII only. */
static gboolean
word_valid(const char *word)
{
    const char *end = memchr(word, '\0', VT_PYRAMID_WORD_BYTES);

    if (end == NULL)
        return FALSE;
    for (; word < end; word++) {
        if (!g_ascii_isprint(*word))
            return FALSE;
    }
    return TRUE;
}

gboolean
vt_pyramid_facts_valid(const VtPyramidFacts *facts)
{
    return facts->width >= 1 && facts->width <= VT_PYRAMID_MAX_SIDE && facts->height >= 1 &&
           facts->height <= VT_PYRAMID_MAX_SIDE &&
           (facts->bands == 1 || facts->bands == 3 || facts->bands == 4) &&
           facts->resolution_dpi >= 0 && facts->resolution_dpi * 100 <= MAX_CENTI_DPI &&
           word_valid(facts->format) && word_valid(facts->profile);
}

void
vt_pyramid_layout_make(const VtPyramidFacts *facts, VtPyramidLayout *ret_layout)
{
    int width = facts->width, height = facts->height;

    *ret_layout = (VtPyramidLayout){.facts = *facts};
    for (;;) {
        gboolean jpeg =
            facts->lossy && facts->bands != 4 && MAX(width, height) > VT_PYRAMID_LOSSLESS_SIDE;
        VtPyramidLevel level = {.width = width,
            .height = height,
            .columns = (width + VT_PYRAMID_TILE - 1) / VT_PYRAMID_TILE,
            .rows = (height + VT_PYRAMID_TILE - 1) / VT_PYRAMID_TILE,
            .first = ret_layout->n_tiles,
            .encoding = jpeg ? VT_PYRAMID_JPEG : VT_PYRAMID_ZSTD};

        g_assert(ret_layout->n_levels < VT_PYRAMID_MAX_LEVELS);
        ret_layout->levels[ret_layout->n_levels++] = level;
        ret_layout->n_tiles += (guint32)level.columns * (guint32)level.rows;
        if (MAX(width, height) <= VT_PYRAMID_TILE)
            return;
        width = (width + 1) / 2;
        height = (height + 1) / 2;
    }
}

gsize
vt_pyramid_layout_bytes(const VtPyramidLayout *layout)
{
    return VT_PYRAMID_HEADER_BYTES + (gsize)layout->n_levels * VT_PYRAMID_LEVEL_BYTES +
           (gsize)layout->n_tiles * VT_PYRAMID_ENTRY_BYTES;
}

static void
encode_header(const VtPyramidLayout *layout, guint8 *header)
{
    const VtPyramidFacts *facts = &layout->facts;

    memset(header, 0, VT_PYRAMID_HEADER_BYTES);
    memcpy(header + AT_MAGIC, magic, sizeof magic);
    put32(header + AT_VERSION, FORMAT_VERSION);
    put32(header + AT_WIDTH, (guint32)facts->width);
    put32(header + AT_HEIGHT, (guint32)facts->height);
    put32(header + AT_BANDS, (guint32)facts->bands);
    put32(header + AT_FLAGS, facts->lossy ? FLAG_LOSSY : 0);
    put32(header + AT_CENTI_DPI, centi_dpi(facts));
    put32(header + AT_LEVELS, (guint32)layout->n_levels);
    put32(header + AT_TILES, layout->n_tiles);
    memcpy(header + AT_FORMAT, facts->format, strlen(facts->format));
    memcpy(header + AT_PROFILE, facts->profile, strlen(facts->profile));
}

static void
encode_level(const VtPyramidLevel *level, guint8 *at)
{
    put32(at, (guint32)level->width);
    put32(at + 4, (guint32)level->height);
    put32(at + 8, (guint32)level->columns);
    put32(at + 12, (guint32)level->rows);
    put32(at + 16, level->first);
    put32(at + 20, (guint32)level->encoding);
}

/* Everything but the checksum itself. */
static guint32
head_checksum(const guint8 *head, gsize bytes)
{
    uLong sum = crc32_z(0, head, AT_CHECKSUM);

    return (guint32)crc32_z(sum, head + VT_PYRAMID_HEADER_BYTES, bytes - VT_PYRAMID_HEADER_BYTES);
}

GByteArray *
vt_pyramid_layout_encode(const VtPyramidLayout *layout, const VtPyramidEntry *entries)
{
    gsize bytes = vt_pyramid_layout_bytes(layout);
    GByteArray *head = g_byte_array_new();
    guint8 *at;

    g_byte_array_set_size(head, (guint)bytes);
    encode_header(layout, head->data);
    at = head->data + VT_PYRAMID_HEADER_BYTES;
    for (int i = 0; i < layout->n_levels; i++, at += VT_PYRAMID_LEVEL_BYTES)
        encode_level(&layout->levels[i], at);
    for (guint32 i = 0; i < layout->n_tiles; i++, at += VT_PYRAMID_ENTRY_BYTES) {
        put64(at, entries[i].offset);
        put32(at + 8, entries[i].length);
        put32(at + 12, entries[i].checksum);
    }
    put32(head->data + AT_CHECKSUM, head_checksum(head->data, bytes));
    return head;
}

gboolean
vt_pyramid_layout_peek(const guint8 *header, VtPyramidFacts *ret_facts)
{
    VtPyramidFacts facts = {0};
    guint32 width = get32(header + AT_WIDTH), height = get32(header + AT_HEIGHT);

    if (memcmp(header + AT_MAGIC, magic, sizeof magic) != 0 ||
        get32(header + AT_VERSION) != FORMAT_VERSION)
        return FALSE;
    if (width > VT_PYRAMID_MAX_SIDE || height > VT_PYRAMID_MAX_SIDE ||
        get32(header + AT_BANDS) > 4 || get32(header + AT_CENTI_DPI) > MAX_CENTI_DPI)
        return FALSE;
    facts.width = (int)width;
    facts.height = (int)height;
    facts.bands = (int)get32(header + AT_BANDS);
    facts.lossy = (get32(header + AT_FLAGS) & FLAG_LOSSY) != 0;
    facts.resolution_dpi = get32(header + AT_CENTI_DPI) / 100.0;
    memcpy(facts.format, header + AT_FORMAT, sizeof facts.format);
    memcpy(facts.profile, header + AT_PROFILE, sizeof facts.profile);
    if (!vt_pyramid_facts_valid(&facts))
        return FALSE;
    *ret_facts = facts;
    return TRUE;
}

gboolean
vt_pyramid_layout_decode(
    const VtPyramidLayout *layout, const guint8 *head, VtPyramidEntry *ret_entries)
{
    gsize bytes = vt_pyramid_layout_bytes(layout);
    const guint8 *at =
        head + VT_PYRAMID_HEADER_BYTES + (gsize)layout->n_levels * VT_PYRAMID_LEVEL_BYTES;
    g_autoptr(GByteArray) expected = NULL;

    for (guint32 i = 0; i < layout->n_tiles; i++, at += VT_PYRAMID_ENTRY_BYTES) {
        ret_entries[i].offset = get64(at);
        ret_entries[i].length = get32(at + 8);
        ret_entries[i].checksum = get32(at + 12);
    }
    expected = vt_pyramid_layout_encode(layout, ret_entries);
    return memcmp(expected->data, head, bytes) == 0;
}

VtImageSize
vt_pyramid_tile_size(const VtPyramidLevel *level, int column, int row)
{
    return (VtImageSize){MIN(VT_PYRAMID_TILE, level->width - column * VT_PYRAMID_TILE),
        MIN(VT_PYRAMID_TILE, level->height - row * VT_PYRAMID_TILE)};
}
