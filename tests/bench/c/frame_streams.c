/* Round trips and throughput of a raw link. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame_bench.h"
#include "link.h"
#include "measure.h"

enum { SMALL = 64, WARM_UP = 500, ROUND_TRIPS = 5000, CAPACITY = 1024, SLEEP_US = 100 };
/* Room for what arrives while the frame loop sleeps. */
enum { ROOM_MESSAGES = 65536 };
#define ROOM_BYTES ((uint64_t)64 << 20)

/* Sleeps a frame, and fails once nothing has moved for too long. */
static void sleep_frame(uint64_t since_ns) {
    if (wall_ns() - since_ns > PATIENCE_NS) fail("nothing moves");
    sleep_us(SLEEP_US);
}

static framewire_link open_roomy(uint16_t port) {
    framewire_config config = peer_config(port, FRAMEWIRE_PROFILE_RAW);
    config.inbound_count = config.outbound_count = ROOM_MESSAGES;
    config.inbound_bytes = config.outbound_bytes = ROOM_BYTES;
    config.budget_bytes = ROOM_BYTES;
    return open_active(&config);
}

void bench_round_trip(uint16_t port) {
    framewire_link link = open_peer(port, FRAMEWIRE_PROFILE_RAW);
    samples times = samples_new(ROUND_TRIPS);
    char payload[SMALL];
    int turn;
    memset(payload, 'x', sizeof payload);
    for (turn = 0; turn < WARM_UP + ROUND_TRIPS; turn++) {
        framewire_event event;
        uint64_t start = wall_ns(), number;
        framewire_status status = framewire_send_binary(link, payload, sizeof payload, &number);
        if (status != FRAMEWIRE_OK) fail("framewire_send_binary: status %" PRIu32, status);
        while (poll_events(link, &event, 1) == 0) {
            if (wall_ns() - start > PATIENCE_NS) fail("no echo");
        }
        if (event.kind != FRAMEWIRE_EVENT_BINARY || event.data.len != SMALL) fail("event %" PRIu32 " is no echo", event.kind);
        framewire_release(link);
        if (turn >= WARM_UP) samples_add(&times, wall_ns() - start);
    }
    samples_print("", &times);
    samples_free(&times);
    close_link(link);
}

void bench_receive(uint16_t port, uint64_t size, uint64_t count) {
    framewire_link link = open_roomy(port);
    framewire_event *events = calloc(CAPACITY, sizeof *events);
    uint64_t start, moved, seen = 0, cpu_start;
    char text[64];
    if (events == NULL) fail("no memory for events");
    snprintf(text, sizeof text, "source %" PRIu64 " %" PRIu64, size, count);
    cpu_start = thread_cpu_ns();
    start = moved = wall_ns();
    order(link, text);
    while (seen < count) {
        uint64_t index, got = poll_events(link, events, CAPACITY);
        if (got == 0) {
            sleep_frame(moved);
            continue;
        }
        for (index = 0; index < got; index++) {
            if (events[index].kind != FRAMEWIRE_EVENT_BINARY || events[index].data.len != size)
                fail("event %" PRIu32 " of %" PRIu64 " bytes in the stream", events[index].kind, events[index].data.len);
        }
        seen += got;
        framewire_release(link);
        moved = wall_ns();
    }
    print_rates(size, count, wall_ns() - start);
    figure("frame_cpu_ns", (double)(thread_cpu_ns() - cpu_start) / (double)count);
    free(events);
    close_link(link);
}

/* Whether the peer has said that it has all of it. */
static int peer_is_done(framewire_link link, const char *expected) {
    framewire_event event;
    int done;
    if (poll_events(link, &event, 1) == 0) return 0;
    done = event.kind == FRAMEWIRE_EVENT_TEXT;
    if (done && (event.data.len != strlen(expected) || memcmp(event.data.ptr, expected, event.data.len) != 0))
        fail("the peer says `%.*s`, not `%s`", (int)event.data.len, event.data.ptr, expected);
    framewire_release(link);
    return done;
}

void bench_send(uint16_t port, uint64_t size, uint64_t count) {
    framewire_link link = open_roomy(port);
    char *payload = malloc(size), text[64];
    uint64_t start, moved, sent = 0, sent_before = 0, number, cpu_start;
    if (payload == NULL) fail("no memory for a message");
    memset(payload, 'x', size);
    snprintf(text, sizeof text, "sink %" PRIu64, count);
    order(link, text);
    snprintf(text, sizeof text, "done %" PRIu64 " %" PRIu64, count, count * size);
    cpu_start = thread_cpu_ns();
    start = moved = wall_ns();
    while (sent < count) {
        framewire_status status = framewire_send_binary(link, payload, size, &number);
        if (status == FRAMEWIRE_WOULD_BLOCK) {
            if (sent != sent_before) moved = wall_ns();
            sent_before = sent;
            sleep_frame(moved);
            continue;
        }
        if (status != FRAMEWIRE_OK) fail("framewire_send_binary: status %" PRIu32, status);
        sent++;
    }
    moved = wall_ns();
    while (!peer_is_done(link, text)) sleep_frame(moved);
    print_rates(size, count, wall_ns() - start);
    figure("frame_cpu_ns", (double)(thread_cpu_ns() - cpu_start) / (double)count);
    free(payload);
    close_link(link);
}
