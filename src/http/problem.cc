#include "http/problem.h"

#include <utility>

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

Response answer(int status, const json::object& document) {
    return Response::with(status, "application/problem+json", json::serialize(document));
}

}  // namespace

Response problem(const Error& error, const Request& request) {
    const Code code = code_of(error);
    json::object document = members(code, error.message, request.id);
    if (!error.fields.empty()) {
        json::array errors;
        for (const auto& field : error.fields)
            errors.push_back(json::object{{"field", field.field}, {"detail", field.detail}});
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
