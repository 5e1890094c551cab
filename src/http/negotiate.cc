#include "http/negotiate.h"

#include <brotli/encode.h>
#include <zlib.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace cadre::http {
namespace {

constexpr std::size_t kWorthIt = 1024;

/// The weight of one member ("br;q=0.5"), in thousandths (RFC 9110 section 12.4.2).
int weight_of(std::string_view parameters) {
    const auto q = parameters.find("q=");
    if (q == std::string_view::npos) return 1000;
    const auto text = trim(parameters.substr(q + 2));
    if (text.empty() || text.front() != '0') return 1000;
    int weight = 0;
    int scale = 100;
    for (std::size_t i = 2; i < text.size() && scale > 0 && text[i] >= '0' && text[i] <= '9'; ++i, scale /= 10)
        weight += (text[i] - '0') * scale;
    return weight;
}

int weight(const Request& request, Coding coding) {
    const auto name = to_string(coding);
    std::optional<int> named;
    std::optional<int> any;
    for (const auto field : request.headers.get_all("Accept-Encoding"))
        for (const auto member : split_list(field)) {
            const auto semicolon = member.find(';');
            const auto token = trim(member.substr(0, semicolon));
            const auto parameters = semicolon == std::string_view::npos ? "" : member.substr(semicolon + 1);
            if (equal_ignoring_case(token, name)) named = weight_of(parameters);
            if (token == "*") any = weight_of(parameters);
        }
    if (named) return *named;
    if (any) return *any;
    return coding == Coding::identity ? 1 : 0;
}

bool compressible(std::string_view content_type) {
    content_type = trim(content_type.substr(0, content_type.find(';')));
    return content_type.starts_with("text/") || content_type.ends_with("json") ||
           content_type.ends_with("javascript") || content_type.ends_with("xml");
}

}  // namespace

std::string_view to_string(Coding coding) {
    switch (coding) {
        case Coding::gzip:
            return "gzip";
        case Coding::brotli:
            return "br";
        case Coding::identity:
            break;
    }
    return "identity";
}

std::optional<int> weight_given(std::string_view field, std::string_view name) {
    for (const auto member : split_list(field)) {
        const auto semicolon = std::min(member.find(';'), member.size());
        const auto said = trim(member.substr(0, semicolon));
        if (equal_ignoring_case(said, name) || equal_ignoring_case(said.substr(0, said.find('-')), name))
            return weight_of(member.substr(semicolon));
    }
    return std::nullopt;
}

bool accepts(const Request& request, Coding coding) { return weight(request, coding) > 0; }

Coding preferred_coding(const Request& request) {
    const int gzip_weight = weight(request, Coding::gzip);
    const int brotli_weight = weight(request, Coding::brotli);
    if (brotli_weight > 0 && brotli_weight >= gzip_weight) return Coding::brotli;
    return gzip_weight > 0 ? Coding::gzip : Coding::identity;
}

std::string gzip(std::string_view text, int level) {
    constexpr int kGzipWrapper = 16;
    z_stream stream{};
    if (deflateInit2(&stream, level, Z_DEFLATED, MAX_WBITS + kGzipWrapper, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib does not start");
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int ended = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (ended != Z_STREAM_END) throw std::runtime_error("zlib does not end");
    return out;
}

std::string brotli(std::string_view text, int quality) {
    std::size_t length = BrotliEncoderMaxCompressedSize(text.size());
    std::string out(length, '\0');
    const auto done = BrotliEncoderCompress(quality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.size(),
                                            reinterpret_cast<const std::uint8_t*>(text.data()), &length,
                                            reinterpret_cast<std::uint8_t*>(out.data()));
    if (done != BROTLI_TRUE) throw std::runtime_error("Brotli does not end");
    out.resize(length);
    return out;
}

std::string encode(Coding coding, std::string_view text) {
    switch (coding) {
        case Coding::gzip:
            return gzip(text);
        case Coding::brotli:
            return brotli(text);
        case Coding::identity:
            break;
    }
    return std::string(text);
}

void compress(const Request& request, Response& response) {
    const auto* owned = std::get_if<std::string>(&response.body);
    const auto* shared = std::get_if<std::shared_ptr<const std::string>>(&response.body);
    const std::string* text = owned != nullptr ? owned : shared != nullptr ? shared->get() : nullptr;
    if (text == nullptr || text->size() < kWorthIt || response.headers.has("Content-Encoding")) return;
    if (!compressible(response.headers.get("Content-Type").value_or(""))) return;
    add_vary(response.headers, "Accept-Encoding");
    const Coding coding = preferred_coding(request);
    if (coding == Coding::identity) return;
    response.body = encode(coding, *text);
    response.headers.set("Content-Encoding", to_string(coding));
    if (const auto tag = response.headers.get("ETag"); tag && !tag->starts_with("W/"))
        response.headers.set("ETag", "W/" + std::string(*tag));
}

void add_vary(Headers& headers, std::string_view name) {
    const auto there = headers.joined("Vary");
    if (!there) {
        headers.set("Vary", name);
        return;
    }
    for (const auto member : split_list(*there))
        if (equal_ignoring_case(member, name) || member == "*") return;
    headers.set("Vary", *there + ", " + std::string(name));
}

}  // namespace cadre::http
