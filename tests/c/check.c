/* check.h. */
#include "check.h"
#include "platform.h"

#include <stdio.h>
#include <string.h>

static unsigned passed;
static unsigned failed;

int check_true(int holds, const char *file, int line, const char *what)
{
    if (holds) {
        passed++;
    } else {
        failed++;
        printf("%s:%d: not so: %s\n", file, line, what);
        fflush(stdout);
    }
    return holds;
}

static int print_status(char *text, size_t size, framewire_status status)
{
    framewire_str name = framewire_status_name(status);
    return snprintf(text, size, "%.*s (%u)", (int)name.len, name.ptr != NULL ? name.ptr : "", (unsigned)status);
}

int check_status(framewire_status got, framewire_status want, framewire_status other, const char *file, int line,
                 const char *call)
{
    char is[64];
    char should[64];
    char message[512];
    if (got == want || got == other) {
        passed++;
        return 1;
    }
    print_status(is, sizeof is, got);
    print_status(should, sizeof should, want);
    snprintf(message, sizeof message, "%s: %s, wanted %s", call, is, should);
    return check_true(0, file, line, message);
}

int check_finish(void)
{
    printf("%u passed, %u failed\n", passed, failed);
    fflush(stdout);
    return failed == 0 && passed != 0 ? 0 : 1;
}

framewire_str str(const char *text)
{
    framewire_str view;
    view.ptr = text;
    view.len = text == NULL ? 0 : strlen(text);
    return view;
}

void good_config(framewire_config *config, const char *name)
{
    static const uint32_t delays[] = { 20 };
    static char url[64];
    if (url[0] == '\0') {
        snprintf(url, sizeof url, "ws://127.0.0.1:%u/", platform_unused_port());
    }
    CHECK_STATUS(framewire_config_init(config, sizeof *config, FRAMEWIRE_ABI_VERSION), FRAMEWIRE_OK);
    config->name = str(name);
    config->url = str(url);
    config->reconnect_delays_ms = delays;
    config->reconnect_delay_count = 1;
}

framewire_status outstanding_soon(framewire_link link, framewire_open_call *entries, uint64_t stride, uint64_t capacity,
                                  uint64_t *count)
{
    framewire_status status = FRAMEWIRE_BUSY;
    unsigned tries;
    for (tries = 0; status == FRAMEWIRE_BUSY && tries < PATIENCE_MS; tries++) {
        if (tries > 0) {
            platform_sleep_ms(1);
        }
        status = framewire_outstanding(link, entries, stride, capacity, count);
    }
    return status;
}

framewire_link good_link(const char *name)
{
    framewire_config config;
    framewire_link link = 0;
    good_config(&config, name);
    CHECK_STATUS(framewire_open(&config, &link, NULL), FRAMEWIRE_OK);
    return link;
}

void check_good_call(void)
{
    framewire_event event;
    framewire_link link = good_link("good call");
    if (CHECK(wait_for_event(link, FRAMEWIRE_EVENT_CONNECT_FAILED, &event))) {
        CHECK(event.reason == FRAMEWIRE_REASON_REFUSED);
        CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    }
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
}

int wait_for_event(framewire_link link, uint32_t kind, framewire_event *event)
{
    uint64_t end = platform_now_ns() + (uint64_t)PATIENCE_MS * 1000000u;
    while (platform_now_ns() < end) {
        uint64_t count = 0;
        framewire_status status = framewire_poll(link, event, sizeof *event, 1, &count);
        if (status == FRAMEWIRE_OK && count == 1 && event->kind == kind) {
            return 1;
        }
        if (status == FRAMEWIRE_OK) {
            framewire_release(link);
        } else if (status == FRAMEWIRE_EMPTY) {
            platform_sleep_ms(1);
        } else {
            return 0;
        }
    }
    return 0;
}
