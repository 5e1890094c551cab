#include "http/static_files.h"

#include <fstream>
#include <iterator>
#include <map>

#include "base/encoding.h"
#include "base/hash.h"
#include "http/conditional.h"
#include "http/negotiate.h"

namespace cadre::http {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMost = std::size_t{64} << 20;

/// For the gallery's own nginx, in seconds: what has its content in its name, and what has not.
constexpr std::string_view kImmutableFor = "3600";
constexpr std::string_view kFileFor = "10";

using Text = std::shared_ptr<const std::string>;

struct File {
    Text identity;
    Text gzip;
    Text brotli;
    std::string digest;
    std::string_view content_type;
    bool immutable = false;
};

Result<Text> read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail(ErrorKind::internal, "A file of the web interface cannot be read.", path.string());
    return std::make_shared<const std::string>(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

}  // namespace

std::string_view content_type_of(std::string_view name) {
    static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".txt", "text/plain; charset=utf-8"},
        {".xml", "application/xml"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".webp", "image/webp"},
        {".avif", "image/avif"},
        {".gif", "image/gif"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".wasm", "application/wasm"},
        {".map", "application/json"},
    };
    for (const auto& [ending, type] : kTypes)
        if (name.ends_with(ending)) return type;
    return "application/octet-stream";
}

struct StaticFiles::Index {
    std::map<std::string, File, std::less<>> files;  // by "/assets/main-3f2a.js"
};

StaticFiles::StaticFiles(std::unique_ptr<Index> index) : index_(std::move(index)) {}
StaticFiles::StaticFiles(StaticFiles&&) noexcept = default;
StaticFiles& StaticFiles::operator=(StaticFiles&&) noexcept = default;
StaticFiles::~StaticFiles() = default;

Result<StaticFiles> StaticFiles::load(const fs::path& folder) {
    std::error_code wrong;
    if (!fs::is_directory(folder, wrong))
        return fail(ErrorKind::not_found, "There is no folder " + folder.string() + " with the built web interface.");
    std::map<std::string, Text> texts;
    std::size_t total = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_symlink() || !entry.is_regular_file()) continue;
        TRY(Text text, read_file(entry.path()));
        total += text->size();
        if (total > kMost) return fail(ErrorKind::too_large, "The folder of the web interface is too large.");
        texts.emplace("/" + fs::relative(entry.path(), folder).generic_string(), std::move(text));
    }
    auto index = std::make_unique<Index>();
    const auto compressed = [&](const std::string& name) -> Text {
        const auto found = texts.find(name);
        return found == texts.end() ? nullptr : found->second;
    };
    for (const auto& [name, text] : texts) {
        const bool sibling = name.ends_with(".br") || name.ends_with(".gz");
        if (sibling && texts.contains(name.substr(0, name.size() - 3))) continue;
        const Sha256Digest digest = sha256(*text);
        index->files.emplace(
            name, File{text, compressed(name + ".gz"), compressed(name + ".br"), hex(std::span(digest).first(12)),
                       content_type_of(name), name.find("/assets/") != std::string::npos});
    }
    return StaticFiles(std::move(index));
}

std::optional<Response> StaticFiles::answer(const Request& request, std::string_view path) const {
    const auto found = index_->files.find(path);
    if (found == index_->files.end()) return std::nullopt;
    const File& file = found->second;
    Headers headers;
    headers.set("Content-Type", file.content_type);
    headers.set("X-Accel-Expires", file.immutable ? kImmutableFor : kFileFor);
    headers.set("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
    Body body = file.identity;
    std::string tag = file.digest;
    if (file.brotli || file.gzip) {
        headers.set("Vary", "Accept-Encoding");
        Coding coding = preferred_coding(request);
        if (coding == Coding::brotli && !file.brotli)
            coding = accepts(request, Coding::gzip) ? Coding::gzip : Coding::identity;
        if (coding == Coding::gzip && !file.gzip)
            coding = accepts(request, Coding::brotli) ? Coding::brotli : Coding::identity;
        if (coding != Coding::identity) {
            body = coding == Coding::brotli ? file.brotli : file.gzip;
            headers.set("Content-Encoding", to_string(coding));
            tag += "-" + std::string(to_string(coding));
        }
    }
    return answer_document(request, {entity_tag(tag)}, std::move(body), std::move(headers));
}

std::shared_ptr<const std::string> StaticFiles::text(std::string_view path) const {
    const auto found = index_->files.find(path);
    return found == index_->files.end() ? nullptr : found->second.identity;
}

}  // namespace cadre::http
