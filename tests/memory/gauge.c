/* gauge.h. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "gauge.h"
#include "platform.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

static int entries(const char *path)
{
    int count = 0;
    struct dirent *entry;
    DIR *directory = opendir(path);
    if (directory == NULL) {
        return -1;
    }
    while ((entry = readdir(directory)) != NULL) {
        count += entry->d_name[0] != '.';
    }
    closedir(directory);
    return count;
}

int gauge_descriptors(void)
{
    /* Without the one that reads the listing. */
    return entries("/proc/self/fd") - 1;
}

int gauge_threads(void)
{
    return entries("/proc/self/task");
}

static int lines(const char *path)
{
    int count = 0;
    int byte;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return -1;
    }
    while ((byte = getc(file)) != EOF) {
        count += byte == '\n';
    }
    fclose(file);
    return count;
}

static long resident_kib(void)
{
    long pages = -1;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL) {
        return -1;
    }
    if (fscanf(file, "%*s %ld", &pages) != 1) {
        pages = -1;
    }
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

struct gauge gauge_read(int threads)
{
    struct gauge gauge;
    int tries;
    for (tries = 0; tries < 1000 && gauge_threads() > threads; tries++) {
        platform_sleep_ms(5);
    }
    gauge.bytes = heap_bytes();
    gauge.blocks = heap_blocks();
    gauge.descriptors = gauge_descriptors();
    gauge.threads = gauge_threads();
    gauge.maps = lines("/proc/self/maps");
    gauge.resident_kib = resident_kib();
    return gauge;
}

void gauge_print(const char *mark, long long count, const struct gauge *gauge)
{
    printf("{\"mark\":\"%s\",\"count\":%lld,\"bytes\":%lld,\"blocks\":%lld,\"descriptors\":%d,\"threads\":%d,"
           "\"maps\":%d,\"resident_kib\":%ld}\n",
           mark, count, gauge->bytes, gauge->blocks, gauge->descriptors, gauge->threads, gauge->maps,
           gauge->resident_kib);
    fflush(stdout);
}
