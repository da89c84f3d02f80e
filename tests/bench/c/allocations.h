/* Counts what a thread asks of malloc and free. Linking allocations.c replaces them for the whole process, libraries included. */
#ifndef FRAMEWIRE_BENCH_ALLOCATIONS_H
#define FRAMEWIRE_BENCH_ALLOCATIONS_H

#include <stdint.h>

typedef struct memory_calls {
    uint64_t allocations, frees;
} memory_calls;

/* Calls of the calling thread so far. */
memory_calls memory_calls_here(void);
/* Adds the calls of the calling thread since `start` to `total`. */
void memory_calls_add(memory_calls *total, memory_calls start);
/* Prints `allocations` and `frees` after `prefix`. */
void memory_calls_print(const char *prefix, memory_calls total);

#endif
