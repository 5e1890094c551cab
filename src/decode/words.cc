#include "decode/words.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "decode/boilerplate.h"
#include "media/legacy_text.h"
#include "media/protocol.h"
#include "media/text.h"

namespace cadre::decode {
namespace {

using media::clean_text;
using media::LineBreaks;

// IPTC-IIM 4.2 bounds a title and a keyword to 64 bytes, a caption to 2000: what is longer was cut, perhaps within a
// character.
constexpr std::size_t kIptcShort = 64;
constexpr std::size_t kIptcLong = 2000;
constexpr std::size_t kLongestCharacter = 4;

bool may_be_cut(const std::string& text, std::size_t limit) {
    return text.size() <= limit && text.size() + kLongestCharacter > limit;
}

bool says_utf8(const Tags& tags) { return tags.iptc_text("Iptc.Envelope.CharacterSet").starts_with("\x1b%G"); }

/// As UTF-8: of text that says that it is UTF-8, an end that was cut is known for one even where all before is ASCII.
std::string iptc_utf8(std::string text, bool is_utf8, std::size_t limit) {
    if (!is_utf8 || !may_be_cut(text, limit)) return media::to_utf8_text(text);
    for (std::size_t cut = 0; cut < kLongestCharacter && cut < text.size(); ++cut) {
        const auto whole = text.substr(0, text.size() - cut);
        if (media::to_utf8_text(whole) == whole) return whole;
    }
    return media::to_utf8_text(text);
}

/// One text that several fields may hold, in the order of trust.
class Choice {
public:
    Choice(std::size_t max, LineBreaks breaks, const media::Metadata& camera)
        : max_(max), breaks_(breaks), camera_(camera) {}

