/* The system refuses what the library asks it for: threads, stacks, descriptors, memory, room on the disk. Each scene is
 * run in a process of its own: every refusal must come to a status or an event whose words tell what is missing, cost no
 * other link anything, and be over when the system is kinder again.
 *
 *     refusals SCENE URL DIRECTORY       URL: a json_rpc server that knows `echo`; DIRECTORY: an empty one
 */
#define _GNU_SOURCE

#include "refusals.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    void (*play)(void);
    /* What it takes away, a link that is open has for good: it is played before there is any. */
    int is_first;
} SCENES[] = {
    { "open-without-keys", open_without_keys, 1 },
    { "open-without-threads", open_without_threads, 0 },
    { "open-without-stack", open_without_stack, 0 },
    { "open-without-descriptors", open_without_descriptors, 0 },
    { "dial-without-descriptors", dial_without_descriptors, 0 },
    { "dial-without-record", dial_without_record, 0 },
    { "dial-without-certificates", dial_without_certificates, 0 },
    { "dial-without-helper", dial_without_helper, 0 },
    { "file-without-descriptors", file_without_descriptors, 0 },
    { "file-without-helper", file_without_helper, 0 },
    { "file-without-room", file_without_room, 0 },
    { "read-without-descriptors", read_without_descriptors, 0 },
    { "send-without-memory", send_without_memory, 0 },
    { "answer-without-memory", answer_without_memory, 0 },
    { "every-call-once", every_call_once, 0 },
};

int main(int argc, char **argv)
{
    /* Or standard output would take a block of the heap in between. */
    static char output[1024];
    size_t scene;
    struct gauge before;
    struct gauge after;
    setvbuf(stdout, output, _IOLBF, sizeof output);
    if (argc != 4) {
        fputs("usage: refusals SCENE URL DIRECTORY\n", stderr);
        return 2;
    }
    server_url = argv[2];
    directory = argv[3];
    for (scene = 0; scene < sizeof SCENES / sizeof SCENES[0]; scene++) {
        if (strcmp(argv[1], SCENES[scene].name) == 0) {
            before = gauge_read(1);
            if (SCENES[scene].is_first) {
                SCENES[scene].play();
            }
            bystander_open();
            if (!SCENES[scene].is_first) {
                SCENES[scene].play();
            }
            bystander_answers();
            bystander_close();
            CHECK_STATUS(framewire_shutdown(2000), FRAMEWIRE_OK);
            after = gauge_read(1);
            CHECK(after.descriptors == before.descriptors);
            CHECK(after.threads == before.threads);
            return check_finish();
        }
    }
    fputs("there is no such scene\n", stderr);
    return 2;
}
