/* The parts of the example editor. editor_host.c is where to begin reading. */
#ifndef HOST_H
#define HOST_H

#include "framewire.h"
#include "host_json.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Durations of many frames: 32 steps for each doubling, so a percentile is true within 3 %. */
struct histogram {
    uint64_t counts[1024];
    uint64_t total;
    uint64_t worst;
};

/* What the frames cost since `frames` was last asked for. The sleep between them does not count. */
struct frames {
    struct histogram cpu;
    struct histogram wall;
    uint64_t cpu_start;
    uint64_t wall_start;
    uint64_t max_events;
    uint64_t max_bytes;
};

/* What became of everything, for the summary. */
struct counters {
    uint64_t frames;
    uint64_t requests;
    uint64_t answered;
    uint64_t errors;
    uint64_t deferred;
    uint64_t replaced;
    uint64_t expired;
    uint64_t lost;
    uint64_t refused;
    uint64_t ended;
    uint64_t retries;
    uint64_t notifications;
    uint64_t texts;
    uint64_t binaries;
    uint64_t opened;
    uint64_t closed;
    uint64_t connect_failed;
    uint64_t responses;
    uint64_t reloads;
    uint64_t orphaned;
    uint64_t finished;
};

/* A domain reload that is asked for: the domain goes in good order, or dies in the midst of a frame. */
enum reload_kind { RELOAD_NONE, RELOAD_DETACH, RELOAD_DIE };

enum outgoing_kind { OUTGOING_ANSWER, OUTGOING_ERROR, OUTGOING_TEXT, OUTGOING_BINARY, OUTGOING_PICTURE };

/* Something to send: at once, or kept for the next frame while the outbox is full. */
struct outgoing {
    enum outgoing_kind kind;
    uint64_t id;
    /* ANSWER: JSON; ERROR: the message; TEXT, BINARY: the payload; PICTURE: the bytes of an answer's attachment. */
    framewire_str body;
    /* ERROR: its code. */
    framewire_str code;
};

/* A kept `outgoing`: its texts lie behind it in the same allocation. */
struct kept {
    struct kept *next;
    struct outgoing what;
};

/* An answer that is due later. */
struct deferred {
    uint64_t id;
    uint64_t due_ns;
    /* Its own memory. */
    char *json;
    uint64_t json_len;
};

/* Notifications that are still to be sent, as many a frame as the outbox takes. */
struct flood {
    uint64_t left;
    uint64_t bytes;
    /* Number of the next one: counted over all floods, so that the peer can tell which are missing. */
    uint64_t next;
    uint64_t blocked;
};

/* How one command is answered; its texts lie in the script's. */
struct rule {
    framewire_str command;
    int kind;
    uint64_t number;
    framewire_str code;
    framewire_str text;
};

/* The table of answers from --script. */
struct script {
    char *text;
    struct rule *rules;
    size_t count;
};

struct host {
    framewire_link link;
    int quit;
    int failed;

    /* From the command line. */
    framewire_config config;
    uint32_t delays[32];
    struct json hello;
    struct json headers;
    double hz;
    double seconds;
    uint64_t capacity;
    uint64_t linger_ms;
    int verbose;
    int echo;
    struct script script;
    /* Ids of the requests whose commands have run; outlives the domain. NULL = not kept. */
    FILE *executed;
    const char *executed_path;

    framewire_event *events;
    struct counters seen;
    struct frames frames;
    framewire_close_report report;

    /* Sends that found the outbox full, oldest first. */
    struct kept *kept_first;
    struct kept *kept_last;

    struct deferred *deferred;
    size_t deferred_count;
    size_t deferred_capacity;

    struct flood flood;

    /* The main thread sleeps this long once the events are released. */
    uint64_t stall_ms;

    /* The domain is reloaded in this frame, and is away for so long. */
    enum reload_kind reload;
    uint64_t reload_ms;
    /* Attached, and no frame has run since. */
    int recovering;

    /* Command words read so far, up to the next end of line. */
    char input[65536];
    size_t input_len;
    int input_ended;

    /* Scratch memory for answers. */
    struct json scratch;
    struct json scratch_code;
};

/* host_options.c: fills `host` from the command line. 0 = not understood; said on standard error. */
int host_options(struct host *host, int argc, char **argv);

