#include "blobs/s3/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <cstring>

#include "base/hash.h"
#include "base/number.h"
#include "blobs/s3/clients.h"
#include "blobs/s3/errors.h"
#include "http/conditional.h"

namespace cadre::blobs::s3 {
namespace {

constexpr std::size_t kLargestWhole = std::size_t{4} << 20;
constexpr std::uint64_t kFarthest = std::uint64_t{1} << 62;  // stores do not read larger numbers in a range
constexpr int kMostResumes = 3;

Call call_of(http::Method method, const std::string& key) {
    Call call;
    call.method = method;
    call.key = key;
    call.headers.set("X-Amz-Checksum-Mode", "ENABLED");
    return call;
}

/// What the header of an answer says of the object.
struct About {
    std::uint64_t size = 0;   // of the whole object
    std::uint64_t begin = 0;  // of what follows
    WallTime modified;
};

/// Nothing where the answer does not say it all.
std::optional<About> about(const Answer& answer) {
    About out;
    const auto modified = http::parse_http_date(answer.field("Last-Modified"));
    const auto length = parse_number<std::uint64_t>(answer.field("Content-Length"));
    if (!modified || !length) return std::nullopt;
    out.modified = WallTime(std::chrono::seconds(*modified));
    out.size = *length;
    if (answer.status != 206) return out;
    std::string_view range = answer.field("Content-Range");  // bytes 10-19/100
    const auto dash = range.find('-');
    const auto slash = range.find('/');
    if (!range.starts_with("bytes ") || dash == std::string_view::npos || slash == std::string_view::npos)
        return std::nullopt;
    const auto begin = parse_number<std::uint64_t>(range.substr(6, dash - 6));
    const auto size = parse_number<std::uint64_t>(range.substr(slash + 1));
    if (!begin || !size || *begin + *length > *size) return std::nullopt;
    out.begin = *begin;
    out.size = *size;
    return out;
}

Error unclear(const Answer& answer, const Caller& caller) {
    return out_of_reach(fmt::format("{} does not say the size, the time or the range of an object it sends.",
                                    caller.name(answer.endpoint)));
}

/// An object of which bytes are under way.
class Stream {
public:
    Stream(const asio::any_io_executor& executor, std::shared_ptr<Caller> caller, std::string key, Answer answer,
           std::uint64_t begin, std::uint64_t length, bool whole)
        : caller_(std::move(caller)),
          key_(std::move(key)),
          answer_(std::move(answer)),
          etag_(answer_.field("ETag")),
          checksum_(whole && answer_.rest ? answer_.field("X-Amz-Checksum-Sha256") : ""),
          at_(begin),
          left_(length) {
        keep(executor);
    }
    ~Stream() { Clients::let_go(rest_); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    static Task<std::size_t> read(std::shared_ptr<Stream> self, std::span<std::uint8_t> into) {
        if (into.empty() || self->left_ == 0) co_return std::size_t{0};
        const auto executor = co_await asio::this_coro::executor;
        into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), self->left_)));
        std::size_t got = self->take_ahead(into);
        while (got == 0) {
            Result<std::size_t> piece = std::size_t{0};
            const auto rest = Clients::find(self->rest_, executor);
            if (rest) piece = co_await rest->body->read_some(into);
            got = piece.value_or(0);
            if (got > 0) break;
            std::string why = "it ended early";
            if (!piece) why = piece.error().detail;
            CO_CHECK(co_await self->go_on_elsewhere(std::move(why)));
            got = self->take_ahead(into);
        }
        CO_CHECK(self->took(into.first(got)));
        co_return got;
    }

