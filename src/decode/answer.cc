#include "decode/answer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>

#include "base/encoding.h"
#include "base/json.h"
#include "decode/about.h"
#include "decode/expense.h"
#include "decode/mapping.h"
#include "decode/metadata.h"
#include "decode/pipeline.h"
#include "decode/sandbox.h"

namespace cadre::decode {
namespace {

using media::Operation;

/// A TIFF has no second directory, in this process's copy.
void end_directories(std::span<std::uint8_t> bytes) {
    const auto next = next_directory(bytes);
    if (next) std::memset(bytes.data() + next->at, 0, next->size);
}

/// A file's bytes, and in their place those of its first picture alone, if it has more: what is left out is never
/// shown, and would be gone through to the end to count it. kMostMissing zeros follow either.
class Shown {
public:
    explicit Shown(const Mapping& mapping) : bytes_(mapping.bytes()) {
        const auto format = format_of(bytes_);
        if (format == Format::tiff) end_directories(bytes_);
        auto first = format ? only_first(*format, bytes_) : std::nullopt;
        if (!first) return;
        first_ = std::move(*first);
        const std::size_t size = first_.size();
        first_.resize(size + kMostMissing);
        bytes_ = {reinterpret_cast<std::uint8_t*>(first_.data()), size};
    }
    Shown(const Shown&) = delete;
    Shown& operator=(const Shown&) = delete;

    [[nodiscard]] std::span<std::uint8_t> bytes() const { return bytes_; }

private:
    std::string first_;
    std::span<std::uint8_t> bytes_;
};

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) throw std::bad_alloc();  // a memfd has no other reason
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

json::object metadata_json(const media::Metadata& metadata) {
    json::object object;
    const auto text = [&](const char* key, const std::string& value) {
        if (!value.empty()) object[key] = value;
    };
    const auto number = [&](const char* key, const auto& value) {
        if (value) object[key] = *value;
    };
    if (metadata.taken_at) {
        object["taken_at"] = text_of(*metadata.taken_at);
        object["taken_from"] = media::kDateSources.at(static_cast<std::size_t>(metadata.taken_from));
        if (metadata.offset_from_gps) object["offset_from_gps"] = true;
    }
    text("make", metadata.make);
    text("model", metadata.model);
    text("lens", metadata.lens);
    number("focal_length_mm", metadata.focal_length_mm);
    number("aperture", metadata.aperture);
    number("exposure_s", metadata.exposure_s);
    number("iso", metadata.iso);
    if (metadata.location) {
        object["lat"] = metadata.location->lat;
        object["lon"] = metadata.location->lon;
    }
    text("title", metadata.title);
    text("caption", metadata.caption);
    number("rating", metadata.rating);
    if (!metadata.keywords.empty())
        object["keywords"] = json::array(metadata.keywords.begin(), metadata.keywords.end());
    return object;
}

json::object probe(const Picture& picture, const Clock& clock) {
    return {
        {"format", name_of(picture.format)},
        {"width", picture.width()},
        {"height", picture.height()},
        {"progressive", picture.container.progressive},
        {"incomplete", !picture.container.complete},
        {"metadata", metadata_json(read_metadata(picture, clock.now()))},
    };
}

json::object derive_to(const std::vector<UniqueFd>& outputs, const Picture& picture, int rotation) {
    const Derivatives derivatives = derive(picture, rotation);
    json::array variants;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const auto& variant = derivatives.variants.at(i);
        write_all(outputs[i].get(), variant.file);
        variants.push_back(json::object{{"width", variant.width}, {"height", variant.height}});
    }
    json::object object{
        {"width", derivatives.width},
        {"height", derivatives.height},
        {"incomplete", !picture.container.complete},
        {"thumbhash", base64(as_bytes(derivatives.thumbhash))},
        {"pixels", base64url(as_bytes(derivatives.pixels))},
        {"variants", std::move(variants)},
    };
    if (derivatives.phash) object["phash"] = fmt::format("{:016x}", *derivatives.phash);
    return object;
}

json::object refusal(const Refused& refused) {
    json::object object{{"refused", media::name_of(refused.reason)}, {"detail", refused.detail}};
    if (refused.width > 0) {
        object["width"] = refused.width;
        object["height"] = refused.height;
    }
    if (refused.untouched) object["untouched"] = true;
    return object;
}

json::object work(const Job& job, const Clock& clock) {
    vips_error_clear();  // what it said of the pictures before is none of this one's words
    try {
        const Mapping mapping(job.picture.get());
        const Shown shown(mapping);
        const auto picture = open_picture(shown.bytes(), job.request);
        if (!picture) return refusal(picture.error());
        if (job.request.operation == Operation::probe) return probe(*picture, clock);
        if (!picture->unreadable.empty()) return refusal({media::Refusal::library, picture->unreadable, 0, 0});
        return derive_to(job.outputs, *picture, static_cast<int>(job.request.rotation % 360));
    } catch (const vips::VError& error) {
        vips_error_clear();
        return refusal(refused_by_libvips(error.what()));
    } catch (const std::bad_alloc&) {
        return refusal({media::Refusal::memory, "out of memory"});
    }
}

}  // namespace

std::string answer(const Job& job, const Clock& clock) {
    grant_cpu(job.request.cpu_seconds);
    if (job.request.operation == Operation::about) return json::serialize(json::object{{"about", about()}});
    json::object object = work(job, clock);
    std::string text = json::serialize(object);
    if (text.size() > media::kMaxAnswer) {
        object["metadata"].as_object().erase("keywords");
        text = json::serialize(object);
    }
    return text;
}

}  // namespace cadre::decode
