/* storm --list             names every function that it calls
 * storm race               writes one word from two threads: ThreadSanitizer must say so
 * storm URL DIRECTORY MS SEED
 *
 * The last form takes MS milliseconds in all, and longer until each function has succeeded a few times. It ends with a line a function, `NAME CALLS WELL`, and `calls N, wrong N`. */
#include "storm.h"

#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 8
#define MOST_FUNCTIONS 128
/* A half goes on until each function has succeeded so often, and gives up after so long. */
#define FEWEST 4
#define PATIENCE_NS 60000000000u

uint64_t dice(struct caller *caller, uint64_t bound)
{
    caller->chance ^= caller->chance << 13;
    caller->chance ^= caller->chance >> 7;
    caller->chance ^= caller->chance << 17;
    return (caller->chance >> 11) % bound;
}

/* What good arguments never get, whatever the other threads do. */
static int is_wrong(framewire_status status)
{
    return status == FRAMEWIRE_INVALID || status == FRAMEWIRE_PANIC || status == FRAMEWIRE_INTERNAL
           || status == FRAMEWIRE_FORKED;
}

static size_t index_of(const char *name)
{
    size_t i;
    for (i = 0; i < function_count && strcmp(functions[i].name, name) != 0; i++) {
    }
    return i;
}

/* Opens and polls come more often, so that most links live for a while and have something under way. */
static size_t choose(struct caller *caller, size_t open, size_t poll)
{
    switch (dice(caller, 8)) {
    case 0:
        return open;
    case 1:
    case 2:
        return poll;
    default:
        return (size_t)dice(caller, function_count);
    }
}

static void call_at_random(void *context)
{
    struct caller *caller = (struct caller *)context;
    const size_t open = index_of("framewire_open");
    const size_t poll = index_of("framewire_poll");
    while (!atomic_load_explicit(&caller->storm->is_over, memory_order_relaxed)) {
        const size_t chosen = choose(caller, open, poll);
        const framewire_status status = functions[chosen].call(caller);
        atomic_fetch_add_explicit(&caller->called[chosen], 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&caller->well[chosen], status == FRAMEWIRE_OK, memory_order_relaxed);
        if (is_wrong(status)) {
            caller->wrong++;
            fprintf(stderr, "%s: status %u\n", functions[chosen].name, (unsigned)status);
        }
    }
}

static _Atomic uint64_t called[THREADS][MOST_FUNCTIONS];
static _Atomic uint64_t well[THREADS][MOST_FUNCTIONS];

static uint64_t sum(_Atomic uint64_t counts[THREADS][MOST_FUNCTIONS], size_t function)
{
    uint64_t all = 0;
    size_t thread;
    for (thread = 0; thread < THREADS; thread++) {
        all += atomic_load_explicit(&counts[thread][function], memory_order_relaxed);
    }
    return all;
}

/* How many functions have succeeded often enough. */
static size_t seen_well(void)
{
    size_t seen = 0;
    size_t i;
    for (i = 0; i < function_count; i++) {
        seen += sum(well, i) >= FEWEST;
    }
    return seen;
}

static uint64_t half(struct storm *storm, uint64_t seed, uint64_t ms)
{
    struct platform_thread threads[THREADS];
    struct caller callers[THREADS];
    const uint64_t begin = platform_now_ns();
    /* Nobody releases what another reads, and nobody shuts down then. */
    const size_t wanted = storm->is_reading ? function_count - 2 : function_count;
    uint64_t wrong = 0;
    size_t i;
    atomic_store(&storm->is_over, 0);
    for (i = 0; i < THREADS; i++) {
        callers[i].storm = storm;
        /* Never zero, which would stay zero. */
        callers[i].chance = (seed * THREADS + i + 1) * 0x9E3779B97F4A7C15u | 1;
        callers[i].called = called[i];
        callers[i].well = well[i];
        callers[i].wrong = 0;
        platform_thread_start(&threads[i], call_at_random, &callers[i]);
    }
    do {
        platform_sleep_ms(10);
    } while (platform_now_ns() - begin < ms * 1000000u
             || (seen_well() < wanted && platform_now_ns() - begin < PATIENCE_NS));
    atomic_store(&storm->is_over, 1);
    for (i = 0; i < THREADS; i++) {
        platform_thread_join(&threads[i]);
        wrong += callers[i].wrong;
    }
    framewire_shutdown(1000);
    return wrong;
}

static int report(uint64_t wrong)
{
    uint64_t all = 0;
    size_t i;
    for (i = 0; i < function_count; i++) {
        const uint64_t calls = sum(called, i);
        printf("%s %llu %llu\n", functions[i].name, (unsigned long long)calls, (unsigned long long)sum(well, i));
        all += calls;
    }
    printf("calls %llu, wrong %llu\n", (unsigned long long)all, (unsigned long long)wrong);
    return wrong == 0 ? 0 : 1;
}

static void write_word(void *context)
{
    unsigned *word = (unsigned *)context;
    static atomic_uint begun;
    unsigned i;
    /* Neither may be over before the other begins; this order puts nothing in order. */
    atomic_fetch_add_explicit(&begun, 1, memory_order_relaxed);
    while (atomic_load_explicit(&begun, memory_order_relaxed) < 2) {
    }
    for (i = 0; i < 1000; i++) {
        (*word)++;
    }
}

static int race(void)
{
    static unsigned word;
    struct platform_thread threads[2];
    platform_thread_start(&threads[0], write_word, &word);
    platform_thread_start(&threads[1], write_word, &word);
    platform_thread_join(&threads[0]);
    platform_thread_join(&threads[1]);
    return word == 0;
}

int main(int count, char **words)
{
    static struct storm storm;
    uint64_t ms;
    uint64_t seed;
    uint64_t wrong;
    size_t i;
    if (function_count > MOST_FUNCTIONS) {
        return 2;
    }
    if (count == 2 && strcmp(words[1], "--list") == 0) {
        for (i = 0; i < function_count; i++) {
            printf("%s\n", functions[i].name);
        }
        return 0;
    }
    if (count == 2 && strcmp(words[1], "race") == 0) {
        return race();
    }
    if (count != 5) {
        fputs("storm --list | race | URL DIRECTORY MS SEED\n", stderr);
        return 2;
    }
    storm.url = words[1];
    snprintf(storm.nowhere, sizeof storm.nowhere, "ws://127.0.0.1:%u/", platform_unused_port());
    snprintf(storm.state_file, sizeof storm.state_file, "%s/state.json", words[2]);
    ms = strtoull(words[3], NULL, 10);
    seed = strtoull(words[4], NULL, 10);
    storm.is_reading = 1;
    wrong = half(&storm, seed, ms / 2);
    storm.is_reading = 0;
    wrong += half(&storm, seed + 1, ms / 2);
    return report(wrong);
}
