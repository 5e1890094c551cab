// The only file that includes Beast.
#include "http/parser.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/src.hpp>
#include <cstring>
#include <limits>
#include <variant>

namespace cadre::http {
namespace {

namespace beast = boost::beast;
using BeastError = boost::system::error_code;
using BeastString = beast::string_view;

template <bool is_request>
class Sink final : public beast::http::basic_parser<is_request> {
public:
    Sink(Head& head, Headers& headers) : head_(head), headers_(headers) {
        this->header_limit(std::numeric_limits<std::uint32_t>::max());  // the caller bounds it
        this->body_limit(boost::none);                                  // likewise
        this->eager(false);
    }

    std::optional<Malformed> wrong;
    std::span<std::uint8_t> into{};
    std::size_t written = 0;
    std::uint64_t left_in_chunk = 0;

private:
    void on_request_impl(beast::http::verb, BeastString method, BeastString target, int version, BeastError&) override {
        head_.method = {method.data(), method.size()};
        head_.target = {target.data(), target.size()};
        head_.version = version;  // 10 or 11: Beast refuses all others
    }

    void on_response_impl(int status, BeastString, int version, BeastError&) override {
        head_.status = status;
        head_.version = version;  // 10 or 11: Beast refuses all others
    }

    void on_field_impl(beast::http::field name, BeastString text, BeastString value, BeastError& error) override {
        if (this->is_header_done()) return;  // a trailer
        const std::string_view value_view(value.data(), value.size());
        if (name == beast::http::field::transfer_encoding && !equal_ignoring_case(trim(value_view), "chunked")) {
            wrong = {Code::not_implemented, "The body has a transfer coding that is not understood here."};
            error = beast::http::error::bad_transfer_encoding;
            return;
        }
        if (name == beast::http::field::content_length && headers_.has("Content-Length")) {
            wrong = {Code::malformed_http, "The request gives its length twice."};
            error = beast::http::error::multiple_content_length;
            return;
        }
        headers_.add({text.data(), text.size()}, value_view);
    }

    void on_header_impl(BeastError&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, BeastError&) override {}
    std::size_t on_body_impl(BeastString, BeastError&) override { return 0; }  // plain bodies never come here
    void on_chunk_header_impl(std::uint64_t size, BeastString, BeastError&) override { left_in_chunk = size; }

    std::size_t on_chunk_body_impl(std::uint64_t, BeastString bytes, BeastError&) override {
        const auto count = std::min(bytes.size(), into.size() - written);
        std::memcpy(into.data() + written, bytes.data(), count);
        written += count;
        left_in_chunk -= count;
        return count;
    }

    void on_finish_impl(BeastError&) override {}

    Head& head_;
    Headers& headers_;
};

/// A line that begins with a space would continue the one before it (RFC 9112 section 5.2); Beast joins the two.
bool has_folded_line(std::string_view head) {
    for (auto at = head.find('\n'); at != std::string_view::npos && at + 1 < head.size(); at = head.find('\n', at + 1))
        if (head[at + 1] == ' ' || head[at + 1] == '\t') return true;
    return false;
}

Malformed describe(const BeastError& wrong) {
    using Wrong = beast::http::error;
    const auto is = [&](Wrong code) { return wrong == beast::http::make_error_code(code); };
    if (is(Wrong::bad_content_length) || is(Wrong::multiple_content_length))
        return {Code::malformed_http, "The length of the body is malformed or contradicts itself."};
    if (is(Wrong::bad_transfer_encoding))
        return {Code::malformed_http, "The body gives both a length and a transfer coding, or two transfer codings."};
    return {Code::malformed_http, "The header of the request is malformed."};
}

}  // namespace

struct Parser::Impl {
    Kind kind;
    std::variant<std::monostate, Sink<true>, Sink<false>> sink{};

    template <bool is_request>
    std::optional<Malformed> parse(std::string_view bytes, Head& head, Headers& headers, bool to_head) {
        auto& parser = sink.template emplace<Sink<is_request>>(head, headers);
        if (to_head) parser.skip(true);
        BeastError error;
        std::size_t used = 0;
        while (!error && !parser.is_header_done()) {
            const auto left = bytes.substr(used);
            used += parser.put({left.data(), left.size()}, error);
        }
        if (parser.wrong) return parser.wrong;
        if (error) return describe(error);
        if (used != bytes.size()) return Malformed{Code::malformed_http, "The header of the request is malformed."};
        head.keep_alive = parser.keep_alive();
        head.chunked = parser.chunked();
        head.until_close = !is_request && !parser.is_done() && parser.need_eof();
        head.content_length.reset();
        if (const auto length = parser.content_length(); length && (is_request || !parser.is_done()))
            head.content_length = *length;
        return std::nullopt;
    }

    template <bool is_request>
    Piece parse_chunked(Sink<is_request>& parser, std::string_view bytes, std::span<std::uint8_t> into) {
        Piece piece;
        parser.into = into;
        parser.written = 0;
        BeastError error;
        while (!parser.is_done() && piece.consumed < bytes.size() && parser.written < into.size()) {
            const auto left = bytes.substr(piece.consumed);
            // Between two chunks Beast relies on as many bytes as the shortest end has: "0", CRLF, CRLF.
            if (parser.left_in_chunk == 0 && left.size() < 5) break;
            piece.consumed += parser.put({left.data(), left.size()}, error);
            if (error == beast::http::make_error_code(beast::http::error::need_more)) break;
            if (error) {
                piece.broken = true;
                break;
            }
        }
        piece.written = parser.written;
        piece.done = parser.is_done();
        return piece;
    }
};

std::optional<std::size_t> end_of_head(std::string_view bytes, std::size_t from) {
    const auto at = bytes.find("\r\n\r\n", from < 3 ? 0 : from - 3);
    if (at == std::string_view::npos) return std::nullopt;
    return at + 4;
}

Parser::Parser(Kind kind) : impl_(std::make_unique<Impl>(Impl{kind})) {}
Parser::~Parser() = default;
Parser::Parser(Parser&&) noexcept = default;

std::optional<Malformed> Parser::parse_head(std::string_view bytes, Head& head, Headers& headers, bool to_head) {
    if (has_folded_line(bytes))
        return Malformed{Code::malformed_http, "A field of the header is folded over several lines."};
    return impl_->kind == Kind::request ? impl_->parse<true>(bytes, head, headers, to_head)
                                        : impl_->parse<false>(bytes, head, headers, to_head);
}

Parser::Piece Parser::parse_chunked(std::string_view bytes, std::span<std::uint8_t> into) {
    if (auto* request = std::get_if<Sink<true>>(&impl_->sink)) return impl_->parse_chunked(*request, bytes, into);
    if (auto* response = std::get_if<Sink<false>>(&impl_->sink)) return impl_->parse_chunked(*response, bytes, into);
    return {.broken = true};
}

}  // namespace cadre::http
