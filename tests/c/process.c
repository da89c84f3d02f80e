/* How the library behaves as a guest in someone else's process. Each word is run in a process of its own:
 *
 *     process exit-open          ends without closing: no hang, no output
 *     process fork               a forked child is told so, at once; the parent goes on
 *     process sigpipe URL [CA]   SIGPIPE at its default, a peer at URL that vanishes while it is written to
 *     process sigpipe-control    shows that SIGPIPE would have killed
 *     process signals            no signal is handled on a thread of the library
 *     process quiet URL          nothing is written to standard output or error; URL echoes
 *     process threads            no thread of the library is left after the close (Linux)
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "check.h"
#include "platform.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int exit_open(void)
{
    framewire_event event;
    framewire_link link = good_link("exit");
    framewire_link second = good_link("second");
    /* One link in the midst of its dials, one with an event lent. */
    if (second == 0 || !wait_for_event(link, FRAMEWIRE_EVENT_CONNECT_FAILED, &event)) {
        puts("no event came");
        return 1;
    }
    return 0;
}

/* What the child of a fork gets. Returns how many calls went wrong; prints nothing. */
static int calls_of_the_child(framewire_link link, const framewire_config *config)
{
    framewire_event events[4];
    framewire_state state;
    framewire_link other = 0;
    uint64_t count = 0;
    int wrong = 0;
    wrong += framewire_poll(link, events, sizeof events[0], 4, &count) != FRAMEWIRE_FORKED;
    wrong += framewire_release(link) != FRAMEWIRE_FORKED;
    wrong += framewire_get_state(link, &state, sizeof state) != FRAMEWIRE_FORKED;
    wrong += framewire_send_text(link, str("text"), NULL) != FRAMEWIRE_FORKED;
    wrong += framewire_respond(link, 1, str("{}"), NULL) != FRAMEWIRE_FORKED;
    wrong += framewire_set_readiness(link, FRAMEWIRE_READINESS_READY, str(NULL)) != FRAMEWIRE_FORKED;
    wrong += framewire_wait(link, PATIENCE_MS) != FRAMEWIRE_FORKED;
    wrong += framewire_connect(link) != FRAMEWIRE_FORKED;
    wrong += framewire_open(config, &other, NULL) != FRAMEWIRE_FORKED;
    wrong += framewire_close(link, PATIENCE_MS, NULL, 0) != FRAMEWIRE_FORKED;
    wrong += framewire_shutdown(PATIENCE_MS) != FRAMEWIRE_FORKED;
    return wrong;
}

