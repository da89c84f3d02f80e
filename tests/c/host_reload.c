/* A domain reload: all that the scripts of an editor knew is gone, the handle of the link too; the link is not. */
#include "host.h"
#include "platform.h"

/* What the unloading of a domain leaves of it: nothing. */
static void forget_everything(struct host *host)
{
    host_drop_kept(host);
    host_flood_stop(host);
    host->link = 0;
    host->stall_ms = 0;
    host->recovering = 0;
}

int host_reload(struct host *host)
{
    framewire_link old = host->link;
    struct json *line = line_begin("reloading");
    framewire_status status;

    json_unsigned(line, "ms", host->reload_ms);
    if (host->reload == RELOAD_DETACH) {
        json_text(line, "detach", framewire_status_name(framewire_detach(old, FRAMEWIRE_READINESS_RELOADING)));
    }
    line_end(line);
    line_flush();
    forget_everything(host);
    host->reload = RELOAD_NONE;
    platform_sleep_ms(host->reload_ms);

    /* The new domain knows no more than what every domain is configured with: name, owner and profile. */
    status = host_open(host);
    if (status != FRAMEWIRE_OK && status != FRAMEWIRE_ATTACHED) {
        return 0;
    }
    host->seen.reloads++;
    /* A finalizer of the dead domain comes late, with the handle it knew: that must not touch the link. */
    host_print_reloaded(host, status, framewire_close(old, 0, NULL, 0));
    return status == FRAMEWIRE_ATTACHED;
}

void host_finish_orphan(struct host *host, const framewire_event *request)
{
    if (request->note.len != 0) {
        /* The command has run: only the answer is due, and the domain that ran it left it in the note. */
        host->seen.finished++;
        host_executed_note(host, request, "finish");
        host_reply(host, request->id, request->note);
    } else if ((request->flags & FRAMEWIRE_EVENT_FLAG_PAYLOAD_GONE) != 0 || host_executed_knows(host, request->id)) {
        host_reply_error(host, request->id, text_of("INTERRUPTED"),
                         text_of("the scripts were reloaded while this ran; look at what it did before it is sent again"));
    } else {
        /* Handed out, and the domain died before it looked at it. */
        host_answer(host, request);
    }
}
