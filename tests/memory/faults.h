/* Calls to the system that fail when they are told to. The library's own calls come through here, as the program's
 * definitions go before those of the C library. */
#ifndef FAULTS_H
#define FAULTS_H

enum fault_call {
    FAULT_EPOLL_CREATE,
    FAULT_EVENTFD,
    FAULT_THREAD,
    FAULT_SOCKET,
    FAULT_EPOLL_ADD,
    FAULT_OPEN,
    FAULT_LOCK,
    FAULT_DIRECTORY,
    FAULT_WRITE,
    FAULT_RENAME,
    FAULT_CALLS
};

/* Refuses the `number`-th of these calls from now on, counted from 1 over all kinds; 0 = none. */
void faults_refuse_nth(long number);

/* Refuses every call of that kind from now on, after letting `more` of them through; -1 = none again. */
void faults_refuse_all(enum fault_call call, long more);
void faults_end(void);

/* Calls counted since faults_refuse_nth; what the refused one was, FAULT_CALLS = none was. */
long faults_counted(void);
enum fault_call faults_refused(void);

const char *faults_name(enum fault_call call);

#endif
