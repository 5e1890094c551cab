// Signed requests to a store with several endpoints: time limits, repetition on another endpoint, and for reads a
// second request when the first one is slow.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/hash.h"
#include "blobs/s3/endpoints.h"
#include "blobs/s3/signer.h"
#include "http/client.h"

namespace cadre::blobs::s3 {

struct Limits {
    Millis connect{1'000};
    Millis read{5'000};           // to the header of an answer, and between two pieces of its body
    Millis write{5'000};          // from the last byte sent to the answer
    Millis slow_write{120'000};   // the same, for removals of many, the end of a large put, and what may be begun twice
    Millis hedge_after{300};      // a read without an answer is begun a second time elsewhere
    Millis hedge_put_after{500};  // the same of a write that may be begun twice
};

struct Call {
    http::Method method = http::Method::get;
    std::string key{};  // as in blobs/store.h; empty: the bucket itself
    std::vector<std::pair<std::string, std::string>> query{};
    http::Headers headers{};
    http::Body body{};  // can be sent again: a shared string or a file
    std::string body_sha256{kEmptySha256};
    bool slow = false;  // Limits::slow_write
    // A put of a whole object. It may be under way at two endpoints at once, and is never broken off: Garage, whose
    // client leaves at the wrong moment, forgets the object, also where another endpoint had acknowledged the same put
    // before (its cleanup marks a version as aborted that has just replaced the other one). It does the same by itself
    // where a put fails at its end for want of a quorum. So a put is acknowledged only where none failed since it
    // began, and one that fails later is followed by another.
    bool whole = false;     // another endpoint is asked after Limits::write
    bool twice = false;     // the same, after Limits::hedge_put_after: it is small, a copy or a removal
    bool streamed = false;  // the answer's body is read piece by piece
    std::size_t body_limit = std::size_t{8} << 20;  // of an answer that is held whole
};

struct Answer {
    int status = 0;
    http::Headers headers{};
    std::string body{};                         // whole, or the first piece if it is streamed
    std::unique_ptr<http::BodyReader> rest{};   // null: nothing more
    std::optional<Sha256Digest> body_sha256{};  // where it was needed
    std::size_t endpoint = 0;

    [[nodiscard]] std::string_view field(std::string_view name) const { return headers.get(name).value_or(""); }
};

/// Thread-safe; each call on an io_context that one thread runs. Any status is an answer once it was tried often enough
/// for one of 429 and 5xx (but 501 and 507). Errors: unavailable, when no endpoint gave an answer; too_large, when the
/// body is longer than its limit. A body that ends early or whose SHA-256 is not the one in X-Amz-Checksum-Sha256
/// counts as no answer.
class Caller : public std::enable_shared_from_this<Caller> {
public:
    Caller(Location where, Credentials credentials, Limits limits, const Clock& clock);

    /// GET and HEAD.
    [[nodiscard]] Task<Answer> read(Call call);
    /// PUT, POST and DELETE: one endpoint after the other, so that there are never two at once, save puts,
    /// copies and removals of one object.
    [[nodiscard]] Task<Answer> write(Call call);

    /// What was answered well broke off later.
    void broke_off(std::size_t endpoint) { endpoints_.went_wrong(endpoint, clock_.monotonic()); }

    [[nodiscard]] const Location& where() const { return where_; }
    [[nodiscard]] std::string name(std::size_t endpoint) const { return endpoints_.url(endpoint).authority(); }

    [[nodiscard]] std::vector<Endpoint> endpoints() const { return endpoints_.all(); }

private:
    struct Race;
    /// At one endpoint, after `patience` without an answer at another one too; the first answer ends it. Reads that
    /// lost are broken off, writes go on with nobody waiting for them.
    [[nodiscard]] Task<Answer> run_race(Call given, Purpose purpose, Millis patience);
    [[nodiscard]] Task<Answer> attempt(std::shared_ptr<const Call> call, std::size_t endpoint);
    [[nodiscard]] http::ClientRequest request_of(const Call& call, std::size_t endpoint) const;
    /// After a put that failed, and may have undone what was acknowledged: until one ends well.
    [[nodiscard]] Task<void> put_again(std::shared_ptr<const Call> call);
    void start(const std::shared_ptr<Race>& race, const asio::any_io_executor& executor, std::size_t endpoint);

    const Location where_;
    const Signer signer_;
    const Limits limits_;
    const http::ClientOptions client_options_;
    const Clock& clock_;
    const std::uint64_t number_;
    Endpoints endpoints_;
};

/// Whether the SHA-256 of a whole object is the one that the store keeps with it; true where it keeps none, or one of
/// parts ("…-3").
[[nodiscard]] bool matches_checksum(std::string_view checksum_field, std::span<const std::uint8_t> sha256);

}  // namespace cadre::blobs::s3
