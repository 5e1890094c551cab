#include "api/input.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/number.h"
#include "base/utf8.h"
#include "http/headers.h"

namespace cadre::api {
namespace {

/// A name that somebody sent, fit to be repeated.
std::string shown(std::string_view name) {
    if (!utf8_length(name)) return "(not UTF-8)";
    return std::string(cut_utf8(name, 100));
}

std::string_view media_type_of(std::string_view content_type) {
    return http::trim(content_type.substr(0, content_type.find(';')));
}

Result<void> check_content_type(const http::Request& request, BodyForm form) {
    const auto fields = request.headers.get_all("Content-Type");
    if (fields.size() > 1) return fail(ErrorKind::invalid, "Content-Type was sent more than once.");
    const auto type = fields.empty() ? std::string_view{} : media_type_of(fields.front());
    if (http::equal_ignoring_case(type, "application/json")) return {};
    if (form == BodyForm::json)
        return fail(Code::wrong_content_type, "Send JSON, with Content-Type: application/json.");
    if (http::equal_ignoring_case(type, "application/merge-patch+json")) return {};
    return fail(Code::wrong_content_type,
                "Send a JSON merge patch, with Content-Type: application/merge-patch+json or application/json.");
}

}  // namespace

void Wrong::add(FieldError field) {
    if (fields_.size() == kMaxWrong)
        ++more_;
    else if (std::ranges::find(fields_, field) == fields_.end())
        fields_.push_back(std::move(field));
}

void Wrong::add(const Error& error) {
    for (const auto& field : error.fields) add(field);
}

Result<void> Wrong::result() const {
    if (fields_.empty()) return {};
    Error error{Code::invalid_fields, {}};
    if (fields_.size() == 1)
        error.message = fmt::format("{} is wrong: {}", fields_.front().field, fields_.front().detail());
    else
        error.message = fmt::format("{} fields are wrong.", fields_.size() + more_);
    error.fields = fields_;
    return fail(std::move(error));
}

std::optional<std::string_view> Query::only(std::string_view name) {
    const auto values = query_.get_all(name);
    if (values.size() > 1) wrong_.add(name, FieldCode::given_twice);
    return values.size() == 1 ? std::optional(values.front()) : std::nullopt;
}

std::optional<std::string> Query::text(std::string_view name, std::size_t max_bytes) {
    const auto value = only(name);
    if (!value) return std::nullopt;
    if (!utf8_length(*value)) {
        wrong_.add(name, FieldCode::not_utf8);
    } else if (value->size() > max_bytes) {
        wrong_.add(name, FieldCode::too_many_bytes, {{"max", max_bytes}});
    } else {
        return std::string(*value);
    }
    return std::nullopt;
}

std::uint32_t Query::integer(std::string_view name, std::uint32_t min, std::uint32_t max, std::uint32_t otherwise) {
    const auto value = only(name);
    if (!value) return otherwise;
    const auto number = parse_number<std::uint32_t>(*value);
    if (number && *number >= min && *number <= max) return *number;
    wrong_.add(name, FieldCode::not_in_range, {{"min", min}, {"max", max}});
    return otherwise;
}

bool Query::flag(std::string_view name) {
    const auto value = only(name);
    if (!value || *value == "false") return false;
    if (*value != "true") wrong_.add(name, FieldCode::not_boolean);
    return *value == "true";
}

std::vector<Id> read_ids(Fields& fields, std::string_view name, std::size_t most, Wrong& wrong) {
    std::vector<Id> ids;
    const auto listed = fields.texts(name).value_or(std::vector<std::string>());
    for (std::size_t i = 0; i < listed.size() && i <= most; ++i) {
        if (const auto id = parse_id(listed[i]))
            ids.push_back(*id);
        else
            wrong.add(fmt::format("{}[{}]", name, i), FieldCode::not_id);
    }
    if (listed.size() > most) fields.wrong(name, FieldCode::too_many_members, {{"max", most}});
    return ids;
}

PageWish page_wish(Query& query) {
    const auto limit = query.integer("limit", 1, 500, 100);
    return {limit, query.text("cursor", 512).value_or("")};
}

gallery::Tokens read_tokens(Fields& fields, std::string_view text) {
    if (text != "keep" && text != "revoke") fields.wrong("tokens", FieldCode::not_one_of, choices({"keep", "revoke"}));
    return text == "keep" ? gallery::Tokens::keep : gallery::Tokens::revoke;
}

Task<json::object> read_object(http::Request& request, BodyForm form, std::size_t limit) {
    CO_CHECK(check_content_type(request, form));
    CO_TRY(const std::string text, co_await request.body.read_all(limit));
    CO_TRY(json::value value, parse_json(text));
    if (!value.is_object()) co_return fail(Code::malformed_json, "The body must be a JSON object.");
    co_return std::move(value.get_object());
}

const json::value* Fields::find(std::string_view name) {
    asked_.emplace_back(name);
    return object_.if_contains(name);
}

std::optional<std::string> Fields::text(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (const auto* text = value->if_string()) return std::string(*text);
    wrong(name, FieldCode::not_text);
    return std::nullopt;
}

std::optional<bool> Fields::flag(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (const auto* flag = value->if_bool()) return *flag;
    wrong(name, FieldCode::not_boolean);
    return std::nullopt;
}

std::optional<std::vector<std::string>> Fields::texts(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr) return std::nullopt;
    const auto* array = value->if_array();
    if (array == nullptr) {
        wrong(name, FieldCode::not_texts);
        return std::nullopt;
    }
    std::vector<std::string> texts;
    texts.reserve(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) {
        if (const auto* text = (*array)[i].if_string())
            texts.emplace_back(*text);
        else
            wrong(fmt::format("{}[{}]", name, i), FieldCode::not_text);
    }
    return texts;
}

const json::object* Fields::object(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr) return nullptr;
    if (const auto* object = value->if_object()) return object;
    wrong(name, FieldCode::not_object);
    return nullptr;
}

std::string Fields::required_text(std::string_view name) {
    if (!object_.contains(name)) wrong(name, FieldCode::missing);
    return text(name).value_or("");
}

void Fields::finish() {
    for (const auto& [name, value] : object_)
        if (std::find(asked_.begin(), asked_.end(), std::string_view(name)) == asked_.end())
            wrong(shown(name), FieldCode::unknown_field);
}

}  // namespace cadre::api