private:
    /// The connection belongs to the io_context, this to whoever reads.
    void keep(const asio::any_io_executor& executor) {
        if (answer_.rest) rest_ = Clients::keep(executor, std::move(answer_.rest));
    }

    std::size_t take_ahead(std::span<std::uint8_t> into) {
        const auto count = std::min(into.size(), answer_.body.size() - ahead_);
        std::memcpy(into.data(), answer_.body.data() + ahead_, count);
        ahead_ += count;
        return count;
    }

    Result<void> took(std::span<const std::uint8_t> bytes) {
        at_ += bytes.size();
        left_ -= bytes.size();
        if (checksum_.empty()) return {};
        hash_.update(bytes);
        if (left_ > 0 || matches_checksum(checksum_, hash_.finish())) return {};
        return fail(out_of_reach(caller_->name(answer_.endpoint) + " sent other bytes of " + key_ + " than were put."));
    }

    Task<void> go_on_elsewhere(std::string why) {
        const auto executor = co_await asio::this_coro::executor;
        const bool broke = Clients::find(rest_, executor) != nullptr;  // else it was opened in another io_context
        if (broke) caller_->broke_off(answer_.endpoint);
        auto broken = out_of_reach(fmt::format("{} broke off in {}: {}", caller_->name(answer_.endpoint), key_, why));
        Clients::let_go(rest_);
        if (etag_.empty() || (broke && resumes_++ == kMostResumes)) co_return fail(std::move(broken));
        auto call = call_of(http::Method::get, key_);
        call.streamed = true;
        call.headers.set("Range", fmt::format("bytes={}-{}", at_, at_ + left_ - 1));
        call.headers.set("If-Match", etag_);
        CO_TRY(answer_, co_await caller_->read(std::move(call)));
        const auto now = about(answer_);
        if (answer_.status != 206 || !now || now->begin != at_) co_return fail(std::move(broken));
        ahead_ = 0;
        keep(executor);
        co_return Result<void>();
    }

    std::shared_ptr<Caller> caller_;
    std::string key_;
    Answer answer_;
    std::weak_ptr<Clients::Kept> rest_;
    std::size_t ahead_ = 0;  // of answer_.body, that were taken
    std::string etag_;
    std::string checksum_;
    Sha256 hash_;
    std::uint64_t at_;
    std::uint64_t left_;
    int resumes_ = 0;
};

std::function<Task<std::size_t>(std::span<std::uint8_t>)> reading(std::shared_ptr<Stream> stream) {
    return [stream = std::move(stream)](std::span<std::uint8_t> into) { return Stream::read(stream, into); };
}

Task<std::size_t> nothing(std::span<std::uint8_t>) { co_return std::size_t{0}; }

/// The object without its bytes.
Task<Object> look_at(std::shared_ptr<Caller> caller, std::string key) {
    auto call = call_of(http::Method::head, key);
    CO_TRY(const auto answer, co_await caller->read(std::move(call)));
    if (answer.status != 200) {  // which has no body to say why: it may be the bucket that is missing
        auto again = call_of(http::Method::get, key);
        again.headers.set("Range", "bytes=0-0");
        CO_TRY(const auto why, co_await caller->read(std::move(again)));
        if (why.status != 206) co_return fail(refusal_of(why, *caller));
        if (answer.status != 404) co_return fail(refusal_of(answer, *caller));
        co_return fail(no_such_object());  // it was put meanwhile
    }
    const auto said = about(answer);
    if (!said) co_return fail(unclear(answer, *caller));
    co_return Object{said->size, said->modified, nullptr, nothing};
}

}  // namespace

Task<std::string> get_object(std::shared_ptr<Caller> caller, std::string key) {
    auto call = call_of(http::Method::get, key);
    call.body_limit = kLargestWhole;
    CO_TRY(auto answer, co_await caller->read(std::move(call)));
    if (answer.status != 200) co_return fail(refusal_of(answer, *caller));
    co_return std::move(answer.body);
}

Task<Object> open_object(std::shared_ptr<Caller> caller, std::string key, std::uint64_t offset, std::uint64_t length) {
    if (length == 0 || offset >= kFarthest) co_return co_await look_at(caller, key);
    auto call = call_of(http::Method::get, key);
    call.streamed = true;
    const bool to_end = length >= kFarthest;
    const bool whole = offset == 0 && to_end;
    if (!whole)
        call.headers.set("Range", to_end ? fmt::format("bytes={}-", offset)
                                         : fmt::format("bytes={}-{}", offset, offset + length - 1));
    CO_TRY(auto answer, co_await caller->read(std::move(call)));
    if (answer.status == 416) co_return co_await look_at(caller, key);  // it ends before
    if (answer.status != 200 && answer.status != 206) co_return fail(refusal_of(answer, *caller));
    const auto said = about(answer);
    if (!said || said->begin != offset) co_return fail(unclear(answer, *caller));
    const auto count = std::min(length, said->size - offset);
    const auto executor = co_await asio::this_coro::executor;
    auto stream =
        std::make_shared<Stream>(executor, std::move(caller), std::move(key), std::move(answer), offset, count, whole);
    co_return Object{said->size, said->modified, nullptr, reading(std::move(stream))};
}

}  // namespace cadre::blobs::s3
