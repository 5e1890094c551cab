#include "media/answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/encoding.h"
#include "base/json.h"
#include "media/failures.h"
#include "media/text.h"

namespace cadre::media {
namespace {

Code code_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::unsupported:
            return Code::format_not_accepted;
        case Refusal::raw:
            return Code::raw_not_accepted;
        case Refusal::truncated:
            return Code::file_truncated;
        case Refusal::damaged:
            return Code::file_damaged;
        case Refusal::too_many_pixels:
            return Code::too_many_pixels;
        case Refusal::too_many_progressive_pixels:
            return Code::too_many_progressive_pixels;
        case Refusal::memory:
            return Code::picture_needs_memory;
        case Refusal::too_dear:
            return Code::picture_too_dear;
        case Refusal::overloaded:
            return Code::decoder_interrupted;
        case Refusal::library:
            return Code::decoder_too_old;
    }
    return Code::picture_unreadable;
}

tl::unexpected<Error> garbage(std::string_view what) {
    return fail(ErrorKind::internal, "The picture could not be read.", fmt::format("a decoder's answer: {}", what));
}

struct FormatName {
    std::string_view name;
    std::string_view content_type;
};
constexpr FormatName kFormats[] = {
    {"jpeg", "image/jpeg"}, {"png", "image/png"},   {"webp", "image/webp"}, {"gif", "image/gif"},
    {"tiff", "image/tiff"}, {"heic", "image/heic"}, {"avif", "image/avif"},
};

/// False if the member is there and is not text that clean_text would leave as it is.
bool take_text(const json::object& from, std::string_view key, std::size_t max, LineBreaks breaks, std::string& to) {
    const auto* member = from.if_contains(key);
    if (member == nullptr) return true;
    if (!member->is_string()) return false;
    to = std::string(std::string_view(member->get_string()));
    return to.size() <= max && clean_text(to, max, breaks) == to;
}

/// False if the member is there and is not a number between the bounds.
template <class Number>
bool take_number(const json::object& from, std::string_view key, double least, double most, std::optional<Number>& to) {
    if (from.if_contains(key) == nullptr) return true;
    const auto value = get_double(from, key);
    if (!value || !std::isfinite(*value) || *value < least || *value > most) return false;
    to = static_cast<Number>(*value);
    return true;
}

bool take_taken_at(const json::object& from, Metadata& to) {
    if (from.if_contains("taken_at") == nullptr) return true;
    const auto text = get_string(from, "taken_at");
    if (!text || text->size() > 40) return false;
    to.taken_at = parse_taken_at(*text);
    const auto* const source = std::ranges::find(kDateSources, get_string(from, "taken_from").value_or(""));
    if (!to.taken_at || source == kDateSources.end()) return false;
    to.taken_from = static_cast<DateSource>(source - kDateSources.begin());
    to.offset_from_gps = get_bool(from, "offset_from_gps").value_or(false);
    return true;
}

bool take_location(const json::object& from, std::optional<Location>& to) {
    std::optional<double> lat;
    std::optional<double> lon;
    if (!take_number(from, "lat", -90, 90, lat) || !take_number(from, "lon", -180, 180, lon)) return false;
    if (lat.has_value() != lon.has_value()) return false;
    if (lat) to = Location{*lat, *lon};
    return true;
}

bool take_keywords(const json::object& from, std::vector<std::string>& to) {
    const auto* member = from.if_contains("keywords");
    if (member == nullptr) return true;
    if (!member->is_array() || member->get_array().size() > kMaxKeywords) return false;
    for (const auto& item : member->get_array()) {
        if (!item.is_string()) return false;
        std::string word(std::string_view(item.get_string()));
        if (word.empty() || clean_text(word, kMaxKeyword, LineBreaks::drop) != word) return false;
        if (std::find(to.begin(), to.end(), word) == to.end()) to.push_back(std::move(word));
    }
    return true;
}