/* host_requests.c: answers one request of the peer. */
void host_answer(struct host *host, const framewire_event *request);
/* Answers with a result, with an error, or with `json` (no pointer: the built-in answer) in `ms` milliseconds. */
void host_reply(struct host *host, uint64_t id, framewire_str json);
void host_reply_error(struct host *host, uint64_t id, framewire_str code, framewire_str message);
void host_defer(struct host *host, uint64_t id, uint64_t ms, framewire_str json);
/* Sends, or keeps for the next frame. */
void host_send(struct host *host, const struct outgoing *what);
/* Once a frame: the deferred answers that are due, and what was kept. */
void host_answer_due(struct host *host);
/* A request ended without our answer: forget it. */
void host_forget(struct host *host, uint64_t id);
/* Gives back what is still kept or deferred; returns how many sends that were. */
uint64_t host_drop_kept(struct host *host);

/* host_reload.c: the domain is unloaded, and comes back by the name of its link. 0 = it cannot. */
int host_reload(struct host *host);
/* Finishes or fails a request that an earlier domain took. */
void host_finish_orphan(struct host *host, const framewire_event *request);

/* host_flood.c: sends `count` notifications of about `bytes` bytes in the frames to come. */
void host_flood(struct host *host, uint64_t count, uint64_t bytes);
/* Once a frame: what of them the outbox takes. */
void host_flood_on(struct host *host);
/* The domain goes, and the rest with it. */
void host_flood_stop(struct host *host);

/* host_executed.c: opens the file of executed ids at `path`. 0 = it cannot be written. */
int host_executed_open(struct host *host, const char *path);
/* Notes down that the command of `request` runs now (`how` = "run"), or that a later domain finished it. */
void host_executed_note(struct host *host, const framewire_event *request, const char *how);
/* Whether the command of that request has run. 1 also where no file is kept: nobody knows. */
int host_executed_knows(const struct host *host, uint64_t id);

/* host_script.c: reads the table of answers at `path`. 0 = it cannot be used; said on standard error. */
int host_script_read(struct script *script, const char *path);
void host_script_free(struct script *script);
/* Answers as the table says; 0 = it has no rule for this command. */
int host_script_answers(struct host *host, const framewire_event *request);

/* host_commands.c: obeys the command words on standard input. */
void host_read_commands(struct host *host);

/* The name of a number in a table of names. */
#define NAME_OF(table, number) ((number) < sizeof(table) / sizeof *(table) ? (table)[number] : "unknown")

/* host_events.c: prints an event as one line of JSON. */
void host_print_event(const struct host *host, const framewire_event *event);
/* The same for one that a dying domain was lent and did not look at, where it counts connections or calls. */
void host_print_unseen(const framewire_event *event);

/* host_reports.c: prints the state, the counters, ... as one line of JSON. */
void host_print_state(const struct host *host);
void host_print_stats(const struct host *host);
/* `opened` is what the open came to, `late` what a close by the old handle did. */
void host_print_reloaded(const struct host *host, framewire_status opened, framewire_status late);
void host_print_outstanding(const struct host *host);
void host_print_link_closed(const struct host *host);
void host_print_summary(const struct host *host, uint64_t unsent);
void host_print_reply(uint64_t id, framewire_status status);
void host_print_refusal(const char *call, framewire_status status);
/* The number of `FRAMEWIRE_READINESS_*` called `word` in any case, or UINT32_MAX. */
uint32_t host_readiness_named(const char *word);

/* host_frames.c: the cost of frames. */
void frames_begin(struct frames *frames);
void frames_end(struct frames *frames, uint64_t events, uint64_t bytes);
void frames_print(struct frames *frames);
/* Times `polls` polls that find nothing and prints ns each. Events that turn up are handed to `handle`. */
void frames_print_poll_cost(struct host *host, uint64_t polls);

/* editor_host.c: opens the link, or attaches to it. */
framewire_status host_open(struct host *host);
/* Handles the `count` events just polled and releases them; returns their bytes of payload. */
uint64_t host_take(struct host *host, uint64_t count);
/* Closes the link, if it is open. */
void host_close(struct host *host);

#endif
