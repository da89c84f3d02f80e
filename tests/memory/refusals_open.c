/* Scenes in which a link cannot be opened. */
#define _GNU_SOURCE

#include "refusals.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { TIMES = 100 };

/* Refused again and again, and each time as if it had never been asked: flat, and the name stays free. */
static void stays_flat(const framewire_config *config, const char *word)
{
    struct gauge before;
    struct gauge after;
    int turn;
    open_is_refused(config, word);
    before = gauge_read(2);
    for (turn = 0; turn < TIMES; turn++) {
        framewire_error error;
        framewire_link link = 7;
        CHECK_STATUS(framewire_open(config, &link, &error), FRAMEWIRE_NO_RESOURCES);
    }
    after = gauge_read(2);
    if (!CHECK(after.blocks - before.blocks < 16 && after.bytes - before.bytes < 4096)) {
        gauge_print("before", 0, &before);
        gauge_print("after", TIMES, &after);
    }
    CHECK(after.threads == before.threads && after.maps - before.maps < 8);
}

/* Other code of the process has taken every key for values of threads. */
void open_without_keys(void)
{
    static pthread_key_t keys[PTHREAD_KEYS_MAX];
    framewire_config config;
    int count = 0;
    server_config(&config, "refused");
    while (count < PTHREAD_KEYS_MAX && pthread_key_create(&keys[count], NULL) == 0) {
        count++;
    }
    CHECK(count > 0);
    open_is_refused(&config, "no key");
    while (count > 0) {
        pthread_key_delete(keys[--count]);
    }
    link_works(&config);
}

/* No limit on processes holds root: from here on this one is of a user that nobody is. */
static void become_nobody(void)
{
    uid_t user = (uid_t)(60000 + getpid() % 5000);
    CHECK(geteuid() != 0 || setuid(user) == 0);
}

void open_without_threads(void)
{
    framewire_config config;
    server_config(&config, "refused");
    become_nobody();
    limit_lower(RLIMIT_NPROC, 1);
    stays_flat(&config, "a thread");
    limit_raise(RLIMIT_NPROC);
    link_works(&config);
}

static uint64_t mapped_bytes(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file != NULL && fscanf(file, "%lu", &pages) == 1);
    if (file != NULL) {
        fclose(file);
    }
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

void open_without_stack(void)
{
    framewire_config config;
    server_config(&config, "refused");
    /* The heap has room to grow, a thread's stack has none. */
    limit_lower(RLIMIT_AS, mapped_bytes() + (1u << 20));
    stays_flat(&config, "a thread");
    limit_raise(RLIMIT_AS);
    link_works(&config);
}

void open_without_descriptors(void)
{
    framewire_config config;
    int left;
    server_config(&config, "refused");
    /* A link needs two before it dials: none is left, or only the first can be had. */
    for (left = 0; left < 2; left++) {
        framewire_error error;
        framewire_link link = 7;
        int turn;
        descriptors_take(left);
        for (turn = 0; turn < TIMES; turn++) {
            CHECK_STATUS(framewire_open(&config, &link, &error), FRAMEWIRE_NO_RESOURCES);
            CHECK(link == 0 && strstr(error.text, "Too many open files") != NULL);
        }
        printf("  told: %s\n", error.text);
        descriptors_give_back();
        link_works(&config);
    }
}