bool take_metadata(const json::object& from, Metadata& to) {
    return take_taken_at(from, to) && take_text(from, "make", kMaxName, LineBreaks::drop, to.make) &&
           take_text(from, "model", kMaxName, LineBreaks::drop, to.model) &&
           take_text(from, "lens", kMaxName, LineBreaks::drop, to.lens) &&
           take_text(from, "title", kMaxTitle, LineBreaks::drop, to.title) &&
           take_text(from, "caption", kMaxCaption, LineBreaks::keep, to.caption) &&
           take_number(from, "focal_length_mm", 0, 100'000, to.focal_length_mm) &&
           take_number(from, "aperture", 0, 1000, to.aperture) &&
           take_number(from, "exposure_s", 0, 1e7, to.exposure_s) && take_number(from, "iso", 1, 1e8, to.iso) &&
           take_number(from, "rating", 0, 5, to.rating) && take_location(from, to.location) &&
           take_keywords(from, to.keywords);
}

bool take_phash(const json::object& from, std::optional<std::uint64_t>& to) {
    if (from.if_contains("phash") == nullptr) return true;
    const auto bytes = from_hex(get_string(from, "phash").value_or(""));
    if (!bytes || bytes->size() != sizeof(std::uint64_t)) return false;
    to = 0;
    for (const auto byte : *bytes) to = *to << 8U | byte;
    return true;
}

/// Reads a member that is a whole number of pixels; 0 if it is none.
int edge(const json::object& from, std::string_view key) {
    const auto value = get_int(from, key).value_or(0);
    return value > 0 && value <= kMaxEdge ? static_cast<int>(value) : 0;
}

Result<json::object> read_object(std::string_view answer, const Limits& limits) {
    if (answer.size() > kMaxAnswer) return garbage("too long");
    auto value = parse_json(answer);
    if (!value || !value->is_object()) return garbage("not a JSON object");
    auto object = std::move(value->get_object());
    if (!object.contains("refused")) return object;
    const auto* const name = std::find(kRefusals.begin(), kRefusals.end(), get_string(object, "refused").value_or(""));
    if (name == kRefusals.end()) return garbage("an unknown refusal");
    const auto refusal = static_cast<Refusal>(name - kRefusals.begin());
    return fail(refusal_error(refusal, edge(object, "width"), edge(object, "height"), limits,
                              clean_text(get_string(object, "detail").value_or(""), kMaxDetail, LineBreaks::drop)));
}

}  // namespace

Error refusal_error(Refusal refusal, std::int64_t width, std::int64_t height, const Limits& limits,
                    std::string detail) {
    const auto too_many = [&](std::string_view what, std::int64_t most, std::string_view advice) {
        return fmt::format("{} of {} × {} pixels is too large: at most {} million pixels are accepted{}.", what, width,
                           height, most / 1'000'000, advice);
    };
    Error error{code_of(refusal), {}, std::string(name_of(refusal)) + ": " + detail};
    switch (refusal) {
        case Refusal::unsupported:
            error.message =
                "This file is not a picture in a format that is accepted: JPEG, PNG, WebP, GIF, TIFF, HEIC or AVIF.";
            break;
        case Refusal::raw:
            error.message = "Camera RAW files are not accepted: export the photo as JPEG, TIFF or HEIC.";
            break;
        case Refusal::truncated:
            error.message = "The end of the file is missing. Copy it again from where it came from.";
            break;
        case Refusal::damaged:
            error.message = "The file is damaged and the picture in it can't be read.";
            break;
        case Refusal::too_many_pixels:
            error.message = too_many("A picture", limits.max_pixels, "");
            break;
        case Refusal::too_many_progressive_pixels:
            error.message = too_many("A progressive JPEG", limits.max_progressive_pixels,
                                     "; saved as an ordinary (baseline) JPEG it may be larger");
            break;
        case Refusal::memory:
            error.message = "Reading this picture takes more memory than one photo may use. Save it smaller.";
            break;
        case Refusal::too_dear:
            error.message = "Reading this picture would take far longer than its size explains. Save it anew.";
            break;
        case Refusal::overloaded:
            return killed(std::move(detail));
        case Refusal::library:
            error.message =
                "This server's library for pictures of this format is too old for this one, or lacks a part that it "
                "needs. The file itself may well be sound.";
            break;
    }
    return error;
}

