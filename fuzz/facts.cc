// Two objects of facts, as they lie in the store, the second behind a line feed: a library that somebody else has
// written.
#include "catalog/families.h"
#include "fuzz.h"

namespace cadre::fuzz {
namespace {

void read_photo(const catalog::Truth& photo) {
    const Id id{};
    if (const auto row = catalog::row_of(id, photo)) {
        (void)catalog::digest_of(*row);
        (void)catalog::aspect_of(*row);
        (void)catalog::month_of(row->place).text();
    }
    using catalog::Kind;
    for (const auto& posting : catalog::postings_of({Kind::photo, id}, photo).all)
        (void)catalog::declared().text_of(posting.view);
    for (const auto kind : {Kind::photo, Kind::user, Kind::album, Kind::share, Kind::token, Kind::settings})
        (void)catalog::lookups_of({kind, id}, photo);
}

}  // namespace
}  // namespace cadre::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const auto [first, second] = fuzz::first_line(fuzz::text_of(data, size));
    const auto one = catalog::decode(first);
    if (!one) return 0;
    const auto again = catalog::decode(catalog::encode(*one));
    fuzz::must(again && *again == *one, "a record that is written reads the same");
    fuzz::read_photo({*one, {}, false});
    const auto other = catalog::decode(second);
    if (!other) return 0;
    auto forth = *one;
    catalog::join(forth, *other);
    auto back = *other;
    catalog::join(back, *one);
    auto twice = forth;
    catalog::join(twice, *other);
    fuzz::must(forth == back, "the order of a join does not matter");
    fuzz::must(forth == twice, "a join that is repeated changes nothing");
    fuzz::read_photo({*one, *other, false});
    return 0;
}
