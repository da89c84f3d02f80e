/* lws_client MODE PORT [SIZE COUNT]: the same work done with libwebsockets, one thread, as its manual says. */
#include <libwebsockets.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

enum { POLLS = 100000, SMALL = 64, WARM_UP = 500, ROUND_TRIPS = 5000, BUFFER = 128 << 10 };
#define PATIENCE_NS 20000000000u

/* What the callback does and sees. */
static struct client {
    struct lws *socket;
    int open, closed;
    /* Next text to send, or NULL. */
    const char *order;
    /* Binary messages to send. */
    unsigned char *payload;
    size_t size;
    uint64_t to_send, received, received_bytes;
    char last_text[64];
} client;

static void write_order(struct lws *socket) {
    unsigned char buffer[LWS_PRE + 64];
    size_t length = strlen(client.order);
    memcpy(buffer + LWS_PRE, client.order, length);
    if (lws_write(socket, buffer + LWS_PRE, length, LWS_WRITE_TEXT) < (int)length) fail("lws_write of an order");
    client.order = NULL;
}

static void write_payload(struct lws *socket) {
    while (client.to_send > 0 && !lws_send_pipe_choked(socket)) {
        if (lws_write(socket, client.payload, client.size, LWS_WRITE_BINARY) < (int)client.size) fail("lws_write of a message");
        client.to_send--;
    }
}

static int on_event(struct lws *socket, enum lws_callback_reasons reason, void *user, void *in, size_t length) {
    (void)user;
    switch (reason) {
        case LWS_CALLBACK_CLIENT_ESTABLISHED:
            client.open = 1;
            break;
        case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
            fail("libwebsockets cannot connect: %s", in != NULL ? (const char *)in : "no reason");
        case LWS_CALLBACK_CLIENT_CLOSED:
            client.closed = 1;
            break;
        case LWS_CALLBACK_CLIENT_WRITEABLE:
            if (client.order != NULL) {
                write_order(socket);
            } else {
                write_payload(socket);
            }
            if (client.to_send > 0) lws_callback_on_writable(socket);
            break;
        case LWS_CALLBACK_CLIENT_RECEIVE:
            client.received_bytes += length;
            if (!lws_frame_is_binary(socket)) {
                if (length >= sizeof client.last_text) fail("a text of %zu bytes", length);
                memcpy(client.last_text, in, length);
                client.last_text[length] = '\0';
            }
            if (lws_is_final_fragment(socket) && lws_remaining_packet_payload(socket) == 0) client.received++;
            break;
        default:
            break;
    }
    return 0;
}

static const struct lws_protocols PROTOCOLS[] = {{"bench", on_event, 0, BUFFER, 0, NULL, 0}, {NULL, NULL, 0, 0, 0, NULL, 0}};

/* One turn of the event loop: waits for something, or only looks. */
static void turn(struct lws_context *context, int wait, uint64_t start_ns) {
    if (lws_service(context, wait ? 0 : -1) < 0 || client.closed) fail("the connection ended");
    if (wait && wall_ns() - start_ns > PATIENCE_NS) fail("nothing moves");
}

static struct lws_context *connect_client(uint16_t port) {
    struct lws_context_creation_info info;
    struct lws_client_connect_info target;
    struct lws_context *context;
    uint64_t start = wall_ns();
    lws_set_log_level(LLL_ERR, NULL);
    memset(&info, 0, sizeof info);
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.protocols = PROTOCOLS;
    info.gid = -1;
    info.uid = -1;
    info.pt_serv_buf_size = BUFFER;
    context = lws_create_context(&info);
    if (context == NULL) fail("lws_create_context");
    memset(&target, 0, sizeof target);
    target.context = context;
    target.address = target.host = target.origin = "127.0.0.1";
    target.port = port;
    target.path = "/raw";
    target.local_protocol_name = PROTOCOLS[0].name;
    client.socket = lws_client_connect_via_info(&target);
    if (client.socket == NULL) fail("lws_client_connect_via_info");
    while (!client.open) turn(context, 1, start);
    return context;
}

static void idle(struct lws_context *context) {
    block total = {0, 0}, start = block_start();
    uint32_t poll;
    for (poll = 0; poll < POLLS; poll++) turn(context, 0, 0);
    block_add(&total, start);
    block_print("", total, POLLS);
}

static void round_trip(struct lws_context *context) {
    samples times = samples_new(ROUND_TRIPS);
    int trip;
    for (trip = 0; trip < WARM_UP + ROUND_TRIPS; trip++) {
        uint64_t start = wall_ns(), before = client.received;
        client.to_send = 1;
        lws_callback_on_writable(client.socket);
        while (client.received == before) turn(context, 0, start);
        if (trip >= WARM_UP) samples_add(&times, wall_ns() - start);
    }
    samples_print("", &times);
    samples_free(&times);
}

static void receive(struct lws_context *context, uint64_t count) {
    char text[64];
    uint64_t start = wall_ns();
    snprintf(text, sizeof text, "source %zu %llu", client.size, (unsigned long long)count);
    client.order = text;
    lws_callback_on_writable(client.socket);
    while (client.received < count) turn(context, 1, start);
    print_rates(client.size, count, wall_ns() - start);
    if (client.received_bytes != count * client.size) fail("%llu bytes came", (unsigned long long)client.received_bytes);
}

static void send_all(struct lws_context *context, uint64_t count) {
    char text[64];
    uint64_t start = wall_ns();
    snprintf(text, sizeof text, "sink %llu", (unsigned long long)count);
    client.order = text;
    lws_callback_on_writable(client.socket);
    while (client.order != NULL) turn(context, 1, start);
    snprintf(text, sizeof text, "done %llu %llu", (unsigned long long)count, (unsigned long long)(count * client.size));
    start = wall_ns();
    client.to_send = count;
    lws_callback_on_writable(client.socket);
    while (client.received == 0) turn(context, 1, start);
    print_rates(client.size, count, wall_ns() - start);
    if (strcmp(client.last_text, text) != 0) fail("the peer says `%s`, not `%s`", client.last_text, text);
}

int main(int argc, char **argv) {
    struct lws_context *context;
    uint64_t count = 0;
    if (argc != 3 && argc != 5) fail("usage: lws_client MODE PORT [SIZE COUNT]");
    client.size = argc == 5 ? strtoul(argv[3], NULL, 10) : SMALL;
    count = argc == 5 ? strtoull(argv[4], NULL, 10) : 0;
    /* The head of a frame goes before the payload, which is masked in place. */
    client.payload = (unsigned char *)calloc(1, LWS_PRE + client.size);
    if (client.payload == NULL) fail("no memory for a message");
    client.payload += LWS_PRE;
    pin_to_first_core();
    context = connect_client((uint16_t)strtoul(argv[2], NULL, 10));
    if (strcmp(argv[1], "idle") == 0) {
        idle(context);
    } else if (strcmp(argv[1], "round_trip") == 0) {
        round_trip(context);
    } else if (strcmp(argv[1], "receive") == 0) {
        receive(context, count);
    } else if (strcmp(argv[1], "send") == 0) {
        send_all(context, count);
    } else {
        fail("there is no mode `%s`", argv[1]);
    }
    lws_context_destroy(context);
    return 0;
}
