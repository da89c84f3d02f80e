/* Clocks, samples and counters shared by the C programs of the benchmark. */
#ifndef FRAMEWIRE_BENCH_MEASURE_H
#define FRAMEWIRE_BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

/* Room for the name of a figure. */
enum { NAME_SIZE = 64 };

/* CPU time of the calling thread, and time on CLOCK_MONOTONIC, in ns. */
uint64_t thread_cpu_ns(void);
uint64_t wall_ns(void);
void sleep_us(uint32_t microseconds);
/* Keeps the calling thread, and threads that it starts later, on the first core; the peer server has the last one. */
void pin_to_first_core(void);

/* Ends the program with a message on stderr. */
#if defined(__GNUC__)
__attribute__((noreturn, format(printf, 1, 2)))
#endif
void fail(const char *format, ...);

/* Prints one `name value` line, which the driver reads. */
void figure(const char *name, double value);

/* Both times of a block of work, begun by `block_start`. */
typedef struct block {
    uint64_t cpu_ns, wall_ns;
} block;
block block_start(void);
/* Adds the time since `start` to `total`. */
void block_add(block *total, block start);
/* Prints `cpu_ns` and `wall_ns` divided by `operations`, after `prefix`. */
void block_print(const char *prefix, block total, uint64_t operations);

/* A fixed number of single times. */
typedef struct samples {
    uint64_t *values;
    size_t count, capacity;
} samples;
samples samples_new(size_t capacity);
void samples_add(samples *list, uint64_t value);
/* Prints `NAME.p50_ns`, `NAME.p99_ns` and `NAME.worst_ns`; an empty name prints them bare. Sorts the list. */
void samples_print(const char *name, samples *list);
double samples_median(samples *list);
void samples_free(samples *list);

/* Throughput of `count` messages of `size` bytes in `ns`, as messages and as bytes a second. */
void print_rates(uint64_t size, uint64_t count, uint64_t ns);

#endif
