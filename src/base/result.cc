#include "base/result.h"

namespace cadre {
namespace {

/// What is said of an error that has no code of its own.
Code code_of_kind(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid:
            return Code::invalid_request;
        case ErrorKind::unauthenticated:
            return Code::not_logged_in;
        case ErrorKind::forbidden:
            return Code::not_allowed;
        case ErrorKind::not_found:
            return Code::not_found;
        case ErrorKind::conflict:
            return Code::conflict;
        case ErrorKind::precondition_failed:
            return Code::changed_meanwhile;
        case ErrorKind::too_large:
            return Code::body_too_large;
        case ErrorKind::unsupported:
            return Code::wrong_content_type;
        case ErrorKind::unprocessable:
            return Code::picture_unreadable;
        case ErrorKind::too_many:
            return Code::too_many_attempts;
        case ErrorKind::internal:
            return Code::fault;
        case ErrorKind::unavailable:
            return Code::unavailable;
        case ErrorKind::no_space:
            return Code::no_space;
    }
    return Code::fault;
}

}  // namespace

ErrorKind kind_of_status(int status) {
    switch (status) {
        case 401:
            return ErrorKind::unauthenticated;
        case 403:
            return ErrorKind::forbidden;
        case 404:
        case 410:
            return ErrorKind::not_found;
        case 409:
        case 423:
            return ErrorKind::conflict;
        case 412:
            return ErrorKind::precondition_failed;
        case 413:
            return ErrorKind::too_large;
        case 415:
            return ErrorKind::unsupported;
        case 422:
            return ErrorKind::unprocessable;
        case 429:
            return ErrorKind::too_many;
        case 500:
            return ErrorKind::internal;
        case 503:
            return ErrorKind::unavailable;
        case 507:
            return ErrorKind::no_space;
        default:
            return ErrorKind::invalid;
    }
}

Code code_of(const Error& error) {
    if (error.code && kind_of_status(entry_of(*error.code).status) == error.kind) return *error.code;
    return code_of_kind(error.kind);
}

}  // namespace cadre
