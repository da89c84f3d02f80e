/* The parts of the program that has many links. */
#ifndef LINKS_H
#define LINKS_H

#include "framewire.h"
#include "host_json.h"

#include <stddef.h>
#include <stdint.h>

/* As many links as one process may have. */
enum { MOST_LINKS = 4096, MOST_FRAMES = 1 << 16 };

struct link {
    framewire_link handle;
    int is_active;
    /* When it was acknowledged last, on the clock of the library. */
    uint64_t active_ns;
};

/* Frames since they were last asked for: what polling all links cost. */
struct costs {
    uint64_t cpu_ns[MOST_FRAMES];
    size_t count;
    /* CPU time of the frame thread, and of the process, when they began. */
    uint64_t thread_start;
    uint64_t process_start;
    uint64_t wall_start;
};

struct links {
    struct link links[MOST_LINKS];
    size_t count;
    size_t active;
    uint64_t answered;
    /* Connections are timed from here. */
    uint64_t mark_ns;
    uint64_t opening_ns;
    uint32_t jitter_percent;
    uint32_t heartbeat_ms;
    /* Messages that the queues of a link hold, and requests that may be open; 0 = the defaults. */
    uint32_t queue;
    double hz;
    int quit;
    struct costs costs;
    struct json scratch;
};

/* links_costs.c: CPU time of the whole process. */
uint64_t process_cpu_ns(void);
void costs_begin(struct costs *costs);
void costs_add(struct costs *costs, uint64_t ns);
/* Prints and begins anew. */
void costs_print(struct costs *costs);

/* links_bare.c: what `count` threads that each wait for one socket weigh, and one that waits for all: lines on standard
 * output, each with the process as it is then waiting to be weighed, until a line comes in. */
int bare_threads(size_t count, int is_one_for_all);

#endif
