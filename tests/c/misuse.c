/* Everything that a C caller can do wrong without a server. Each wrong call gets the status that the header
 * promises, nothing crashes, and good calls work afterwards. Prints 'N passed, 0 failed'. */
#include "misuse.h"

#include "check.h"
#include "platform.h"

#include <stdio.h>
#include <string.h>

void every_call(framewire_link link, framewire_status want)
{
    framewire_event events[4];
    framewire_error error;
    framewire_state state;
    framewire_stats stats;
    framewire_close_report report;
    framewire_open_call open;
    uint64_t number = 0;

    CHECK_STATUS(framewire_poll(link, events, sizeof events[0], 4, &number), want);
    CHECK_STATUS(framewire_release(link), want);
    CHECK_STATUS(framewire_pause(link), want);
    CHECK_STATUS(framewire_resume(link), want);
    CHECK_STATUS(framewire_wait(link, 1), want);
    CHECK_STATUS(framewire_connect(link), want);
    CHECK_STATUS(framewire_disconnect(link), want);
    CHECK_STATUS(framewire_set_endpoint(link, str("ws://127.0.0.1:9/"), str(NULL), &error), want);
    CHECK_STATUS(framewire_set_hello(link, str("{}"), &error), want);
    CHECK_STATUS(framewire_renew_session(link), want);
    CHECK_STATUS(framewire_send_text(link, str("text"), &number), want);
    CHECK_STATUS(framewire_send_binary(link, "data", 4, &number), want);
    CHECK_STATUS(framewire_notify(link, str("name"), str("{}"), &number), want);
    CHECK_STATUS(framewire_request(link, str("method"), str("{}"), 1000, &number), want);
    CHECK_STATUS(framewire_cancel(link, 1), want);
    CHECK_STATUS(framewire_respond(link, 1, str("{}"), &number), want);
    CHECK_STATUS(framewire_respond_error(link, 1, str("CODE"), str("message"), str(NULL), &number), want);
    CHECK_STATUS(framewire_defer(link, 1, 1000, str(NULL)), want);
    CHECK_STATUS(framewire_respond_attachment(link, 1, str("{\"a\":null}"), str("/a"), "data", 4, &number), want);
    CHECK_STATUS(framewire_outstanding(link, &open, sizeof open, 1, &number), want);
    CHECK_STATUS(framewire_detach(link, FRAMEWIRE_READINESS_RELOADING), want);
    CHECK_STATUS(framewire_set_readiness(link, FRAMEWIRE_READINESS_READY, str(NULL)), want);
    CHECK_STATUS(framewire_restore_readiness(link, FRAMEWIRE_READINESS_COMPILING), want);
    CHECK_STATUS(framewire_get_state(link, &state, sizeof state), want);
    CHECK_STATUS(framewire_get_stats(link, &stats, sizeof stats), want);
    CHECK_STATUS(framewire_close(link, 100, &report, sizeof report), want);
}

void misuse_handles(void)
{
    framewire_close_report report;
    framewire_close_report untouched;
    framewire_link living = good_link("living");
    framewire_link closed = good_link("closed");
    uint64_t random = 0x9E3779B97F4A7C15u;
    int i;

    CHECK(living != 0 && closed != 0 && living != closed);
    CHECK_STATUS(framewire_close(closed, 1000, &report, sizeof report), FRAMEWIRE_OK);
    every_call(0, FRAMEWIRE_STALE);
    every_call(closed, FRAMEWIRE_STALE);
    every_call(UINT64_MAX, FRAMEWIRE_STALE);
    /* Neighbours of a living handle: another slot, another generation. */
    every_call(living + 1, FRAMEWIRE_STALE);
    every_call(living ^ ((uint64_t)1 << 32), FRAMEWIRE_STALE);
    every_call(living ^ ((uint64_t)1 << 63), FRAMEWIRE_STALE);
    for (i = 0; i < 50; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        every_call(random, FRAMEWIRE_STALE);
    }

    /* Closed twice: one report. */
    memset(&report, 0x5A, sizeof report);
    memcpy(&untouched, &report, sizeof report);
    CHECK_STATUS(framewire_close(closed, 1000, &report, sizeof report), FRAMEWIRE_STALE);
    CHECK(memcmp(&report, &untouched, sizeof report) == 0);

    /* A name is free again after its link, and the old handle does not reach the new one. */
    framewire_link again = good_link("closed");
    CHECK(again != closed);
    every_call(closed, FRAMEWIRE_STALE);
    CHECK_STATUS(framewire_close(again, 1000, NULL, 0), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_close(living, 1000, NULL, 0), FRAMEWIRE_OK);
    check_good_call();
}

/* `len` bytes that are nowhere. */
static framewire_str nowhere(uint64_t len)
{
    framewire_str text;
    text.ptr = NULL;
    text.len = len;
    return text;
}

