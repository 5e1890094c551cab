#include "blobs/s3/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cadre::blobs::s3 {
namespace {

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// There is no code for it that all stores have in common: some say 507, some 403 or 500 and why.
bool is_full(int status, const Refusal& refusal) {
    const auto says = [&](std::string_view words) { return refusal.message.find(words) != std::string::npos; };
    return status == 507 ||
           is_one_of(refusal.code, {"QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "StorageFull"}) ||
           says("quota is reached") || says("No space left on device");
}

std::string cause(int status, const Refusal& refusal, const std::string& endpoint, const Location& where) {
    const auto& code = refusal.code;
    const auto store = "The object store at " + endpoint;
    if (code == "NoSuchBucket") return fmt::format("{} has no bucket “{}”", store, where.bucket);
    if (code == "RequestTimeTooSkewed") return store + " has another time than this machine";
    if (code == "AuthorizationHeaderMalformed")
        return fmt::format("{} does not accept the region “{}”", store, where.region);
    if (status == 401 || status == 403 ||
        is_one_of(code, {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"}))
        return fmt::format("{} refuses the access key, or it may not use the bucket “{}”", store, where.bucket);
    if (status == 404) return fmt::format("{} does not know what it was asked for", store);
    if (status == 429 || status == 503) return store + " is busy";
    return fmt::format("{} answered {}", store, status);
}

}  // namespace

Error no_such_object() { return {ErrorKind::not_found, "There is no such object."}; }

Error out_of_reach(std::string detail) {
    Error error{Code::stores_away, "The photographs cannot be reached at the moment. Try again soon.",
                std::move(detail)};
    error.retry_after = std::chrono::seconds(1);
    return error;
}

Error refusal_of(int status, const Refusal& refusal, const std::string& endpoint, const Location& where) {
    if (refusal.code == "NoSuchKey") return no_such_object();
    auto detail = cause(status, refusal, endpoint, where) + ".";
    if (!refusal.code.empty()) detail += fmt::format(" It says: {} {}: {}", status, refusal.code, refusal.message);
    if (is_full(status, refusal)) return {Code::no_space, "There is no space left to keep this.", std::move(detail)};
    return out_of_reach(std::move(detail));
}

Error refusal_of(const Answer& answer, const Caller& caller) {
    return refusal_of(answer.status, parse_refusal(answer.body).value_or(Refusal{}), caller.name(answer.endpoint),
                      caller.where());
}

}  // namespace cadre::blobs::s3
