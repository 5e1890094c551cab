// How often passwords may be guessed. Strangers are counted by network and by name; who has logged in before, from this
// browser or this network, is not shut out by what strangers do. docs/reference/accounts.md has the numbers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "gallery/gallery.h"
#include "gallery/password.h"

namespace cadre::gallery {

/// From where somebody logs in.
struct Arrival {
    std::string address;
    std::string agent;   // what the browser or program calls itself
    std::string device;  // the value of the cookie that an earlier log-in gave, or empty
};

/// "192.0.2.7"; of IPv6 the first 64 bits, which one connection to the Internet has at least. What is no address stays
/// as it is.
[[nodiscard]] std::string network_of(const std::string& address);
/// The first 24 bits of IPv4, the first 48 of IPv6: what one hoster or household may have at will.
[[nodiscard]] std::string site_of(const std::string& address);

inline constexpr std::chrono::days kDeviceFor{400};  // as long as browsers keep a cookie

/// Thread-safe.
class Attempts {
public:
    explicit Attempts(Gallery& gallery) : gallery_(gallery) {}

    struct Permit {
        PasswordAsker asker;                // how to wait for the comparison
        std::vector<std::string> counters;  // that have counted it
    };
    /// Counts an attempt before its password is compared. `user`: who has that name, if anybody. Errors: too_many.
    Task<Permit> begin(std::string folded_name, std::optional<Id> user, Arrival from);
    /// The password was right: the attempt was none. Remembers from where, and returns the device's cookie.
    Task<std::string> succeeded(Permit permit, Id user, Arrival from);

    /// Counts an attempt of somebody who is logged in at their own password. Errors: too_many.
    Task<Permit> begin_own(Id user);
    /// Counts a name by which somebody who is logged in looks for another person. Errors: too_many.
    Task<Permit> begin_naming(Id user);
    Task<void> take_back(Permit permit);

private:
    struct Limit {
        std::string counter;
        Millis window;
        std::int64_t most;
    };
    Task<catalog::Counted> counted(Limit limit, Permit& permit);
    Task<bool> known(Id user, const Arrival& from, const std::string& word, Permit& permit);
    Task<std::string> key();

    Gallery& gallery_;
};

}  // namespace cadre::gallery
