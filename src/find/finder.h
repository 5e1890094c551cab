// The finder: what people look through photos with. It holds nothing that the catalog does not: it can be deleted at
// any time, says of which moment it is, and is made again from the catalog (gallery/search.h). It may be late: whoever
// answers from it asks the catalog again for each photo that it names.
//
// All calls are thread-safe. Errors of all: unavailable; while what it holds was not all told yet, those that ask
// answer Code::search_in_the_making. find/suite.h tests these promises for every engine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "find/alike.h"
#include "find/document.h"
#include "find/question.h"

namespace cadre::find {

/// What became of a photo; no document where it is not to be found any more.
struct Change {
    Id id;
    std::uint64_t version = 0;  // of the catalog's entry: the same again says nothing new
    std::optional<Document> document;
};

enum class Order { newest, relevance };

struct Wish {
    Question question;
    Asker asker;
    Order order = Order::newest;
    std::string cursor;  // "" from the first
    std::uint32_t limit = 40;
};

struct Hits {
    std::vector<Id> ids;
    std::string next;         // "" where these were the last
    std::uint64_t total = 0;  // of all pages
    bool more = false;        // there are more than `total`: it does not count further
    Question question;        // as it was asked, with what mistyped words may have meant
};
/// How far hits are counted: as many as a search ranks, and an interface shows.
inline constexpr std::uint64_t kMostCounted = 2'000;

struct Suggestion {
    std::string kind;  // "tag", "place", "album", "camera", "lens", "year"
    std::string value;
    std::uint64_t count = 0;  // counted up to kMostSuggested
};
inline constexpr std::uint64_t kMostSuggested = 100;

struct Cell {
    double lat = 0, lon = 0;  // the middle of where its photos are
    std::uint64_t count = 0;
    Id newest;
};
inline constexpr std::size_t kMostCells = 500;

/// How many of a person's photos were taken in a town.
struct Town {
    std::int64_t number = 0;  // Document::town
    std::uint64_t count = 0;
    Id newest;
};
/// Where photos were taken in more, those with the most are answered.
inline constexpr std::size_t kMostTowns = 2'000;

/// Which of a person's look-alikes.
struct AlikeWish {
    Id owner;
    std::vector<AlikeKind> kinds;
    std::string cursor;  // "" from the first
    std::uint32_t limit = 20;
};

struct AlikePhotos {
    AlikeKind kind = AlikeKind::exact;
    std::vector<Id> ids;  // sorted
    bool operator==(const AlikePhotos&) const = default;
};

struct AlikePage {
    std::vector<AlikePhotos> groups;
    std::string next;  // "" where these were the last
};

struct Moment {
    bool whole = false;  // all was told once
    WallTime at{};       // up to when it follows the catalog
};

class Finder {
public:
    virtual ~Finder() = default;

    virtual Task<void> apply(std::vector<Change> changes) = 0;
    /// Between these two every photo that there is has to be told; what was not is forgotten at the end, and what was
    /// told is whole. A pass that is begun ends one that was not.
    virtual Task<void> begin_pass() = 0;
    virtual Task<void> end_pass() = 0;
    /// It follows the catalog up to this moment.
    virtual Task<void> follows(WallTime moment) = 0;
    /// Looks, too, whether what it keeps was taken away.
    virtual Task<Moment> moment() = 0;

    /// Of which engine and schema it is, in characters of a blob's key: one takes what another of its form has saved.
    [[nodiscard]] virtual std::string form() const = 0;
    /// Where it keeps what it keeps. Names that begin so, with a "." behind, are its own.
    [[nodiscard]] virtual std::filesystem::path file() const = 0;
    /// Writes what it keeps, as it is at one moment, into a new file; goes on meanwhile. Errors: no_space.
    virtual Task<void> save(std::filesystem::path to) = 0;
    /// Keeps what one of its form has saved in this file, which goes, in place of what it kept. Errors: unprocessable,
    /// if that is not so; then nothing changes.
    virtual Task<void> take(std::filesystem::path from) = 0;

    /// Errors: invalid cursor.
    virtual Task<Hits> search(Wish wish) = 0;
    /// What goes on from `typed`, of the asker's own, of what everybody sees, and of the albums that they see. Places
    /// are named in the asker's language; in the other one where nothing of their own goes on so.
    virtual Task<std::vector<Suggestion>> suggest(std::string typed, Asker asker, std::size_t limit) = 0;
    /// The person's own photos in a box, together by squares whose size follows from the zoom: 0 is the world in one
    /// square of 256 points, each further one twice as large. Where those are more than kMostCells they are larger.
    virtual Task<std::vector<Cell>> cells(Id owner, Box box, int zoom, Question question,
                                          std::vector<Album> albums) = 0;

    /// The towns of a person's own photos, those with the most photos first.
    virtual Task<std::vector<Town>> towns(Id owner) = 0;

    /// find::groups_of() of a person's own photos in the order of their ids, so that every copy says the same; the
    /// group to which a photo came last is the first. They are made when they are asked for and kept until one of the
    /// looks changes: of a million that takes seconds. Where it takes more than one, what was made is still answered
    /// for twenty times as long. Errors: invalid cursor.
    virtual Task<AlikePage> alike(AlikeWish wish) = 0;
    /// Of these groups those in which the photo stands, of all kinds.
    virtual Task<std::vector<AlikePhotos>> alike_to(Id owner, Id photo) = 0;
    /// For each of these (Look::pixels) the person's photos that have it, sorted; kMostAlike at most.
    virtual Task<std::vector<std::vector<Id>>> same_pixels(Id owner, std::vector<std::uint64_t> pixels) = 0;
};

}  // namespace cadre::find
