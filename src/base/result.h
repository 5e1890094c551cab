// Refusals are values: Result<T> holds a T or an Error that says what to tell the person and what to log.
// Faults (bugs, a broken disk) are exceptions and are caught once, where the request or the job began.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <variant>
#include <vector>

#include "base/codes.h"

namespace cadre {

/// What went wrong, in the terms that callers act on. http::status_of maps each to one status.
enum class ErrorKind {
    invalid,              // 400 the request is malformed or a field is out of range
    unauthenticated,      // 401 nobody is logged in, or the credentials are wrong
    forbidden,            // 403 the person is known and may not do this
    not_found,            // 404 does not exist, or may not be seen
    conflict,             // 409 contradicts the present state
    precondition_failed,  // 412 If-Match names another revision
    too_large,            // 413 more bytes than allowed
    unsupported,          // 415 not an accepted format
    unprocessable,        // 422 of an accepted format, but unreadable or too many pixels
    too_many,             // 429 rate limit
    internal,             // 500 a fault
    unavailable,          // 503 busy, or a store is away; may be tried again
    no_space,             // 507 no room to keep it
};

/// What is wrong with a field: base/field_codes.h has the codes, and only who names one includes it.
enum class FieldCode : std::uint8_t;

/// What the sentence of a code leaves open: a number, a text, or the texts to choose from.
struct FieldParam {
    template <std::integral Number>
    FieldParam(std::string of, Number number) : name(std::move(of)), value(static_cast<std::int64_t>(number)) {}
    FieldParam(std::string of, std::string text) : name(std::move(of)), value(std::move(text)) {}
    FieldParam(std::string of, std::vector<std::string> choices) : name(std::move(of)), value(std::move(choices)) {}

    std::string name;
    std::variant<std::int64_t, std::string, std::vector<std::string>> value;

    friend bool operator==(const FieldParam&, const FieldParam&) = default;
};

/// One wrong field of a request, for `errors` in problem+json.
struct FieldError {
    /// `with` has every parameter that the code's sentence names.
    FieldError(std::string name, FieldCode of, std::vector<FieldParam> with = {})
        : field(std::move(name)), code(of), params(std::move(with)) {}

    /// The code's English sentence, with what stands for its parameters.
    [[nodiscard]] std::string detail() const;

    std::string field;
    FieldCode code;
    std::vector<FieldParam> params;

    friend bool operator==(const FieldError&, const FieldError&) = default;
};

/// The kind of what is answered with this status.
[[nodiscard]] ErrorKind kind_of_status(int status);

struct Error {
    Error() = default;
    Error(ErrorKind of, std::string says, std::string for_log = {})
        : kind(of), message(std::move(says)), detail(std::move(for_log)) {}
    /// Of what people are told the code says more than the kind; the kind follows from it.
    Error(Code of, std::string says, std::string for_log = {})
        : kind(kind_of_status(entry_of(of).status)), message(std::move(says)), detail(std::move(for_log)), code(of) {}

    ErrorKind kind = ErrorKind::internal;
    std::string message;             // a sentence for the person, who can act on it; holds no secret
    std::string detail;              // for the log only
    std::vector<FieldError> fields;  // every wrong field, when kind is invalid
    std::optional<std::chrono::seconds> retry_after;
    std::optional<Code> code;  // nothing: that of its kind (code_of)
};

/// The code of the error, or what stands for all of its kind: where the kind was changed on the way, too.
[[nodiscard]] Code code_of(const Error& error);

template <class T>
using Result = tl::expected<T, Error>;

/// Shorthand for the error branch: `return fail(Code::photo_not_found, "There is no such photo.");`
[[nodiscard]] inline tl::unexpected<Error> fail(Code code, std::string message, std::string detail = {}) {
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(detail)});
}
/// The same for what nobody is told, or where the kind says enough.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, std::string detail = {}) {
    return tl::unexpected<Error>(Error{kind, std::move(message), std::move(detail)});
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace cadre

// Two declarations-as-macros for the error path (no statement expressions: g++ 12 miscompiles them in coroutines).
//   TRY(auto photo, find(id));                 in a function that returns Result
//   CO_TRY(auto photo, co_await find(id));     in a coroutine that returns Task
//   CO_CHECK(co_await remove(id));             where the value is void or not wanted
#define CADRE_CONCAT_(a, b) a##b
#define CADRE_CONCAT(a, b) CADRE_CONCAT_(a, b)
#define CADRE_TRY_(name, leave, declaration, ...)            \
    auto name = (__VA_ARGS__);                               \
    if (!name) leave ::cadre::fail(std::move(name).error()); \
    declaration = std::move(*name)
#define TRY(declaration, ...) CADRE_TRY_(CADRE_CONCAT(try_, __LINE__), return, declaration, __VA_ARGS__)
#define CO_TRY(declaration, ...) CADRE_TRY_(CADRE_CONCAT(try_, __LINE__), co_return, declaration, __VA_ARGS__)
#define CHECK_RESULT(...) \
    if (auto check_ = (__VA_ARGS__); !check_) return ::cadre::fail(std::move(check_).error())
#define CO_CHECK(...) \
    if (auto check_ = (__VA_ARGS__); !check_) co_return ::cadre::fail(std::move(check_).error())
