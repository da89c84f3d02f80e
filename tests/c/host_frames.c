/* What frames and polls cost, in CPU time of the main thread and by the clock on the wall. */
#include "host.h"
#include "platform.h"

#include <stdlib.h>
#include <string.h>

enum { STEP_BITS = 5, STEPS = 1 << STEP_BITS };

static size_t bucket_of(uint64_t ns)
{
    unsigned doublings = 0;
    size_t bucket;
    while ((ns >> doublings) >= 2 * STEPS) {
        doublings++;
    }
    bucket = (size_t)doublings * STEPS + (size_t)(ns >> doublings);
    return bucket < 1024 ? bucket : 1023;
}

/* The middle of what falls into a bucket. */
static double value_of(size_t bucket)
{
    unsigned doublings = bucket < 2 * STEPS ? 0 : (unsigned)(bucket / STEPS) - 1;
    uint64_t low = (uint64_t)(bucket - (size_t)doublings * STEPS) << doublings;
    return (double)low + (double)((uint64_t)1 << doublings) / 2.0 - 0.5;
}

static void record(struct histogram *histogram, uint64_t ns)
{
    histogram->counts[bucket_of(ns)]++;
    histogram->total++;
    if (ns > histogram->worst) {
        histogram->worst = ns;
    }
}

static double percentile_us(const struct histogram *histogram, double share)
{
    uint64_t rank = (uint64_t)((double)histogram->total * share);
    uint64_t passed = 0;
    size_t i;
    for (i = 0; i < 1024; i++) {
        passed += histogram->counts[i];
        if (passed > rank && value_of(i) < (double)histogram->worst) {
            return value_of(i) / 1000.0;
        }
    }
    return (double)histogram->worst / 1000.0;
}

void frames_begin(struct frames *frames)
{
    frames->wall_start = platform_now_ns();
    frames->cpu_start = platform_thread_cpu_ns();
}

void frames_end(struct frames *frames, uint64_t events, uint64_t bytes)
{
    record(&frames->cpu, platform_thread_cpu_ns() - frames->cpu_start);
    record(&frames->wall, platform_now_ns() - frames->wall_start);
    if (events > frames->max_events) {
        frames->max_events = events;
    }
    if (bytes > frames->max_bytes) {
        frames->max_bytes = bytes;
    }
}

void frames_print(struct frames *frames)
{
    struct json *line = line_begin("frames");
    json_unsigned(line, "count", frames->cpu.total);
    json_number(line, "p50_us", percentile_us(&frames->cpu, 0.50));
    json_number(line, "p99_us", percentile_us(&frames->cpu, 0.99));
    json_number(line, "worst_us", (double)frames->cpu.worst / 1000.0);
    json_number(line, "wall_p50_us", percentile_us(&frames->wall, 0.50));
    json_number(line, "wall_p99_us", percentile_us(&frames->wall, 0.99));
    json_number(line, "wall_worst_us", (double)frames->wall.worst / 1000.0);
    json_unsigned(line, "max_events", frames->max_events);
    json_unsigned(line, "max_bytes", frames->max_bytes);
    line_end(line);
    memset(frames, 0, sizeof *frames);
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

void frames_print_poll_cost(struct host *host, uint64_t polls)
{
    /* Timed in runs, of which the median counts: a run that the system interrupted does not spoil it. */
    enum { RUNS = 101 };
    double costs[RUNS];
    uint64_t a_run = polls / RUNS > 0 ? polls / RUNS : 1;
    uint64_t with_events = 0;
    size_t runs = 0;
    struct json *line;

    while (runs < RUNS && with_events < RUNS) {
        framewire_status status = FRAMEWIRE_EMPTY;
        uint64_t count = 0;
        uint64_t i;
        uint64_t start = platform_thread_cpu_ns();
        for (i = 0; i < a_run && status == FRAMEWIRE_EMPTY; i++) {
            status = framewire_poll(host->link, host->events, sizeof *host->events, host->capacity, &count);
        }
        if (status == FRAMEWIRE_EMPTY) {
            costs[runs++] = (double)(platform_thread_cpu_ns() - start) / (double)a_run;
            continue;
        }
        /* Not idle: this run does not count, but its events do. */
        with_events++;
        if (status == FRAMEWIRE_OK) {
            host_take(host, count);
        }
    }
    qsort(costs, runs, sizeof costs[0], by_size);
    line = line_begin("poll_cost");
    json_number(line, "ns", runs > 0 ? costs[runs / 2] : 0.0);
    json_number(line, "least_ns", runs > 0 ? costs[0] : 0.0);
    json_unsigned(line, "polls", a_run * runs);
    json_unsigned(line, "runs_with_events", with_events);
    line_end(line);
}
