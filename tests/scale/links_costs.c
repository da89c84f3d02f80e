/* What the frames of many links cost, and what the process holds. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "links.h"
#include "platform.h"

#include <stdlib.h>
#include <time.h>

uint64_t process_cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void costs_begin(struct costs *costs)
{
    costs->count = 0;
    costs->thread_start = platform_thread_cpu_ns();
    costs->process_start = process_cpu_ns();
    costs->wall_start = platform_now_ns();
}

void costs_add(struct costs *costs, uint64_t ns)
{
    if (costs->count < MOST_FRAMES) {
        costs->cpu_ns[costs->count++] = ns;
    }
}

static int by_size(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static double share(const struct costs *costs, double of)
{
    size_t rank = (size_t)((double)costs->count * of);
    return costs->count == 0 ? 0.0 : (double)costs->cpu_ns[rank < costs->count ? rank : costs->count - 1];
}

void costs_print(struct costs *costs)
{
    uint64_t thread = platform_thread_cpu_ns() - costs->thread_start;
    uint64_t process = process_cpu_ns() - costs->process_start;
    struct json *line = line_begin("frames");
    qsort(costs->cpu_ns, costs->count, sizeof costs->cpu_ns[0], by_size);
    json_unsigned(line, "count", costs->count);
    json_number(line, "p50_ns", share(costs, 0.5));
    json_number(line, "p99_ns", share(costs, 0.99));
    json_number(line, "worst_ns", share(costs, 1.0));
    json_unsigned(line, "io_cpu_ns", process > thread ? process - thread : 0);
    json_unsigned(line, "wall_ns", platform_now_ns() - costs->wall_start);
    line_end(line);
    costs_begin(costs);
}
