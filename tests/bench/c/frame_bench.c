/* frame_bench MODE PORT [SIZE COUNT]: what a frame loop pays for a link, through the C ABI. */
#include "frame_bench.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "framewire.h"
#include "measure.h"

static const struct {
    const char *name;
    void (*run)(uint16_t port);
} MODES[] = {
    {"bare", bench_bare},
    {"idle", bench_idle},
    {"idle_calls", bench_idle_calls},
    {"requests", bench_requests},
    {"respond", bench_respond},
    {"inbound", bench_inbound},
    {"answer", bench_answer},
    {"attachment", bench_attachment},
    {"flood_messages", bench_flood_messages},
    {"flood_requests", bench_flood_requests},
    {"round_trip", bench_round_trip},
    {"quiet", bench_quiet},
    {"memory", bench_memory},
    {"reconnect", bench_reconnect},
};

int main(int argc, char **argv) {
    uint16_t port;
    size_t mode;
    if (argc != 3 && argc != 5) fail("usage: frame_bench MODE PORT [SIZE COUNT]");
    if (framewire_abi_version() != FRAMEWIRE_ABI_VERSION)
        fail("the library has ABI version %" PRIu32 ", the header %d", framewire_abi_version(), FRAMEWIRE_ABI_VERSION);
    port = (uint16_t)strtoul(argv[2], NULL, 10);
    if (argc == 5) {
        uint64_t size = strtoull(argv[3], NULL, 10), count = strtoull(argv[4], NULL, 10);
        void (*run)(uint16_t, uint64_t, uint64_t) = strcmp(argv[1], "send") == 0 ? bench_send : bench_receive;
        run(port, size, count);
        return 0;
    }
    for (mode = 0; mode < sizeof MODES / sizeof *MODES; mode++) {
        if (strcmp(argv[1], MODES[mode].name) == 0) {
            MODES[mode].run(port);
            return 0;
        }
    }
    fail("there is no mode `%s`", argv[1]);
}
