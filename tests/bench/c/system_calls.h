/* Counts the system calls of one thread, exactly: the process runs under a tracer of its own (ptrace), which stops at each. */
#ifndef FRAMEWIRE_BENCH_SYSTEM_CALLS_H
#define FRAMEWIRE_BENCH_SYSTEM_CALLS_H

#include <stdint.h>

/* Runs `work` in a child whose main thread is traced; other threads run free. Returns the child's exit status.
   Call it while the process has one thread. */
int run_traced(void (*work)(uint16_t port), uint16_t port);
/* Inside `work`: begins a count. */
void system_calls_begin(void);
/* Inside `work`: ends it and returns the number of system calls between the two. */
uint64_t system_calls_end(void);

#endif
