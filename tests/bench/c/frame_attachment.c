/* An 8 MiB screenshot in an answer: as an attachment, and encoded by the caller. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "frame_bench.h"
#include "link.h"
#include "measure.h"

enum { RAW_BYTES = 8 << 20, TEXT_BYTES = (RAW_BYTES + 2) / 3 * 4, TURNS = 5 };

static const char HEAD[] = "{\"image\":\"", TAIL[] = "\"}";
static volatile unsigned char seen;

/* Bytes without a pattern, as a compressed image has them. */
static unsigned char *image(void) {
    unsigned char *bytes = malloc(RAW_BYTES);
    uint64_t word = 88172645463325252u;
    size_t at;
    if (bytes == NULL) fail("no memory for the image");
    for (at = 0; at < RAW_BYTES; at++) {
        word ^= word << 13, word ^= word >> 7, word ^= word << 17;
        bytes[at] = (unsigned char)word;
    }
    return bytes;
}

/* What a host does by itself, three bytes at a time. */
static void encode(const unsigned char *from, char *to) {
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t left = RAW_BYTES;
    for (; left >= 3; left -= 3, from += 3) {
        uint32_t group = (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2];
        *to++ = DIGITS[group >> 18];
        *to++ = DIGITS[group >> 12 & 63];
        *to++ = DIGITS[group >> 6 & 63];
        *to++ = DIGITS[group & 63];
    }
    if (left > 0) {
        uint32_t group = (uint32_t)from[0] << 16 | (left == 2 ? (uint32_t)from[1] << 8 : 0);
        *to++ = DIGITS[group >> 18];
        *to++ = DIGITS[group >> 12 & 63];
        *to++ = left == 2 ? DIGITS[group >> 6 & 63] : '=';
        *to++ = '=';
    }
}

/* One answer: what the caller paid, and how long it took until the system had all of it. */
typedef struct cost {
    uint64_t cpu_ns, sent_ns;
} cost;

/* As an attachment, or, if there is room for the text, encoded here. */
static cost answer(framewire_link link, const unsigned char *bytes, char *text) {
    cost took;
    uint64_t id, number, cpu, wall;
    framewire_status status;
    preload_commands(link, 1, 128);
    take_requests(link, &id, 1);
    wall = wall_ns();
    cpu = thread_cpu_ns();
    if (text == NULL) {
        framewire_str json = text_of("{\"image\":null}");
        status = framewire_respond_attachment(link, id, json, text_of("/image"), bytes, RAW_BYTES, &number);
    } else {
        framewire_str json = {text, sizeof HEAD - 1 + TEXT_BYTES + sizeof TAIL - 1};
        encode(bytes, text + sizeof HEAD - 1);
        status = framewire_respond(link, id, json, &number);
    }
    took.cpu_ns = thread_cpu_ns() - cpu;
    if (status != FRAMEWIRE_OK) fail("an answer of 8 MiB: status %" PRIu32, status);
    wait_sent(link);
    took.sent_ns = wall_ns() - wall;
    return took;
}

static void measure(framewire_link link, const unsigned char *bytes, char *text, const char *cpu_name,
                    const char *sent_name) {
    samples cpu = samples_new(TURNS), sent = samples_new(TURNS);
    int turn;
    for (turn = 0; turn < TURNS; turn++) {
        cost took = answer(link, bytes, text);
        samples_add(&cpu, took.cpu_ns);
        samples_add(&sent, took.sent_ns);
    }
    figure(cpu_name, samples_median(&cpu));
    figure(sent_name, samples_median(&sent));
    samples_free(&cpu);
    samples_free(&sent);
}

static void measure_copies(const unsigned char *bytes) {
    unsigned char *copy = malloc(RAW_BYTES);
    samples copies = samples_new(TURNS);
    int turn;
    if (copy == NULL) fail("no memory for a copy");
    memset(copy, 0, RAW_BYTES);
    for (turn = 0; turn < TURNS; turn++) {
        uint64_t start = thread_cpu_ns();
        memcpy(copy, bytes, RAW_BYTES);
        seen = copy[turn];
        samples_add(&copies, thread_cpu_ns() - start);
    }
    figure("copy_ns", samples_median(&copies));
    samples_free(&copies);
    free(copy);
}

void bench_attachment(uint16_t port) {
    framewire_config config = peer_config(port, FRAMEWIRE_PROFILE_GODOT_AI);
    framewire_link link;
    unsigned char *bytes = image();
    char *text = calloc(1, sizeof HEAD + TEXT_BYTES + sizeof TAIL);
    if (text == NULL) fail("no memory for the text");
    memcpy(text, HEAD, sizeof HEAD - 1);
    memcpy(text + sizeof HEAD - 1 + TEXT_BYTES, TAIL, sizeof TAIL - 1);
    config.peer_max_message = 2u * RAW_BYTES;
    config.outbound_bytes = 4u * RAW_BYTES;
    link = open_active(&config);
    figure("cold_ns", (double)answer(link, bytes, NULL).cpu_ns);
    measure(link, bytes, NULL, "warm_ns", "sent_ns");
    measure_copies(bytes);
    /* The first one only warms the buffers for the larger text. */
    answer(link, bytes, text);
    measure(link, bytes, text, "by_caller_ns", "by_caller_sent_ns");
    close_link(link);
    free(bytes);
    free(text);
}
