// Everybody who is connected: how many may be, together and from one address, and who goes first for somebody new.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "base/task.h"

namespace cadre::http {

class Connection;
class IoThread;

/// The place of one connection. Only its own thread uses `connection`.
struct Guest {
    explicit Guest(IoThread& of) : thread(of) {}

    IoThread& thread;
    Connection* connection = nullptr;
    std::atomic<std::int64_t> idle_since{0};  // coarse_now(); 0: a request is on its way, or being answered

    // Of Crowd, with its mutex.
    std::array<std::uint8_t, 16> address{};
    enum class Place { none, guest, told, leaving } place = Place::none;
};

/// Thread-safe.
class Crowd {
public:
    struct Bounds {
        std::size_t all = 0;
        std::size_t an_address = 0;
    };
    enum class Verdict { welcome, told, turned_away };
    struct Admission {
        Verdict verdict;                  // told: past a bound, to be answered 503; turned_away: closed without a word
        std::shared_ptr<Guest> leaves{};  // its connection is to be closed, if it still waits for a request
    };

    explicit Crowd(Bounds bounds);

    /// `counted`: whether the address's own bound holds. Past a bound, one that has waited for a request for a second
    /// or more leaves for the new one: of this address past its own bound, else of the address that has most.
    [[nodiscard]] Admission admit(const std::shared_ptr<Guest>& guest, const asio::ip::address& address, bool counted,
                                  std::int64_t now);
    /// The one that would leave for somebody new, whoever that is: when the process runs out of descriptors.
    [[nodiscard]] std::shared_ptr<Guest> make_room(std::int64_t now);
    /// It was to leave, and a request came first.
    void stays(Guest& guest);
    void gone(const std::shared_ptr<Guest>& guest);

private:
    using Key = std::array<std::uint8_t, 16>;

    std::size_t count_of(const Key& address) const;
    void enter(Guest& guest);
    void leave(Guest& guest);
    /// Idle for long enough, and `fits`; of those the one whose address has most, and then the one idle longest.
    template <class Fits>
    std::shared_ptr<Guest> let_go(std::int64_t now, Fits fits);

    const Bounds bounds_;
    const std::size_t most_beside_;  // told so at once, and as many that leave
    std::mutex mutex_;
    std::unordered_set<std::shared_ptr<Guest>> guests_;
    std::map<Key, std::size_t> by_address_;
    std::size_t all_ = 0;
    std::size_t told_ = 0;
    std::size_t leaving_ = 0;
};

}  // namespace cadre::http
