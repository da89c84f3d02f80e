/* platform.h for POSIX 2008. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "platform.h"

#include <arpa/inet.h>
#include <errno.h>
#if defined(__linux__)
#include <malloc.h>
#endif
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static uint64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t platform_now_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t platform_thread_cpu_ns(void)
{
    return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

void platform_sleep_ns(uint64_t ns)
{
    struct timespec rest;
    rest.tv_sec = (time_t)(ns / 1000000000u);
    rest.tv_nsec = (long)(ns % 1000000000u);
    while (nanosleep(&rest, &rest) != 0 && errno == EINTR) {
    }
}

void platform_sleep_ms(uint64_t ms)
{
    platform_sleep_ns(ms * 1000000u);
}

int64_t platform_process_id(void)
{
    return (int64_t)getpid();
}

uint64_t platform_live_heap(void)
{
#if defined(__GLIBC__) && (__GLIBC__ > 2 || (__GLIBC__ == 2 && __GLIBC_MINOR__ >= 33))
    struct mallinfo2 all = mallinfo2();
    return (uint64_t)all.uordblks + (uint64_t)all.hblkhd;
#else
    return 0;
#endif
}

long platform_read_input(char *buffer, size_t size)
{
    /* poll() and not O_NONBLOCK: that flag would also change the terminal or pipe of whoever started us. */
    struct pollfd input;
    ssize_t got;
    input.fd = STDIN_FILENO;
    input.events = POLLIN;
    input.revents = 0;
    if (poll(&input, 1, 0) <= 0) {
        return 0;
    }
    got = read(STDIN_FILENO, buffer, size);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
        return 0;
    }
    return got > 0 ? (long)got : -1;
}

unsigned platform_unused_port(void)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    unsigned port = 0;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0) {
        return 0;
    }
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, size) == 0
        && getsockname(listener, (struct sockaddr *)&address, &size) == 0) {
        port = ntohs(address.sin_port);
    }
    close(listener);
    return port;
}

struct thread_start {
    pthread_t thread;
    void (*body)(void *);
    void *context;
};

static void *run_thread(void *start_pointer)
{
    struct thread_start *start = (struct thread_start *)start_pointer;
    start->body(start->context);
    return NULL;
}

void platform_thread_start(struct platform_thread *thread, void (*body)(void *), void *context)
{
    struct thread_start *start = (struct thread_start *)malloc(sizeof *start);
    if (start == NULL) {
        abort();
    }
    start->body = body;
    start->context = context;
    if (pthread_create(&start->thread, NULL, run_thread, start) != 0) {
        fputs("no thread to be had\n", stderr);
        exit(2);
    }
    thread->handle = start;
}

void platform_thread_join(struct platform_thread *thread)
{
    struct thread_start *start = (struct thread_start *)thread->handle;
    pthread_join(start->thread, NULL);
    free(start);
    thread->handle = NULL;
}
