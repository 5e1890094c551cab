#include "cli/import/takeout_names.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

#include "base/utf8.h"

namespace cadre::cli {
namespace {

constexpr std::string_view kSuffix = ".supplemental-metadata";
/// Google cuts the name before ".json" and before a number to 46 UTF-16 units; other lengths were seen, too.
constexpr std::size_t kShortestCut = 44;
constexpr std::size_t kLongestCut = 51;

/// What Google Photos puts between the name of a picture and its extension when it was edited, in the language of the
/// account; with accents as one character and as two (macOS).
constexpr auto kEdited = std::to_array<std::string_view>({
    "-edited",
    "-effects",
    "-smile",
    "-mix",         // English
    "-bearbeitet",  // German
    "-modifié",
    "-modifie\xCC\x81",  // French
    "-modificato",       // Italian
    "-editado",
    "-editada",
    "-ha editado",
    "-modificado",  // Spanish, Portuguese
    "-editat",
    "-editată",
    "-editata\xCC\x86",  // Catalan, Romanian
    "-bewerkt",          // Dutch
    "-redigeret",
    "-redigert",
    "-redigerad",  // Danish, Norwegian, Swedish
    "-muokattu",
    "-muudetud",  // Finnish, Estonian
    "-edytowane",
    "-edytowany",  // Polish
    "-upraveno",
    "-upravené",
    "-upravene\xCC\x81",  // Czech, Slovak
    "-szerkesztett",
    "-szerkesztve",  // Hungarian
    "-uređeno",
    "-urejeno",  // Croatian, Slovenian
    "-redaguota",
    "-rediģēts",  // Lithuanian, Latvian
    "-düzenlendi",
    "-du\xCC\x88zenlendi",  // Turkish
    "-επεξεργασμένο",       // Greek
    "-отредактировано",
    "-изменено",
    "-відредаговано",
    "-змінено",      // Russian, Ukrainian
    "-редактирано",  // Bulgarian
    "-編集済み",
    "-編集済",
    "-编辑",
    "-已编辑",
    "-編輯",
    "-已編輯",  // Japanese, Chinese
    "-편집됨",
    "-수정됨",  // Korean
    "-diedit",
    "-แก้ไขแล้ว",
    "-đã chỉnh sửa",
    "-נערך",
    "-معدّل",  // Indonesian, Thai, Vietnamese, Hebrew, Arabic
});
constexpr auto kOtherExtensions = std::to_array<std::string_view>(
    {".heic", ".jpg", ".jpeg", ".png", ".dng", ".webp", ".gif", ".tif", ".tiff", ".avif", ".heif", ".mp4", ".mov"});

/// The bytes of the first `count` UTF-16 units; all of what has fewer.
std::string_view first_units(std::string_view text, std::size_t count) {
    std::size_t bytes = 0;
    for (std::size_t units = 0; bytes < text.size();) {
        const auto c = first_code_point(text.substr(bytes));
        units += c && c->value > 0xffff ? 2 : 1;
        if (units > count) break;
        bytes += c ? c->bytes : 1;
    }
    return text.substr(0, bytes);
}

/// The JSON files of a folder by their names without ".json".
class Jsons {
public:
    explicit Jsons(const std::vector<std::string>& names) {
        for (const auto& name : names) {
            constexpr std::size_t kEnding = 5;
            if (name.size() > kEnding) by_base_[fold_ascii(name.substr(0, name.size() - kEnding))].push_back(name);
        }
    }

