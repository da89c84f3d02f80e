/* A heap that counts: every allocation of the process, the library's included, comes through here.
 *
 * glibc lets a program define malloc and its kin anew, and offers its own under other names. What is counted is what
 * each block can hold, so that a free takes off exactly what its allocation put on. */
#include "gauge.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *block);

static int64_t live_bytes;
static int64_t live_blocks;
static size_t refused_from;

static int refuses(size_t size)
{
    size_t from = __atomic_load_n(&refused_from, __ATOMIC_RELAXED);
    if (from == 0 || size < from) {
        return 0;
    }
    errno = ENOMEM;
    return 1;
}

static void *come(void *block)
{
    if (block != NULL) {
        __atomic_fetch_add(&live_bytes, (int64_t)malloc_usable_size(block), __ATOMIC_RELAXED);
        __atomic_fetch_add(&live_blocks, 1, __ATOMIC_RELAXED);
    }
    return block;
}

static int64_t size_of(void *block)
{
    return block == NULL ? 0 : (int64_t)malloc_usable_size(block);
}

static void go(int64_t size)
{
    __atomic_fetch_sub(&live_bytes, size, __ATOMIC_RELAXED);
    __atomic_fetch_sub(&live_blocks, 1, __ATOMIC_RELAXED);
}

void *malloc(size_t size)
{
    return refuses(size) ? NULL : come(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return size != 0 && refuses(count * size) ? NULL : come(__libc_calloc(count, size));
}

void *realloc(void *block, size_t size)
{
    int64_t before = size_of(block);
    void *moved = refuses(size) ? NULL : __libc_realloc(block, size);
    if (moved == NULL && size != 0) {
        return NULL;
    }
    if (block != NULL) {
        go(before);
    }
    return come(moved);
}

void *memalign(size_t alignment, size_t size)
{
    return refuses(size) ? NULL : come(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **place, size_t alignment, size_t size)
{
    void *block = memalign(alignment, size);
    if (block == NULL) {
        return ENOMEM;
    }
    *place = block;
    return 0;
}

void free(void *block)
{
    if (block != NULL) {
        go(size_of(block));
        __libc_free(block);
    }
}

int64_t heap_bytes(void)
{
    return __atomic_load_n(&live_bytes, __ATOMIC_RELAXED);
}

int64_t heap_blocks(void)
{
    return __atomic_load_n(&live_blocks, __ATOMIC_RELAXED);
}

void heap_refuse_from(size_t size)
{
    __atomic_store_n(&refused_from, size, __ATOMIC_RELAXED);
}
