/* Clocks, samples and figures: see measure.h. */
#define _GNU_SOURCE
#include "measure.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t read_clock(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t thread_cpu_ns(void) { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

uint64_t wall_ns(void) { return read_clock(CLOCK_MONOTONIC); }

void sleep_us(uint32_t microseconds) {
    struct timespec time = {.tv_sec = microseconds / 1000000u, .tv_nsec = (long)(microseconds % 1000000u) * 1000};
    nanosleep(&time, NULL);
}

void pin_to_first_core(void) {
    cpu_set_t allowed, one;
    int core = 0;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) fail("no list of cores");
    while (core < CPU_SETSIZE - 1 && !CPU_ISSET(core, &allowed)) core++;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0) fail("cannot stay on core %d", core);
}

void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

void figure(const char *name, double value) { printf("%s %.17g\n", name, value); }

block block_start(void) {
    /* The wall clock is the outer one. */
    block start;
    start.wall_ns = wall_ns();
    start.cpu_ns = thread_cpu_ns();
    return start;
}

void block_add(block *total, block start) {
    total->cpu_ns += thread_cpu_ns() - start.cpu_ns;
    total->wall_ns += wall_ns() - start.wall_ns;
}

void block_print(const char *prefix, block total, uint64_t operations) {
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "%scpu_ns", prefix);
    figure(name, (double)total.cpu_ns / (double)operations);
    snprintf(name, sizeof name, "%swall_ns", prefix);
    figure(name, (double)total.wall_ns / (double)operations);
}

samples samples_new(size_t capacity) {
    samples list = {calloc(capacity, sizeof(uint64_t)), 0, capacity};
    if (list.values == NULL) fail("no memory for %zu samples", capacity);
    return list;
}

void samples_add(samples *list, uint64_t value) {
    if (list->count < list->capacity) list->values[list->count++] = value;
}

static int ascending(const void *left, const void *right) {
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static double part(const samples *list, double share) {
    if (list->count == 0) fail("there are no samples");
    return (double)list->values[(size_t)(share * (double)(list->count - 1) + 0.5)];
}

void samples_print(const char *name, samples *list) {
    static const struct {
        const char *name;
        double share;
    } parts[] = {{"p50_ns", 0.5}, {"p99_ns", 0.99}, {"worst_ns", 1.0}};
    char full[NAME_SIZE];
    size_t index;
    qsort(list->values, list->count, sizeof *list->values, ascending);
    for (index = 0; index < sizeof parts / sizeof *parts; index++) {
        snprintf(full, sizeof full, "%s%s%s", name, *name != '\0' ? "." : "", parts[index].name);
        figure(full, part(list, parts[index].share));
    }
}

double samples_median(samples *list) {
    qsort(list->values, list->count, sizeof *list->values, ascending);
    return part(list, 0.5);
}

void samples_free(samples *list) {
    free(list->values);
    memset(list, 0, sizeof *list);
}

void print_rates(uint64_t size, uint64_t count, uint64_t ns) {
    double seconds = (double)ns / 1e9;
    figure("messages_per_s", (double)count / seconds);
    figure("bytes_per_s", (double)count * (double)size / seconds);
}
