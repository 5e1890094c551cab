// Views: named, ordered collections of photos with months, days and counts, which is what a timeline is. What a view
// is called, which photos stand in it, who may look at it and who hears of its changes is declared once, by its family
// (families.h); look-ups are declared in the same way. A driver keeps what it is given and knows no family by name, so
// that a new one touches its declaration, a test and the documentation.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/entry.h"
#include "catalog/rows.h"

namespace cadre::catalog {

enum class Family : std::uint8_t;  // families.h
enum class Index : std::uint8_t;   // families.h

struct View {
    Family family{};   // number 0 is the wall
    Id of{};           // whose, or of which record; all zero where there is one for all
    std::string word;  // which of theirs: of a family whose form has one

    // Constructors, so that one may be written inside a co_await (docs/explanation/coroutines.md).
    View() = default;
    View(Family its_family, Id its_of = {}, std::string its_word = {})
        : family(its_family), of(its_of), word(std::move(its_word)) {}
    auto operator<=>(const View&) const = default;
};

/// Where a photo stands. Views run from the largest place to the smallest.
struct Posting {
    View view;
    Place place;  // mostly that of its row; a view that has an order of its own says another
    bool operator==(const Posting&) const = default;
};

/// What follows for a photo from its truth.
struct Postings {
    std::optional<Row> row;    // what is shown of it; nothing: no view shows it
    std::vector<Posting> all;  // by view, each once
};

/// A photo as a family is asked about it.
struct Candidate {
    const Truth& truth;
    const Row& row;
    Id owner;
    bool everybody = false;  // its visibility
    bool trashed = false;
};

/// Takes down in which views of one family a photo stands.
class Poster {
public:
    Poster(Family family, const Place& place, std::vector<Posting>& all) : family_(family), place_(place), all_(all) {}
    /// At the photo's own time.
    void post(Id of = {}, std::string word = {}) { post_at(place_, of, std::move(word)); }
    /// In another order: where it stands is a time for all that reads the view, with months and days. Its rank has the
    /// first bit set, as rank_of() makes it.
    void post_at(const Place& place, Id of = {}, std::string word = {}) {
        all_.push_back({{family_, of, std::move(word)}, place});
    }

private:
    Family family_;
    const Place& place_;
    std::vector<Posting>& all_;
};

/// How the views of a family are told apart, and what they are called in the API.
enum class Form {
    one,          // "wall"
    of_person,    // "mine": one a person; each asks for their own
    person_word,  // "tag:<word>": one a person and word
    of_record,    // "album:<id>": one a record
};

/// Who may look at it (gallery/timelines.h decides by this). Its members are those of the record whose view it is; its
/// visitors those who come by the link of that record.
enum class Readers { everybody, its_person, its_members, its_visitors };

/// Who hears of changes: all who watch the wall, the person whose it is, or those who watch this very view.
enum class Channel { wall, person, own };

struct FamilyDeclaration {
    Family number;          // stored
    std::string_view name;  // stored, and what the API calls it
    Form form;
    Readers readers;
    Channel channel;
    /// Whether its rows tell what its owner marked as a favourite.
    bool tells_favourites;
    /// Of these a person's views together hold each of their photos, and hold it once: who goes through all photos of a
    /// person goes through these.
    bool holds_all;
    /// The fields by which it is decided whether a photo stands in a view, beside those of its place; one that ends in
    /// '*' means all that begin so. A driver may remember no others of what a thing was.
    std::vector<std::string_view> decided_by;
    void (*post)(const Candidate& photo, Poster& views);
    /// Counted up when the same truth is posted otherwise: then what is kept is made again.
    int version = 1;
};

struct LookupDeclaration {
    Index number;  // stored
    Kind kind;
    std::vector<std::string_view> decided_by;
    /// Adds the keys under which it is found; "" is passed over.
    void (*enter)(const Truth& truth, std::vector<std::string>& keys);
    /// Whether any number of records may have one key (a person's albums, not their tokens): a driver keeps them so
    /// that neither a page of find_all() nor a change costs more for it.
    bool many = false;
    int version = 1;
};

/// All that follows from records. Thread-safe: it does not change.
class Declarations {
public:
    /// Faults: two of one number or name; a beginning of fields that does not end in ":*".
    Declarations(std::vector<FamilyDeclaration> families, std::vector<LookupDeclaration> lookups);
    Declarations(const Declarations&) = delete;
    Declarations& operator=(const Declarations&) = delete;

    [[nodiscard]] const std::vector<FamilyDeclaration>& families() const { return families_; }
    [[nodiscard]] const std::vector<LookupDeclaration>& lookups() const { return lookups_; }
    /// Nothing for one that is not declared.
    [[nodiscard]] const FamilyDeclaration* find(Family number) const;
    [[nodiscard]] const FamilyDeclaration* find(std::string_view name) const;
    /// Nothing for one that is not declared.
    [[nodiscard]] const LookupDeclaration* find(Index number) const;

    [[nodiscard]] Postings postings_of(const Ref& ref, const Truth& truth) const;
    [[nodiscard]] std::vector<std::pair<Index, std::string>> lookups_of(const Ref& ref, const Truth& truth) const;

    /// The fields that decide where anything is shown or found, each once; what ends in '*' stands for all that begin
    /// so. A truth with these alone stands where the whole of it does.
    [[nodiscard]] const std::vector<std::string_view>& decided_by() const { return decided_by_; }
    /// The kinds of which anything follows.
    [[nodiscard]] const std::vector<Kind>& kinds() const { return kinds_; }

    /// "wall", "mine/<id>", "<name>/<id>/<word>": its name where it is kept. In a word all but letters, digits and a
    /// few marks are written as %XX.
    [[nodiscard]] std::string text_of(const View& view) const;
    /// Back; nothing for what is no view of a declared family.
    [[nodiscard]] std::optional<View> parse_view(std::string_view text) const;

    /// What the API calls it: "wall", "mine", "<name>:<word>", "<name>:<id>".
    [[nodiscard]] std::string scope_of(const View& view) const;

    /// Changes when anything that is declared does.
    [[nodiscard]] std::string form() const;

private:
    std::vector<FamilyDeclaration> families_;
    std::vector<LookupDeclaration> lookups_;
    std::array<const FamilyDeclaration*, 256> by_number_{};
    std::vector<std::string_view> decided_by_;
    std::vector<Kind> kinds_;
};

}  // namespace cadre::catalog
