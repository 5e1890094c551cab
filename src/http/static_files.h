// The built web interface: a folder read once into memory, so that no request names a path of the disk.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace cadre::http {

/// By the name's ending; application/octet-stream for what is unknown.
[[nodiscard]] std::string_view content_type_of(std::string_view name);

/// Immutable after loading: thread-safe.
class StaticFiles {
public:
    /// Reads every regular file below `folder` (links are not followed). `x.br` and `x.gz` are the compressed forms of
    /// `x`. ErrorKind::not_found where there is no such folder; too_large past 64 MiB.
    [[nodiscard]] static Result<StaticFiles> load(const std::filesystem::path& folder);

    StaticFiles(StaticFiles&&) noexcept;
    StaticFiles& operator=(StaticFiles&&) noexcept;
    ~StaticFiles();

    /// The file at a path below the folder ("/index.html", "/assets/main-3f2a.js"): by Accept-Encoding, with ETag, and
    /// `immutable` for what lies in assets/. Nothing where there is none.
    [[nodiscard]] std::optional<Response> answer(const Request& request, std::string_view path) const;
    /// The uncompressed text, for what is filled in before sending (index.html).
    [[nodiscard]] std::shared_ptr<const std::string> text(std::string_view path) const;

private:
    struct Index;
    explicit StaticFiles(std::unique_ptr<Index> index);
    std::unique_ptr<Index> index_;
};

}  // namespace cadre::http
