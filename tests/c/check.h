/* Checks for misuse.c and process.c: silent while they hold, file and line when they do not. */
#ifndef CHECK_H
#define CHECK_H

#include "framewire.h"

#include <stddef.h>
#include <stdint.h>

/* Both return whether the check held. To be used on the main thread. */
#define CHECK(condition) check_true((condition) ? 1 : 0, __FILE__, __LINE__, #condition)
#define CHECK_STATUS(call, want) check_status((call), (want), (want), __FILE__, __LINE__, #call)
/* For what the ABI leaves open: either status is fine, nothing else is. */
#define CHECK_EITHER(call, want, other) check_status((call), (want), (other), __FILE__, __LINE__, #call)

int check_true(int holds, const char *file, int line, const char *what);
int check_status(framewire_status got, framewire_status want, framewire_status other, const char *file, int line,
                 const char *call);

/* Prints 'N passed, M failed'; returns the exit code. */
int check_finish(void);

/* Longer than anything takes that is going to happen at all. */
#define PATIENCE_MS 20000u

/* Text of a C string. */
framewire_str str(const char *text);

/* Fills `config` for a raw link of that name to a loopback port on which nobody listens: it dials every 20 ms
 * and so has events to tell, CONNECT_FAILED above all. */
void good_config(framewire_config *config, const char *name);

/* Opens such a link. */
framewire_link good_link(const char *name);

/* The library still does its work: a link opens, tells of its failed dial, and closes. */
void check_good_call(void);

/* `framewire_outstanding`, asked again while the link's thread writes the list (BUSY). */
framewire_status outstanding_soon(framewire_link link, framewire_open_call *entries, uint64_t stride, uint64_t capacity,
                                  uint64_t *count);

/* Polls until one event of `kind` is handed out; it is then lent in `event`, and the loan is open.
 * 0 = it did not come in time. */
int wait_for_event(framewire_link link, uint32_t kind, framewire_event *event);

#endif
