// Reads what search keeps: one connection, for one thread at a time. Every call may throw Fault.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/sqlite.h"
#include "find/sqlite/expression.h"

namespace cadre::find::sqlite {

class Lookup {
public:
    explicit Lookup(const std::filesystem::path& file) : database_(file, Connection::Mode::read) {}

    [[nodiscard]] Result<Hits> search(const Wish& wish);
    [[nodiscard]] std::vector<Suggestion> suggest(const std::string& typed, const Asker& asker, std::size_t limit);
    [[nodiscard]] std::vector<Cell> cells(const Id& owner, const Box& box, int zoom, const Question& question,
                                          const std::vector<Album>& albums);
    [[nodiscard]] std::vector<Town> towns(const Id& owner);

    /// A person's number; 0 for one of whom nothing is kept.
    [[nodiscard]] std::int64_t person(const Id& id);
    /// All photos of a person that have a look, by their ids.
    void looks(std::int64_t person, std::vector<Id>& ids, std::vector<Look>& looks);
    [[nodiscard]] std::vector<std::vector<Id>> same_pixels(const Id& owner, const std::vector<std::uint64_t>& pixels);

private:
    struct Found {
        std::vector<std::int64_t> rows;
        bool last = true;
        std::uint64_t total = 0;
        bool more = false;
    };
    [[nodiscard]] bool fits(const Expression& expression, std::int64_t row);
    /// Without `count` it ends where it knows whether there are more than `limit`.
    [[nodiscard]] Found walk(const Expression& expression, std::int64_t below, std::size_t limit, bool count);
    [[nodiscard]] Found newest(const Expression& expression, std::optional<std::int64_t> below, std::size_t limit);
    [[nodiscard]] Found best(const Expression& expression, const Expression& said, std::size_t offset,
                             std::size_t limit);
    [[nodiscard]] std::uint64_t count_up_to(const std::string& match, std::uint64_t most);
    [[nodiscard]] bool is_any(const Expression& expression);
    /// The question with what its mistyped words may mean; false where there is nothing of the kind.
    [[nodiscard]] bool correct(Question& question, const Sight& sight);
    [[nodiscard]] std::vector<std::string> near(const std::string& word);
    [[nodiscard]] std::vector<std::string> names(Facet facet, std::size_t most);
    [[nodiscard]] Values values();
    [[nodiscard]] Sight sight_of(const Asker& asker);
    [[nodiscard]] Id id_of(std::int64_t row);
    [[nodiscard]] std::vector<Cell> kept_cells(std::int64_t person, const Box& box, int level);
    [[nodiscard]] std::vector<Cell> found_cells(std::int64_t person, const Box& box, int level,
                                                const Expression& expression);

    Connection database_;
};

}  // namespace cadre::find::sqlite
