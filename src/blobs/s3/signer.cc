#include "blobs/s3/signer.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/hash.h"

namespace cadre::blobs::s3 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

std::string hmac(std::string_view key, std::string_view text) {
    std::array<std::uint8_t, 32> digest{};
    unsigned length = 0;
    if (::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()),
               reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &length) == nullptr)
        throw std::runtime_error("HMAC-SHA256 failed");
    return {reinterpret_cast<const char*>(digest.data()), length};
}

/// Trimmed, and runs of spaces made one.
std::string canonical_value(std::string_view value) {
    std::string out;
    for (const char c : http::trim(value)) {
        if (c == ' ' && out.ends_with(' ')) continue;
        out += c;
    }
    return out;
}

std::string lower(std::string_view name) {
    std::string out(name);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return out;
}

/// Fields of one name as one, joined by commas, in the order of their names.
std::map<std::string, std::string> canonical_fields(std::string_view host, const http::Headers& fields) {
    std::map<std::string, std::string> all{{"host", std::string(host)}};
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto [name, value] = fields.at(i);
        const auto [at, first] = all.emplace(lower(name), canonical_value(value));
        if (!first) at->second += "," + canonical_value(value);
    }
    return all;
}

/// Ordered by the bytes of names, then values, as they are encoded.
std::string canonical_query(std::string_view query) {
    std::vector<std::pair<std::string_view, std::string_view>> pairs;
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        pairs.emplace_back(pair.substr(0, equals),
                           equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
    }
    std::sort(pairs.begin(), pairs.end());
    std::string out;
    for (const auto& [name, value] : pairs) out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
    return out;
}

std::string names_of(const std::map<std::string, std::string>& fields) {
    std::string names;
    for (const auto& [name, value] : fields) names += (names.empty() ? "" : ";") + name;
    return names;
}

}  // namespace

std::string amz_date(WallTime time) {
    return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string canonical_request(std::string_view method, std::string_view host, std::string_view target,
                              const http::Headers& fields, std::string_view payload_sha256) {
    const auto question = target.find('?');
    const auto path = target.substr(0, question);
    const auto query = question == std::string_view::npos ? std::string_view{} : target.substr(question + 1);
    const auto signed_fields = canonical_fields(host, fields);
    auto text = fmt::format("{}\n{}\n{}\n", method, path, canonical_query(query));
    for (const auto& [name, value] : signed_fields) text += fmt::format("{}:{}\n", name, value);
    return text + fmt::format("\n{}\n{}", names_of(signed_fields), payload_sha256);
}

std::string Signer::authorization(std::string_view method, std::string_view host, std::string_view target,
                                  const http::Headers& fields, std::string_view payload_sha256, WallTime time) const {
    const auto stamp = amz_date(time);
    const auto day = stamp.substr(0, 8);
    const auto scope = fmt::format("{}/{}/{}/aws4_request", day, region_, service_);
    const auto hashed = sha256_hex(canonical_request(method, host, target, fields, payload_sha256));
    const auto to_sign = fmt::format("{}\n{}\n{}\n{}", kAlgorithm, stamp, scope, hashed);
    const auto key = hmac(hmac(hmac(hmac("AWS4" + credentials_.secret_key, day), region_), service_), "aws4_request");
    return fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", kAlgorithm, credentials_.access_key,
                       scope, names_of(canonical_fields(host, fields)), hex(as_bytes(hmac(key, to_sign))));
}

void Signer::sign(std::string_view method, const http::Url& url, std::string_view payload_sha256, WallTime time,
                  http::Headers& fields) const {
    fields.set("X-Amz-Date", amz_date(time));
    fields.set("X-Amz-Content-Sha256", payload_sha256);
    const auto value = authorization(method, url.authority(), url.target, fields, payload_sha256, time);
    fields.set("Authorization", value);
}

}  // namespace cadre::blobs::s3
