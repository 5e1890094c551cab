#include "blobs/s3/writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "base/concurrently.h"
#include "base/encoding.h"
#include "base/hash.h"
#include "blobs/s3/errors.h"
#include "blobs/s3/xml.h"

namespace cadre::blobs::s3 {
namespace {

constexpr std::size_t kHashedAtOnce = std::size_t{1} << 20;  // more than that is hashed on the pool
constexpr std::uint64_t kMostParts = 10'000;
/// Not larger, a put whose answer does not come is soon begun at another endpoint too.
constexpr std::uint64_t kTwice = std::uint64_t{1} << 20;

Call put_of(const std::string& key) {
    Call call;
    call.method = http::Method::put;
    call.key = key;
    return call;
}

void set_hash(Call& call, const Sha256Digest& digest, bool kept) {
    call.body_sha256 = hex(digest);
    if (kept) call.headers.set("X-Amz-Checksum-Sha256", base64(digest));
}

/// Blocks.
Result<Sha256Digest> hash_file(int fd, FileRange range) {
    Sha256 hash;
    std::vector<std::uint8_t> piece(std::min<std::uint64_t>(range.length, std::size_t{256} << 10));
    auto at = range.offset;
    for (auto left = range.length; left > 0;) {
        const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), left));
        const auto got = ::pread(fd, piece.data(), want, static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw std::system_error(errno, std::generic_category(), "pread of what is to be put");
        if (got == 0) return fail(ErrorKind::unavailable, "The file to be kept is shorter than it was.");
        hash.update({piece.data(), static_cast<std::size_t>(got)});
        at += static_cast<std::uint64_t>(got);
        left -= static_cast<std::uint64_t>(got);
    }
    return hash.finish();
}

/// The caller's descriptor, for as long as a request needs it.
std::shared_ptr<const UniqueFd> share(int fd) {
    const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) throw std::system_error(errno, std::generic_category(), "dup of what is to be put");
    return std::make_shared<const UniqueFd>(copy);
}

}  // namespace

/// A put in parts that is under way.
struct Writer::Upload {
    std::string key;
    std::string id;
    std::shared_ptr<const UniqueFd> file;
    FileRange range;
    std::uint64_t part_size = 0;
    std::vector<std::string> etags;
    std::optional<Error> error;
};

Task<void> Writer::put(Put what) const {
    if (auto* text = std::get_if<std::string>(&what.content)) {
        co_return co_await put_text(std::move(what.key), std::move(*text));
    }
    const auto range = std::get<FileRange>(what.content);
    if (range.length > options_.part_above) co_return co_await put_in_parts(std::move(what.key), range);
    co_return co_await put_file(std::move(what.key), range);
}

Task<void> Writer::put_text(std::string key, std::string text) const {
    const auto body = std::make_shared<const std::string>(std::move(text));
    const auto hash_body = [&]() -> Result<Sha256Digest> { return sha256(*body); };
    auto digest = body->size() <= kHashedAtOnce ? hash_body() : Result<Sha256Digest>();
    if (body->size() > kHashedAtOnce) digest = co_await pool_.run(hash_body);
    if (!digest) co_return fail(std::move(digest).error());
    auto call = put_of(key);
    set_hash(call, *digest, true);
    call.whole = true;
    call.twice = body->size() <= kTwice;
    call.body = body;
    CO_TRY(const auto answer, co_await caller_->write(std::move(call)));
    if (answer.status != 200) co_return fail(refusal_of(answer, *caller_));
    co_return Result<void>();
}

/// Hashed, then sent.
Task<Answer> Writer::send_file(Call call, std::shared_ptr<const UniqueFd> file, FileRange range) const {
    const int fd = file->get();
    const bool whole = call.query.empty();
    CO_TRY(const auto digest, co_await pool_.run([fd, range] { return hash_file(fd, range); }));
    set_hash(call, digest, whole);
    call.whole = whole;
    call.twice = whole && range.length <= kTwice;
    call.body = http::FileBody{std::move(file), range.offset, range.length};
    co_return co_await caller_->write(std::move(call));
}

