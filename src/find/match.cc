#include "find/match.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/unicode.h"
#include "find/words.h"

namespace cadre::find {
namespace {

constexpr double kTenth = 10;
constexpr double kSlack = 1e-9;

bool word_fits(const std::string& word, const Choice& choice) {
    if (choice.exact) return word == choice.words.front();
    const auto begins = [&](const std::string& beginning) { return word.starts_with(beginning); };
    return std::ranges::any_of(choice.beginnings, begins) || std::ranges::any_of(choice.also, begins);
}

/// The last one may go on, unless it is in quotes.
bool run_fits(const std::string* words, const Choice& choice) {
    const auto last = choice.words.size() - 1;
    for (std::size_t i = 0; i < last; ++i)
        if (words[i] != choice.words[i]) return false;
    return choice.exact ? words[last] == choice.words[last] : words[last].starts_with(choice.words[last]);
}

bool any_text_holds(const std::vector<std::string>& texts, const Choice& choice) {
    return std::ranges::any_of(texts, [&](const std::string& text) { return holds(words_of(text), choice); });
}

bool any_name_holds(const Names& names, const Choice& choice) {
    return any_text_holds(names.english, choice) || any_text_holds(names.french, choice);
}

struct Why {
    std::vector<std::string> fields;
    void add(std::string_view field) {
        if (std::ranges::find(fields, field) == fields.end()) fields.emplace_back(field);
    }
};

/// A photo and who asks, with what each question needs worked out once.
class Candidate {
public:
    Candidate(const Document& document, const Asker& asker)
        : document_(document), asker_(asker), title_(words_of(document.title)), caption_(words_of(document.caption)) {
        using namespace std::chrono;
        date_ = year_month_day(floor<days>(sys_seconds(seconds(document.at))));
    }

    bool fits(const Term& term, Why& why) const {
        bool any = false;
        for (const auto& choice : term.any) any = fits_one(term.subject, choice, why) || any;
        return any;
    }

private:
    bool fits_one(Subject subject, const Choice& choice, Why& why) const {
        const auto said = [&](bool yes, std::string_view field) {
            if (yes) why.add(field);
            return yes;
        };
        switch (subject) {
            case Subject::words:
                return fits_words(choice, why);
            case Subject::tag:
                return said(std::ranges::any_of(document_.tags,
                                                [&](const std::string& tag) { return bare(tag) == choice.value; }),
                            "tags");
            case Subject::album:
                return said(in_album(choice), "album");
            case Subject::camera:
                return said(holds(words_of(document_.camera), choice), "camera");
            case Subject::lens:
                return said(holds(words_of(document_.lens), choice), "lens");
            case Subject::place:
                return said(any_name_holds(document_.places, choice), "place");
            case Subject::country:
                return said(any_text_holds(document_.countries, choice), "place");
            case Subject::box:
                return said(in_box(choice.box), "location");
            case Subject::type:
                return said(document_.type == choice.value, "type");
            case Subject::date:
                return said(document_.at >= choice.from && document_.at < choice.until, "date");
            case Subject::iso:
                return said(document_.iso > 0 && in(static_cast<double>(document_.iso), choice), "iso");
            case Subject::aperture:
                return said(document_.aperture > 0 && in(tenths(document_.aperture) / kTenth, choice), "aperture");
            case Subject::rating:
                return said(document_.rating > 0 && in(document_.rating, choice), "rating");
            case Subject::is:
                return fits_is(choice.value, why);
            case Subject::has:
                return choice.value == "location" ? said(document_.location.has_value(), "location")
                                                  : said(!document_.title.empty(), "title");
        }
        return false;
    }

    bool fits_words(const Choice& choice, Why& why) const {
        const auto before = why.fields.size();
        bool any = false;
        const auto look = [&](bool yes, std::string_view field) {
            if (yes) why.add(field);
            any = any || yes;
        };
        look(holds(title_, choice), "title");
        look(holds(caption_, choice), "caption");
        look(any_text_holds(document_.tags, choice), "tags");
        look(holds(words_of(document_.camera), choice), "camera");
        look(holds(words_of(document_.lens), choice), "lens");
        look(in_album(choice), "album");
        look(holds(words_of(document_.filename), choice), "filename");
        look(any_name_holds(document_.places, choice) || any_text_holds(document_.countries, choice), "place");
        look(choice.year != 0 && choice.year == static_cast<int>(date_.year()), "date");
        look(choice.month != 0 && static_cast<unsigned>(choice.month) == static_cast<unsigned>(date_.month()), "date");
        return any || why.fields.size() > before;
    }

    bool fits_is(const std::string& value, Why& why) const {
        const auto said = [&](bool yes, std::string_view field) {
            if (yes) why.add(field);
            return yes;
        };
        if (value == "favourite") return said(document_.favourite, "favourite");
        if (value == "archived") return said(document_.archived, "archived");
        if (value == "public") return said(document_.is_public, "visibility");
        if (value == "private") return said(!document_.is_public, "visibility");
        return false;  // a video: there are none
    }

    bool in_album(const Choice& choice) const {
        const auto named = albums_named(asker_.albums, choice);
        return std::ranges::any_of(document_.albums,
                                   [&](const Id& album) { return std::ranges::find(named, album) != named.end(); });
    }

    bool in_box(const Box& box) const {
        const auto& location = document_.location;
        return location && contains(box, millionths(location->first), millionths(location->second));
    }

    static bool in(double value, const Choice& choice) {
        return value >= choice.low - kSlack && value <= choice.high + kSlack;
    }

    const Document& document_;
    const Asker& asker_;
    std::vector<std::string> title_, caption_;
    std::chrono::year_month_day date_;
};

}  // namespace

int tenths(double aperture) { return static_cast<int>(std::lround(aperture * kTenth)); }

bool sees(const Asker& asker, const Document& document) {
    if (document.everybody) return true;
    if (!asker.user) return false;
    if (document.owner == *asker.user) return true;
    return std::ranges::any_of(document.albums, [&](const Id& album) {
        return std::ranges::any_of(asker.albums, [&](const Album& seen) { return seen.id == album; });
    });
}

bool holds(const std::vector<std::string>& words, const Choice& choice) {
    if (choice.words.empty() || words.size() < choice.words.size()) return false;
    if (choice.words.size() == 1)
        return std::ranges::any_of(words, [&](const std::string& word) { return word_fits(word, choice); });
    for (std::size_t i = 0; i + choice.words.size() <= words.size(); ++i)
        if (run_fits(&words[i], choice)) return true;
    return false;
}

std::vector<Id> albums_named(const std::vector<Album>& albums, const Choice& choice) {
    std::vector<Id> named;
    for (const auto& album : albums)
        if (holds(words_of(album.title), choice) || (!choice.value.empty() && choice.value == album.id.text()))
            named.push_back(album.id);
    return named;
}

std::optional<std::vector<std::string>> match(const Question& question, const Document& document, const Asker& asker) {
    if (!sees(asker, document)) return std::nullopt;
    const bool own = asker.user && document.owner == *asker.user;
    const Document known = own ? document : without_own(document);
    const Candidate candidate(known, asker);
    Why why;
    for (const auto& term : question.terms) {
        if (!term.excluded) {
            if (!candidate.fits(term, why)) return std::nullopt;
            continue;
        }
        Why none;
        if (candidate.fits(term, none)) return std::nullopt;
    }
    return std::move(why.fields);
}

}  // namespace cadre::find
