#include "redis/verdict.h"

#include <fmt/format.h>

#include "redis/slots.h"

namespace cadre::redis {
namespace {

std::string_view first_word(std::string_view text) { return text.substr(0, text.find(' ')); }
std::string_view rest_of(std::string_view text) {
    const auto space = text.find(' ');
    return space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
}

Error password(const Endpoint& asked, const std::string& reply) {
    return {Code::stores_away, "Redis refuses the password that Cadre was given, or wants one: check the setting.",
            fmt::format("redis {}: {}", to_string(asked), reply)};
}

/// "MOVED 3999 127.0.0.1:6381"
Verdict redirect(Verdict::Kind kind, std::string_view rest, const std::string& reply, const Endpoint& asked) {
    const auto to = parse_endpoint(rest_of(rest), asked);
    if (!to) return {Verdict::Kind::refresh, {}, away(fmt::format("redis {}: {}", to_string(asked), reply))};
    return {kind, *to, {}};
}

/// "CADRE conflict text", from a script of ours. Redis 7 adds where in the script an error was raised.
Error of_script(std::string_view rest) {
    const auto word = first_word(rest);
    auto text = rest_of(rest);
    text = text.substr(0, text.find(" script: "));
    if (word == "conflict") return {ErrorKind::conflict, "It was changed by somebody else.", std::string(text)};
    if (word == "not_found") return {ErrorKind::not_found, "There is no such thing.", std::string(text)};
    if (word == "unavailable") return away(std::string(text));
    return {ErrorKind::internal, "Something went wrong.", "a script answered: " + std::string(rest)};
}

}  // namespace

Error away(std::string detail) {
    Error error{Code::stores_away, "A store does not answer at the moment. Try again shortly.", std::move(detail)};
    error.retry_after = std::chrono::seconds(2);
    return error;
}

Verdict judge(const std::string& reply, const Endpoint& asked) {
    using Kind = Verdict::Kind;
    const std::string_view text(reply);
    const auto word = first_word(text);
    if (word == "MOVED") return redirect(Kind::moved, rest_of(text), reply, asked);
    if (word == "ASK") return redirect(Kind::ask, rest_of(text), reply, asked);
    if (word == "NOSCRIPT") return {Kind::no_script};
    if (word == "CADRE") return {Kind::refused, {}, of_script(rest_of(text))};

    const auto detail = fmt::format("redis {}: {}", to_string(asked), reply);
    if (word == "TRYAGAIN" || word == "LOADING" || word == "BUSY" || text.starts_with("ERR max number of clients"))
        return {Kind::try_again, {}, away(detail)};
    // The last is CLUSTERDOWN as a script hears it at its first write.
    if (word == "CLUSTERDOWN" || word == "READONLY" || word == "MASTERDOWN" || word == "UNBLOCKED" ||
        text.find("while the cluster is down") != std::string_view::npos)
        return {Kind::refresh, {}, away(detail)};
    if (word == "NOAUTH" || word == "WRONGPASS" || word == "NOPERM" || text.starts_with("ERR invalid password") ||
        text.starts_with("ERR AUTH ") || text.starts_with("ERR Client sent AUTH"))
        return {Kind::refused, {}, password(asked, reply)};
    // Raised by a command of a script, 6.2 has it inside its own sentence.
    if (word == "OOM" || text.find("-OOM ") != std::string_view::npos) {
        Error full{Code::stores_away, "A store is full. Try again later.", detail};
        full.retry_after = std::chrono::seconds(30);
        return {Kind::refused, {}, std::move(full)};
    }
    if (word == "MISCONF" || word == "NOREPLICAS") return {Kind::refused, {}, away(detail)};
    return {Kind::refused, {}, {ErrorKind::internal, "Something went wrong.", detail}};
}

}  // namespace cadre::redis
