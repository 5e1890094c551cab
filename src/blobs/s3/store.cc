#include "blobs/s3/store.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "base/concurrently.h"
#include "base/encoding.h"
#include "base/hash.h"
#include "base/log.h"
#include "blobs/keys.h"
#include "blobs/s3/errors.h"
#include "blobs/s3/reader.h"
#include "blobs/s3/xml.h"

namespace cadre::blobs::s3 {
namespace {

constexpr std::size_t kLargestPage = 1'000;  // of ListObjectsV2
constexpr std::size_t kRemovedAtOnce = 250;  // S3 takes 1,000; Garage removes one after the other, 30 ms each
constexpr std::size_t kRemovalsAtOnce = 4;
// A photo's objects go one request each, all at once: where a node hangs, each costs Garage the wait for it.
constexpr std::size_t kRemovedSingly = 32;
constexpr const char* kProbe = "+check";  // no key has a "+"
constexpr Millis kProbeEvery{10'000};

/// DeleteObjects wants it, against what SHA-256 already proves.
std::string content_md5(std::string_view text) {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (::EVP_Digest(text.data(), text.size(), digest.data(), &length, ::EVP_md5(), nullptr) != 1)
        throw std::runtime_error("MD5 is not there");
    return base64(std::span(digest).first(length));
}

class S3Store final : public Store {
public:
    S3Store(Options options, const Clock& clock, Pool& pool)
        : clock_(clock),
          caller_(std::make_shared<Caller>(std::move(options.where), std::move(options.credentials), options.limits,
                                           clock)),
          writer_(caller_, pool, options.writer) {}

    Task<void> put(std::vector<Put> puts) override {
        for (const auto& put : puts) CO_CHECK(parse_key(put.key));
        for (auto& put : puts) CO_CHECK(co_await writer_.put(std::move(put)));
        if (!puts.empty()) wrote();
        co_return Result<void>();
    }

    Task<Object> open(std::string key, std::uint64_t offset, std::uint64_t length) override {
        CO_CHECK(parse_key(key));
        co_return co_await open_object(caller_, std::move(key), offset, length);
    }

    Task<std::string> get(std::string key) override {
        CO_CHECK(parse_key(key));
        co_return co_await get_object(caller_, std::move(key));
    }

    Task<Listing> list(std::string prefix, std::string cursor, std::size_t limit) override {
        CO_CHECK(parse_prefix_pieces(prefix));
        Listing listing;
        do {
            CO_TRY(auto page, co_await list_page(prefix, cursor, limit));
            if (page.more && page.items.empty()) co_return fail(out_of_reach("A listing goes on after an empty page."));
            cursor = page.more ? page.items.back().key : std::string();
            for (auto& item : page.items)
                if (parse_key(item.key)) listing.items.push_back(std::move(item));  // the rest is not ours
        } while (listing.items.empty() && !cursor.empty());
        listing.next = std::move(cursor);
        co_return listing;
    }

    Task<void> remove(std::vector<std::string> keys) override {
        for (const auto& key : keys) CO_CHECK(parse_key(key));
        if (keys.size() <= kRemovedSingly)
            co_return co_await each(keys.size(), keys.size(), [&](std::size_t n) { return remove_one(keys[n]); });
        const auto batches = (keys.size() + kRemovedAtOnce - 1) / kRemovedAtOnce;
        co_return co_await each(batches, kRemovalsAtOnce, [&](std::size_t n) {
            const auto begin = keys.begin() + static_cast<std::ptrdiff_t>(n * kRemovedAtOnce);
            const auto count = std::min(kRemovedAtOnce, keys.size() - n * kRemovedAtOnce);
            return remove_batch(std::vector<std::string>(begin, begin + static_cast<std::ptrdiff_t>(count)));
        });
    }

    Task<void> copy(std::string from, std::string to, Durability) override {
        CO_CHECK(parse_key(from));
        CO_CHECK(parse_key(to));
        if (from == to) {  // which stores refuse
            CO_CHECK(co_await open_object(caller_, std::move(from), 0, 0));
            co_return Result<void>();
        }
        Call call;
        call.method = http::Method::put;
        call.key = std::move(to);
        call.headers.set("X-Amz-Copy-Source", "/" + caller_->where().bucket + "/" + http::percent_encode(from, true));
        call.twice = true;
        CO_TRY(const auto answer, co_await caller_->write(std::move(call)));
        // 200 may be sent before it is done, and an error follow in the body.
        if (answer.status != 200 || parse_refusal(answer.body)) co_return fail(refusal_of(answer, *caller_));
        wrote();
        co_return Result<void>();
    }

    Task<void> check() override {
        auto outcome = co_await probe();
        if (outcome) co_return outcome;
        Error error = std::move(outcome).error();
        if (!error.detail.empty()) error.message = error.detail;  // it is the operator who asks
        co_return fail(std::move(error));
    }

    [[nodiscard]] std::vector<Endpoint> endpoints() override { return caller_->endpoints(); }

    [[nodiscard]] Traits traits() const override { return {.atomic_listing = false}; }

private:
    Task<ListedPage> list_page(std::string prefix, std::string after, std::size_t limit) {
        Call call;
        call.query.emplace_back("list-type", "2");
        call.query.emplace_back("max-keys", std::to_string(std::clamp<std::size_t>(limit, 1, kLargestPage)));
        if (!prefix.empty()) call.query.emplace_back("prefix", prefix);
        // Unlike a continuation token it means the same at every endpoint.
        if (!after.empty()) call.query.emplace_back("start-after", std::move(after));
        CO_TRY(const auto answer, co_await caller_->read(std::move(call)));
        if (answer.status != 200) co_return fail(refusal_of(answer, *caller_));
        CO_TRY(auto page, parse_list(answer.body));
        for (const auto& item : page.items)
            if (!item.key.starts_with(prefix)) co_return fail(out_of_reach("A listing shows keys of another prefix."));
        co_return page;
    }

    Task<void> remove_one(std::string key) {
        Call call;
        call.method = http::Method::delete_;
        call.key = std::move(key);
        call.twice = true;
        CO_TRY(const auto answer, co_await caller_->write(std::move(call)));
        if (answer.status / 100 == 2) co_return Result<void>();
        auto error = refusal_of(answer, *caller_);
        if (error.kind == ErrorKind::not_found) co_return Result<void>();
        co_return fail(std::move(error));
    }

    Task<void> remove_batch(std::vector<std::string> keys) {
        const auto body = std::make_shared<const std::string>(delete_request(keys));
        Call call;
        call.method = http::Method::post;
        call.query.emplace_back("delete", "");
        call.headers.set("Content-Type", "application/xml");
        call.headers.set("Content-MD5", content_md5(*body));
        call.body_sha256 = sha256_hex(*body);
        call.body = body;
        call.slow = true;
        CO_TRY(const auto answer, co_await caller_->write(std::move(call)));
        if (answer.status != 200) co_return fail(refusal_of(answer, *caller_));
        CO_TRY(const auto refusals, parse_delete_result(answer.body));
        for (const auto& refusal : refusals) {
            auto error = refusal_of(answer.status, refusal, caller_->name(answer.endpoint), caller_->where());
            if (error.kind != ErrorKind::not_found) co_return fail(std::move(error));
        }
        co_return Result<void>();
    }

    /// Reads, and writes an object of no key unless something was written a moment ago.
    Task<void> probe() {
        std::string everything;
        std::string beginning;
        CO_CHECK(co_await list_page(std::move(everything), std::move(beginning), 1));
        if (clock_.monotonic() - MonotonicTime(Millis(wrote_.load())) < kProbeEvery) co_return Result<void>();
        Put put{kProbe, std::string("x"), Durability::synced};
        CO_CHECK(co_await writer_.put(std::move(put)));
        wrote();
        co_return Result<void>();
    }

    void wrote() { wrote_ = clock_.monotonic().time_since_epoch().count(); }

    const Clock& clock_;
    std::shared_ptr<Caller> caller_;
    Writer writer_;
    std::atomic<std::int64_t> wrote_{-kProbeEvery.count()};
};

}  // namespace

Result<std::unique_ptr<Store>> open(Options options, const Clock& clock, Pool& pool) {
    if (options.credentials.access_key.empty() || options.credentials.secret_key.empty())
        return fail(ErrorKind::invalid,
                    "An S3 store needs an access key and a secret key: CADRE_S3_ACCESS_KEY and CADRE_S3_SECRET_KEY.");
    return std::make_unique<S3Store>(std::move(options), clock, pool);
}

}  // namespace cadre::blobs::s3