Result<std::string> read_about(std::string_view answer) {
    TRY(const json::object object, read_object(answer, {}));
    std::string about(get_string(object, "about").value_or(""));
    if (about.empty() || clean_text(about, kMaxAbout, LineBreaks::drop) != about) return garbage("impossible versions");
    return about;
}

bool is_untouched(std::string_view answer) {
    const auto value = parse_json(answer);
    return value && value->is_object() && get_bool(value->get_object(), "untouched").value_or(false);
}

bool is_sound(const Error& error) {
    return error.kind != ErrorKind::internal && error.kind != ErrorKind::unavailable &&
           code_of(error) != Code::picture_needs_memory;
}

Result<Probe> read_probe(std::string_view answer, const Limits& limits) {
    TRY(const json::object object, read_object(answer, limits));
    Probe probe;
    const auto* const format = std::find_if(std::begin(kFormats), std::end(kFormats), [&](const FormatName& known) {
        return known.name == get_string(object, "format").value_or("");
    });
    if (format == std::end(kFormats)) return garbage("an unknown format");
    probe.format = format->name;
    probe.content_type = format->content_type;
    probe.width = edge(object, "width");
    probe.height = edge(object, "height");
    if (probe.width == 0 || probe.height == 0 || std::int64_t{probe.width} * probe.height > limits.max_pixels) {
        return garbage("an impossible size");
    }
    probe.progressive = get_bool(object, "progressive").value_or(false);
    probe.incomplete = get_bool(object, "incomplete").value_or(false);
    const auto* const metadata = object.if_contains("metadata");
    if (metadata == nullptr || !metadata->is_object() || !take_metadata(metadata->get_object(), probe.metadata)) {
        return garbage("impossible metadata");
    }
    return probe;
}

Result<DerivedFacts> read_derived(std::string_view answer, const Limits& limits) {
    TRY(const json::object object, read_object(answer, limits));
    DerivedFacts facts;
    facts.width = edge(object, "width");
    facts.height = edge(object, "height");
    if (facts.width == 0 || facts.height == 0 || std::int64_t{facts.width} * facts.height > limits.max_pixels) {
        return garbage("an impossible size");
    }
    facts.incomplete = get_bool(object, "incomplete").value_or(false);
    const auto thumbhash = from_base64(get_string(object, "thumbhash").value_or("?"));
    if (!thumbhash || thumbhash->size() < 5 || thumbhash->size() > 64) return garbage("an impossible thumbhash");
    facts.thumbhash.assign(thumbhash->begin(), thumbhash->end());
    const auto pixels = from_base64(get_string(object, "pixels").value_or("?"));
    if (!pixels || pixels->size() != kPixelsDigest) return garbage("an impossible digest of pixels");
    facts.pixels.assign(pixels->begin(), pixels->end());
    if (!take_phash(object, facts.phash)) return garbage("an impossible perceptual hash");

    const auto* const variants = object.if_contains("variants");
    if (variants == nullptr || !variants->is_array() || variants->get_array().size() != facts.variants.size()) {
        return garbage("not the variants that were asked for");
    }
    const double longest = std::max(facts.width, facts.height);
    for (std::size_t i = 0; i < facts.variants.size(); ++i) {
        const auto& item = variants->get_array()[i];
        if (!item.is_object()) return garbage("a variant that is none");
        auto& size = facts.variants[i];
        size = {edge(item.get_object(), "width"), edge(item.get_object(), "height")};
        const double scale = std::min(1.0, kVariantSizes[i].longest_edge / longest);
        const auto fits = [scale](int got, int full) { return got >= 1 && std::abs(got - full * scale) < 2; };
        if (!fits(size.width, facts.width) || !fits(size.height, facts.height)) {
            return garbage("a variant of an impossible size");
        }
    }
    return facts;
}

}  // namespace cadre::media
