/// Framewire for C++17: the nouns of framewire.h, with owners that clean up after themselves.
///
/// Header only: this file and the two framewire_*.hpp beside it. Link the Framewire library as a C program does.
/// framewire.h says what each call means, which threads may make it and what it returns: that holds here word
/// for word. What this file adds:
///
/// - `Link` closes in its destructor, for at most its linger.
/// - `Poll` gives lent events back in its destructor, so a loop over `link.poll(batch)` is all it takes.
/// - Statuses, kinds, reasons and phases are enumerations, and no status is dropped unseen.
/// - Texts are `std::string_view`; a default-constructed view means absent.
///
/// Nothing here throws on its own account. `Config`, `Error` and `json_quote` allocate (and so may throw
/// `std::bad_alloc`); polling, reading events and answering do not.
///
///     framewire::Result<framewire::Link> opened = framewire::Link::open(
///         framewire::Config("editor", "ws://127.0.0.1:9500").profile(framewire::Profile::godot_ai));
///     framewire::Batch<64> batch;
///     // once a frame:
///     for (const framewire::Event& event : opened->poll(batch)) { ... }
#ifndef FRAMEWIRE_HPP
#define FRAMEWIRE_HPP

#include "framewire_values.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace framewire {

/// One thing that happened. Its texts are lent until the `Poll` that handed it out ends.
class Event {
public:
    EventKind kind() const noexcept { return static_cast<EventKind>(raw_.kind); }
    Reason reason() const noexcept { return static_cast<Reason>(raw_.reason); }
    /// REQUEST, REQUEST_ENDED, RESPONSE: the request.
    std::uint64_t id() const noexcept { return raw_.id; }
    /// Connection the event belongs to.
    std::uint64_t generation() const noexcept { return raw_.generation; }
    /// Method, notification name or server version.
    std::string_view name() const noexcept { return view(raw_.name); }
    /// Parameters or payload.
    std::string_view data() const noexcept { return view(raw_.data); }
    /// REQUEST_ORPHANED: what the earlier owner left with `defer`.
    std::string_view note() const noexcept { return view(raw_.note); }
    /// REQUEST_ORPHANED: the parameters were too large to be kept.
    bool is_payload_gone() const noexcept { return (raw_.flags & FRAMEWIRE_EVENT_FLAG_PAYLOAD_GONE) != 0; }
    /// Words for a person.
    std::string_view detail() const noexcept { return view(raw_.detail); }
    /// REQUEST_ORPHANED: since its arrival, RESPONSE: since the call; ns.
    std::uint64_t age_ns() const noexcept { return raw_.age_ns; }
    /// RESPONSE: the peer's error code.
    std::int64_t error_code() const noexcept { return raw_.error_code; }
    /// The value at `pointer` of the parameters.
    Json param(std::string_view pointer) const noexcept { return Json::at(data(), pointer); }
    /// CLOSED: both close frames passed.
    bool is_clean() const noexcept { return (raw_.flags & FRAMEWIRE_EVENT_FLAG_CLEAN) != 0; }
    /// CLOSED, CONNECT_FAILED: the link does not dial again by itself.
    bool is_final() const noexcept { return (raw_.flags & FRAMEWIRE_EVENT_FLAG_FINAL) != 0; }
    /// Every field.
    const framewire_event& raw() const noexcept { return raw_; }

private:
    framewire_event raw_;
};
static_assert(sizeof(Event) == sizeof(framewire_event) && std::is_standard_layout_v<Event>,
              "an Event is a framewire_event, so that a poll writes straight into it");

/// Room for the events of one poll. Make it once and use it every frame.
template <std::size_t Capacity = 64>
using Batch = std::array<Event, Capacity>;

/// What one poll handed out; gives it back when it goes out of scope. Loop over it.
class [[nodiscard]] Poll {
public:
    Poll(Poll&& other) noexcept
        : link_(std::exchange(other.link_, 0)), status_(other.status_), first_(other.first_),
          count_(std::exchange(other.count_, 0)) {}
    Poll& operator=(Poll&& other) noexcept {
        if (this != &other) {
            release();
            link_ = std::exchange(other.link_, 0);
            status_ = other.status_;
            first_ = other.first_;
            count_ = std::exchange(other.count_, 0);
        }
        return *this;
    }
    ~Poll() { release(); }

    /// `ok`, `empty`, or why nothing could be polled.
    Status status() const noexcept { return status_; }
    const Event* begin() const noexcept { return first_; }
    const Event* end() const noexcept { return first_ + count_; }
    std::size_t size() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }

    /// Gives the events back now.
    void release() noexcept {
        count_ = 0;
        if (link_ != 0) framewire_release(std::exchange(link_, 0));
    }

