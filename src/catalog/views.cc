#include "catalog/views.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace cadre::catalog {
namespace {

// What decides the place and the row of any photo: row_of().
constexpr std::array kOfEveryPhoto = {field::kOwner,    field::kAccess,         field::kTakenAt, field::kUploadedAt,
                                      field::kModified, field::kModifiedOffset, field::kFilename};

bool is_plain(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.' || c == ' ' || (c & 0x80) != 0;
}

std::string escaped(std::string_view word) {
    std::string text;
    for (const char c : word) {
        if (is_plain(c))
            text += c;
        else
            text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return text;
}

int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

std::optional<std::string> unescaped(std::string_view text) {
    std::string word;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_plain(text[i])) {
            word += text[i];
            continue;
        }
        if (text[i] != '%' || i + 2 >= text.size()) return std::nullopt;
        const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        word += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return word;
}

void add_once(std::vector<std::string_view>& all, std::string_view one) {
    if (one.ends_with('*') && !one.ends_with(":*"))
        throw std::logic_error("fields cannot be told apart by " + std::string(one));
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
}

}  // namespace

Declarations::Declarations(std::vector<FamilyDeclaration> families, std::vector<LookupDeclaration> lookups)
    : families_(std::move(families)), lookups_(std::move(lookups)) {
    for (const auto& family : families_) {
        auto& place = by_number_[static_cast<std::size_t>(family.number)];
        if (place != nullptr || find(family.name) != &family)
            throw std::logic_error("two families of views are called " + std::string(family.name));
        place = &family;
        for (const auto& field : family.decided_by) add_once(decided_by_, field);
    }
    if (!families_.empty()) {
        kinds_.push_back(Kind::photo);
        for (const auto& field : kOfEveryPhoto) add_once(decided_by_, field);
    }
    for (const auto& lookup : lookups_) {
        if (std::ranges::count(lookups_, lookup.number, &LookupDeclaration::number) != 1)
            throw std::logic_error("two look-ups have one number");
        if (std::ranges::find(kinds_, lookup.kind) == kinds_.end()) kinds_.push_back(lookup.kind);
        for (const auto& field : lookup.decided_by) add_once(decided_by_, field);
    }
}

const FamilyDeclaration* Declarations::find(Family number) const {
    return by_number_[static_cast<std::size_t>(number)];
}

const FamilyDeclaration* Declarations::find(std::string_view name) const {
    const auto found = std::ranges::find(families_, name, &FamilyDeclaration::name);
    return found == families_.end() ? nullptr : &*found;
}

const LookupDeclaration* Declarations::find(Index number) const {
    const auto found = std::ranges::find(lookups_, number, &LookupDeclaration::number);
    return found == lookups_.end() ? nullptr : &*found;
}

Postings Declarations::postings_of(const Ref& ref, const Truth& truth) const {
    Postings postings;
    if (ref.kind != Kind::photo) return postings;
    postings.row = row_of(ref.id, truth);
    if (!postings.row) return postings;
    const auto owner = parse_id(truth.string(field::kOwner));
    const auto access = access_of(truth);
    const Candidate photo{truth, *postings.row, owner.value_or(Id()), access && access->everybody,
                          truth.find(field::kTrashedAt) != nullptr};
    for (const auto& family : families_) {
        Poster poster(family.number, postings.row->place, postings.all);
        family.post(photo, poster);
    }
    std::ranges::sort(postings.all, {}, &Posting::view);
    return postings;
}

std::vector<std::pair<Index, std::string>> Declarations::lookups_of(const Ref& ref, const Truth& truth) const {
    std::vector<std::pair<Index, std::string>> found;
    if (truth.purged) return found;
    std::vector<std::string> keys;
    for (const auto& lookup : lookups_) {
        if (lookup.kind != ref.kind) continue;
        keys.clear();
        lookup.enter(truth, keys);
        for (auto& key : keys)
            if (!key.empty()) found.emplace_back(lookup.number, std::move(key));
    }
    return found;
}

std::string Declarations::text_of(const View& view) const {
    const auto* family = find(view.family);
    if (family == nullptr) throw std::logic_error("a view of a family that is not declared");
    std::string text(family->name);
    if (family->form != Form::one) text += "/" + view.of.text();
    if (family->form == Form::person_word) text += "/" + escaped(view.word);
    return text;
}

std::optional<View> Declarations::parse_view(std::string_view text) const {
    const auto slash = std::min(text.find('/'), text.size());
    const auto* family = find(text.substr(0, slash));
    if (family == nullptr) return std::nullopt;
    if (family->form == Form::one) return slash == text.size() ? std::optional(View{family->number}) : std::nullopt;
    const auto rest = text.substr(std::min(slash + 1, text.size()));
    const auto second = std::min(rest.find('/'), rest.size());
    const auto of = parse_id(rest.substr(0, second));
    if (!of) return std::nullopt;
    const bool has_word = second < rest.size();
    if (has_word != (family->form == Form::person_word)) return std::nullopt;
    auto word = has_word ? unescaped(rest.substr(second + 1)) : std::string();
    if (!word) return std::nullopt;
    return View{family->number, *of, std::move(*word)};
}

std::string Declarations::scope_of(const View& view) const {
    const auto* family = find(view.family);
    if (family == nullptr) throw std::logic_error("a view of a family that is not declared");
    std::string scope(family->name);
    if (family->form == Form::person_word) scope += ":" + view.word;
    if (family->form == Form::of_record) scope += ":" + view.of.text();
    return scope;
}

std::string Declarations::form() const {
    std::string form = "views";
    for (const auto& family : families_) form += fmt::format(" {}.{}", static_cast<int>(family.number), family.version);
    form += " look-ups";
    for (const auto& lookup : lookups_) form += fmt::format(" {}.{}", static_cast<int>(lookup.number), lookup.version);
    return form;
}

}  // namespace cadre::catalog