Task<void> Writer::put_file(std::string key, FileRange range) const {
    auto call = put_of(key);
    auto file = share(range.fd);
    CO_TRY(const auto answer, co_await send_file(std::move(call), std::move(file), range));
    if (answer.status != 200) co_return fail(refusal_of(answer, *caller_));
    co_return Result<void>();
}

Task<void> Writer::put_in_parts(std::string key, FileRange range) const {
    auto begin = put_of(key);
    begin.method = http::Method::post;
    begin.query.emplace_back("uploads", "");
    CO_TRY(const auto answer, co_await caller_->write(std::move(begin)));
    if (answer.status != 200) co_return fail(refusal_of(answer, *caller_));
    Upload upload;
    CO_TRY(upload.id, parse_upload_id(answer.body));
    upload.key = std::move(key);
    upload.file = share(range.fd);
    upload.range = range;
    upload.part_size = std::max(options_.part_size, range.length / kMostParts + 1);
    upload.etags.resize((range.length + upload.part_size - 1) / upload.part_size);

    const std::function<asio::awaitable<void>(std::size_t)> one = [this,
                                                                   &upload](std::size_t part) -> asio::awaitable<void> {
        if (upload.error) co_return;
        const auto sent = co_await put_part(upload, part);
        if (!sent && !upload.error) upload.error = sent.error();
    };
    co_await concurrently(upload.etags.size(), options_.parts_at_once, one);
    if (!upload.error) {
        const auto completed = co_await complete(upload);
        if (!completed) upload.error = completed.error();
    }
    if (!upload.error) co_return Result<void>();
    (void)co_await abort(upload);  // what stays is the store's to expire
    co_return fail(std::move(*upload.error));
}

Task<void> Writer::put_part(Upload& upload, std::size_t part) const {
    const auto offset = part * upload.part_size;
    const FileRange range{-1, upload.range.offset + offset, std::min(upload.part_size, upload.range.length - offset)};
    auto call = put_of(upload.key);
    call.query.emplace_back("partNumber", std::to_string(part + 1));
    call.query.emplace_back("uploadId", upload.id);
    auto file = upload.file;
    CO_TRY(const auto answer, co_await send_file(std::move(call), std::move(file), range));
    if (answer.status != 200) co_return fail(refusal_of(answer, *caller_));
    upload.etags[part] = answer.field("ETag");
    if (upload.etags[part].empty()) co_return fail(out_of_reach("The object store names no entity tag for a part."));
    co_return Result<void>();
}

Task<void> Writer::complete(Upload& upload) const {
    const auto body = std::make_shared<const std::string>(complete_request(upload.etags));
    auto call = put_of(upload.key);
    call.method = http::Method::post;
    call.query.emplace_back("uploadId", upload.id);
    call.headers.set("Content-Type", "application/xml");
    set_hash(call, sha256(*body), false);
    call.body = body;
    call.slow = true;
    CO_TRY(const auto answer, co_await caller_->write(std::move(call)));
    const auto refusal = parse_refusal(answer.body);  // 200 may be sent before it is done
    if (answer.status == 200 && !refusal) co_return Result<void>();
    if (refusal && refusal->code == "NoSuchUpload") {  // the first of two attempts may have done it
        Call look;
        look.method = http::Method::head;
        look.key = upload.key;
        CO_TRY(const auto there, co_await caller_->read(std::move(look)));
        if (there.status == 200 && there.field("Content-Length") == std::to_string(upload.range.length))
            co_return Result<void>();
    }
    co_return fail(refusal_of(answer, *caller_));
}

Task<void> Writer::abort(Upload& upload) const {
    Call call;
    call.method = http::Method::delete_;
    call.key = upload.key;
    call.query.emplace_back("uploadId", upload.id);
    CO_CHECK(co_await caller_->write(std::move(call)));
    co_return Result<void>();
}

}  // namespace cadre::blobs::s3
