/* Eight threads call every function of the library at random, on links that they share and that die under them. */
#ifndef STORM_H
#define STORM_H

#include "framewire.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define LINKS 8
#define KEPT_IDS 8

/* What all threads share. */
struct storm {
    const char *url;
    /* A port on which nobody listens. */
    char nowhere[64];
    char state_file[512];
    /* In the first half whoever polls also reads what it is lent. So that only the reader ends its loan, nobody attaches
     * or shuts down then; in the second half everything is allowed, and nobody reads. */
    int is_reading;
    _Atomic(framewire_link) links[LINKS];
    /* Of the requests that were polled last, and of the calls that were made. */
    _Atomic uint64_t requests[LINKS][KEPT_IDS];
    _Atomic uint64_t calls[LINKS][KEPT_IDS];
    _Atomic uint64_t names;
    atomic_int is_over;
};

/* One thread, with its dice. */
struct caller {
    struct storm *storm;
    uint64_t chance;
    /* By function: how often it was called, and how often well. Read by the main thread meanwhile. */
    _Atomic uint64_t *called;
    _Atomic uint64_t *well;
    uint64_t wrong;
};

/* A number below `bound`. */
uint64_t dice(struct caller *caller, uint64_t bound);

struct function {
    const char *name;
    framewire_status (*call)(struct caller *caller);
};

/* storm_calls.c: every function of the header. */
extern const struct function functions[];
extern const size_t function_count;

#endif
