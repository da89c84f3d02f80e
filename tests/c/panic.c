/* What a panic inside the library looks like from outside: a status, a LOG event, and nothing else. Linked with
 * a library that was built with the feature `fault-injection`: a link named panic:CALL fails inside at that call.
 * Whoever runs this checks that nothing but the closing line was printed. */
#include "check.h"

#include <string.h>

static framewire_link faulty_link(const char *name)
{
    framewire_link link = good_link(name);
    CHECK(link != 0);
    return link;
}

static int contains(framewire_str text, const char *words)
{
    size_t length = strlen(words);
    uint64_t at;
    for (at = 0; at + length <= text.len; at++) {
        if (memcmp(text.ptr + at, words, length) == 0) {
            return 1;
        }
    }
    return 0;
}

/* The link tells what failed. */
static void check_told(framewire_link link)
{
    framewire_event event;
    do {
        if (!CHECK(wait_for_event(link, FRAMEWIRE_EVENT_LOG, &event))) {
            return;
        }
        if (event.level == FRAMEWIRE_LOG_ERROR && contains(event.detail, "please report this: panic")) {
            CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
            return;
        }
    } while (CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK));
}

static void panic_in_open(void)
{
    framewire_config config;
    framewire_error error;
    framewire_link link = 77;

    memset(&error, 0, sizeof error);
    good_config(&config, "panic:open");
    CHECK_STATUS(framewire_open(&config, &link, &error), FRAMEWIRE_PANIC);
    CHECK(link == 0);
    CHECK(error.status == FRAMEWIRE_PANIC && strstr(error.text, "please report") != NULL);
    CHECK_STATUS(framewire_open(&config, &link, NULL), FRAMEWIRE_PANIC);
    /* The name was not taken, and no link is there to tell the words: the next one does. */
    link = good_link("after");
    CHECK_STATUS(framewire_pause(link), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_resume(link), FRAMEWIRE_OK);
    check_told(link);
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
}

static void panic_in_poll(void)
{
    framewire_event event;
    framewire_event untouched;
    uint64_t count = 77;
    framewire_link link = faulty_link("panic:poll");

    memset(&event, 0x5A, sizeof event);
    memset(&untouched, 0x5A, sizeof untouched);
    CHECK_STATUS(framewire_poll(link, &event, sizeof event, 1, &count), FRAMEWIRE_PANIC);
    CHECK_STATUS(framewire_poll(link, &event, sizeof event, 1, &count), FRAMEWIRE_PANIC);
    CHECK(count == 77 && memcmp(&event, &untouched, sizeof event) == 0);
    /* No loan and no lock is left behind, and every other call works. */
    CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_wait(link, PATIENCE_MS), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_connect(link), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_wait(link, 0), FRAMEWIRE_STALE);
}

static void panic_in_get_state(void)
{
    framewire_state state;
    framewire_state untouched;
    framewire_link link = faulty_link("panic:get_state");

    memset(&state, 0x5A, sizeof state);
    memset(&untouched, 0x5A, sizeof untouched);
    CHECK_STATUS(framewire_get_state(link, &state, sizeof state), FRAMEWIRE_PANIC);
    CHECK(memcmp(&state, &untouched, sizeof state) == 0);
    check_told(link);
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
}

static void panic_in_close(void)
{
    framewire_state state;
    framewire_link link = faulty_link("panic:close");

    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_PANIC);
    check_told(link);
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_PANIC);
    CHECK_STATUS(framewire_shutdown(1000), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_get_state(link, &state, sizeof state), FRAMEWIRE_STALE);
}

int main(void)
{
    panic_in_open();
    check_good_call();
    panic_in_poll();
    check_good_call();
    panic_in_get_state();
    check_good_call();
    panic_in_close();
    check_good_call();
    return check_finish();
}
