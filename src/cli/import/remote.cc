#include "cli/import/remote.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/number.h"
#include "base/sleep.h"
#include "base/time.h"

namespace cadre::cli {
namespace {

constexpr Millis kFirstPause{250};
constexpr Millis kLongestPause{15'000};
constexpr Millis kLongestRetryAfter{300'000};
constexpr int kTriesOfAFault = 3;                  // 500 and 408 are seldom better the next time
constexpr std::uint64_t kWorthAsking = 256 << 10;  // bytes above which a refusal is heard before they are sent
constexpr std::size_t kConnections = 32;

http::ClientOptions client_options() {
    http::ClientOptions options;
    options.max_idle = kConnections;
    options.send_timeout = std::chrono::minutes(3);    // a disk that is busy there takes nothing for a while
    options.answer_timeout = std::chrono::minutes(3);  // probing a large file behind others takes its time
    return options;
}

std::optional<std::chrono::seconds> retry_after(const http::Headers& headers) {
    const auto text = headers.get("Retry-After");
    if (!text) return std::nullopt;
    const auto seconds = parse_number<int>(*text);
    if (!seconds || *seconds < 0) return std::nullopt;
    return std::chrono::seconds(*seconds);
}

bool is_busy(int status) { return status == 429 || status == 502 || status == 503 || status == 504; }
bool is_fault(int status) { return status == 408 || status == 500; }

json::object object_of(std::string_view body) {
    auto value = parse_json(body);
    if (!value || !value->is_object()) return {};
    return std::move(value->get_object());
}

}  // namespace

Millis pause_before(int attempt, std::optional<std::chrono::seconds> retry_after, std::uint64_t random) {
    Millis pause = kFirstPause;
    for (int i = 1; i < attempt && pause < kLongestPause; ++i) pause *= 2;
    pause = std::min(pause, kLongestPause);
    if (retry_after) pause = std::max(std::min<Millis>(*retry_after, kLongestRetryAfter), kFirstPause);
    return pause + Millis(static_cast<std::int64_t>(random % static_cast<std::uint64_t>(pause.count() / 4 + 1)));
}

std::string Answer::detail() const {
    if (const auto text = get_string(body, "detail")) return std::string(*text);
    if (const auto text = get_string(body, "title")) return std::string(*text) + ".";
    return fmt::format("The server answered {}.", status);
}

Remote::Remote(asio::any_io_executor executor, http::Url server, std::string token, Patience patience)
    : server_(std::move(server)),
      token_(std::move(token)),
      patience_(patience),
      client_(std::move(executor), client_options()) {
    while (server_.target.ends_with('/')) server_.target.pop_back();
}

http::ClientRequest Remote::request(http::Method method, const std::string& target) const {
    http::ClientRequest request;
    request.method = method;
    request.url = server_;
    request.url.target += target;
    request.headers.add("Authorization", "Bearer " + token_);
    request.headers.add("Accept", "application/json");
    return request;
}

Task<Answer> Remote::ask(http::Method method, std::string target, Millis patience) {
    http::Headers headers;
    http::Body body;
    co_return co_await ask(method, std::move(target), patience, std::move(headers), std::move(body));
}

Task<Answer> Remote::ask(http::Method method, std::string target, Millis patience, http::Headers headers,
                         http::Body body) {
    const auto begun = clock_.monotonic();
    for (int attempt = 1;; ++attempt) {
        auto asked = request(method, target);
        for (std::size_t i = 0; i < headers.size(); ++i) asked.headers.add(headers.at(i).first, headers.at(i).second);
        asked.body = body;
        asked.expect_continue = http::length_of(body).value_or(0) > kWorthAsking;
        auto answer = co_await client_.request(std::move(asked));
        const bool again = !answer || is_busy(answer->status) || (is_fault(answer->status) && attempt < kTriesOfAFault);
        if (!again) co_return Answer{answer->status, object_of(answer->body), attempt};
        if (clock_.monotonic() - begun >= patience) {
            if (answer) co_return Answer{answer->status, object_of(answer->body), attempt};
            co_return fail(std::move(answer).error());
        }
        const auto later = answer ? retry_after(answer->headers) : std::nullopt;
        co_await sleep_for(pause_before(attempt, later, random_.next_u64()));
    }
}

Task<std::string> Remote::who_am_i() {
    std::string target = "/api/v1/me";
    CO_TRY(const auto answer, co_await ask(http::Method::get, std::move(target), patience_.first));
    if (answer.status == 401) co_return fail(ErrorKind::unauthenticated, "The gallery does not know this token.");
    const auto* user = answer.body.if_contains("user");
    if (answer.status != 200 || user == nullptr)
        co_return fail(ErrorKind::not_found,
                       fmt::format("There is no gallery at {}: {}", server_.text(), answer.detail()));
    if (!user->is_object()) co_return fail(ErrorKind::unauthenticated, "The gallery does not know this token.");
    co_return std::string(get_string(user->get_object(), "name").value_or(""));
}

Task<KnownPhotos> Remote::known(std::vector<std::string> hashes) {
    json::array list;
    for (auto& hash : hashes) list.emplace_back(std::move(hash));
    json::object question;
    question["sha256"] = std::move(list);
    std::string target = "/api/v1/photos/known?trashed=true";
    http::Body body = json::serialize(question);
    http::Headers headers;
    headers.add("Content-Type", "application/json");
    CO_TRY(const auto answer,
           co_await ask(http::Method::post, std::move(target), patience_.later, std::move(headers), std::move(body)));
    const auto* known = answer.body.if_contains("known");
    if (answer.status != 200 || known == nullptr || !known->is_object())
        co_return fail(ErrorKind::conflict, answer.detail());
    KnownPhotos photos;
    for (const auto& [hash, id] : known->get_object())
        if (id.is_string()) photos.ids.emplace(hash, id.get_string());
    const auto* trashed = answer.body.if_contains("trashed");  // servers before this version do not tell
    if (trashed != nullptr && trashed->is_object())
        for (const auto& [hash, id] : trashed->get_object())
            if (id.is_string()) photos.trashed.emplace(hash, id.get_string());
    co_return photos;
}

Task<Answer> Remote::send(Sending sending) {
    std::string target = "/api/v1/photos?filename=" + http::percent_encode(sending.filename) +
                         "&modified=" + http::percent_encode(rfc3339(sending.modified));
    if (!sending.folder.empty()) target += "&path=" + http::percent_encode(sending.folder);
    if (!sending.visibility.empty()) target += "&visibility=" + sending.visibility;
    http::Headers headers;
    headers.add("Content-Type", "application/octet-stream");
    headers.add("Repr-Digest", "sha-256=:" + base64(sending.digest) + ":");
    http::Body body = http::FileBody{std::move(sending.file), 0, sending.size};
    co_return co_await ask(http::Method::post, std::move(target), patience_.later, std::move(headers), std::move(body));
}

Task<Answer> Remote::photo(std::string id) {
    std::string target = "/api/v1/photos/" + id;
    co_return co_await ask(http::Method::get, std::move(target), patience_.later);
}

Task<Answer> Remote::restore(std::string id) {
    std::string target = "/api/v1/photos/" + id + "/restore";
    co_return co_await ask(http::Method::post, std::move(target), patience_.later);
}

Task<Answer> Remote::tell_json(http::Method method, std::string target, json::object said) {
    http::Body body = json::serialize(said);
    http::Headers headers;
    headers.add("Content-Type", method == http::Method::patch ? "application/merge-patch+json" : "application/json");
    co_return co_await ask(method, std::move(target), patience_.later, std::move(headers), std::move(body));
}

Task<Answer> Remote::albums(std::string cursor) {
    std::string target = "/api/v1/albums?limit=100";
    if (!cursor.empty()) target += "&cursor=" + http::percent_encode(cursor);
    co_return co_await ask(http::Method::get, std::move(target), patience_.later);
}

Task<Answer> Remote::make_album(json::object wish) {
    std::string target = "/api/v1/albums";
    co_return co_await tell_json(http::Method::post, std::move(target), std::move(wish));
}

Task<Answer> Remote::put_into_album(std::string album, std::string photo, std::string place) {
    std::string target = "/api/v1/albums/" + album + "/photos";
    json::object wish{{"add", json::array{json::value(photo)}}};
    if (!place.empty()) wish["places"] = json::object{{photo, place}};
    co_return co_await tell_json(http::Method::post, std::move(target), std::move(wish));
}

Task<Answer> Remote::set_cover(std::string album, std::string photo) {
    std::string target = "/api/v1/albums/" + album;
    json::object wish{{"cover", photo}};
    co_return co_await tell_json(http::Method::patch, std::move(target), std::move(wish));
}

Task<Answer> Remote::tell(std::string id, json::object patch) {
    std::string target = "/api/v1/photos/" + id + "?unless_edited=true";
    co_return co_await tell_json(http::Method::patch, std::move(target), std::move(patch));
}

}  // namespace cadre::cli
