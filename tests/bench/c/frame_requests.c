/* 1 KiB requests: taking them in a frame, and answering them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "allocations.h"
#include "frame_bench.h"
#include "link.h"
#include "measure.h"

enum { REQUEST_BYTES = 1024, WAITING = 512, ROUNDS = 8, BATCH = 16, BURST = 16, BURSTS = 100, WARM_BURSTS = 4, SINGLES = 150 };
/* Long enough for an I/O thread to have gone to sleep. */
enum { ASLEEP_US = 1500 };

/* What a host does with every event; kept so that the reading stays. */
static volatile uint64_t delivered;

static void answer_all(framewire_link link, const uint64_t *ids, uint64_t count, framewire_str json) {
    uint64_t index, number;
    for (index = 0; index < count; index++) {
        framewire_status status = framewire_respond(link, ids[index], json, &number);
        if (status != FRAMEWIRE_OK) fail("framewire_respond: status %" PRIu32, status);
    }
}

/* Takes all waiting requests with polls of `capacity`; returns how many polls handed out more. */
static uint64_t take_timed(framewire_link link, uint64_t capacity, uint64_t *ids, block *total, memory_calls *used) {
    framewire_event events[BATCH * 2];
    uint64_t taken = 0, over = 0, sum = 0, begin = wall_ns();
    memory_calls before = memory_calls_here();
    block start = block_start();
    while (taken < WAITING) {
        uint64_t count = 0, index;
        framewire_status status = framewire_poll(link, events, sizeof *events, capacity, &count);
        if (status != FRAMEWIRE_OK) {
            if (wall_ns() - begin > PATIENCE_NS) fail("framewire_poll: status %" PRIu32, status);
            continue;
        }
        over += count > capacity;
        for (index = 0; index < count; index++) {
            sum += events[index].data.len + (unsigned char)events[index].data.ptr[0] + (unsigned char)events[index].name.ptr[0];
            if (events[index].kind == FRAMEWIRE_EVENT_REQUEST && taken < WAITING) ids[taken++] = events[index].id;
        }
        framewire_release(link);
    }
    block_add(total, start);
    memory_calls_add(used, before);
    delivered += sum;
    return over;
}

static uint64_t bench_capacity(framewire_link link, const char *prefix, uint64_t capacity) {
    static uint64_t ids[WAITING];
    memory_calls used = {0, 0};
    block total = {0, 0};
    uint64_t over = 0;
    int round;
    for (round = 0; round < ROUNDS; round++) {
        preload_commands(link, WAITING, REQUEST_BYTES);
        over += take_timed(link, capacity, ids, &total, &used);
        answer_all(link, ids, WAITING, text_of("{}"));
        wait_sent(link);
    }
    block_print(prefix, total, (uint64_t)WAITING * ROUNDS);
    memory_calls_print(prefix, used);
    return over;
}

void bench_requests(uint16_t port) {
    framewire_link link = open_peer(port, FRAMEWIRE_PROFILE_GODOT_AI);
    uint64_t over = bench_capacity(link, "alone.", 1);
    over += bench_capacity(link, "batch.", BATCH);
    figure("over_capacity", (double)over);
    close_link(link);
}

/* A JSON object of `bytes` bytes in static memory. */
static framewire_str answer_text(void) {
    static char text[REQUEST_BYTES + 1];
    static const char HEAD[] = "{\"text\":\"", TAIL[] = "\"}";
    framewire_str json = {text, REQUEST_BYTES};
    memset(text, 'x', REQUEST_BYTES);
    memcpy(text, HEAD, sizeof HEAD - 1);
    memcpy(text + REQUEST_BYTES - (sizeof TAIL - 1), TAIL, sizeof TAIL - 1);
    return json;
}

/* Answers in bursts: after the first of each the I/O thread is awake. */
static void bench_bursts(framewire_link link, framewire_str json, memory_calls *used) {
    samples awake = samples_new((size_t)BURST * BURSTS);
    uint64_t ids[BURST], number, cpu_ns = 0, wakes = 0, needless = 0;
    int burst, index;
    for (burst = 0; burst < BURSTS + WARM_BURSTS; burst++) {
        framewire_stats before, after;
        memory_calls calls;
        uint64_t cpu_start, sent, woken;
        preload_commands(link, BURST, REQUEST_BYTES);
        take_requests(link, ids, BURST);
        sleep_us(ASLEEP_US);
        before = stats_of(link);
        calls = memory_calls_here();
        cpu_start = thread_cpu_ns();
        for (index = 0; index < BURST; index++) {
            uint64_t start = wall_ns();
            framewire_status status = framewire_respond(link, ids[index], json, &number);
            if (index > 0 && burst >= WARM_BURSTS) samples_add(&awake, wall_ns() - start);
            if (status != FRAMEWIRE_OK) fail("framewire_respond: status %" PRIu32, status);
        }
        if (burst >= WARM_BURSTS) {
            cpu_ns += thread_cpu_ns() - cpu_start;
            memory_calls_add(used, calls);
        }
        wait_sent(link);
        sleep_us(ASLEEP_US);
        after = stats_of(link);
        sent = after.wakes_sent - before.wakes_sent;
        woken = after.wakeups - before.wakeups;
        if (burst >= WARM_BURSTS) wakes += sent;
        /* A wake that wakes nobody was sent in vain. */
        if (burst >= WARM_BURSTS && sent > woken) needless += sent - woken;
    }
    samples_print("awake", &awake);
    figure("burst_cpu_ns", (double)cpu_ns / ((double)BURST * BURSTS));
    figure("wakes_a_burst", (double)wakes / BURSTS);
    figure("needless_wakes", (double)needless);
    samples_free(&awake);
}

static void bench_singles(framewire_link link, framewire_str json, memory_calls *used) {
    samples wall = samples_new(SINGLES), cpu = samples_new(SINGLES);
    static uint64_t ids[SINGLES];
    uint64_t number;
    int index;
    preload_commands(link, SINGLES, REQUEST_BYTES);
    take_requests(link, ids, SINGLES);
    for (index = 0; index < SINGLES; index++) {
        memory_calls calls = memory_calls_here();
        framewire_status status;
        block total = {0, 0}, start;
        sleep_us(ASLEEP_US);
        start = block_start();
        status = framewire_respond(link, ids[index], json, &number);
        block_add(&total, start);
        memory_calls_add(used, calls);
        if (status != FRAMEWIRE_OK) fail("framewire_respond: status %" PRIu32, status);
        samples_add(&wall, total.wall_ns);
        samples_add(&cpu, total.cpu_ns);
    }
    wait_sent(link);
    samples_print("asleep", &wall);
    samples_print("asleep_cpu", &cpu);
    samples_free(&wall);
    samples_free(&cpu);
}

void bench_respond(uint16_t port) {
    framewire_link link = open_peer(port, FRAMEWIRE_PROFILE_GODOT_AI);
    framewire_str json = answer_text();
    memory_calls used = {0, 0};
    bench_bursts(link, json, &used);
    bench_singles(link, json, &used);
    memory_calls_print("", used);
    close_link(link);
}
