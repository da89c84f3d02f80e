/* What the parts of refusals.c share. */
#ifndef REFUSALS_H
#define REFUSALS_H

#include "check.h"
#include "faults.h"
#include "gauge.h"
#include "platform.h"

#include <stdint.h>

/* Where the server listens that every scene needs: json_rpc, knows `echo`. And a directory of the run's own. */
extern const char *server_url;
extern const char *directory;

/* A link that was open before anything was refused. It must not notice: its connection stays, its calls are answered. */
extern framewire_link bystander;
void bystander_open(void);
void bystander_answers(void);
void bystander_close(void);

/* A json_rpc link to the server that dials again every 20 ms. */
void server_config(framewire_config *config, const char *name);

/* Such a link is opened, its call is answered, and it is closed: nothing of that name was left behind. */
void link_works(const framewire_config *config);
void call_is_answered(framewire_link link);

/* Opens, which must be refused for want of resources, in words that hold `word`, and leave nothing behind. */
void open_is_refused(const framewire_config *config, const char *word);

/* Polls until an event of `kind` says `word` in its detail; it is printed once and released. `reason` 0 = any. */
void is_told(framewire_link link, uint32_t kind, uint32_t reason, const char *word);

/* Path of a file in the directory; one buffer, used anew. */
const char *path_of(const char *name);

/* Takes descriptors until only `left` are to be had; gives them back. */
void descriptors_take(int left);
void descriptors_give_back(void);

/* The soft limit of a resource is lowered to `value`; and raised to what it was. */
void limit_lower(int resource, uint64_t value);
void limit_raise(int resource);

/* The scenes; each checks, and prints what was told. */
void open_without_keys(void);
void open_without_threads(void);
void open_without_stack(void);
void open_without_descriptors(void);
void dial_without_descriptors(void);
void dial_without_record(void);
void dial_without_certificates(void);
void dial_without_helper(void);
void file_without_descriptors(void);
void file_without_helper(void);
void file_without_room(void);
void read_without_descriptors(void);
void send_without_memory(void);
void answer_without_memory(void);
void every_call_once(void);

#endif
