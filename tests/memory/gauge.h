/* What a process holds: live heap, descriptors, threads, mappings. Linux with glibc. */
#ifndef GAUGE_H
#define GAUGE_H

#include <stddef.h>
#include <stdint.h>

/* Bytes and blocks of the heap that are allocated and not freed, as heap.c counts them; 0 in programs without it. */
extern int64_t heap_bytes(void);
extern int64_t heap_blocks(void);

/* From now on every allocation of `size` bytes or more is refused; 0 = none is. */
extern void heap_refuse_from(size_t size);

struct gauge {
    long long bytes;
    long long blocks;
    int descriptors;
    int threads;
    int maps;
    long resident_kib;
};

/* Reads all of it, once no more than `threads` are left: a joined thread may stay in the listing for a moment. */
struct gauge gauge_read(int threads);

/* Entries of a directory: descriptors of /proc/self/fd, threads of /proc/self/task. */
int gauge_descriptors(void);
int gauge_threads(void);

/* Prints it as one JSON line. */
void gauge_print(const char *mark, long long count, const struct gauge *gauge);

#endif
