#include "http/problem.h"

#include <utility>

#include "base/json.h"

namespace cadre::http {
namespace {

json::object members(int status, std::string_view detail, std::string_view request_id) {
    return {{"type", "about:blank"},
            {"title", reason_of(status)},
            {"status", status},
            {"detail", detail},
            {"instance", request_id}};
}

Response answer(int status, const json::object& document) {
    return Response::with(status, "application/problem+json", json::serialize(document));
}

}  // namespace

int status_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid:
            return 400;
        case ErrorKind::unauthenticated:
            return 401;
        case ErrorKind::forbidden:
            return 403;
        case ErrorKind::not_found:
            return 404;
        case ErrorKind::conflict:
            return 409;
        case ErrorKind::precondition_failed:
            return 412;
        case ErrorKind::too_large:
            return 413;
        case ErrorKind::unsupported:
            return 415;
        case ErrorKind::unprocessable:
            return 422;
        case ErrorKind::too_many:
            return 429;
        case ErrorKind::internal:
            return 500;
        case ErrorKind::unavailable:
            return 503;
        case ErrorKind::no_space:
            return 507;
    }
    return 500;
}

Response problem(const Error& error, const Request& request) {
    const int status = status_of(error.kind);
    json::object document = members(status, error.message, request.id);
    if (!error.fields.empty()) {
        json::array errors;
        for (const auto& field : error.fields)
            errors.push_back(json::object{{"field", field.field}, {"detail", field.detail}});
        document["errors"] = std::move(errors);
    }
    Response response = answer(status, document);
    if (error.retry_after) response.headers.set("Retry-After", std::to_string(error.retry_after->count()));
    return response;
}

Response problem(int status, std::string_view detail, std::string_view request_id) {
    return answer(status, members(status, detail, request_id));
}

}  // namespace cadre::http
