/* Detach, attach and the list of open calls: wrong owners, old handles, loans that outlive their handle. */
#include "misuse.h"

#include "check.h"
#include "platform.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The link answers as a living one does. */
static int is_alive(framewire_link link)
{
    framewire_state state;
    return framewire_get_state(link, &state, sizeof state) == FRAMEWIRE_OK;
}

static framewire_link attach(const framewire_config *config)
{
    framewire_link link = 0;
    framewire_error error;
    CHECK_STATUS(framewire_open(config, &link, &error), FRAMEWIRE_ATTACHED);
    CHECK(error.status == FRAMEWIRE_ATTACHED && link != 0);
    return link;
}

static void old_handles(void)
{
    framewire_config config;
    framewire_state state;
    framewire_link first = good_link("attach");
    framewire_link second;
    framewire_link third;

    good_config(&config, "attach");
    CHECK_STATUS(framewire_detach(0, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_STALE);
    CHECK_STATUS(framewire_detach(UINT64_MAX, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_STALE);
    CHECK_STATUS(framewire_detach(first + 1, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_STALE);
    CHECK_STATUS(framewire_detach(first, 11), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_detach(first, UINT32_MAX), FRAMEWIRE_INVALID);
    CHECK(is_alive(first));

    CHECK_STATUS(framewire_detach(first, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_detach(first, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_STALE);
    every_call(first, FRAMEWIRE_STALE);

    second = attach(&config);
    CHECK(second != first);
    if (CHECK_STATUS(framewire_get_state(second, &state, sizeof state), FRAMEWIRE_OK)) {
        CHECK(state.attaches == 1 && state.detached == 0);
        CHECK(state.readiness == FRAMEWIRE_READINESS_RELOADING);
    }
    every_call(first, FRAMEWIRE_STALE);
    CHECK(is_alive(second));

    /* A domain that died said no goodbye: the next one attaches all the same, and takes the handle from it. */
    third = attach(&config);
    CHECK(third != second);
    every_call(first, FRAMEWIRE_STALE);
    every_call(second, FRAMEWIRE_STALE);
    if (CHECK_STATUS(framewire_get_state(third, &state, sizeof state), FRAMEWIRE_OK)) {
        CHECK(state.attaches == 2);
    }

    /* Closed is closed: the name is free, and the next link of it is another one. */
    CHECK_STATUS(framewire_close(third, 1000, NULL, 0), FRAMEWIRE_OK);
    first = good_link("attach");
    CHECK_STATUS(framewire_get_state(first, &state, sizeof state), FRAMEWIRE_OK);
    CHECK(state.attaches == 0);
    every_call(third, FRAMEWIRE_STALE);
    CHECK_STATUS(framewire_close(first, 1000, NULL, 0), FRAMEWIRE_OK);
}

/* `config` does not fit the living link: it is refused, names the field, and changes nothing. */
static void refused(const framewire_config *config, framewire_status want, size_t field)
{
    framewire_error error;
    framewire_link link = 77;
    memset(&error, 0x5A, sizeof error);
    CHECK_STATUS(framewire_open(config, &link, &error), want);
    CHECK(link == 0);
    CHECK(error.status == want && error.text[0] != '\0');
    CHECK(error.field == field);
}

static void wrong_owners(void)
{
    framewire_config mine;
    framewire_config other;
    framewire_link link = 0;
    int detached;

    good_config(&mine, "owned");
    mine.owner = str("com.example.tools /games/mine");
    CHECK_STATUS(framewire_open(&mine, &link, NULL), FRAMEWIRE_OK);
    /* The same answers for a link that is held, and for one that waits for its owner. */
    for (detached = 0; detached < 2; detached++) {
        other = mine;
        other.owner = str("com.example.tools /games/other");
        refused(&other, FRAMEWIRE_NAME_IN_USE, offsetof(framewire_config, name));
        other.owner = str(NULL);
        refused(&other, FRAMEWIRE_NAME_IN_USE, offsetof(framewire_config, name));
        other = mine;
        other.profile = FRAMEWIRE_PROFILE_GODOT_AI;
        other.hello = str("{\"godot_version\":\"4\",\"project_path\":\"/p/\",\"plugin_version\":\"1\"}");
        refused(&other, FRAMEWIRE_NAME_IN_USE, offsetof(framewire_config, name));
        other = mine;
        other.max_message = 4096;
        refused(&other, FRAMEWIRE_CONFIG_DIFFERS, offsetof(framewire_config, max_message));
        other = mine;
        other.hold_ms = 12345;
        refused(&other, FRAMEWIRE_CONFIG_DIFFERS, offsetof(framewire_config, hold_ms));
        other = mine;
        other.size = 8;
        CHECK_EITHER(framewire_open(&other, &link, NULL), FRAMEWIRE_INVALID, FRAMEWIRE_UNSUPPORTED);
        CHECK(link == 0);
        if (detached) {
            break;
        }
        link = attach(&mine);
        CHECK_STATUS(framewire_detach(link, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_OK);
    }
    /* Where to dial may change with each domain. */
    mine.url = str("ws://127.0.0.1:9/");
    link = attach(&mine);
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
}

/* Lends one event of a link that dials in vain, and copies its text. NULL = there was none. */
static char *borrow(framewire_link link, framewire_event *lent)
{
    char *copy;
    if (!CHECK(wait_for_event(link, FRAMEWIRE_EVENT_CONNECT_FAILED, lent)) || !CHECK(lent->detail.len != 0)) {
        return NULL;
    }
    copy = (char *)malloc((size_t)lent->detail.len);
    if (CHECK(copy != NULL)) {
        memcpy(copy, lent->detail.ptr, (size_t)lent->detail.len);
    }
    return copy;
}

static void loans(void)
{
    framewire_config config;
    framewire_event lent;
    framewire_event other;
    uint64_t count = 0;
    framewire_link next;
    framewire_link link = good_link("lent");
    char *copy = borrow(link, &lent);
    good_config(&config, "lent");

    /* A detach ends no loan: its texts stay until one release, by the old handle. */
    CHECK_STATUS(framewire_detach(link, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_OK);
    if (copy != NULL) {
        CHECK(memcmp(copy, lent.detail.ptr, (size_t)lent.detail.len) == 0);
    }
    free(copy);
    CHECK_STATUS(framewire_poll(link, &other, sizeof other, 1, &count), FRAMEWIRE_STALE);
    CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_release(link), FRAMEWIRE_STALE);

    /* An attach does: the new owner polls at once, and the old handle has nothing to give back. */
    next = attach(&config);
    free(borrow(next, &lent));
    CHECK_STATUS(framewire_detach(next, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_OK);
    link = attach(&config);
    CHECK_STATUS(framewire_release(next), FRAMEWIRE_STALE);
    free(borrow(link, &lent));
    CHECK_STATUS(framewire_poll(link, &other, sizeof other, 1, &count), FRAMEWIRE_BUSY);
    CHECK_STATUS(framewire_release(next), FRAMEWIRE_STALE);
    CHECK_STATUS(framewire_poll(link, &other, sizeof other, 1, &count), FRAMEWIRE_BUSY);

    /* Without a detach too. */
    next = attach(&config);
    CHECK_STATUS(framewire_release(link), FRAMEWIRE_STALE);
    free(borrow(next, &lent));
    CHECK_STATUS(framewire_close(next, 1000, NULL, 0), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_release(next), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_release(next), FRAMEWIRE_STALE);
}

static void outstanding(void)
{
    static const uint64_t wrong[] = { 0, 1, 7, sizeof(framewire_open_call) - 1, UINT64_MAX, (uint64_t)1 << 40 };
    enum { ROWS = 2, WIDE = sizeof(framewire_open_call) + 16 };
    static uint64_t rows[ROWS * WIDE / sizeof(uint64_t)];
    framewire_open_call *entries = (framewire_open_call *)rows;
    framewire_link link = good_link("outstanding");
    uint64_t count = 77;
    size_t i;

    CHECK_STATUS(framewire_outstanding(0, entries, sizeof *entries, ROWS, &count), FRAMEWIRE_STALE);
    CHECK_STATUS(framewire_outstanding(link, NULL, sizeof *entries, ROWS, &count), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_outstanding(link, entries, sizeof *entries, ROWS, NULL), FRAMEWIRE_INVALID);
    for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_EITHER(framewire_outstanding(link, entries, wrong[i], ROWS, &count), FRAMEWIRE_INVALID,
                     FRAMEWIRE_UNSUPPORTED);
    }
    CHECK(count == 77);
    CHECK_STATUS(outstanding_soon(link, entries, sizeof *entries, ROWS, &count), FRAMEWIRE_OK);
    CHECK(count == 0);
    CHECK_STATUS(outstanding_soon(link, entries, WIDE, ROWS, &count), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_detach(link, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_outstanding(link, entries, sizeof *entries, ROWS, &count), FRAMEWIRE_STALE);
    /* Nobody has a handle to it any more: this ends it. */
    CHECK_STATUS(framewire_shutdown(5000), FRAMEWIRE_OK);
    link = good_link("outstanding");
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
}

struct owner {
    uint64_t attached;
    uint64_t unexpected;
};

/* Attaches again and again, polls a little, and gives the handle up half of the time. */
static void attach_many(void *context)
{
    struct owner *owner = (struct owner *)context;
    framewire_config config;
    int i;
    good_config(&config, "contested");
    for (i = 0; i < 300; i++) {
        framewire_event events[4];
        framewire_link link = 0;
        uint64_t count;
        int polls;
        framewire_status status = framewire_open(&config, &link, NULL);
        owner->attached += status == FRAMEWIRE_ATTACHED;
        owner->unexpected += status != FRAMEWIRE_ATTACHED;
        for (polls = 0; polls < 4; polls++) {
            /* Another owner may take the link at any moment; what is lent is not looked at, for that ends the loan. */
            status = framewire_poll(link, events, sizeof events[0], 4, &count);
            owner->unexpected += status != FRAMEWIRE_OK && status != FRAMEWIRE_EMPTY && status != FRAMEWIRE_BUSY
                                 && status != FRAMEWIRE_STALE;
            if (status == FRAMEWIRE_OK && polls % 2 == 0) {
                status = framewire_release(link);
                owner->unexpected += status != FRAMEWIRE_OK && status != FRAMEWIRE_STALE;
            }
        }
        if (i % 2 == 0) {
            status = framewire_detach(link, FRAMEWIRE_READINESS_RELOADING);
            owner->unexpected += status != FRAMEWIRE_OK && status != FRAMEWIRE_STALE;
        }
    }
}

static void contested(void)
{
    enum { OWNERS = 3 };
    struct owner owners[OWNERS];
    struct platform_thread threads[OWNERS];
    framewire_config config;
    framewire_state state;
    uint64_t attached = 0;
    size_t i;
    framewire_link link;

    good_link("contested");
    memset(owners, 0, sizeof owners);
    for (i = 0; i < OWNERS; i++) {
        platform_thread_start(&threads[i], attach_many, &owners[i]);
    }
    for (i = 0; i < OWNERS; i++) {
        platform_thread_join(&threads[i]);
        CHECK(owners[i].unexpected == 0);
        attached += owners[i].attached;
    }
    CHECK(attached == OWNERS * 300);
    good_config(&config, "contested");
    link = attach(&config);
    if (CHECK_STATUS(framewire_get_state(link, &state, sizeof state), FRAMEWIRE_OK)) {
        CHECK(state.attaches == attached + 1);
    }
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
}

void misuse_attach(void)
{
    old_handles();
    wrong_owners();
    loans();
    outstanding();
    contested();
    check_good_call();
}
