/* What every measurement does with a link besides what it measures. */
#ifndef FRAMEWIRE_BENCH_LINK_H
#define FRAMEWIRE_BENCH_LINK_H

#include <stdint.h>

#include "framewire.h"

/* No wait of a benchmark is longer, ns. */
#define PATIENCE_NS 20000000000u

/* Defaults of a link to the peer server on `port`; the profile is FRAMEWIRE_PROFILE_RAW or _GODOT_AI. */
framewire_config peer_config(uint16_t port, uint32_t profile);
/* Opens it and waits until it is active and its first events are gone. */
framewire_link open_active(const framewire_config *config);
framewire_link open_peer(uint16_t port, uint32_t profile);
void close_link(framewire_link link);

framewire_state state_of(framewire_link link);
framewire_stats stats_of(framewire_link link);
void wait_active(framewire_link link);
/* Polls until nothing is left, and drops it. */
void drain(framewire_link link);
/* One poll, with a failure for everything but OK and EMPTY. */
uint64_t poll_events(framewire_link link, framewire_event *events, uint64_t capacity);
/* Waits until all that was sent is with the system. */
void wait_sent(framewire_link link);

/* Sends an order to the /raw peer. */
void order(framewire_link link, const char *text);
/* Asks the /godot peer for `count` commands of `bytes` bytes, at most `window` unanswered (0 = all at once). */
void ask_commands(framewire_link link, uint64_t count, uint64_t bytes, uint64_t window);
/* The same, and waits until all of them stand in the inbox. */
void preload_commands(framewire_link link, uint64_t count, uint64_t bytes);
/* Polls `count` requests and keeps their ids. */
void take_requests(framewire_link link, uint64_t *ids, uint64_t count);

framewire_str text_of(const char *text);
/* Waits 50 us; fails once the time since `start_ns` is beyond all patience. */
void be_patient(uint64_t start_ns, const char *what);

#endif
