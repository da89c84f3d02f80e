/* Large messages: 1 MiB in, 8 MiB out. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocations.h"
#include "frame_bench.h"
#include "link.h"
#include "measure.h"

enum { INBOUND_BYTES = 1 << 20, INBOUND_MESSAGES = 60, ANSWER_BYTES = 8 << 20, WARM_ANSWERS = 5, SETTLE_US = 300 };

static volatile unsigned char seen;

void bench_inbound(uint16_t port) {
    framewire_link link = open_peer(port, FRAMEWIRE_PROFILE_RAW);
    samples cpu = samples_new(INBOUND_MESSAGES), wall = samples_new(INBOUND_MESSAGES);
    samples bare = samples_new(INBOUND_MESSAGES);
    memory_calls used = {0, 0};
    char text[64];
    int message;
    snprintf(text, sizeof text, "source %d 1", INBOUND_BYTES);
    for (message = 0; message < INBOUND_MESSAGES; message++) {
        uint64_t begin = wall_ns(), before = stats_of(link).messages_in, count, length;
        framewire_event event;
        memory_calls calls;
        block total = {0, 0}, nothing = {0, 0}, start;
        /* The clocks alone, as cold as they are after a sleep. */
        sleep_us(SETTLE_US);
        block_add(&nothing, block_start());
        samples_add(&bare, nothing.cpu_ns);
        order(link, text);
        while (stats_of(link).messages_in == before) be_patient(begin, "1 MiB to arrive");
        /* Counted is not yet in the inbox. */
        sleep_us(SETTLE_US);
        calls = memory_calls_here();
        start = block_start();
        count = poll_events(link, &event, 1);
        length = count == 1 ? event.data.len : 0;
        framewire_release(link);
        block_add(&total, start);
        memory_calls_add(&used, calls);
        if (length != INBOUND_BYTES) fail("a message of %" PRIu64 " bytes came instead of 1 MiB", length);
        samples_add(&cpu, total.cpu_ns);
        samples_add(&wall, total.wall_ns);
    }
    samples_print("cpu", &cpu);
    samples_print("wall", &wall);
    samples_print("bare", &bare);
    memory_calls_print("", used);
    samples_free(&bare);
    samples_free(&cpu);
    samples_free(&wall);
    close_link(link);
}

/* An object with one long string, as a screenshot would be. */
static char *large_object(void) {
    static const char HEAD[] = "{\"image\":\"", TAIL[] = "\"}";
    char *text = malloc(ANSWER_BYTES);
    if (text == NULL) fail("no memory for the answer");
    memset(text, 'A', ANSWER_BYTES);
    memcpy(text, HEAD, sizeof HEAD - 1);
    memcpy(text + ANSWER_BYTES - (sizeof TAIL - 1), TAIL, sizeof TAIL - 1);
    return text;
}

static block answer(framewire_link link, framewire_str json) {
    block total = {0, 0}, start;
    uint64_t id, number;
    framewire_status status;
    preload_commands(link, 1, 128);
    take_requests(link, &id, 1);
    start = block_start();
    status = framewire_respond(link, id, json, &number);
    block_add(&total, start);
    if (status != FRAMEWIRE_OK) fail("framewire_respond with 8 MiB: status %" PRIu32, status);
    wait_sent(link);
    return total;
}

void bench_answer(uint16_t port) {
    framewire_config config = peer_config(port, FRAMEWIRE_PROFILE_GODOT_AI);
    framewire_link link;
    char *text = large_object(), *copy = malloc(ANSWER_BYTES);
    framewire_str json = {text, ANSWER_BYTES};
    samples cpu = samples_new(WARM_ANSWERS), wall = samples_new(WARM_ANSWERS), copies = samples_new(WARM_ANSWERS);
    int turn;
    if (copy == NULL) fail("no memory for a copy");
    memset(copy, 0, ANSWER_BYTES);
    config.peer_max_message = 2u * ANSWER_BYTES;
    config.outbound_bytes = 4u * ANSWER_BYTES;
    link = open_active(&config);
    figure("cold_ns", (double)answer(link, json).cpu_ns);
    for (turn = 0; turn < WARM_ANSWERS; turn++) {
        block took = answer(link, json);
        uint64_t start;
        samples_add(&cpu, took.cpu_ns);
        samples_add(&wall, took.wall_ns);
        start = thread_cpu_ns();
        memcpy(copy, text, ANSWER_BYTES);
        seen = (unsigned char)copy[turn];
        samples_add(&copies, thread_cpu_ns() - start);
    }
    figure("warm_ns", samples_median(&cpu));
    figure("warm_wall_ns", samples_median(&wall));
    figure("copy_ns", samples_median(&copies));
    samples_free(&cpu);
    samples_free(&wall);
    samples_free(&copies);
    close_link(link);
    free(text);
    free(copy);
}