private:
    friend class Link;

    Poll(framewire_link link, Event* events, std::size_t capacity) noexcept : link_(0), first_(events), count_(0) {
        std::uint64_t count = 0;
        // An Event has a framewire_event as its first and only member: a pointer to one is a pointer to the other.
        framewire_status status = framewire_poll(link, reinterpret_cast<framewire_event*>(events), sizeof(Event),
                                                 capacity, &count);
        status_ = static_cast<Status>(status);
        if (status == FRAMEWIRE_OK) {
            link_ = link;
            count_ = static_cast<std::size_t>(count);
        }
    }

    /// Zero when no loan is open.
    framewire_link link_;
    Status status_ = Status::empty;
    const Event* first_;
    std::size_t count_;
};

/// A link, owned. Moved, not copied; a moved-from or closed one answers `stale` to everything.
class Link {
public:
    /// How long a destructor may block, ms, unless `linger_ms` says otherwise.
    static constexpr std::uint32_t default_linger_ms = 250;

    /// Opens a link and starts to dial, or attaches to the living link of that name: `is_attached()`.
    static Result<Link> open(const Config& config) {
        if (!is_done(config.status_)) {
            return Error{config.status_, UINT32_MAX,
                         "the library speaks another ABI: install the one that this program was compiled for"};
        }
        framewire_config raw = config.fill();
        framewire_link link = 0;
        framewire_error error{};
        Status status = static_cast<Status>(framewire_open(&raw, &link, &error));
        if (!is_done(status)) return Error{status, error.field, error.text};
        return Link(link, status == Status::attached);
    }

    Link() noexcept = default;
    Link(Link&& other) noexcept
        : link_(std::exchange(other.link_, 0)), linger_ms_(other.linger_ms_), attached_(other.attached_) {}
    Link& operator=(Link&& other) noexcept {
        if (this != &other) {
            close_quietly();
            link_ = std::exchange(other.link_, 0);
            linger_ms_ = other.linger_ms_;
            attached_ = other.attached_;
        }
        return *this;
    }
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    ~Link() { close_quietly(); }

    /// How long the destructor may block.
    void linger_ms(std::uint32_t value) noexcept { linger_ms_ = value; }

    /// For calls of framewire.h; still owned by this object. Zero when closed.
    framewire_link handle() const noexcept { return link_; }

    /// Whether `open` took a living link over: its connection goes on, and what was open comes as REQUEST_ORPHANED.
    bool is_attached() const noexcept { return attached_; }

    /// Gives the handle up and keeps the link, for whoever opens it by name next. Afterwards this object owns nothing,
    /// and its end closes nothing.
    Status detach(Readiness readiness) noexcept {
        Status done = status(framewire_detach(link_, static_cast<std::uint32_t>(readiness)));
        if (is_done(done)) link_ = 0;
        return done;
    }

    /// Hands out events into `batch`, which must outlive the `Poll`. Once a frame, from one thread.
    template <std::size_t Capacity>
    Poll poll(std::array<Event, Capacity>& batch) noexcept { return Poll(link_, batch.data(), Capacity); }

    Status connect() noexcept { return status(framewire_connect(link_)); }
    Status disconnect() noexcept { return status(framewire_disconnect(link_)); }
    Status renew_session() noexcept { return status(framewire_renew_session(link_)); }
    Status pause() noexcept { return status(framewire_pause(link_)); }
    Status resume() noexcept { return status(framewire_resume(link_)); }
    /// Blocks; not for the frame thread.
    Status wait(std::uint32_t timeout_ms) noexcept { return status(framewire_wait(link_, timeout_ms)); }

    /// An absent text leaves its part as it is; an empty token wipes it.
    Error set_endpoint(std::string_view url, std::string_view token = {}) {
        framewire_error error{};
        return outcome(framewire_set_endpoint(link_, str(url), str(token), &error), error);
    }
    Error set_hello(std::string_view json) {
        framewire_error error{};
        return outcome(framewire_set_hello(link_, str(json), &error), error);
    }

