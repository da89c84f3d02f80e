/* A tracer for one thread: see system_calls.h. */
#define _GNU_SOURCE
#include "system_calls.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure.h"

/* Marks are system calls that do nothing: getpgid of a process that cannot be. */
enum { MARK_BEGIN = -0x4657, MARK_END = -0x4658 };

/* Written by the tracer, read by the traced. */
static uint64_t *shared_count;

void system_calls_begin(void) { syscall(SYS_getpgid, MARK_BEGIN); }

uint64_t system_calls_end(void) {
    syscall(SYS_getpgid, MARK_END);
    return *(volatile uint64_t *)shared_count;
}

/* Looks at one stop of the traced thread; `count` is kept from mark to mark. */
static void look(pid_t traced, uint64_t *count) {
    struct __ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, traced, (void *)sizeof info, &info) < 0) return;
    if (info.op != PTRACE_SYSCALL_INFO_ENTRY) return;
    if (info.entry.nr == SYS_getpgid && (int)info.entry.args[0] == MARK_BEGIN) {
        *count = 0;
    } else if (info.entry.nr == SYS_getpgid && (int)info.entry.args[0] == MARK_END) {
        *shared_count = *count;
    } else {
        ++*count;
    }
}

static int trace(pid_t traced) {
    uint64_t count = 0;
    int status, signal_number = 0;
    if (waitpid(traced, &status, 0) < 0 || !WIFSTOPPED(status)) fail("the traced child did not start");
    if (ptrace(PTRACE_SETOPTIONS, traced, NULL, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)) < 0)
        fail("cannot count system calls: %s", strerror(errno));
    for (;;) {
        if (ptrace(PTRACE_SYSCALL, traced, NULL, (void *)(intptr_t)signal_number) < 0 && errno != ESRCH)
            fail("cannot go on counting system calls: %s", strerror(errno));
        if (waitpid(traced, &status, 0) < 0) fail("the traced child is gone: %s", strerror(errno));
        if (WIFEXITED(status)) return WEXITSTATUS(status);
        if (WIFSIGNALED(status)) fail("the traced child died of signal %d", WTERMSIG(status));
        signal_number = 0;
        if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
            look(traced, &count);
        } else {
            signal_number = WSTOPSIG(status);
        }
    }
}

int run_traced(void (*work)(uint16_t port), uint16_t port) {
    pid_t child;
    shared_count = mmap(NULL, sizeof *shared_count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared_count == MAP_FAILED) fail("no shared memory: %s", strerror(errno));
    child = fork();
    if (child < 0) fail("no child: %s", strerror(errno));
    if (child > 0) return trace(child);
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0) fail("cannot be traced: %s", strerror(errno));
    raise(SIGSTOP);
    work(port);
    fflush(stdout);
    _exit(0);
}
