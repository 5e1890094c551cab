// Requests and answers as handlers see them.
#pragma once

#include <any>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/body.h"
#include "http/headers.h"

namespace cadre::http {

enum class Method { get, head, post, put, patch, delete_, options, other };

[[nodiscard]] Method parse_method(std::string_view text);
[[nodiscard]] std::string_view to_string(Method method);

/// Names and values in order, both decoded ("+" is a space).
class QueryParams {
public:
    void add(std::string name, std::string value) { pairs_.emplace_back(std::move(name), std::move(value)); }
    void clear() { pairs_.clear(); }
    /// The first of that name.
    [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
    [[nodiscard]] std::vector<std::string_view> get_all(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const { return get(name).has_value(); }
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }

private:
    std::vector<std::pair<std::string, std::string>> pairs_;
};

/// Belongs to its connection, which uses it again: valid until the answer was sent.
struct Request {
    explicit Request(BodyReader& reader = no_body()) : body(reader) {}
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;

    Method method = Method::get;
    std::string method_text;
    std::string target;  // as it was sent
    std::string path;    // decoded; has no ".", "..", NUL or encoded slash
    QueryParams query;
    Headers headers;

    std::string remote;  // the client's address, seen through trusted proxies
    std::string scheme;  // "http" or "https", likewise
    std::string host;    // with the port where one was sent, likewise
    std::string id;      // for X-Request-Id, problem+json and the log

    std::optional<std::uint64_t> content_length;  // nothing: no body, or chunked
    bool has_body = false;
    BodyReader& body;

    std::string_view route;  // the pattern that matched, for metrics and the log; lives in the router
    std::string user;        // set by whoever knows, for the log
    std::any context;        // what middleware wants handlers to know: who the viewer is, for one
    /// Captured pieces of the path, by their names: views of `path` and of the router.
    std::vector<std::pair<std::string_view, std::string_view>> params;

    /// All as it was at first, but the memory is kept.
    void clear();

    /// The captured piece; empty where the pattern has none of that name.
    [[nodiscard]] std::string_view param(std::string_view name) const;
    /// What middleware attached, if it is of that type.
    template <class T>
    [[nodiscard]] T* attached() {
        return std::any_cast<T>(&context);
    }
    template <class T>
    [[nodiscard]] const T* attached() const {
        return std::any_cast<T>(&context);
    }
    /// "https://host" as the client sees it.
    [[nodiscard]] std::string origin() const { return scheme + "://" + host; }
};

/// Content-Length, Transfer-Encoding, Date, Connection and ServerOptions::fixed_headers are the server's; a handler
/// sets all others.
struct Response {
    int status = 200;
    Headers headers{};
    SharedHeaders shared{};  // sent as well
    Body body{};

    [[nodiscard]] static Response empty(int status);
    [[nodiscard]] static Response text(int status, std::string text);
    [[nodiscard]] static Response json(int status, std::string text);
    [[nodiscard]] static Response with(int status, std::string_view content_type, Body body);
};

/// "Not Found" for 404; "Unknown" for what no RFC names.
[[nodiscard]] std::string_view reason_of(int status);

}  // namespace cadre::http
