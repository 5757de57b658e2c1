#include "imaging/colour.h"
#include "tests/unit/support.h"

static const struct {
    const char *text;
    gboolean ok;
    guint8 red, green, blue, alpha;
} row[] = {
    {"ffffff", TRUE, 255, 255, 255, 255},
    {"0xC82828", TRUE, 200, 40, 40, 255},
    {"c8282880", TRUE, 200, 40, 40, 128},
    {"255,0,0", TRUE, 255, 0, 0, 255},
    {" 255 , 0,0,10 ", TRUE, 255, 0, 0, 10},
    {"1,2,3r", TRUE, 1, 2, 3, 255},
    {"1,2,3,4RS", TRUE, 1, 2, 3, 4},
    {"50", TRUE, 128, 128, 128, 255},
    {"100g", TRUE, 255, 255, 255, 255},
    {"0,100g", TRUE, 0, 0, 0, 255},
    {"0x80g", TRUE, 128, 128, 128, 255},
    {"0x8040", TRUE, 128, 128, 128, 64},
    {"0x8040g", TRUE, 128, 128, 128, 64},
    {"0,100,100,0k", TRUE, 255, 0, 0, 255},
    {"00ffff00k", TRUE, 255, 0, 0, 255},
    {"0x00FFFF0080K", TRUE, 255, 0, 0, 128},
    {"0,0,0,50k", TRUE, 128, 128, 128, 255},
    {"300,0,0", FALSE, 0, 0, 0, 0},
    {"zzzzzz", FALSE, 0, 0, 0, 0},
    {"1,2", FALSE, 0, 0, 0, 0},
    {"255", FALSE, 0, 0, 0, 0},
    {"-1,0,0", FALSE, 0, 0, 0, 0},
    {"fff", FALSE, 0, 0, 0, 0},
    {"1,2,3k", FALSE, 0, 0, 0, 0},
    {"0x", FALSE, 0, 0, 0, 0},
    {"r", FALSE, 0, 0, 0, 0},
    {"s", FALSE, 0, 0, 0, 0},
    {"", FALSE, 0, 0, 0, 0},
};

static void
colours_are_read_in_every_notation(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(row); i++) {
        VtColour colour = {1, 1, 1, 1};

        if (vt_colour_parse(row[i].text, &colour) != row[i].ok)
            fail_msg("'%s' was %s", row[i].text, row[i].ok ? "refused" : "taken");
        if (!row[i].ok)
            continue;
        if (colour.red != row[i].red || colour.green != row[i].green ||
            colour.blue != row[i].blue || colour.alpha != row[i].alpha)
            fail_msg("'%s' became %d,%d,%d,%d", row[i].text, colour.red, colour.green, colour.blue,
                colour.alpha);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(colours_are_read_in_every_notation)};

    return vt_test_run("imaging/colour", tests);
}