static void fork_with(framewire_link link)
{
    framewire_config config;
    int status = 0;
    pid_t child;
    good_config(&config, "child");
    child = fork();
    if (child == 0) {
        alarm(PATIENCE_MS / 1000); /* A call that hangs ends here. */
        _exit(calls_of_the_child(link, &config));
    }
    CHECK(child > 0);
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int fork_child(void)
{
    framewire_event event;
    framewire_link link = good_link("fork");
    fork_with(link);
    /* Once more with a loan open, and the I/O thread in full swing. */
    if (CHECK(wait_for_event(link, FRAMEWIRE_EVENT_CONNECT_FAILED, &event))) {
        fork_with(link);
        CHECK(event.detail.len != 0 && memchr(event.detail.ptr, '\0', (size_t)event.detail.len) == NULL);
        CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    }
    CHECK(wait_for_event(link, FRAMEWIRE_EVENT_CONNECT_FAILED, &event));
    CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
    return check_finish();
}

static void sigpipe_at_default(void)
{
    sigset_t set;
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static int sigpipe_control(void)
{
    int ends[2];
    sigpipe_at_default();
    if (pipe(ends) != 0) {
        return 2;
    }
    close(ends[0]);
    if (write(ends[1], "x", 1) != 1) {
        return 3; /* Alive: SIGPIPE did not kill. */
    }
    return 3;
}

static int sigpipe(const char *url, const char *ca)
{
    enum { CONNECTIONS = 20, SIZE = 65536 };
    static char data[SIZE];
    framewire_config config;
    framewire_event event;
    framewire_link link = 0;
    int connection;

    sigpipe_at_default();
    good_config(&config, "sigpipe");
    config.url = str(url);
    config.tls_ca_file = str(ca);
    config.outbound_bytes = 4u << 20;
    CHECK_STATUS(framewire_open(&config, &link, NULL), FRAMEWIRE_OK);
    for (connection = 0; connection < CONNECTIONS; connection++) {
        uint64_t end = platform_now_ns() + (uint64_t)PATIENCE_MS * 1000000u;
        int closed = 0;
        if (!CHECK(wait_for_event(link, FRAMEWIRE_EVENT_OPENED, &event))) {
            break;
        }
        CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
        /* Writes on and on, until the news of the end arrives. */
        while (!closed && platform_now_ns() < end) {
            uint64_t count = 0;
            framewire_send_binary(link, data, SIZE, NULL);
            if (framewire_poll(link, &event, sizeof event, 1, &count) == FRAMEWIRE_OK) {
                closed = event.kind == FRAMEWIRE_EVENT_CLOSED;
                framewire_release(link);
            }
        }
        CHECK(closed);
    }
    /* Closing, too, writes to a peer that may be gone. */
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
    return check_finish();
}

static const int SIGNALS[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGCHLD, SIGURG };
enum { SIGNAL_COUNT = sizeof SIGNALS / sizeof *SIGNALS };

static pthread_t main_thread;
static volatile sig_atomic_t handled_here;
static volatile sig_atomic_t handled_elsewhere;

static void handle_signal(int number)
{
    (void)number;
    if (pthread_equal(pthread_self(), main_thread)) {
        handled_here++;
    } else {
        handled_elsewhere++;
    }
}

static int signals(void)
{
    struct sigaction action;
    framewire_event event;
    framewire_link link;
    sigset_t set;
    sigset_t pending;
    int i;

    main_thread = pthread_self();
    memset(&action, 0, sizeof action);
    action.sa_handler = handle_signal;
    sigemptyset(&action.sa_mask);
    sigemptyset(&set);
    for (i = 0; i < SIGNAL_COUNT; i++) {
        sigaction(SIGNALS[i], &action, NULL);
        sigaddset(&set, SIGNALS[i]);
    }
    /* The link is opened before this thread shuts the signals out: its threads cannot have that from us. */
    link = good_link("signals");
    CHECK(wait_for_event(link, FRAMEWIRE_EVENT_CONNECT_FAILED, &event));
    CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    for (i = 0; i < SIGNAL_COUNT; i++) {
        CHECK(kill(getpid(), SIGNALS[i]) == 0);
    }
    /* The I/O thread does its rounds meanwhile. */
    for (i = 0; i < 5; i++) {
        CHECK(wait_for_event(link, FRAMEWIRE_EVENT_CONNECT_FAILED, &event));
        CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    }
    sigemptyset(&pending);
    CHECK(sigpending(&pending) == 0);
    for (i = 0; i < SIGNAL_COUNT; i++) {
        CHECK(sigismember(&pending, SIGNALS[i]) == 1);
    }
    CHECK(handled_here == 0 && handled_elsewhere == 0);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    CHECK(handled_here == SIGNAL_COUNT && handled_elsewhere == 0);
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
    return check_finish();
}

/* A link's whole life, and some trouble. */
static void live_quietly(const char *url)
{
    framewire_config config;
    framewire_event event;
    framewire_link link = 0;
    framewire_link none = 0;
    framewire_status status;
    uint64_t number;

    good_config(&config, "quiet");
    config.url = str(url);
    config.log_level = FRAMEWIRE_LOG_TRACE;
    CHECK_STATUS(framewire_open(&config, &link, NULL), FRAMEWIRE_OK);
    CHECK(wait_for_event(link, FRAMEWIRE_EVENT_OPENED, &event));
    CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_send_text(link, str("to be echoed"), &number), FRAMEWIRE_OK);
    CHECK(wait_for_event(link, FRAMEWIRE_EVENT_TEXT, &event) && event.data.len == strlen("to be echoed"));
    CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    status = framewire_send_text(link, str("no UTF-8: \xFF"), &number);
    if (status == FRAMEWIRE_OK) {
        CHECK(wait_for_event(link, FRAMEWIRE_EVENT_SEND_DROPPED, &event) && event.reason == FRAMEWIRE_REASON_BAD_UTF8);
        CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    } else {
        CHECK(status == FRAMEWIRE_INVALID);
    }
    CHECK_STATUS(framewire_open(NULL, &none, NULL), FRAMEWIRE_INVALID);
    CHECK_STATUS(framewire_close(link, 2000, NULL, 0), FRAMEWIRE_OK);
    CHECK_STATUS(framewire_close(link, 2000, NULL, 0), FRAMEWIRE_STALE);
    check_good_call();
    CHECK_STATUS(framewire_shutdown(2000), FRAMEWIRE_OK);
}

static int quiet(const char *url)
{
    struct stat written;
    char line[512];
    FILE *noise = tmpfile();
    int out = dup(STDOUT_FILENO);
    int err = dup(STDERR_FILENO);
    if (noise == NULL || out < 0 || err < 0) {
        return 2;
    }
    dup2(fileno(noise), STDOUT_FILENO);
    dup2(fileno(noise), STDERR_FILENO);
    live_quietly(url);
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    CHECK(fstat(fileno(noise), &written) == 0 && written.st_size == 0);
    rewind(noise);
    while (fgets(line, sizeof line, noise) != NULL) {
        printf("written: %s", line);
    }
    return check_finish();
}

/* How many threads of this process have a name that starts with `prefix`; -1 = this system does not tell. */
static int threads_named(const char *prefix)
{
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *task;
    int count = 0;
    if (tasks == NULL) {
        return -1;
    }
    while ((task = readdir(tasks)) != NULL) {
        char path[320];
        char name[64] = "";
        FILE *file;
        if (task->d_name[0] == '.') {
            continue; /* "..", too, has a name: that of the process. */
        }
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", task->d_name);
        file = fopen(path, "r");
        if (file != NULL) {
            count += fgets(name, sizeof name, file) != NULL && strncmp(name, prefix, strlen(prefix)) == 0;
            fclose(file);
        }
    }
    closedir(tasks);
    return count;
}

/* A joined thread may stay in the listing for a moment. */
static int threads_settle_at(const char *prefix, int want)
{
    int tries;
    for (tries = 0; tries < 2000; tries++) {
        if (threads_named(prefix) == want) {
            return 1;
        }
        platform_sleep_ms(5);
    }
    return 0;
}

static int threads(void)
{
    framewire_event event;
    framewire_link link;
    if (threads_named("") < 1) {
        puts("this system does not list the threads of a process: nothing checked");
        return 77;
    }
    link = good_link("first");
    CHECK(threads_settle_at("fw:first", 1));
    CHECK(wait_for_event(link, FRAMEWIRE_EVENT_CONNECT_FAILED, &event));
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK); /* With a loan open. */
    CHECK(threads_settle_at("fw:first", 0));
    /* A name longer than a thread's can be. */
    link = good_link("a name that is longer than fifteen bytes");
    CHECK(threads_settle_at("fw:a name that", 1));
    CHECK_STATUS(framewire_shutdown(1000), FRAMEWIRE_OK);
    CHECK(threads_settle_at("fw:", 0));
    CHECK(threads_named("") == 1);
    return check_finish();
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "exit-open") == 0) {
        return exit_open();
    }
    if (strcmp(word, "fork") == 0) {
        return fork_child();
    }
    if (strcmp(word, "sigpipe") == 0 && argc > 2) {
        return sigpipe(argv[2], argc > 3 ? argv[3] : NULL);
    }
    if (strcmp(word, "sigpipe-control") == 0) {
        return sigpipe_control();
    }
    if (strcmp(word, "signals") == 0) {
        return signals();
    }
    if (strcmp(word, "quiet") == 0 && argc > 2) {
        return quiet(argv[2]);
    }
    if (strcmp(word, "threads") == 0) {
        return threads();
    }
    fputs("usage: process exit-open|fork|sigpipe URL [CA]|sigpipe-control|signals|quiet URL|threads\n", stderr);
    return 2;
}
