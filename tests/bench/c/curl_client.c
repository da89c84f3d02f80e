/* curl_client idle PORT: a read that finds nothing with libcurl's WebSocket functions, where this libcurl has them. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

/* curl_ws_recv came with 7.86.0, and only with builds that have the ws protocol. */
#if LIBCURL_VERSION_NUM >= 0x075600

#include <curl/websockets.h>

enum { POLLS = 100000 };

static int has_web_sockets(void) {
    const char *const *protocol = curl_version_info(CURLVERSION_NOW)->protocols;
    for (; *protocol != NULL; protocol++)
        if (strcmp(*protocol, "ws") == 0) return 1;
    return 0;
}

static void idle(CURL *client) {
    void *frame;
    char buffer[256];
    size_t length;
    block total = {0, 0}, start = block_start();
    int poll;
    for (poll = 0; poll < POLLS; poll++) {
        /* Through `void *`: the frame is const in newer headers only. */
        CURLcode code = curl_ws_recv(client, buffer, sizeof buffer, &length, (void *)&frame);
        if (code != CURLE_AGAIN) fail("an idle curl_ws_recv came to %d", (int)code);
    }
    block_add(&total, start);
    block_print("", total, POLLS);
}

int main(int argc, char **argv) {
    CURL *client;
    CURLcode code;
    char url[64];
    if (argc != 3) fail("usage: curl_client idle PORT");
    if (!has_web_sockets()) {
        printf("skip libcurl %s is built without WebSockets\n", curl_version_info(CURLVERSION_NOW)->version);
        return 0;
    }
    pin_to_first_core();
    client = curl_easy_init();
    snprintf(url, sizeof url, "ws://127.0.0.1:%s/raw", argv[2]);
    curl_easy_setopt(client, CURLOPT_URL, url);
    /* 2 = upgrade, then leave the connection to curl_ws_recv. */
    curl_easy_setopt(client, CURLOPT_CONNECT_ONLY, 2L);
    code = curl_easy_perform(client);
    if (code != CURLE_OK) fail("libcurl cannot connect: %s", curl_easy_strerror(code));
    idle(client);
    curl_easy_cleanup(client);
    return 0;
}

#else

int main(void) {
    printf("skip libcurl %s has no WebSocket functions\n", LIBCURL_VERSION);
    return 0;
}

#endif
