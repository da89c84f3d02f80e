/* The measurements of frame_bench. Each prints its figures as `name value` lines. */
#ifndef FRAMEWIRE_BENCH_FRAME_BENCH_H
#define FRAMEWIRE_BENCH_FRAME_BENCH_H

#include <stdint.h>

/* frame_idle.c */
void bench_bare(uint16_t port);
void bench_idle(uint16_t port);
void bench_idle_calls(uint16_t port);
/* frame_requests.c */
void bench_requests(uint16_t port);
void bench_respond(uint16_t port);
/* frame_large.c */
void bench_inbound(uint16_t port);
void bench_answer(uint16_t port);
/* frame_attachment.c */
void bench_attachment(uint16_t port);
/* frame_flood.c */
void bench_flood_messages(uint16_t port);
void bench_flood_requests(uint16_t port);
/* frame_streams.c */
void bench_round_trip(uint16_t port);
void bench_receive(uint16_t port, uint64_t size, uint64_t count);
void bench_send(uint16_t port, uint64_t size, uint64_t count);
/* frame_links.c */
void bench_quiet(uint16_t port);
void bench_memory(uint16_t port);
void bench_reconnect(uint16_t port);

#endif
