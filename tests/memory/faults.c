/* faults.h. Each call is refused as the system refuses it when it is out of what the call asks for. */
#define _GNU_SOURCE

#include "faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *name;
    int error;
} CALLS[FAULT_CALLS] = {
    { "epoll_create1", EMFILE }, { "eventfd", EMFILE }, { "pthread_create", EAGAIN }, { "socket", EMFILE },
    { "epoll_ctl", ENOSPC },     { "open", EMFILE },    { "fcntl lock", ENOLCK },     { "mkdir", ENOSPC },
    { "write", ENOSPC },         { "rename", ENOSPC },
};

static long counted;
static long refused_number;
static int refused_call = FAULT_CALLS;
/* Of each kind: how many more are let through; below 0 all are. */
static long through[FAULT_CALLS] = { -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 };

void faults_refuse_nth(long number)
{
    __atomic_store_n(&counted, 0, __ATOMIC_SEQ_CST);
    __atomic_store_n(&refused_call, FAULT_CALLS, __ATOMIC_SEQ_CST);
    __atomic_store_n(&refused_number, number, __ATOMIC_SEQ_CST);
}

void faults_refuse_all(enum fault_call call, long more)
{
    __atomic_store_n(&through[call], more, __ATOMIC_SEQ_CST);
}

void faults_end(void)
{
    int call;
    for (call = 0; call < FAULT_CALLS; call++) {
        faults_refuse_all((enum fault_call)call, -1);
    }
    faults_refuse_nth(0);
}

long faults_counted(void)
{
    return __atomic_load_n(&counted, __ATOMIC_SEQ_CST);
}

enum fault_call faults_refused(void)
{
    return (enum fault_call)__atomic_load_n(&refused_call, __ATOMIC_SEQ_CST);
}

const char *faults_name(enum fault_call call)
{
    return call < FAULT_CALLS ? CALLS[call].name : "none";
}

static int strikes(enum fault_call call)
{
    long number = __atomic_add_fetch(&counted, 1, __ATOMIC_SEQ_CST);
    long left = __atomic_load_n(&through[call], __ATOMIC_SEQ_CST);
    if (left > 0) {
        __atomic_sub_fetch(&through[call], 1, __ATOMIC_SEQ_CST);
    }
    if (left != 0 && number != __atomic_load_n(&refused_number, __ATOMIC_SEQ_CST)) {
        return 0;
    }
    __atomic_store_n(&refused_call, (int)call, __ATOMIC_SEQ_CST);
    errno = CALLS[call].error;
    return 1;
}

/* The C library's own. ISO C knows no cast from an object pointer to a function pointer, POSIX does. */
#define NEXT(name)                                                                                                     \
    static union {                                                                                                     \
        void *object;                                                                                                  \
        __typeof__(&(name)) call;                                                                                      \
    } next;                                                                                                            \
    if (next.object == NULL) {                                                                                         \
        next.object = dlsym(RTLD_NEXT, #name);                                                                         \
    }

int epoll_create1(int flags)
{
    NEXT(epoll_create1)
    return strikes(FAULT_EPOLL_CREATE) ? -1 : next.call(flags);
}

int eventfd(unsigned value, int flags)
{
    NEXT(eventfd)
    return strikes(FAULT_EVENTFD) ? -1 : next.call(value, flags);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *context)
{
    NEXT(pthread_create)
    return strikes(FAULT_THREAD) ? EAGAIN : next.call(thread, attributes, body, context);
}

int socket(int domain, int type, int protocol)
{
    NEXT(socket)
    return strikes(FAULT_SOCKET) ? -1 : next.call(domain, type, protocol);
}

int epoll_ctl(int poll, int operation, int descriptor, struct epoll_event *event)
{
    NEXT(epoll_ctl)
    return operation != EPOLL_CTL_DEL && strikes(FAULT_EPOLL_ADD) ? -1 : next.call(poll, operation, descriptor, event);
}

int open64(const char *path, int flags, ...)
{
    NEXT(open64)
    va_list rest;
    unsigned mode;
    va_start(rest, flags);
    mode = flags & O_CREAT ? va_arg(rest, unsigned) : 0;
    va_end(rest);
    return strikes(FAULT_OPEN) ? -1 : next.call(path, flags, mode);
}

int fcntl(int descriptor, int command, ...)
{
    NEXT(fcntl)
    va_list rest;
    void *argument;
    va_start(rest, command);
    argument = va_arg(rest, void *);
    va_end(rest);
    return command == F_SETLK && strikes(FAULT_LOCK) ? -1 : next.call(descriptor, command, argument);
}

int mkdir(const char *path, mode_t mode)
{
    NEXT(mkdir)
    return strikes(FAULT_DIRECTORY) ? -1 : next.call(path, mode);
}

/* Of files alone: eventfds and standard output are written to by the same call. */
ssize_t write(int descriptor, const void *bytes, size_t count)
{
    NEXT(write)
    struct stat status;
    int is_file = descriptor > STDERR_FILENO && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
    return is_file && strikes(FAULT_WRITE) ? -1 : next.call(descriptor, bytes, count);
}

int rename(const char *from, const char *to)
{
    NEXT(rename)
    return strikes(FAULT_RENAME) ? -1 : next.call(from, to);
}
