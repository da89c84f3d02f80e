/// Texts, results, JSON and the configuration. Included by framewire.hpp.
#ifndef FRAMEWIRE_VALUES_HPP
#define FRAMEWIRE_VALUES_HPP

#include "framewire_enums.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace framewire {

/// A view of the library's text.
inline std::string_view view(framewire_str text) noexcept {
    return std::string_view(text.ptr, static_cast<std::size_t>(text.len));
}

/// A C++ text as the library takes it; valid as long as what `text` views.
inline framewire_str str(std::string_view text) noexcept {
    framewire_str out;
    out.ptr = text.data();
    out.len = text.size();
    return out;
}

/// Name of a status, for logs.
inline std::string_view name_of(Status status) noexcept {
    return view(framewire_status_name(static_cast<framewire_status>(status)));
}

/// Whether the call did what it was asked to: `ok`, `attached` or `replaced`.
constexpr bool is_done(Status status) noexcept {
    return static_cast<std::uint32_t>(status) < 16;
}

/// Why a call failed, in words for a person.
struct Error {
    Status status = Status::ok;
    /// Byte offset in `framewire_config` of the field at fault; `UINT32_MAX` when no field is.
    std::uint32_t field = UINT32_MAX;
    /// What went wrong and what to do next.
    std::string text;
};

/// A value, or why there is none. Look before you take.
template <class Value>
class [[nodiscard]] Result {
public:
    Result(Value value) : held_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const noexcept { return held_.index() == 0; }

    /// The value. Only if there is one.
    Value& operator*() noexcept { return *std::get_if<0>(&held_); }
    Value* operator->() noexcept { return std::get_if<0>(&held_); }

    /// The error. Only if there is no value.
    const Error& error() const noexcept { return *std::get_if<1>(&held_); }

private:
    std::variant<Value, Error> held_;
};

/// A send: its status, and its number if it was accepted (see SEND_DROPPED).
struct [[nodiscard]] Sent {
    Status status;
    std::uint64_t number;

    explicit operator bool() const noexcept { return is_done(status); }
};

/// A value inside a JSON text. Its texts are views of that text.
class Json {
public:
    /// The value at `pointer` (RFC 6901; "" = the whole) of `json`. `kind()` is `missing` when there is none,
    /// or when `json` is no JSON.
    static Json at(std::string_view json, std::string_view pointer) noexcept {
        Json value;
        if (framewire_json_get(str(json), str(pointer), &value.raw_, sizeof value.raw_) != FRAMEWIRE_OK) {
            value.raw_ = framewire_json{};
        }
        return value;
    }

    JsonKind kind() const noexcept { return static_cast<JsonKind>(raw_.kind); }

    std::optional<std::int64_t> integer() const noexcept {
        if (kind() != JsonKind::number || (raw_.flags & FRAMEWIRE_JSON_FLAG_INTEGER) == 0) return std::nullopt;
        return raw_.integer;
    }
    std::optional<double> number() const noexcept {
        if (kind() != JsonKind::number) return std::nullopt;
        return raw_.number;
    }
    std::optional<bool> boolean() const noexcept {
        if (kind() != JsonKind::boolean) return std::nullopt;
        return raw_.integer != 0;
    }

    /// Strings: between the quotes, escapes as they are; all else: the whole value.
    std::string_view text() const noexcept { return view(raw_.text); }
    /// The string holds escapes.
    bool is_escaped() const noexcept { return (raw_.flags & FRAMEWIRE_JSON_FLAG_ESCAPED) != 0; }

private:
    framewire_json raw_{};
};

/// `text` as a JSON string, with its quotes.
inline std::string json_quote(std::string_view text) {
    std::string out = "\"";
    for (char byte : text) {
        if (byte == '"' || byte == '\\') {
            out += '\\';
            out += byte;
        } else if (static_cast<unsigned char>(byte) < 0x20) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(byte));
            out += escape;
        } else {
            out += byte;
        }
    }
    out += '"';
    return out;
}

/// Everything a link is opened with. It keeps copies of all texts.
///
/// Each setting is documented at the field of `framewire_config` that bears its name; those without a
/// function of their own are reached by `set`: `config.set(&framewire_config::budget_bytes, 1 << 20)`.
class Config {
public:
    Config(std::string_view name, std::string_view url) : name_(name), url_(url) {
        status_ = static_cast<Status>(framewire_config_init(&raw_, sizeof raw_, FRAMEWIRE_ABI_VERSION));
    }

