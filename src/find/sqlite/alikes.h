// Groups of look-alikes, made when somebody asks for them and kept until a look of that person's photos changes.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "find/finder.h"
#include "find/sqlite/lookup.h"

namespace cadre::find::sqlite {

class Alikes {
public:
    /// Thread-safe, as touched(). Of another file nothing is known.
    void forget();
    /// Looks of these persons (their numbers) changed, came or went, and are written down.
    void touched(const std::vector<std::int64_t>& persons);

    // One thread at a time; each may throw Fault.
    [[nodiscard]] Result<AlikePage> page(Lookup& lookup, const AlikeWish& wish);
    [[nodiscard]] std::vector<AlikePhotos> of(Lookup& lookup, const Id& owner, const Id& photo);

private:
    using Moment = std::chrono::steady_clock::time_point;
    struct Made {
        std::vector<AlikePhotos> groups;
        std::uint64_t change = 0;  // all that were told up to this one are in it
        Moment at{};
        Moment::duration took{};
    };
    [[nodiscard]] std::shared_ptr<const Made> groups(Lookup& lookup, const Id& owner);
    [[nodiscard]] std::shared_ptr<const Made> kept(std::int64_t person);
    void keep(std::int64_t person, std::uint64_t era, std::shared_ptr<const Made> made);

    std::mutex mutex_;
    std::uint64_t era_ = 0;     // counted up with each file
    std::uint64_t change_ = 0;  // counted up with each touched()
    std::map<std::int64_t, std::uint64_t> last_change_;
    std::map<std::int64_t, std::shared_ptr<const Made>> made_;
};

}  // namespace cadre::find::sqlite
