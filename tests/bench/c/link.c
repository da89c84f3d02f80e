/* Opening, waiting, asking: see link.h. */
#include "link.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "allocations.h"
#include "measure.h"

enum { SHORT_SLEEP_US = 50, DRAINED_AT_ONCE = 64 };

framewire_str text_of(const char *text) {
    framewire_str str = {text, strlen(text)};
    return str;
}

void be_patient(uint64_t start_ns, const char *what) {
    if (wall_ns() - start_ns > PATIENCE_NS) fail("waited too long for %s", what);
    sleep_us(SHORT_SLEEP_US);
}

framewire_config peer_config(uint16_t port, uint32_t profile) {
    /* Filled once a call; the library copies them in `framewire_open`. */
    static char url[64];
    framewire_config config;
    framewire_status status = framewire_config_init(&config, sizeof config, FRAMEWIRE_ABI_VERSION);
    if (status != FRAMEWIRE_OK) fail("framewire_config_init: status %" PRIu32, status);
    snprintf(url, sizeof url, "ws://127.0.0.1:%u/%s", (unsigned)port, profile == FRAMEWIRE_PROFILE_RAW ? "raw" : "godot");
    config.name = text_of("bench");
    config.url = text_of(url);
    config.profile = profile;
    if (profile == FRAMEWIRE_PROFILE_GODOT_AI) {
        config.protocol = 1;
        config.hello = text_of("{\"godot_version\":\"4.6.0\",\"project_path\":\"/bench/\",\"plugin_version\":\"1.0.0\"}");
    }
    return config;
}

framewire_link open_active(const framewire_config *config) {
    framewire_link link = 0;
    framewire_error error;
    memory_calls before = memory_calls_here(), opened = {0, 0};
    framewire_status status;
    memset(&error, 0, sizeof error);
    status = framewire_open(config, &link, &error);
    if (status != FRAMEWIRE_OK) fail("framewire_open: status %" PRIu32 ": %s", status, error.text);
    memory_calls_add(&opened, before);
    /* A link cannot be made of nothing: were this zero, the counter would not see the library at all. */
    if (opened.allocations == 0) fail("the allocation counter does not see the library");
    /* After the opening, or the I/O thread would inherit it. */
    pin_to_first_core();
    wait_active(link);
    drain(link);
    return link;
}

framewire_link open_peer(uint16_t port, uint32_t profile) {
    framewire_config config = peer_config(port, profile);
    return open_active(&config);
}

void close_link(framewire_link link) {
    framewire_close_report report;
    framewire_status status = framewire_close(link, 2000, &report, sizeof report);
    if (status != FRAMEWIRE_OK) fail("framewire_close: status %" PRIu32, status);
}

framewire_state state_of(framewire_link link) {
    framewire_state state;
    framewire_status status = framewire_get_state(link, &state, sizeof state);
    if (status != FRAMEWIRE_OK) fail("framewire_get_state: status %" PRIu32, status);
    return state;
}

framewire_stats stats_of(framewire_link link) {
    framewire_stats stats;
    framewire_status status = framewire_get_stats(link, &stats, sizeof stats);
    if (status != FRAMEWIRE_OK) fail("framewire_get_stats: status %" PRIu32, status);
    return stats;
}

void wait_active(framewire_link link) {
    uint64_t start = wall_ns();
    while (state_of(link).phase != FRAMEWIRE_PHASE_ACTIVE) be_patient(start, "the link to become active");
}

uint64_t poll_events(framewire_link link, framewire_event *events, uint64_t capacity) {
    uint64_t count = 0;
    framewire_status status = framewire_poll(link, events, sizeof *events, capacity, &count);
    if (status == FRAMEWIRE_EMPTY) return 0;
    if (status != FRAMEWIRE_OK) fail("framewire_poll: status %" PRIu32, status);
    return count;
}

void drain(framewire_link link) {
    framewire_event events[DRAINED_AT_ONCE];
    /* What an open connection brings of its own is there within moments. */
    sleep_us(20000);
    while (poll_events(link, events, DRAINED_AT_ONCE) > 0) framewire_release(link);
}

void wait_sent(framewire_link link) {
    uint64_t start = wall_ns();
    while (state_of(link).outbound_bytes > 0) be_patient(start, "the outbox to empty");
}

void order(framewire_link link, const char *text) {
    uint64_t number;
    framewire_status status = framewire_send_text(link, text_of(text), &number);
    if (status != FRAMEWIRE_OK) fail("framewire_send_text: status %" PRIu32, status);
}

void ask_commands(framewire_link link, uint64_t count, uint64_t bytes, uint64_t window) {
    char data[128];
    uint64_t number;
    framewire_status status;
    snprintf(data, sizeof data, "{\"count\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"window\":%" PRIu64 "}", count, bytes, window);
    status = framewire_notify(link, text_of("bench_commands"), text_of(data), &number);
    if (status != FRAMEWIRE_OK) fail("framewire_notify: status %" PRIu32, status);
}

void preload_commands(framewire_link link, uint64_t count, uint64_t bytes) {
    uint64_t start = wall_ns();
    ask_commands(link, count, bytes, 0);
    while (state_of(link).requests_waiting < count) be_patient(start, "commands to arrive");
}

void take_requests(framewire_link link, uint64_t *ids, uint64_t count) {
    framewire_event events[DRAINED_AT_ONCE];
    uint64_t taken = 0, start = wall_ns();
    while (taken < count) {
        uint64_t index, got = poll_events(link, events, DRAINED_AT_ONCE);
        if (got == 0) {
            be_patient(start, "requests to be handed out");
            continue;
        }
        for (index = 0; index < got; index++)
            if (events[index].kind == FRAMEWIRE_EVENT_REQUEST && taken < count) ids[taken++] = events[index].id;
        framewire_release(link);
    }
}