    void offer(std::string_view text) {
        const auto clean = clean_text(text, max_, breaks_);
        if (clean.empty() || is_boilerplate(clean, camera_.make, camera_.model)) return;
        if (chosen_.empty() || (cut_ && clean.size() > chosen_.size() && clean.starts_with(chosen_))) chosen_ = clean;
        cut_ = false;
    }
    /// One of IPTC: where its limit cut it, another that begins with it is the whole one.
    void offer_iptc(const std::string& text, bool is_utf8, std::size_t limit) {
        const bool first = chosen_.empty();
        offer(iptc_utf8(text, is_utf8, limit));
        cut_ = first && !chosen_.empty() && may_be_cut(text, limit);
    }
    [[nodiscard]] std::string take() { return std::move(chosen_); }

private:
    std::size_t max_;
    LineBreaks breaks_;
    const media::Metadata& camera_;
    std::string chosen_;
    bool cut_ = false;
};

std::string title_of(const Tags& tags, const media::Metadata& camera) {
    Choice title(media::kMaxTitle, LineBreaks::drop, camera);
    const bool is_utf8 = says_utf8(tags);
    title.offer(tags.xmp_text("Xmp.dc.title"));
    title.offer_iptc(tags.iptc_text("Iptc.Application2.ObjectName"), is_utf8, kIptcShort);
    title.offer(tags.exif_utf16("Exif.Image.XPTitle"));
    title.offer(tags.xmp_text("Xmp.photoshop.Headline"));
    title.offer_iptc(tags.iptc_text("Iptc.Application2.Headline"), is_utf8, 256);
    title.offer(tags.png_text("Title"));
    return title.take();
}

std::string caption_of(const Tags& tags, const media::Metadata& camera) {
    Choice caption(media::kMaxCaption, LineBreaks::keep, camera);
    caption.offer(tags.xmp_text("Xmp.dc.description"));
    caption.offer_iptc(tags.iptc_text("Iptc.Application2.Caption"), says_utf8(tags), kIptcLong);
    caption.offer(tags.exif_text("Exif.Image.ImageDescription"));
    caption.offer(tags.png_text("Description"));
    caption.offer(tags.exif_utf16("Exif.Image.XPComment"));
    caption.offer(tags.exif_utf16("Exif.Image.XPSubject"));
    caption.offer(tags.xmp_text("Xmp.exif.UserComment"));
    caption.offer(tags.exif_comment());
    caption.offer(tags.png_text("Comment"));
    return caption.take();
}

std::vector<std::string> split(std::string_view text, std::string_view separators) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(separators), text.size());
        if (end > 0) parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

/// Each once, cleaned.
class Keywords {
public:
    void add(std::string_view word) {
        auto clean = clean_text(word, media::kMaxKeyword, LineBreaks::drop);
        if (clean.empty() || has(clean) || words_.size() >= media::kMaxKeywords) return;
        words_.push_back(std::move(clean));
    }
    [[nodiscard]] bool has(const std::string& word) const { return std::ranges::count(words_, word) != 0; }
    [[nodiscard]] bool has_longer(const std::string& beginning) const {
        return std::ranges::any_of(words_, [&](const std::string& word) {
            return word.size() > beginning.size() && word.starts_with(beginning);
        });
    }
    [[nodiscard]] bool empty() const { return words_.empty(); }
    [[nodiscard]] std::vector<std::string> take() { return std::move(words_); }

private:
    std::vector<std::string> words_;
};

/// "Places|France|Paris", "Places/France/Paris". Programs that write a flat list too put into it what they want shown:
/// then only the last piece is looked for in it. Where this is all, every piece is a keyword.
void add_hierarchies(const Tags& tags, Keywords& keywords) {
    const bool alone = keywords.empty();
    const struct {
        const char* key;
        const char* separators;
    } kLists[] = {{"Xmp.lr.hierarchicalSubject", "|"},
                  {"Xmp.digiKam.TagsList", "/"},
                  {"Xmp.MicrosoftPhoto.LastKeywordXMP", "/"},
                  {"Xmp.mediapro.CatalogSets", "|"}};
    for (const auto& [key, separators] : kLists) {
        for (const auto& path : tags.xmp_list(key)) {
            const auto pieces = split(path, separators);
            if (pieces.empty()) continue;
            if (alone)
                for (const auto& piece : pieces) keywords.add(piece);
            else
                keywords.add(pieces.back());
        }
    }
}

std::vector<std::string> keywords_of(const Tags& tags) {
    Keywords keywords;
    for (const auto& word : tags.xmp_list("Xmp.dc.subject")) keywords.add(word);
    for (const auto& word : split(tags.exif_utf16("Exif.Image.XPKeywords"), ";")) keywords.add(word);
    const bool is_utf8 = says_utf8(tags);
    const auto iptc = tags.iptc_list("Iptc.Application2.Keywords");
    Keywords all = keywords;  // also those of IPTC: a whole one may stand beside a cut one there
    for (const auto& word : iptc) all.add(iptc_utf8(word, is_utf8, kIptcShort));
    for (const auto& word : iptc) {
        const auto text = iptc_utf8(word, is_utf8, kIptcShort);
        const auto clean = clean_text(text, media::kMaxKeyword, LineBreaks::drop);
        if (may_be_cut(word, kIptcShort) && all.has_longer(clean)) continue;
        keywords.add(clean);
    }
    add_hierarchies(tags, keywords);
    return keywords.take();
}

/// Stars, 0 … 5. Windows writes per cent beside them: 1, 25, 50, 75, 99.
std::optional<int> rating_of(const Tags& tags) {
    auto stars = tags.xmp_number("Xmp.xmp.Rating");
    if (!stars) stars = tags.exif_number("Exif.Image.Rating");
    if (stars) return *stars >= 0 && *stars <= 5 ? std::optional(static_cast<int>(*stars)) : std::nullopt;
    auto percent = tags.xmp_number("Xmp.MicrosoftPhoto.Rating");
    if (!percent) percent = tags.exif_number("Exif.Image.RatingPercent");
    if (!percent || *percent < 0 || *percent > 100) return std::nullopt;
    return *percent < 1 ? 0 : 1 + static_cast<int>((*percent + 12) / 25);
}

}  // namespace

void read_words(const Tags& tags, media::Metadata& metadata) {
    metadata.title = title_of(tags, metadata);
    metadata.caption = caption_of(tags, metadata);
    metadata.keywords = keywords_of(tags);
    metadata.rating = rating_of(tags);
}

}  // namespace cadre::decode
