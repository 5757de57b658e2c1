#include "base/random.h"
#include "tests/unit/support.h"

#include <string.h>

static void
words_are_hex_of_the_length_asked_and_differ(void **state)
{
    char first[33], second[33];

    vt_random_hex(first, 32);
    vt_random_hex(second, 32);
    assert_int_equal(strlen(first), 32);
    assert_int_equal(strspn(first, "0123456789abcdef"), 32);
    assert_string_not_equal(first, second);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_hex_of_the_length_asked_and_differ)};

    return vt_test_run("base/random", tests);
}
