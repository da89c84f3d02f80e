/* Structs that are smaller or larger than the library's: callers of another age, and plain mistakes. */
#include "misuse.h"

#include "check.h"
#include "platform.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { TAIL = 64, MARK = 0x5A };

static framewire_link the_link;

static framewire_status fill_state(void *out, uint64_t size)
{
    return framewire_get_state(the_link, (framewire_state *)out, size);
}

static framewire_status fill_stats(void *out, uint64_t size)
{
    return framewire_get_stats(the_link, (framewire_stats *)out, size);
}

static framewire_status fill_json(void *out, uint64_t size)
{
    return framewire_json_get(str("{\"a\":1}"), str("/a"), (framewire_json *)out, size);
}

static framewire_status fill_config(void *out, uint64_t size)
{
    return framewire_config_init((framewire_config *)out, size, FRAMEWIRE_ABI_VERSION);
}

static int all_are(const char *bytes, size_t from, size_t to, int value)
{
    size_t i;
    for (i = from; i < to; i++) {
        if ((unsigned char)bytes[i] != (unsigned char)value) {
            return 0;
        }
    }
    return 1;
}

/* A struct of `size` bytes that the library fills in. */
static void check_filled(framewire_status (*fill)(void *, uint64_t), size_t size)
{
    const size_t smaller[] = { 0, 1, 7, 8, size / 2, size - 8, size - 1 };
    char *bytes = (char *)malloc(size + TAIL);
    size_t i;
    if (!CHECK(bytes != NULL)) {
        return;
    }
    for (i = 0; i < sizeof smaller / sizeof *smaller; i++) {
        memset(bytes, MARK, size + TAIL);
        CHECK_EITHER(fill(bytes, smaller[i]), FRAMEWIRE_INVALID, FRAMEWIRE_OK);
        CHECK(all_are(bytes, smaller[i], size + TAIL, MARK));
    }
    memset(bytes, MARK, size + TAIL);
    CHECK_STATUS(fill(bytes, size), FRAMEWIRE_OK);
    CHECK(all_are(bytes, size, size + TAIL, MARK));
    /* A caller of the future, whose new fields are zero; then one that wants something of us. */
    memset(bytes, 0, size + TAIL);
    CHECK_STATUS(fill(bytes, size + 16), FRAMEWIRE_OK);
    CHECK(all_are(bytes, size, size + TAIL, 0));
    memset(bytes, MARK, size + TAIL);
    CHECK_EITHER(fill(bytes, size + 16), FRAMEWIRE_UNSUPPORTED, FRAMEWIRE_OK);
    CHECK(all_are(bytes, size + 16, size + TAIL, MARK));
    /* No memory is that large: it must not be read through. */
    CHECK_EITHER(fill(bytes, UINT64_MAX), FRAMEWIRE_INVALID, FRAMEWIRE_UNSUPPORTED);
    CHECK_EITHER(fill(bytes, (uint64_t)1 << 40), FRAMEWIRE_INVALID, FRAMEWIRE_UNSUPPORTED);
    free(bytes);
}

static void check_config_sizes(void)
{
    struct {
        framewire_config config;
        char tail[TAIL];
    } larger;
    static const uint32_t garbage[] = { 0, 1, 8, UINT32_MAX, 0x5A5A5A5Au };
    framewire_link link = 0;
    framewire_error error;
    size_t i;

    memset(&larger, 0, sizeof larger);
    good_config(&larger.config, "sizes");
    larger.config.size = sizeof larger.config + 16;
    CHECK_STATUS(framewire_open(&larger.config, &link, NULL), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
    larger.tail[15] = 1;
    CHECK_STATUS(framewire_open(&larger.config, &link, &error), FRAMEWIRE_UNSUPPORTED);
    CHECK(error.text[0] != '\0' && error.status == FRAMEWIRE_UNSUPPORTED);
    for (i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        larger.config.size = garbage[i];
        CHECK_EITHER(framewire_open(&larger.config, &link, &error), FRAMEWIRE_INVALID, FRAMEWIRE_UNSUPPORTED);
        CHECK(error.text[0] != '\0');
    }
}

static void check_event_strides(void)
{
    /* The first header's event ended before `note`. */
    static const uint64_t wrong[] = { 0, 1, 8, offsetof(framewire_event, note) - 8, sizeof(framewire_event) - 1,
                                      UINT64_MAX, (uint64_t)1 << 40 };
    enum { ROWS = 4, WIDE = sizeof(framewire_event) + 16 };
    static uint64_t rows[ROWS * WIDE / sizeof(uint64_t) + 1];
    framewire_event first;
    framewire_status status;
    uint64_t count = 0;
    uint64_t end;
    size_t i;
    for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_EITHER(framewire_poll(the_link, (framewire_event *)rows, wrong[i], 1, &count), FRAMEWIRE_INVALID,
                     FRAMEWIRE_UNSUPPORTED);
    }
    /* Rows of a caller of the future: each event stands at its stride. */
    end = platform_now_ns() + (uint64_t)PATIENCE_MS * 1000000u;
    do {
        memset(rows, 0, sizeof rows);
        status = framewire_poll(the_link, (framewire_event *)rows, WIDE, ROWS, &count);
        if (status == FRAMEWIRE_EMPTY) {
            platform_sleep_ms(1);
        }
    } while (status == FRAMEWIRE_EMPTY && platform_now_ns() < end);
    if (CHECK_STATUS(status, FRAMEWIRE_OK)) {
        CHECK(count >= 1 && count <= ROWS);
        for (i = 0; i < count && i < ROWS; i++) {
            memcpy(&first, (const char *)rows + i * WIDE, sizeof first);
            CHECK(first.kind >= FRAMEWIRE_EVENT_OPENED && first.kind <= FRAMEWIRE_EVENT_LOG);
        }
        CHECK_STATUS(framewire_release(the_link), FRAMEWIRE_OK);
    }
}

void misuse_sizes(void)
{
    char report[8];
    the_link = good_link("sizes");
    check_filled(fill_state, sizeof(framewire_state));
    check_filled(fill_stats, sizeof(framewire_stats));
    check_filled(fill_json, sizeof(framewire_json));
    check_filled(fill_config, sizeof(framewire_config));
    check_event_strides();
    /* A report without room is refused, and the link then lives; or it is left unfilled. */
    memset(report, MARK, sizeof report);
    if (framewire_close(the_link, 1000, (framewire_close_report *)(void *)report, 0) != FRAMEWIRE_OK) {
        CHECK_STATUS(framewire_close(the_link, 1000, NULL, 0), FRAMEWIRE_OK);
    }
    CHECK(all_are(report, 0, sizeof report, MARK));
    check_config_sizes();
    check_good_call();
}
