#include "redis/background.h"

namespace cadre::redis {

Background::Background() : work_(asio::make_work_guard(io_)), thread_([this] { io_.run(); }) {}

Background::~Background() {
    io_.stop();
    thread_.join();
}

Task<std::optional<std::string>> wait_for_entry(Cluster& cluster, std::string stream, std::string id, Millis wait) {
    Call call;
    call.key = stream;
    call.repeat = Repeat::safe;
    for (const char* word : {"XREAD", "COUNT", "100", "BLOCK"}) call.words.emplace_back(word);
    call.words.push_back(std::to_string(wait.count()));
    call.words.emplace_back("STREAMS");
    call.words.push_back(std::move(stream));
    call.words.push_back(id);
    CO_TRY(const auto reply, co_await cluster.call_blocking(std::move(call), wait));
    if (reply.is_nil()) co_return std::nullopt;
    // [[stream, [[id, fields], …]]]; without entries where one call added them and took them away.
    const auto& entries = reply.array().at(0).array().at(1).array();
    co_return entries.empty() ? std::move(id) : entries.back().array().at(0).text();
}

}  // namespace cadre::redis