    Sent send_text(std::string_view text) noexcept {
        std::uint64_t number = 0;
        Status done = status(framewire_send_text(link_, str(text), &number));
        return {done, number};
    }
    Sent send_binary(const void* data, std::size_t len) noexcept {
        std::uint64_t number = 0;
        Status done = status(framewire_send_binary(link_, data, len, &number));
        return {done, number};
    }
    Sent notify(std::string_view name, std::string_view json) noexcept {
        std::uint64_t number = 0;
        Status done = status(framewire_notify(link_, str(name), str(json), &number));
        return {done, number};
    }
    /// The id of the call stands in `id`; its end comes as a RESPONSE event.
    Status request(std::string_view method, std::string_view json, std::uint32_t timeout_ms,
                   std::uint64_t& id) noexcept {
        return status(framewire_request(link_, str(method), str(json), timeout_ms, &id));
    }
    Status cancel(std::uint64_t id) noexcept { return status(framewire_cancel(link_, id)); }
    Sent respond(std::uint64_t id, std::string_view json) noexcept {
        std::uint64_t number = 0;
        Status done = status(framewire_respond(link_, id, str(json), &number));
        return {done, number};
    }
    /// The value of `json` at `json_pointer` becomes `len` bytes at `bytes`, as base64.
    Sent respond_attachment(std::uint64_t id, std::string_view json, std::string_view json_pointer, const void* bytes,
                            std::uint64_t len) noexcept {
        std::uint64_t number = 0;
        Status done =
            status(framewire_respond_attachment(link_, id, str(json), str(json_pointer), bytes, len, &number));
        return {done, number};
    }
    Sent respond_error(std::uint64_t id, std::string_view code, std::string_view message,
                       std::string_view data = {}) noexcept {
        std::uint64_t number = 0;
        Status done = status(framewire_respond_error(link_, id, str(code), str(message), str(data), &number));
        return {done, number};
    }
    Status defer(std::uint64_t id, std::uint32_t timeout_ms, std::string_view note = {}) noexcept {
        return status(framewire_defer(link_, id, timeout_ms, str(note)));
    }
    Status set_readiness(Readiness readiness, std::string_view reason = {}) noexcept {
        return status(framewire_set_readiness(link_, static_cast<std::uint32_t>(readiness), str(reason)));
    }

    /// Ends a phase: what the editor was before it counts again.
    Status restore_readiness(Readiness readiness) noexcept {
        return status(framewire_restore_readiness(link_, static_cast<std::uint32_t>(readiness)));
    }

    /// Lists what is open into `calls`; `count` gets the number that is open, which may be more.
    template <std::size_t Capacity>
    Status outstanding(std::array<framewire_open_call, Capacity>& calls, std::uint64_t& count) const noexcept {
        return status(framewire_outstanding(link_, calls.data(), sizeof calls[0], Capacity, &count));
    }

    Status get_state(framewire_state& state) const noexcept {
        return status(framewire_get_state(link_, &state, sizeof state));
    }
    Status get_stats(framewire_stats& stats) const noexcept {
        return status(framewire_get_stats(link_, &stats, sizeof stats));
    }

    /// Closes now; blocks for `linger` ms at most. Afterwards this object owns nothing.
    Status close(std::uint32_t linger, framewire_close_report& report) noexcept {
        return status(framewire_close(std::exchange(link_, 0), linger, &report, sizeof report));
    }

private:
    Link(framewire_link link, bool attached) noexcept : link_(link), attached_(attached) {}

    static Status status(framewire_status value) noexcept { return static_cast<Status>(value); }
    static Error outcome(framewire_status value, const framewire_error& error) {
        if (is_done(status(value))) return Error{status(value), UINT32_MAX, std::string()};
        return Error{status(value), error.field, error.text};
    }
    void close_quietly() noexcept {
        if (link_ != 0) framewire_close(std::exchange(link_, 0), linger_ms_, nullptr, 0);
    }

    framewire_link link_ = 0;
    std::uint32_t linger_ms_ = default_linger_ms;
    bool attached_ = false;
};

/// Reads the state file at `path`, a file or the directory of a project.
inline Status read_state_file(std::string_view path, framewire_record& record) noexcept {
    return static_cast<Status>(framewire_state_file_read(str(path), &record, sizeof record));
}

/// Waits until the state file at `path` says ready, or that it never will. Blocks; not for the frame thread.
inline Status wait_for_state_file(std::string_view path, std::uint32_t timeout_ms, framewire_record& record,
                                  std::uint32_t flags = 0) noexcept {
    return static_cast<Status>(framewire_state_file_wait(str(path), timeout_ms, flags, &record, sizeof record));
}

/// Keeps a link paused while it lives.
class [[nodiscard]] Paused {
public:
    explicit Paused(const Link& link) noexcept : link_(link.handle()) { framewire_pause(link_); }
    ~Paused() { framewire_resume(link_); }
    Paused(const Paused&) = delete;
    Paused& operator=(const Paused&) = delete;

private:
    framewire_link link_;
};

}  // namespace framewire

#endif  // FRAMEWIRE_HPP
