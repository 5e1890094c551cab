#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>

#include "base/json.h"
#include "cli/blocking.h"
#include "cli/command.h"
#include "cli/pulse.h"
#include "http/address.h"
#include "http/client.h"

namespace cadre::cli {
namespace {

constexpr std::chrono::milliseconds kPatience{3'000};

Task<http::ClientResponse> get(http::Address address, std::string path) {
    http::ClientOptions options;
    options.connect_timeout = kPatience;
    options.answer_timeout = kPatience;
    http::Client client(co_await asio::this_coro::executor, options);
    http::ClientRequest request;
    request.url.scheme = "http";
    request.url.host = address.host;
    request.url.port = address.port;
    request.url.target = std::move(path);
    co_return co_await client.request(std::move(request));
}

/// Ready; or it was ready once and still runs: stores that are away are no reason to kill a replica.
Task<bool> is_healthy(http::Address address) {
    std::string readyz = "/readyz";
    std::string livez = "/livez";
    CO_TRY(const auto ready, co_await get(address, std::move(readyz)));
    if (ready.status == 200) co_return true;
    CO_TRY(const auto live, co_await get(address, std::move(livez)));
    if (live.status != 200) co_return false;
    CO_TRY(const auto said, parse_json(live.body));
    co_return said.is_object() && get_bool(said.get_object(), "was_ready").value_or(false);
}

int feel_pulse(const std::string& file) {
    const auto age = pulse_age(file);
    if (!age) return report(age.error());
    if (*age <= kPulseLasts) return kDone;
    complain(fmt::format("The process that touches {} has not done so for {} s.", file, age->count()));
    return kFailed;
}

int healthcheck(const Invocation& invocation) {
    if (!invocation.settings.pulse.empty()) return feel_pulse(invocation.settings.pulse);
    auto address = http::parse_address(invocation.settings.listen);
    if (!address) return wrong_usage("healthcheck", address.error().message);
    if (address->host.empty() || address->host == "0.0.0.0") address->host = "127.0.0.1";
    if (address->host == "::") address->host = "::1";
    Loop loop;
    const auto healthy = loop.wait_for(is_healthy(*address));
    if (!healthy) return report(healthy.error());
    if (*healthy) return kDone;
    complain(fmt::format("Cadre at {} is not ready, and has never been.", address->text()));
    return kFailed;
}

}  // namespace

Command healthcheck_command() {
    return {
        {"healthcheck",
         "",
         "Asks the server at --listen how it is: exits 0 when it is ready, or was once and still runs. With --pulse: "
         "whether a worker or keeper touched it lately.",
         {}},
        healthcheck};
}

}  // namespace cadre::cli
