// What the parts of the suite share: photos without anything, and how a finder is told of them.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/testing.h"
#include "find/finder.h"

namespace cadre::find::suite {

inline Id id_of(int number, std::uint8_t kind = 0) {
    Id id;
    id.bytes[0] = kind;
    for (std::size_t i = 0; i < 4; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return id;
}
inline const Id kAnna = id_of(1, 1), kBela = id_of(2, 1);
inline const Id kSummer = id_of(1, 2), kSecret = id_of(2, 2);

inline constexpr std::int64_t kDay = 86'400;
inline constexpr std::int64_t kIn2024 = 1'704'067'200;  // 1 January

inline Document photo(int number) {
    Document document;
    document.id = id_of(number);
    document.owner = kAnna;
    document.at = kIn2024 + number * kDay;
    document.type = "jpeg";
    return document;
}

inline Change change(Document document, std::uint64_t version = 1) {
    const Id id = document.id;
    return {id, version, std::move(document)};
}

/// Tells all of them, and that they are all.
inline void fill(Finder& finder, const std::vector<Document>& documents) {
    test::value(finder.begin_pass());
    std::vector<Change> changes;
    for (const auto& document : documents) changes.push_back(change(document));
    test::value(finder.apply(std::move(changes)));
    test::value(finder.end_pass());
}

}  // namespace cadre::find::suite
