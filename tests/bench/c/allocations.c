/* malloc and its kin with a counter a thread, on top of glibc's own: see allocations.h. */
#include "allocations.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "measure.h"

/* glibc's allocator under its internal names, which it exports for replacements like these. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *old);

static __thread memory_calls calls;

void *malloc(size_t size) {
    calls.allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    calls.allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    calls.allocations++;
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    calls.allocations++;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
    void *made = memalign(alignment, size);
    if (made == NULL) return ENOMEM;
    *result = made;
    return 0;
}

void free(void *old) {
    if (old != NULL) calls.frees++;
    __libc_free(old);
}

memory_calls memory_calls_here(void) { return calls; }

void memory_calls_add(memory_calls *total, memory_calls start) {
    total->allocations += calls.allocations - start.allocations;
    total->frees += calls.frees - start.frees;
}

void memory_calls_print(const char *prefix, memory_calls total) {
    char name[NAME_SIZE];
    snprintf(name, sizeof name, "%sallocations", prefix);
    figure(name, (double)total.allocations);
    snprintf(name, sizeof name, "%sfrees", prefix);
    figure(name, (double)total.frees);
}
