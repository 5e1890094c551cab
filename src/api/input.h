// What requests say, read with patience: every wrong field is found before the request is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/field_codes.h"
#include "base/json.h"
#include "base/task.h"
#include "gallery/access.h"
#include "http/message.h"

namespace cadre::api {

/// The most wrong fields that one answer lists.
inline constexpr std::size_t kMaxWrong = 100;
/// Bytes of the name of a view: one of them ends in a word.
inline constexpr std::size_t kMaxScope = 512;
/// Bytes of a document of a few fields.
inline constexpr std::size_t kSmallBody = std::size_t{16} << 10;

/// Collects wrong fields.
class Wrong {
public:
    void add(std::string_view field, FieldCode code, std::vector<FieldParam> params = {}) {
        add({std::string(field), code, std::move(params)});
    }
    /// Takes over what an error names.
    void add(const Error& error);
    [[nodiscard]] bool any() const { return !fields_.empty(); }
    /// ErrorKind::invalid if there is any.
    [[nodiscard]] Result<void> result() const;

private:
    void add(FieldError field);

    std::vector<FieldError> fields_;
    std::size_t more_ = 0;
};

/// The query's parameters. One that is there twice is wrong; those that nobody asks for are passed over.
class Query {
public:
    Query(const http::Request& request, Wrong& wrong) : query_(request.query), wrong_(wrong) {}

    [[nodiscard]] std::optional<std::string> text(std::string_view name, std::size_t max_bytes);
    [[nodiscard]] std::uint32_t integer(std::string_view name, std::uint32_t min, std::uint32_t max,
                                        std::uint32_t otherwise);
    [[nodiscard]] bool flag(std::string_view name);  // "true" or "false"; false where absent

private:
    [[nodiscard]] std::optional<std::string_view> only(std::string_view name);

    const http::QueryParams& query_;
    Wrong& wrong_;
};

class Fields;
/// "keep" or "revoke", of a request that sets a password.
[[nodiscard]] gallery::Tokens read_tokens(Fields& fields, std::string_view text);

/// A list of ids; what is none, and more than `most`, are wrong. Empty where it is absent.
[[nodiscard]] std::vector<Id> read_ids(Fields& fields, std::string_view name, std::size_t most, Wrong& wrong);

/// How a list is read: `?limit=&cursor=`.
struct PageWish {
    std::uint32_t limit;
    std::string cursor;
};
[[nodiscard]] PageWish page_wish(Query& query);

enum class BodyForm { json, merge_patch };  // merge_patch: also application/merge-patch+json

/// The body, which must be a JSON object. Errors: unsupported (another Content-Type), too_large, invalid.
Task<json::object> read_object(http::Request& request, BodyForm form, std::size_t limit);

/// The members of an object. finish() names those that nobody asked for.
class Fields {
public:
    Fields(const json::object& object, Wrong& wrong, std::string prefix = {})
        : object_(object), wrong_(wrong), prefix_(std::move(prefix)) {}

    /// The member, null or not; nothing where it is absent.
    [[nodiscard]] const json::value* find(std::string_view name);
    [[nodiscard]] bool has(std::string_view name) { return find(name) != nullptr; }

    // Nothing where the member is absent or (which is wrong) of another type.
    [[nodiscard]] std::optional<std::string> text(std::string_view name);
    [[nodiscard]] std::optional<bool> flag(std::string_view name);
    [[nodiscard]] std::optional<std::vector<std::string>> texts(std::string_view name);
    [[nodiscard]] const json::object* object(std::string_view name);

    /// "" where it is absent or of another type, which is wrong.
    [[nodiscard]] std::string required_text(std::string_view name);

    void wrong(std::string_view name, FieldCode code, std::vector<FieldParam> params = {}) {
        wrong_.add(prefix_ + std::string(name), code, std::move(params));
    }
    void finish();

private:
    const json::object& object_;
    Wrong& wrong_;
    std::string prefix_;
    std::vector<std::string> asked_;
};

}  // namespace cadre::api