    Config& owner(std::string_view value) { owner_ = value; return *this; }
    Config& subprotocol(std::string_view value) { subprotocol_ = value; return *this; }
    Config& tls_ca_file(std::string_view value) { tls_ca_file_ = value; return *this; }
    Config& hello(std::string_view json) { hello_ = json; return *this; }
    Config& token(std::string_view value) { token_ = value; return *this; }
    Config& capability_file(std::string_view value) { capability_file_ = value; return *this; }
    Config& project(std::string_view directory) { project_ = directory; return *this; }
    Config& state_file(std::string_view path) { state_file_ = path; return *this; }
    /// Sent every `interval_ms`.
    Config& keepalive(std::string_view message, std::uint32_t interval_ms) {
        keepalive_message_ = message;
        return set(&framewire_config::keepalive_interval_ms, interval_ms);
    }
    /// Adds one request header.
    Config& header(std::string_view name, std::string_view value) {
        std::string& lines = headers_ ? *headers_ : headers_.emplace();
        if (!lines.empty()) lines += '\n';
        lines.append(name).append(": ").append(value);
        return *this;
    }
    Config& profile(Profile value) { return set(&framewire_config::profile, static_cast<std::uint32_t>(value)); }
    Config& overflow(Overflow value) { return set(&framewire_config::overflow, static_cast<std::uint32_t>(value)); }
    Config& allow_remote() { raw_.flags |= FRAMEWIRE_CONFIG_ALLOW_REMOTE; return *this; }
    Config& allow_insecure_remote() { raw_.flags |= FRAMEWIRE_CONFIG_ALLOW_INSECURE_REMOTE; return *this; }
    Config& start_disconnected() { raw_.flags |= FRAMEWIRE_CONFIG_START_DISCONNECTED; return *this; }
    Config& reconnect_forever() { return set(&framewire_config::reconnect, FRAMEWIRE_RECONNECT_FOREVER); }
    Config& reconnect_never() { return set(&framewire_config::reconnect, FRAMEWIRE_RECONNECT_NONE); }
    Config& reconnect_limited(std::uint32_t redials) {
        raw_.reconnect_limit = redials;
        return set(&framewire_config::reconnect, FRAMEWIRE_RECONNECT_LIMITED);
    }
    /// Waits between dials, ms; the last one repeats.
    Config& reconnect_delays_ms(std::vector<std::uint32_t> delays) { delays_ = std::move(delays); return *this; }

    /// Sets one of the numbers of `framewire_config`.
    template <class Number>
    Config& set(Number framewire_config::*field, std::common_type_t<Number> value) {
        static_assert(std::is_integral_v<Number>, "texts have functions of their own");
        raw_.*field = value;
        return *this;
    }

private:
    friend class Link;

    static framewire_str optional_str(const std::optional<std::string>& text) noexcept {
        return text ? str(*text) : str(std::string_view());
    }

    /// The configuration with its texts in place; valid until this object changes.
    framewire_config fill() const noexcept {
        framewire_config raw = raw_;
        raw.name = str(name_);
        raw.url = str(url_);
        raw.owner = optional_str(owner_);
        raw.headers = optional_str(headers_);
        raw.subprotocol = optional_str(subprotocol_);
        raw.tls_ca_file = optional_str(tls_ca_file_);
        raw.hello = optional_str(hello_);
        raw.token = optional_str(token_);
        raw.capability_file = optional_str(capability_file_);
        raw.project = optional_str(project_);
        raw.state_file = optional_str(state_file_);
        raw.keepalive_message = optional_str(keepalive_message_);
        if (!delays_.empty()) {
            raw.reconnect_delays_ms = delays_.data();
            raw.reconnect_delay_count = delays_.size();
        }
        return raw;
    }

    framewire_config raw_{};
    Status status_;
    std::string name_;
    std::string url_;
    std::optional<std::string> owner_, headers_, subprotocol_, tls_ca_file_, hello_, token_, capability_file_;
    std::optional<std::string> project_, state_file_, keepalive_message_;
    std::vector<std::uint32_t> delays_;
};

}  // namespace framewire

#endif  // FRAMEWIRE_VALUES_HPP
