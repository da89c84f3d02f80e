/* The parts of misuse.c: each is one kind of wrong use. */
#ifndef MISUSE_H
#define MISUSE_H

#include "framewire.h"

/* misuse.c */
void misuse_handles(void);
void misuse_nulls(void);
void misuse_leaks(void);
/* Makes every call that takes a link, with good arguments otherwise; each must return `want`. */
void every_call(framewire_link link, framewire_status want);

/* misuse_attach.c: detach, attach, the list of open calls. */
void misuse_attach(void);

/* misuse_config.c: what a link is opened with. */
void misuse_versions(void);
void misuse_numbers(void);
void misuse_texts(void);
void misuse_urls(void);
void misuse_remote(void);

/* misuse_sizes.c: structs of another size than ours. */
void misuse_sizes(void);

/* misuse_threads.c: loans and threads. */
void misuse_loans(void);
void misuse_threads(void);

#endif
