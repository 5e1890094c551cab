#include "gallery/piece_checksum.h"

#include <openssl/evp.h>

#include <stdexcept>

#include "base/encoding.h"

namespace cadre::gallery {
namespace {

/// Null for what is not in kChecksums.
const EVP_MD* algorithm_of(std::string_view name) {
    static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
    static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    if (name == "sha1") return sha1;
    if (name == "sha256") return sha256;
    return nullptr;
}

}  // namespace

void PieceChecksum::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

PieceChecksum::PieceChecksum(Context context, std::vector<std::uint8_t> expected)
    : context_(std::move(context)), expected_(std::move(expected)) {}

Result<PieceChecksum> PieceChecksum::expecting(std::string_view text) {
    const auto space = text.find(' ');
    const auto* algorithm = algorithm_of(text.substr(0, space));
    if (algorithm == nullptr)
        return fail(Code::invalid_request, "Upload-Checksum must begin with one of: " + std::string(kChecksums) + ".");
    auto expected = from_base64(space == std::string_view::npos ? "" : text.substr(space + 1));
    if (!expected || expected->size() != static_cast<std::size_t>(EVP_MD_get_size(algorithm)))
        return fail(Code::invalid_request,
                    "Upload-Checksum must be an algorithm, a space, and the checksum in base64.");
    Context context(EVP_MD_CTX_new());
    if (!context || EVP_DigestInit_ex(context.get(), algorithm, nullptr) != 1)
        throw std::runtime_error("OpenSSL cannot start a checksum");
    return PieceChecksum(std::move(context), std::move(*expected));
}

void PieceChecksum::update(std::span<const std::uint8_t> bytes) {
    EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

bool PieceChecksum::matches() {
    std::vector<std::uint8_t> digest(expected_.size());
    unsigned int size = 0;
    if (EVP_DigestFinal_ex(context_.get(), digest.data(), &size) != 1 || size != digest.size())
        throw std::runtime_error("OpenSSL cannot finish a checksum");
    return digest == expected_;
}

}  // namespace cadre::gallery