    /// One whose case agrees before others; one that no picture has yet, unless `share`.
    const std::string* find(const std::string& base, bool share) const {
        const auto found = by_base_.find(fold_ascii(base));
        if (found == by_base_.end()) return nullptr;
        const std::string* best = nullptr;
        for (const auto& name : found->second) {
            if (!share && taken_.contains(name)) continue;
            if (best == nullptr || name.starts_with(base)) best = &name;
        }
        return best;
    }
    void take(const std::string& name) { taken_.insert(name); }

private:
    std::unordered_map<std::string, std::vector<std::string>> by_base_;
    std::unordered_set<std::string> taken_;
};

using Found = const std::string*;

/// "photo.jpg", then ".supplemental-metadata" as far as it goes, then "(1)".
Found find_whole(const Jsons& jsons, const std::string& title, std::string_view number, bool share) {
    for (std::size_t length = kSuffix.size() + 1; length-- > 0;)
        if (const auto found = jsons.find(title + std::string(kSuffix.substr(0, length)) + std::string(number), share))
            return found;
    return nullptr;
}

/// The beginning of a title that is too long, then "(1)".
Found find_cut(const Jsons& jsons, std::string_view title, std::string_view number, bool share) {
    for (std::size_t units = kLongestCut; units >= kShortestCut; --units) {
        const auto cut = first_units(title, units);
        if (cut.size() == title.size()) continue;
        if (const auto found = jsons.find(std::string(cut) + std::string(number), share)) return found;
    }
    return nullptr;
}

/// A picture that was sent without an extension got one when it was exported, its JSON did not; and extensions are cut.
Found find_without_extension(const Jsons& jsons, const NameParts& parts, bool share) {
    for (std::size_t kept = parts.extension.size(); kept-- > 0;) {
        const auto title = std::string(parts.stem) + std::string(parts.extension.substr(0, kept));
        if (const auto found = find_whole(jsons, title, parts.number, share)) return found;
    }
    if (parts.number.empty()) return nullptr;
    return find_whole(jsons, std::string(parts.stem) + std::string(parts.number), {}, share);
}

using Way = std::function<Found(const Jsons&, std::string_view name, bool share)>;

/// From what says most to what says least.
const std::array<Way, 4>& ways() {
    static const std::array<Way, 4> all{
        [](const Jsons& jsons, std::string_view name, bool share) {
            return find_whole(jsons, std::string(name), {}, share);
        },
        [](const Jsons& jsons, std::string_view name, bool share) -> Found {
            const auto parts = parts_of(name);
            if (parts.number.empty()) return nullptr;
            return find_whole(jsons, std::string(parts.stem) + std::string(parts.extension), parts.number, share);
        },
        [](const Jsons& jsons, std::string_view name, bool share) {
            const auto parts = parts_of(name);
            return find_cut(jsons, std::string(parts.stem) + std::string(parts.extension), parts.number, share);
        },
        [](const Jsons& jsons, std::string_view name, bool share) {
            return find_without_extension(jsons, parts_of(name), share);
        }};
    return all;
}

/// "photo" of "photo-edited"; also of "photo-edi" where the name is so long that it was cut.
std::optional<std::string_view> before_edited(std::string_view stem) {
    const auto folded = fold_ascii(stem);
    for (const auto edited : kEdited)
        if (folded.size() > edited.size() && folded.ends_with(edited))
            return stem.substr(0, stem.size() - edited.size());
    if (first_units(stem, kShortestCut - 1).size() == stem.size()) return std::nullopt;
    const auto dash = folded.rfind('-');
    if (dash == std::string::npos || dash == 0 || dash + 1 == folded.size()) return std::nullopt;
    const auto rest = std::string_view(folded).substr(dash);
    for (const auto edited : kEdited)
        if (edited.starts_with(rest)) return stem.substr(0, dash);
    return std::nullopt;
}

Found find_for_edited(const Jsons& jsons, std::string_view name) {
    const auto parts = parts_of(name);
    const auto stem = before_edited(parts.stem);
    if (!stem) return nullptr;
    const auto of_type = [&](std::string_view extension) -> Found {
        const auto original = std::string(*stem) + std::string(parts.number) + std::string(extension);
        for (const auto& way : ways())
            if (const auto found = way(jsons, original, true)) return found;
        return nullptr;
    };
    if (const auto found = of_type(parts.extension)) return found;
    for (const auto extension : kOtherExtensions) {
        const auto title = std::string(*stem) + std::string(extension);
        if (const auto found = find_whole(jsons, title, parts.number, true)) return found;
    }
    return nullptr;
}

/// "long name(1).jpg" beside "long name.jpg" may have nothing but the one JSON of the name that both were cut to.
Found find_for_twin(const Jsons& jsons, std::string_view name) {
    const auto parts = parts_of(name);
    if (parts.number.empty()) return nullptr;
    return find_cut(jsons, std::string(parts.stem) + std::string(parts.extension), {}, true);
}

}  // namespace

std::string fold_ascii(std::string_view text) {
    std::string folded(text);
    for (auto& c : folded)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return folded;
}

NameParts parts_of(std::string_view name) {
    NameParts parts{name, {}, {}};
    if (const auto dot = name.rfind('.'); dot != std::string_view::npos && dot > 0) {
        parts.stem = name.substr(0, dot);
        parts.extension = name.substr(dot);
    }
    if (!parts.stem.ends_with(')')) return parts;
    const auto open = parts.stem.rfind('(');
    if (open == std::string_view::npos || open == 0) return parts;
    const auto digits = parts.stem.substr(open + 1, parts.stem.size() - open - 2);
    const bool is_number = !digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos;
    if (!is_number) return parts;
    parts.number = parts.stem.substr(open);
    parts.stem = parts.stem.substr(0, open);
    return parts;
}

std::unordered_map<std::string, TakeoutMatch> match_takeout(const std::vector<std::string>& pictures,
                                                            const std::vector<std::string>& names) {
    std::unordered_map<std::string, TakeoutMatch> matches;
    if (names.empty()) return matches;
    Jsons jsons(names);
    // Each way for all pictures before the next one: what says less must not take a JSON from what says more.
    for (const auto& way : ways()) {
        for (const auto& picture : pictures) {
            if (matches.contains(picture)) continue;
            const auto found = way(jsons, picture, false);
            if (found == nullptr) continue;
            jsons.take(*found);
            matches.emplace(picture, TakeoutMatch{*found, true});
        }
    }
    for (const auto& picture : pictures) {
        if (matches.contains(picture)) continue;
        auto found = find_for_edited(jsons, picture);
        if (found == nullptr) found = find_for_twin(jsons, picture);
        if (found != nullptr) matches.emplace(picture, TakeoutMatch{*found, false});
    }
    return matches;
}

}  // namespace cadre::cli