void misuse_nulls(void)
{
    framewire_config config;
    framewire_event events[4];
    framewire_error error;
    framewire_json value;
    framewire_link link = 0;
    framewire_link other = 12345;
    uint64_t count = 0;

    CHECK_STATUS(framewire_config_init(NULL, sizeof config, FRAMEWIRE_ABI_VERSION), FRAMEWIRE_INVALID);
    good_config(&config, "nulls");
    CHECK_STATUS(framewire_open(NULL, &other, &error), FRAMEWIRE_INVALID);
    CHECK(error.status == FRAMEWIRE_INVALID && error.text[0] != '\0');
    CHECK_STATUS(framewire_open(NULL, &other, NULL), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_open(&config, NULL, &error), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_open(NULL, NULL, NULL), FRAMEWIRE_INVALID);
    CHECK(other == 12345 || other == 0);

    link = good_link("nulls");
    CHECK_STATUS(framewire_poll(link, NULL, sizeof events[0], 4, &count), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_poll(link, events, sizeof events[0], 4, NULL), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_poll(link, events, sizeof events[0], 0, &count), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_get_state(link, NULL, sizeof(framewire_state)), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_get_stats(link, NULL, sizeof(framewire_stats)), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_set_endpoint(link, nowhere(9), str(NULL), NULL), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_set_endpoint(link, str("ws://127.0.0.1:9/"), nowhere(9), NULL), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_set_hello(link, nowhere(9), NULL), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_send_text(link, nowhere(9), NULL), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_send_binary(link, NULL, 9, NULL), FRAMEWIRE_INVALID);
    CHECK_EITHER(framewire_notify(link, nowhere(9), str("{}"), NULL), FRAMEWIRE_INVALID, FRAMEWIRE_UNSUPPORTED);
    CHECK_EITHER(framewire_notify(link, str("name"), nowhere(9), NULL), FRAMEWIRE_INVALID, FRAMEWIRE_UNSUPPORTED);
    CHECK_EITHER(framewire_request(link, nowhere(9), str("{}"), 9, &count), FRAMEWIRE_INVALID, FRAMEWIRE_UNSUPPORTED);
    CHECK_EITHER(framewire_request(link, str("name"), nowhere(9), 9, &count), FRAMEWIRE_INVALID, FRAMEWIRE_UNSUPPORTED);
    CHECK_EITHER(framewire_respond(link, 1, nowhere(9), NULL), FRAMEWIRE_INVALID, FRAMEWIRE_UNKNOWN);
    CHECK_EITHER(framewire_respond_error(link, 1, nowhere(9), str(""), str(NULL), NULL), FRAMEWIRE_INVALID,
                 FRAMEWIRE_UNKNOWN);
    CHECK_EITHER(framewire_defer(link, 1, 1000, nowhere(9)), FRAMEWIRE_INVALID, FRAMEWIRE_UNKNOWN);
    CHECK_STATUS(framewire_set_readiness(link, FRAMEWIRE_READINESS_READY, nowhere(9)), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_set_readiness(link, 99, str(NULL)), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_json_get(nowhere(9), str(""), &value, sizeof value), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_json_get(str("{}"), nowhere(9), &value, sizeof value), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_json_get(str("{}"), str(""), NULL, sizeof value), FRAMEWIRE_INVALID);

    /* Requests that were never made. A raw link may also say that it has none at all. */
    CHECK_EITHER(framewire_respond(link, 0, str("{}"), NULL), FRAMEWIRE_UNKNOWN, FRAMEWIRE_UNSUPPORTED);
    CHECK_EITHER(framewire_respond(link, UINT64_MAX, str("{}"), NULL), FRAMEWIRE_UNKNOWN, FRAMEWIRE_UNSUPPORTED);
    CHECK_EITHER(framewire_cancel(link, UINT64_MAX), FRAMEWIRE_UNKNOWN, FRAMEWIRE_UNSUPPORTED);
    CHECK_EITHER(framewire_defer(link, UINT64_MAX, 1000, str(NULL)), FRAMEWIRE_UNKNOWN, FRAMEWIRE_UNSUPPORTED);

    /* Nothing is open: sends say so. */
    CHECK_STATUS(framewire_send_text(link, str("text"), NULL), FRAMEWIRE_NOT_OPEN);
    CHECK_STATUS(framewire_send_binary(link, "data", 4, NULL), FRAMEWIRE_NOT_OPEN);

    /* A name for every status, and for those of the future. */
    CHECK(framewire_status_name(FRAMEWIRE_STALE).len != 0);
    CHECK(framewire_status_name(UINT32_MAX).len != 0);
    CHECK(framewire_version().len != 0);

    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
    check_good_call();
}

void misuse_leaks(void)
{
    framewire_link links[100];
    char name[32];
    framewire_state state;
    size_t i;
    for (i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "leaked %u", (unsigned)i);
        links[i] = good_link(name);
    }
    CHECK_STATUS(framewire_shutdown(10000), FRAMEWIRE_OK);
    for (i = 0; i < 100; i++) {
        CHECK_STATUS(framewire_get_state(links[i], &state, sizeof state), FRAMEWIRE_STALE);
    }
    CHECK_STATUS(framewire_shutdown(1000), FRAMEWIRE_OK);
    check_good_call();
}

int main(void)
{
    misuse_handles();
    misuse_nulls();
    misuse_versions();
    misuse_numbers();
    misuse_texts();
    misuse_urls();
    misuse_remote();
    misuse_sizes();
    misuse_loans();
    misuse_attach();
    misuse_threads();
    misuse_leaks();
    framewire_shutdown(5000);
    return check_finish();
}
