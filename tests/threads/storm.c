/* storm --list             names every function that it calls
 * storm race               writes one word from two threads: ThreadSanitizer must say so
 * storm URL DIRECTORY MS SEED
 *
 * The last form ends with a line a function, `NAME CALLS WELL`, and `calls N, wrong N`. */
#include "storm.h"

#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 8
#define MOST_FUNCTIONS 128

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

static void call_at_random(void *context)
{
    struct caller *caller = (struct caller *)context;
    while (platform_now_ns() < caller->end_ns) {
        const size_t chosen = (size_t)dice(caller, function_count);
        const framewire_status status = functions[chosen].call(caller);
        caller->called[chosen]++;
        caller->well[chosen] += status == FRAMEWIRE_OK;
        if (is_wrong(status)) {
            caller->wrong++;
            fprintf(stderr, "%s: status %u\n", functions[chosen].name, (unsigned)status);
        }
    }
}

static uint64_t called[THREADS][MOST_FUNCTIONS];
static uint64_t well[THREADS][MOST_FUNCTIONS];

static uint64_t half(struct storm *storm, uint64_t seed, uint64_t ms)
{
    struct platform_thread threads[THREADS];
    struct caller callers[THREADS];
    uint64_t wrong = 0;
    size_t i;
    for (i = 0; i < THREADS; i++) {
        callers[i].storm = storm;
        /* Never zero, which would stay zero. */
        callers[i].chance = (seed * THREADS + i + 1) * 0x9E3779B97F4A7C15u | 1;
        callers[i].end_ns = platform_now_ns() + ms * 1000000u;
        callers[i].called = called[i];
        callers[i].well = well[i];
        callers[i].wrong = 0;
        platform_thread_start(&threads[i], call_at_random, &callers[i]);
    }
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
    size_t thread;
    for (i = 0; i < function_count; i++) {
        uint64_t calls = 0;
        uint64_t good = 0;
        for (thread = 0; thread < THREADS; thread++) {
            calls += called[thread][i];
            good += well[thread][i];
        }
        printf("%s %llu %llu\n", functions[i].name, (unsigned long long)calls, (unsigned long long)good);
        all += calls;
    }
    printf("calls %llu, wrong %llu\n", (unsigned long long)all, (unsigned long long)wrong);
    return wrong == 0 ? 0 : 1;
}

static void write_word(void *context)
{
    unsigned *word = (unsigned *)context;
    unsigned i;
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
