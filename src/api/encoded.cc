#include "api/encoded.h"

#include <utility>

#include "api/answers.h"
#include "http/conditional.h"

namespace cadre::api {
namespace {

constexpr std::size_t kWorthCompressing = 1024;

AnswerCache::Body shared(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

Task<Encoded> plain(Context& context, std::string name, std::string version, Produce produce) {
    if (auto body = context.cache.get(name, version)) co_return Encoded{std::move(version), std::move(body)};
    CO_TRY(auto fresh, co_await produce());
    Encoded made{std::move(fresh.version), shared(std::move(fresh.text))};
    context.cache.put(name, made.version, made.body);
    co_return made;
}

Task<std::string> compressed(Context& context, AnswerCache::Body body, http::Coding coding) {
    if (body->size() < kCompressAside) co_return http::encode(coding, *body);
    const auto work = [body, coding]() -> Result<std::string> { return http::encode(coding, *body); };
    co_return co_await context.gallery.stores().pool.run(work);
}

}  // namespace

Task<Encoded> encoded(Context& context, std::string name, std::string version, http::Coding wanted, Produce produce) {
    if (wanted == http::Coding::identity)
        co_return co_await plain(context, std::move(name), std::move(version), std::move(produce));
    const std::string coded_name = name + "|" + std::string(http::to_string(wanted));
    if (auto body = context.cache.get(coded_name, version))
        co_return Encoded{std::move(version), std::move(body), wanted};
    CO_TRY(auto made, co_await plain(context, std::move(name), std::move(version), std::move(produce)));
    if (made.body->size() < kWorthCompressing) co_return made;
    auto text = co_await compressed(context, made.body, wanted);
    if (!text) co_return made;  // a full pool is no reason to refuse
    made.body = shared(std::move(*text));
    made.coding = wanted;
    context.cache.put(coded_name, made.version, made.body);
    co_return made;
}

http::Response answer_of(const http::Request& request, Encoded encoded) {
    auto response = personal(request, encoded.version, std::move(encoded.body));
    http::add_vary(response.headers, "Accept-Encoding");
    if (encoded.coding == http::Coding::identity) return response;
    response.headers.set("ETag", http::entity_tag(encoded.version, true));
    if (response.status == 200) response.headers.set("Content-Encoding", http::to_string(encoded.coding));
    return response;
}

}  // namespace cadre::api
