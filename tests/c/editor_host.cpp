// The example editor in short, on framewire.hpp: opens, polls, answers `echo` and `add`, prints lines of JSON.
//
//     editor_host_cpp --url ws://127.0.0.1:9500 [--profile godot_ai|raw] [--name NAME] [--seconds N]
//
// It ends after N seconds (default 10), or with the word `quit` on standard input.
#include "framewire.hpp"

#include "platform.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace fw = framewire;

namespace {

// One line of JSON: Line("opened").field("generation", 1).print().
class Line {
public:
    explicit Line(std::string_view event) : text_("{\"event\":" + fw::json_quote(event)) {}
    Line& field(std::string_view key, std::string_view value) { return raw(key, fw::json_quote(value)); }
    Line& field(std::string_view key, std::uint64_t value) { return raw(key, std::to_string(value)); }
    Line& flag(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
    Line& raw(std::string_view key, std::string_view json) {
        text_.append(",").append(fw::json_quote(key)).append(":").append(json);
        return *this;
    }
    void print() const {
        std::printf("%s}\n", text_.c_str());
        std::fflush(stdout);
    }

private:
    std::string text_;
};

struct Options {
    std::string_view url;
    std::string_view name = "editor";
    fw::Profile profile = fw::Profile::raw;
    double seconds = 10.0;
};

bool read_options(int argc, char** argv, Options& options) {
    for (int i = 1; i + 1 < argc; i += 2) {
        std::string_view option = argv[i];
        std::string_view value = argv[i + 1];
        if (option == "--url") {
            options.url = value;
        } else if (option == "--name") {
            options.name = value;
        } else if (option == "--profile" && (value == "raw" || value == "godot_ai")) {
            options.profile = value == "raw" ? fw::Profile::raw : fw::Profile::godot_ai;
        } else if (option == "--seconds") {
            options.seconds = std::atof(argv[i + 1]);
        } else {
            return false;
        }
    }
    return argc % 2 == 1 && !options.url.empty();
}

struct Counters {
    std::uint64_t requests = 0;
    std::uint64_t answered = 0;
    std::uint64_t refused = 0;
};

// The sum as JSON; empty when `params` are not two numbers.
std::string sum_of(const fw::Event& request) {
    fw::Json a = request.param("/a");
    fw::Json b = request.param("/b");
    constexpr std::int64_t most = INT64_MAX / 2; // Two of these cannot overflow.
    if (a.integer() && b.integer() && std::abs(*a.integer() / 2) < most / 2 && std::abs(*b.integer() / 2) < most / 2) {
        return std::to_string(*a.integer() + *b.integer());
    }
    if (!a.number() || !b.number()) return {};
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.17g", *a.number() + *b.number());
    return digits;
}

fw::Sent answer(fw::Link& link, const fw::Event& request) {
    if (request.name() == "echo") {
        std::string params(request.data().empty() ? std::string_view("null") : request.data());
        return link.respond(request.id(), "{\"echo\":" + params + "}");
    }
    if (request.name() == "add") {
        std::string sum = sum_of(request);
        if (sum.empty()) return link.respond_error(request.id(), "INVALID_PARAMS", "add takes two numbers, a and b");
        return link.respond(request.id(), "{\"sum\":" + sum + "}");
    }
    return link.respond_error(request.id(), "UNKNOWN_COMMAND", "this editor serves echo and add");
}

void handle(fw::Link& link, const fw::Event& event, Counters& seen) {
    switch (event.kind()) {
    case fw::EventKind::opened:
        Line("opened").field("generation", event.generation()).print();
        break;
    case fw::EventKind::acknowledged:
        Line("acknowledged").field("generation", event.generation()).field("name", event.name()).print();
        break;
    case fw::EventKind::connect_failed:
        Line("connect_failed").field("code", event.raw().code).field("detail", event.detail()).print();
        break;
    case fw::EventKind::closed:
        Line("closed").field("code", event.raw().code).flag("clean", event.is_clean()).print();
        break;
    case fw::EventKind::request: {
        seen.requests++;
        // A full outbox is not tried again here, to stay short; editor_host.c shows how.
        fw::Sent sent = answer(link, event);
        if (sent) {
            seen.answered++;
        } else {
            seen.refused++;
            Line("refused").field("call", "respond").field("status", fw::name_of(sent.status)).print();
        }
        break;
    }
    case fw::EventKind::log:
        Line("log").field("detail", event.detail()).print();
        break;
    default:
        break;
    }
}

bool asked_to_quit(std::string& input) {
    char bytes[256];
    long got = platform_read_input(bytes, sizeof bytes);
    if (got > 0) input.append(bytes, static_cast<std::size_t>(got));
    return input.find("quit\n") != std::string::npos;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    if (!read_options(argc, argv, options)) {
        std::fputs("usage: editor_host_cpp --url URL [--profile godot_ai|raw] [--name NAME] [--seconds N]\n", stderr);
        return 2;
    }
    fw::Config config(options.name, options.url);
    config.profile(options.profile);
    if (options.profile == fw::Profile::godot_ai) {
        config.hello("{\"godot_version\":\"4.7.1-stable (official)\",\"project_path\":\"/projects/demo/\","
                     "\"plugin_version\":\"0.1.0\",\"editor_pid\":" + std::to_string(platform_process_id())
                     + ",\"server_launch_mode\":\"unknown\"}");
    }
    fw::Result<fw::Link> opened = fw::Link::open(config);
    if (!opened) {
        const fw::Error& error = opened.error();
        Line("open_failed").field("status", fw::name_of(error.status)).field("text", error.text).print();
        return 1;
    }
    fw::Link link = std::move(*opened);

    fw::Batch<64> batch;
    Counters seen;
    std::string input;
    std::uint64_t end = platform_now_ns() + static_cast<std::uint64_t>(options.seconds * 1e9);
    while (platform_now_ns() < end && !asked_to_quit(input)) {
        for (const fw::Event& event : link.poll(batch)) {
            handle(link, event, seen);
        }
        platform_sleep_ms(16);
    }

    framewire_close_report report{};
    const fw::Status status = link.close(1000, report);
    Line("summary").field("requests", seen.requests).field("answered", seen.answered).field("refused", seen.refused)
        .field("status", fw::name_of(status)).flag("clean", report.clean != 0).print();
    return fw::is_done(status) ? 0 : 1;
}
