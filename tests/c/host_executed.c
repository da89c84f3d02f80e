/* The file of executed ids: which commands have run, one line each. It outlives the domain, as a file of a real
 * editor does, and so tells the next one what must not run again. A test reads it, too.
 *
 *     run ID COMMAND KEY       the command ran; KEY is the parameter `key`, or -
 *     finish ID COMMAND KEY    a later domain gave its answer, without running it again
 */
#include "host.h"

#include <inttypes.h>
#include <string.h>

int host_executed_open(struct host *host, const char *path)
{
    host->executed_path = path;
    host->executed = fopen(path, "a");
    return host->executed != NULL;
}

void host_executed_note(struct host *host, const framewire_event *request, const char *how)
{
    if (host->executed == NULL) {
        return;
    }
    host->scratch.len = 0;
    param_text(request->data, "/key", "-", &host->scratch);
    fprintf(host->executed, "%s %" PRIu64 " %.*s %.*s\n", how, request->id, (int)request->name.len, request->name.ptr,
            (int)host->scratch.len, host->scratch.text);
    /* Before the answer can be on its way. */
    fflush(host->executed);
}

int host_executed_knows(const struct host *host, uint64_t id)
{
    char wanted[32];
    char line[256];
    size_t len;
    int found = 0;
    int at_start = 1;
    FILE *file = host->executed != NULL ? fopen(host->executed_path, "r") : NULL;
    if (file == NULL) {
        return 1;
    }
    len = (size_t)snprintf(wanted, sizeof wanted, "run %" PRIu64 " ", id);
    while (!found && fgets(line, sizeof line, file) != NULL) {
        found = at_start && strncmp(line, wanted, len) == 0;
        at_start = strchr(line, '\n') != NULL;
    }
    fclose(file);
    return found;
}
