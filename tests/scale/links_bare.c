/* No library: what the system asks for a thread that waits for a socket, and for a socket that one thread waits for with
 * all others. This is the part of a link that another design could save. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "links.h"
#include "platform.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static int epoll_of(const int *sockets, size_t count)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    size_t i;
    for (i = 0; epoll >= 0 && i < count; i++) {
        struct epoll_event event = { .events = EPOLLIN, .data = { .fd = sockets[2 * i] } };
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, sockets[2 * i], &event) != 0) {
            return -1;
        }
    }
    return epoll;
}

/* Nobody writes: this waits until the process ends. */
static void *wait_for(void *context)
{
    struct epoll_event events[64];
    int epoll = *(const int *)context;
    while (epoll_wait(epoll, events, 64, -1) >= 0) {
    }
    return NULL;
}

int bare_threads(size_t count, int is_one_for_all)
{
    static int sockets[2 * MOST_LINKS];
    static int epolls[MOST_LINKS];
    size_t threads = is_one_for_all ? 1 : count;
    size_t i;
    char byte;
    if (count > MOST_LINKS) {
        return 2;
    }
    for (i = 0; i < count; i++) {
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, &sockets[2 * i]) != 0) {
            return 1;
        }
    }
    puts("{\"event\":\"sockets\"}");
    fflush(stdout);
    if (read(STDIN_FILENO, &byte, 1) != 1) {
        return 1;
    }
    for (i = 0; i < threads; i++) {
        pthread_t thread;
        epolls[i] = epoll_of(&sockets[2 * i], is_one_for_all ? count : 1);
        if (epolls[i] < 0 || pthread_create(&thread, NULL, wait_for, &epolls[i]) != 0) {
            return 1;
        }
    }
    /* Time for the last one to begin its wait. */
    platform_sleep_ms(200);
    puts("{\"event\":\"waiting\"}");
    fflush(stdout);
    return read(STDIN_FILENO, &byte, 1) >= 0 ? 0 : 1;
}
