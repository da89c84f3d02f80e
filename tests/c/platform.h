/* What the C programs of this folder need from the operating system: clocks, sleep, input, threads.
 * One implementation lies in platform.c (POSIX 2008); another system needs only another such file. */
#ifndef PLATFORM_H
#define PLATFORM_H

#include <stddef.h>
#include <stdint.h>

/* Time on a monotonic clock, ns. */
uint64_t platform_now_ns(void);

/* CPU time that the calling thread has used, ns. */
uint64_t platform_thread_cpu_ns(void);

/* Sleeps the calling thread, signals or not. */
void platform_sleep_ns(uint64_t ns);
void platform_sleep_ms(uint64_t ms);

/* Number of this process. */
int64_t platform_process_id(void);

/* Bytes that this process has taken from malloc and not given back; 0 where the system does not tell. */
uint64_t platform_live_heap(void);

/* Takes what standard input holds now, without waiting: bytes read, 0 = nothing yet, -1 = it has ended. */
long platform_read_input(char *buffer, size_t size);

/* A loopback TCP port on which nobody listens: it was free a moment ago. 0 = none could be had. */
unsigned platform_unused_port(void);

/* A running thread. */
struct platform_thread {
    void *handle;
};

/* Runs `body(context)` on a new thread; ends the process if the system has none to give. */
void platform_thread_start(struct platform_thread *thread, void (*body)(void *), void *context);

/* Waits for the thread to end. */
void platform_thread_join(struct platform_thread *thread);

#endif
