/* Loans and threads: two pollers, an open loan, a close from beside. */
#include "misuse.h"

#include "check.h"
#include "platform.h"

#include <stdlib.h>
#include <string.h>

static void close_link(void *context)
{
    framewire_link *link = (framewire_link *)context;
    /* The status is handed back in the same place. */
    *link = framewire_close(*link, 5000, NULL, 0);
}

static void poll_once(void *context)
{
    uint64_t *link_and_status = (uint64_t *)context;
    framewire_event events[4];
    uint64_t count = 0;
    link_and_status[1] = framewire_poll(link_and_status[0], events, sizeof events[0], 4, &count);
}

void misuse_loans(void)
{
    struct platform_thread thread;
    framewire_event lent;
    framewire_event other;
    framewire_event untouched;
    uint64_t link_and_status[2];
    uint64_t count = 77;
    char *copy;
    framewire_link link = good_link("loans");
    uint64_t closing = link;

    if (!CHECK(wait_for_event(link, FRAMEWIRE_EVENT_CONNECT_FAILED, &lent))) {
        framewire_close(link, 0, NULL, 0);
        return;
    }
    /* With the loan open another poll is refused, here and elsewhere, and touches nothing. */
    memset(&other, 0x5A, sizeof other);
    memcpy(&untouched, &other, sizeof other);
    CHECK_STATUS(framewire_poll(link, &other, sizeof other, 1, &count), FRAMEWIRE_BUSY);
    CHECK(memcmp(&other, &untouched, sizeof other) == 0);
    CHECK(count == 77 || count == 0);
    link_and_status[0] = link;
    platform_thread_start(&thread, poll_once, link_and_status);
    platform_thread_join(&thread);
    CHECK(link_and_status[1] == FRAMEWIRE_BUSY);
    CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);

    /* Closed from another thread while an event is lent: its texts stay until they are released. */
    if (CHECK(wait_for_event(link, FRAMEWIRE_EVENT_CONNECT_FAILED, &lent))) {
        copy = (char *)malloc((size_t)lent.detail.len + 1);
        if (CHECK(copy != NULL && lent.detail.len != 0)) {
            memcpy(copy, lent.detail.ptr, (size_t)lent.detail.len);
            platform_thread_start(&thread, close_link, &closing);
            platform_thread_join(&thread);
            CHECK(closing == FRAMEWIRE_OK);
            CHECK_STATUS(framewire_poll(link, &other, sizeof other, 1, &count), FRAMEWIRE_STALE);
            CHECK(memcmp(copy, lent.detail.ptr, (size_t)lent.detail.len) == 0);
            /* Not even opening others, under the same name too, may reuse the memory. */
            check_good_call();
            framewire_link again = good_link("loans");
            CHECK(memcmp(copy, lent.detail.ptr, (size_t)lent.detail.len) == 0);
            CHECK_STATUS(framewire_close(again, 1000, NULL, 0), FRAMEWIRE_OK);
            CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
            CHECK_STATUS(framewire_release(link), FRAMEWIRE_STALE);
        }
        free(copy);
    }
    check_good_call();
}

struct poller {
    framewire_link link;
    uint64_t end_ns;
    /* Whether to go on until the link is closed, or for a number of polls. */
    int until_stale;
    uint64_t events;
    uint64_t unexpected;
    int saw_stale;
};

static void poll_many(void *context)
{
    struct poller *poller = (struct poller *)context;
    framewire_event events[8];
    uint64_t polls = 0;
    while ((poller->until_stale || polls < 20000) && platform_now_ns() < poller->end_ns) {
        uint64_t count = 0;
        uint64_t i;
        framewire_status status = framewire_poll(poller->link, events, sizeof events[0], 8, &count);
        polls++;
        switch (status) {
        case FRAMEWIRE_OK:
            for (i = 0; i < count; i++) {
                /* Reads what was lent: a sanitizer will say if it is not ours. */
                const framewire_str detail = events[i].detail;
                poller->unexpected += detail.len != 0 && memchr(detail.ptr, '\0', (size_t)detail.len) != NULL;
            }
            poller->events += count;
            framewire_release(poller->link);
            break;
        case FRAMEWIRE_EMPTY:
        case FRAMEWIRE_BUSY:
            break;
        case FRAMEWIRE_STALE:
            poller->saw_stale = 1;
            poller->unexpected += !poller->until_stale;
            return;
        default:
            poller->unexpected++;
            break;
        }
        if (polls % 64 == 0) {
            platform_sleep_ms(1);
        }
    }
}

static void start_pollers(struct poller *pollers, struct platform_thread *threads, size_t count, framewire_link link,
                          int until_stale)
{
    size_t i;
    for (i = 0; i < count; i++) {
        memset(&pollers[i], 0, sizeof pollers[i]);
        pollers[i].link = link;
        pollers[i].until_stale = until_stale;
        pollers[i].end_ns = platform_now_ns() + (uint64_t)PATIENCE_MS * 1000000u;
        platform_thread_start(&threads[i], poll_many, &pollers[i]);
    }
}

static void wait_long(void *context)
{
    framewire_link *link = (framewire_link *)context;
    while (framewire_wait(*link, PATIENCE_MS) != FRAMEWIRE_STALE) {
        framewire_event events[8];
        uint64_t count;
        if (framewire_poll(*link, events, sizeof events[0], 8, &count) == FRAMEWIRE_OK) {
            framewire_release(*link);
        }
    }
}

void misuse_threads(void)
{
    enum { POLLERS = 3 };
    struct poller pollers[POLLERS];
    struct platform_thread threads[POLLERS];
    struct platform_thread closers[2];
    uint64_t closing[2];
    uint64_t start;
    framewire_stats stats;
    framewire_link link = good_link("pollers");
    size_t i;

    /* Several pollers at once: each sees events, nothing, or BUSY. */
    start_pollers(pollers, threads, POLLERS, link, 0);
    for (i = 0; i < POLLERS; i++) {
        platform_thread_join(&threads[i]);
        CHECK(pollers[i].unexpected == 0);
    }
    CHECK_STATUS(framewire_get_stats(link, &stats, sizeof stats), FRAMEWIRE_OK);
    CHECK(stats.events == pollers[0].events + pollers[1].events + pollers[2].events);

    /* Closed under them: each ends with STALE. Of two closers one has the close, the other is late. */
    start_pollers(pollers, threads, POLLERS, link, 1);
    platform_sleep_ms(50);
    closing[0] = link;
    closing[1] = link;
    platform_thread_start(&closers[0], close_link, &closing[0]);
    platform_thread_start(&closers[1], close_link, &closing[1]);
    platform_thread_join(&closers[0]);
    platform_thread_join(&closers[1]);
    CHECK((closing[0] == FRAMEWIRE_OK && closing[1] == FRAMEWIRE_STALE)
          || (closing[0] == FRAMEWIRE_STALE && closing[1] == FRAMEWIRE_OK));
    for (i = 0; i < POLLERS; i++) {
        platform_thread_join(&threads[i]);
        CHECK(pollers[i].saw_stale && pollers[i].unexpected == 0);
    }

    /* A waiter is woken by the close, long before its time is over. */
    link = good_link("waiter");
    CHECK_STATUS(framewire_disconnect(link), FRAMEWIRE_OK);
    platform_thread_start(&threads[0], wait_long, &link);
    platform_sleep_ms(50);
    start = platform_now_ns();
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
    platform_thread_join(&threads[0]);
    CHECK(platform_now_ns() - start < (uint64_t)PATIENCE_MS * 500000u);
    check_good_call();
}
