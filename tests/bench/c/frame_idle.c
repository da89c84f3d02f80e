/* A poll that finds nothing, and the loop around it. */
#include <inttypes.h>

#include "allocations.h"
#include "frame_bench.h"
#include "link.h"
#include "measure.h"
#include "system_calls.h"

enum { POLLS = 2000000, COUNTED_POLLS = 10000, CAPACITY = 64, CLOCK_PAIRS = 2000, SLEEPS = 200, SLEEP_US = 100 };

/* Keeps the compiler from dropping an empty loop. */
static volatile uint64_t turns;

void bench_bare(uint16_t port) {
    samples clock = samples_new(CLOCK_PAIRS), sleep = samples_new(SLEEPS);
    block total = {0, 0}, start;
    uint32_t turn;
    (void)port;
    pin_to_first_core();
    start = block_start();
    for (turn = 0; turn < POLLS; turn++) turns = turn;
    block_add(&total, start);
    figure("turn_ns", (double)total.cpu_ns / POLLS);
    figure("turn_wall_ns", (double)total.wall_ns / POLLS);
    for (turn = 0; turn < CLOCK_PAIRS; turn++) {
        uint64_t before = thread_cpu_ns();
        samples_add(&clock, thread_cpu_ns() - before);
    }
    samples_print("clock", &clock);
    for (turn = 0; turn < SLEEPS; turn++) {
        uint64_t before = wall_ns();
        sleep_us(SLEEP_US);
        samples_add(&sleep, wall_ns() - before);
    }
    samples_print("sleep", &sleep);
    samples_free(&clock);
    samples_free(&sleep);
}

static void poll_idle(framewire_link link, uint32_t polls) {
    framewire_event events[CAPACITY];
    uint64_t count;
    uint32_t turn;
    for (turn = 0; turn < polls; turn++) {
        framewire_status status = framewire_poll(link, events, sizeof *events, CAPACITY, &count);
        if (status != FRAMEWIRE_EMPTY) fail("an idle poll came to status %" PRIu32, status);
    }
}

void bench_idle(uint16_t port) {
    framewire_link link = open_peer(port, FRAMEWIRE_PROFILE_RAW);
    memory_calls used = {0, 0}, before = memory_calls_here();
    block total = {0, 0}, start = block_start();
    poll_idle(link, POLLS);
    block_add(&total, start);
    memory_calls_add(&used, before);
    block_print("", total, POLLS);
    memory_calls_print("", used);
    close_link(link);
}

static void count_idle_calls(uint16_t port) {
    framewire_link link = open_peer(port, FRAMEWIRE_PROFILE_RAW);
    uint64_t none, calls;
    /* One call that must be seen, so that a blind tracer cannot report zero. */
    system_calls_begin();
    sleep_us(1);
    none = system_calls_end();
    if (none != 1) fail("the tracer saw %" PRIu64 " system calls where there was one", none);
    system_calls_begin();
    poll_idle(link, COUNTED_POLLS);
    calls = system_calls_end();
    figure("system_calls", (double)calls);
    close_link(link);
}

void bench_idle_calls(uint16_t port) {
    int status = run_traced(count_idle_calls, port);
    if (status != 0) fail("the counted run ended with status %d", status);
}
