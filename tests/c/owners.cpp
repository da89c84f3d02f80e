// The owners of framewire.hpp: what goes out of scope is given back, once, also after a move.
// Prints 'N passed, 0 failed'.
#include "framewire.hpp"

#include "check.h"
#include "platform.h"

#include <array>
#include <string>
#include <type_traits>
#include <utility>

namespace fw = framewire;

static_assert(!std::is_copy_constructible_v<fw::Link> && std::is_nothrow_move_constructible_v<fw::Link>);
static_assert(!std::is_copy_constructible_v<fw::Poll> && std::is_nothrow_move_constructible_v<fw::Poll>);

namespace {

fw::Config config_of(const char* name) {
    static const std::string url = "ws://127.0.0.1:" + std::to_string(platform_unused_port()) + "/";
    fw::Config config(name, url);
    config.reconnect_delays_ms({20});
    return config;
}

fw::Link open_link(const char* name) {
    fw::Result<fw::Link> opened = fw::Link::open(config_of(name));
    CHECK(static_cast<bool>(opened));
    return opened ? std::move(*opened) : fw::Link();
}

// Polls until events come; the loan is then open.
fw::Poll wait_for_events(fw::Link& link, fw::Batch<4>& batch) {
    const std::uint64_t end = platform_now_ns() + std::uint64_t{PATIENCE_MS} * 1000000u;
    for (;;) {
        fw::Poll poll = link.poll(batch);
        if (!poll.empty() || platform_now_ns() > end) return poll;
        platform_sleep_ms(1);
    }
}

// Asks again while the link's thread writes the list.
fw::Status outstanding_soon(const fw::Link& link, std::array<framewire_open_call, 4>& calls, std::uint64_t& count) {
    const std::uint64_t end = platform_now_ns() + std::uint64_t{PATIENCE_MS} * 1000000u;
    for (;;) {
        const fw::Status status = link.outstanding(calls, count);
        if (status != fw::Status::busy || platform_now_ns() > end) return status;
        platform_sleep_ms(1);
    }
}

void check_loans() {
    fw::Link link = open_link("loans");
    fw::Batch<4> batch;
    fw::Batch<4> other;
    {
        fw::Poll poll = wait_for_events(link, batch);
        CHECK(poll.status() == fw::Status::ok && poll.size() >= 1);
        CHECK(link.poll(other).status() == fw::Status::busy);
        // A refused poll has nothing to give back: the loan is still open.
        CHECK(link.poll(other).status() == fw::Status::busy);
        // The loan moves; it is not given back twice, nor too early.
        fw::Poll moved = std::move(poll);
        CHECK(link.poll(other).status() == fw::Status::busy);
        for (const fw::Event& event : moved) {
            CHECK(!event.detail().empty() || event.kind() == fw::EventKind::reconnecting);
        }
        moved.release();
        moved.release();
        CHECK(moved.empty() && link.poll(other).status() != fw::Status::busy);
    }
    CHECK(wait_for_events(link, batch).status() == fw::Status::ok);
    CHECK(link.poll(other).status() != fw::Status::busy);
}

void check_links() {
    fw::Link link = open_link("owner");
    const framewire_link handle = link.handle();
    CHECK(fw::Link::open(config_of("owner").owner("another")).error().status == fw::Status::name_in_use);
    CHECK(!link.is_attached());
    CHECK(link.detach(fw::Readiness::reloading) == fw::Status::ok && link.handle() == 0);
    fw::Result<fw::Link> again = fw::Link::open(config_of("owner"));
    CHECK(again && again->is_attached() && again->handle() != handle);
    std::array<framewire_open_call, 4> calls;
    std::uint64_t open = 77;
    CHECK(outstanding_soon(*again, calls, open) == fw::Status::ok && open == 0);
    CHECK(again->restore_readiness(fw::Readiness::reloading) == fw::Status::ok);
    link = std::move(*again);
    const framewire_link present = link.handle();

    fw::Link moved = std::move(link);
    CHECK(link.handle() == 0 && moved.handle() == present && moved.is_attached());
    CHECK(link.connect() == fw::Status::stale);
    CHECK(moved.connect() == fw::Status::ok);
    {
        const fw::Link ended = std::move(moved);
    }
    framewire_state state;
    CHECK_STATUS(framewire_get_state(handle, &state, sizeof state), FRAMEWIRE_STALE);
    CHECK_STATUS(framewire_get_state(present, &state, sizeof state), FRAMEWIRE_STALE);
    framewire_record record;
    CHECK(fw::read_state_file("no such place", record) == fw::Status::ok);
    CHECK(record.verdict == FRAMEWIRE_VERDICT_MISSING);
    // The name is free again; assigning over a link closes the one that was there.
    fw::Link first = open_link("owner");
    const framewire_link replaced = first.handle();
    first = open_link("another");
    CHECK_STATUS(framewire_get_state(replaced, &state, sizeof state), FRAMEWIRE_STALE);
    CHECK(first.get_state(state) == fw::Status::ok);
    {
        fw::Paused paused(first);
        CHECK(first.get_state(state) == fw::Status::ok && state.pause_depth == 1);
    }
    CHECK(first.get_state(state) == fw::Status::ok && state.pause_depth == 0);
    CHECK(first.send_text("nobody is there").status == fw::Status::not_open);

    framewire_close_report report{};
    CHECK(first.close(1000, report) == fw::Status::ok);
    CHECK(first.close(1000, report) == fw::Status::stale);
}

// Goes and comes as a scripting domain does.
void check_domains() {
    framewire_state state;
    std::array<framewire_open_call, 4> calls;
    std::uint64_t count = 77;
    fw::Link first = open_link("domain");
    CHECK(!first.is_attached());
    CHECK(outstanding_soon(first, calls, count) == fw::Status::ok && count == 0);
    CHECK(first.detach(fw::Readiness::reloading) == fw::Status::ok);
    CHECK(first.handle() == 0 && first.detach(fw::Readiness::reloading) == fw::Status::stale);
    CHECK(first.outstanding(calls, count) == fw::Status::stale);
    {
        // The end of an object that has given its link up closes nothing.
        const fw::Link gone = std::move(first);
    }
    fw::Link second = open_link("domain");
    CHECK(second.is_attached());
    CHECK(second.get_state(state) == fw::Status::ok && state.attaches == 1);
    CHECK(second.set_readiness(fw::Readiness::compiling) == fw::Status::ok);
    CHECK(second.restore_readiness(fw::Readiness::compiling) == fw::Status::ok);
    CHECK(second.get_state(state) == fw::Status::ok && state.readiness == FRAMEWIRE_READINESS_RELOADING);
    // One that died still holds the old handle: its end does not touch the link either.
    fw::Link third = open_link("domain");
    second = fw::Link();
    CHECK(third.is_attached() && third.get_state(state) == fw::Status::ok && state.attaches == 2);
}

void check_errors() {
    fw::Config config("errors", "nonsense");
    config.header("A", "b").header("C", "d").set(&framewire_config::budget_bytes, 1 << 20);
    fw::Result<fw::Link> refused = fw::Link::open(config);
    CHECK(!refused && refused.error().status == fw::Status::invalid);
    CHECK(refused.error().field == offsetof(framewire_config, url) && refused.error().text.size() >= 10);
    CHECK(fw::name_of(refused.error().status) == "INVALID");

    fw::Link link = open_link("errors");
    fw::Error error = link.set_endpoint("http://127.0.0.1/");
    CHECK(!fw::is_done(error.status) && error.text.size() >= 10);
    CHECK(fw::is_done(link.set_endpoint("ws://127.0.0.1:9/").status));
}

void check_json() {
    const char* text = "{\"a\":[1,2.5,true,null,\"x\\ny\"]}";
    CHECK(fw::Json::at(text, "/a/0").integer() == 1);
    CHECK(fw::Json::at(text, "/a/1").number() == 2.5 && !fw::Json::at(text, "/a/1").integer());
    CHECK(fw::Json::at(text, "/a/2").boolean() == true);
    CHECK(fw::Json::at(text, "/a/3").kind() == fw::JsonKind::null);
    CHECK(fw::Json::at(text, "/a/4").text() == "x\\ny" && fw::Json::at(text, "/a/4").is_escaped());
    CHECK(fw::Json::at(text, "/a/5").kind() == fw::JsonKind::missing);
    CHECK(fw::Json::at("{\"a\":", "/a").kind() == fw::JsonKind::missing);
    CHECK(fw::json_quote("a\"b\\c\n\x1f\xC3\xA9") == "\"a\\\"b\\\\c\\u000a\\u001f\xC3\xA9\"");
}

}  // namespace

int main() {
    check_loans();
    check_links();
    check_domains();
    check_errors();
    check_json();
    framewire_shutdown(1000);
    return check_finish();
}
