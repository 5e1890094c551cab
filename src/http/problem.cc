#include "http/problem.h"

#include <utility>

#include "base/field_codes.h"
#include "base/json.h"

namespace cadre::http {
namespace {

json::object members(Code code, std::string_view detail, std::string_view request_id) {
    const auto& entry = entry_of(code);
    return {{"type", address_of(code)},
            {"title", entry.en.title},
            {"status", entry.status},
            {"detail", detail},
            {"instance", request_id}};
}

json::object member_of(const FieldError& wrong) {
    json::object member{{"field", wrong.field}, {"code", entry_of(wrong.code).name}, {"detail", wrong.detail()}};
    if (wrong.params.empty()) return member;
    json::object params;
    for (const auto& param : wrong.params)
        std::visit([&](const auto& value) { params[param.name] = json::value_from(value); }, param.value);
    member["params"] = std::move(params);
    return member;
}

Response answer(int status, const json::object& document) {
    return Response::with(status, "application/problem+json", json::serialize(document));
}

}  // namespace

Response problem(const Error& error, const Request& request) {
    const Code code = code_of(error);
    json::object document = members(code, error.message, request.id);
    if (!error.fields.empty()) {
        json::array errors;
        for (const auto& field : error.fields) errors.push_back(member_of(field));
        document["errors"] = std::move(errors);
    }
    Response response = answer(entry_of(code).status, document);
    if (error.retry_after) response.headers.set("Retry-After", std::to_string(error.retry_after->count()));
    return response;
}

Response problem(Code code, std::string_view detail, std::string_view request_id) {
    return answer(entry_of(code).status, members(code, detail, request_id));
}

}  // namespace cadre::http
