// What uploads under way may take of the scratch folder: reserved before the bytes come, so that nobody's upload is
// broken off for want of it, and shared so that nobody takes all of it.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "base/id.h"
#include "base/result.h"

namespace cadre::gallery {

/// Thread-safe. A person may hold as much as stays free then: alone half of it, two a third each, and there is always
/// something left for one who holds nothing. (Where the limit is below twice the largest file, a person's first upload
/// may have all that is free: else none of that size could ever come in.)
class ScratchRoom {
public:
    ScratchRoom(std::uint64_t limit, std::uint64_t largest) : limit_(limit), largest_(largest) {}

    /// What one upload has reserved, given back when it goes. Used by one thread at a time.
    class Part {
    public:
        Part(ScratchRoom& room, Id person) : room_(room), person_(person) {}
        ~Part();
        Part(const Part&) = delete;
        Part& operator=(const Part&) = delete;

        /// Reserves so many bytes more. Errors: unavailable, with a time after which to try again.
        [[nodiscard]] Result<void> grow(std::uint64_t bytes);
        /// So many of them are on the disk now.
        void wrote(std::uint64_t bytes);
        [[nodiscard]] std::uint64_t reserved() const { return reserved_; }

    private:
        ScratchRoom& room_;
        const Id person_;
        std::uint64_t reserved_ = 0;
        std::uint64_t written_ = 0;
    };

    /// How far an upload of unknown length reserves ahead, bytes.
    [[nodiscard]] std::uint64_t step() const;
    /// Reserved, and not on the disk yet.
    [[nodiscard]] std::uint64_t awaited() const;

private:
    const std::uint64_t limit_;
    const std::uint64_t largest_;
    mutable std::mutex mutex_;
    std::uint64_t taken_ = 0;
    std::uint64_t awaited_ = 0;
    std::map<Id, std::uint64_t> by_person_;
};

}  // namespace cadre::gallery
