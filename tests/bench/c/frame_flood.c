/* The worst frame while a peer sends all it can. */
#include <inttypes.h>
#include <stdio.h>

#include "allocations.h"
#include "frame_bench.h"
#include "link.h"
#include "measure.h"

enum { CAPACITY = 64, FRAMES = 1500, FRAME_US = 300, MESSAGE_BYTES = 64, REQUEST_BYTES = 1024, WINDOW = 900 };

/* Frames that handed out more than they may: too many events, or payload beyond the byte budget. */
typedef struct flood {
    samples cpu, wall;
    memory_calls used;
    uint64_t over, budget_bytes;
} flood;

/* One frame's poll and release, timed. Ids of requests are kept for the answers. */
static uint64_t flood_frame(flood *run, framewire_link link, uint64_t *ids) {
    framewire_event events[CAPACITY];
    uint64_t index, requests = 0, bytes = 0, last = 0, count;
    memory_calls calls = memory_calls_here();
    block total = {0, 0}, start = block_start();
    count = poll_events(link, events, CAPACITY);
    for (index = 0; index < count; index++) {
        last = events[index].data.len;
        bytes += last;
        if (events[index].kind == FRAMEWIRE_EVENT_REQUEST) ids[requests++] = events[index].id;
    }
    if (count > 0) framewire_release(link);
    block_add(&total, start);
    memory_calls_add(&run->used, calls);
    if (count > 0) {
        samples_add(&run->cpu, total.cpu_ns);
        samples_add(&run->wall, total.wall_ns);
    }
    /* The event that crosses the budget is the last one handed out. */
    run->over += count > CAPACITY || (count > 1 && bytes - last >= run->budget_bytes);
    return requests;
}

static flood flood_new(const framewire_config *config) {
    flood run = {samples_new(FRAMES), samples_new(FRAMES), {0, 0}, 0, 0};
    run.budget_bytes = config->budget_bytes;
    return run;
}

static void flood_print(flood *run) {
    samples_print("cpu", &run->cpu);
    samples_print("wall", &run->wall);
    figure("over", (double)run->over);
    memory_calls_print("", run->used);
    samples_free(&run->cpu);
    samples_free(&run->wall);
}

void bench_flood_messages(uint16_t port) {
    framewire_config config = peer_config(port, FRAMEWIRE_PROFILE_RAW);
    framewire_link link = open_active(&config);
    flood run = flood_new(&config);
    uint64_t ids[CAPACITY];
    char text[64];
    int frame;
    snprintf(text, sizeof text, "source %d %d", MESSAGE_BYTES, FRAMES * CAPACITY * 2);
    order(link, text);
    for (frame = 0; frame < FRAMES; frame++) {
        flood_frame(&run, link, ids);
        sleep_us(FRAME_US);
    }
    flood_print(&run);
    close_link(link);
}

void bench_flood_requests(uint16_t port) {
    framewire_config config = peer_config(port, FRAMEWIRE_PROFILE_GODOT_AI);
    framewire_link link = open_active(&config);
    flood run = flood_new(&config);
    uint64_t ids[CAPACITY], number;
    int frame;
    ask_commands(link, (uint64_t)FRAMES * CAPACITY, REQUEST_BYTES, WINDOW);
    for (frame = 0; frame < FRAMES; frame++) {
        uint64_t index, requests = flood_frame(&run, link, ids);
        for (index = 0; index < requests; index++) {
            framewire_status status = framewire_respond(link, ids[index], text_of("{}"), &number);
            if (status != FRAMEWIRE_OK) fail("framewire_respond in a flood: status %" PRIu32, status);
        }
        sleep_us(FRAME_US);
    }
    flood_print(&run);
    close_link(link);
}
