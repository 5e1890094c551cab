// How often passwords may be guessed, and who is shut out by it, over Solo's real stores.
#include <set>

#include "gallery/accounts.h"
#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

const std::string kPassword = "correct horse battery staple";

class LogInTest : public testing::LibraryTest {
protected:
    LogInTest() { ann_ = ask(accounts().add_user("Ann", Role::admin, kPassword)); }

    Accounts& accounts() { return gallery_->accounts(); }
    Result<NewSession> log_in(std::string address, std::string password, std::string device = "",
                              std::string name = "Ann") {
        return result_of(
            accounts().log_in(std::move(name), std::move(password), {std::move(address), "", std::move(device)}));
    }
    /// Counts attempts only, without the work of comparing: what log_in() does first.
    Result<Attempts::Permit> attempt(std::string address, std::string name = "ann") {
        return result_of(attempts_.begin(std::move(name), ann_.id, {std::move(address), "", ""}));
    }
    /// How many of `attempts` from the addresses that `nth` makes are let through.
    template <class Nth>
    int let_through(int attempts, Nth nth) {
        int through = 0;
        for (int i = 0; i < attempts; ++i) through += attempt(nth(i)) ? 1 : 0;
        return through;
    }

    User ann_;
    Attempts attempts_{*gallery_};
};

TEST_F(LogInTest, NetworksAreCountedByWhatOneConnectionHas) {
    EXPECT_EQ(network_of("192.0.2.7"), network_of("::ffff:192.0.2.7"));
    EXPECT_NE(network_of("192.0.2.7"), network_of("192.0.2.8"));
    EXPECT_EQ(site_of("192.0.2.7"), site_of("192.0.2.8"));
    EXPECT_EQ(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    EXPECT_NE(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
    EXPECT_EQ(site_of("2001:db8:1:2::1"), site_of("2001:db8:1:3::1"));
    EXPECT_NE(site_of("2001:db8:1:2::1"), site_of("2001:db8:2:2::1"));
    EXPECT_EQ(network_of("nonsense"), "nonsense");
}

TEST_F(LogInTest, OneAddressGuessesAtMostTwentyTimesAnHourAtOneName) {
    EXPECT_EQ(let_through(100, [](int) { return "192.0.2.7"; }), 20);
    const auto refused = attempt("192.0.2.7");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::too_many);
    EXPECT_GT(refused.error().retry_after.value(), std::chrono::seconds(0));
    clock_.advance(Millis(61'000));
    EXPECT_FALSE(attempt("192.0.2.7"));
    EXPECT_TRUE(attempt("192.0.2.7", "ben"));
    clock_.advance(Millis(3'600'000));
    EXPECT_TRUE(attempt("192.0.2.7"));
}

TEST_F(LogInTest, AddressesOfOneIpv6NetworkAreOne) {
    const auto address = [](int i) { return "2001:db8::" + std::to_string(i + 1); };
    EXPECT_EQ(let_through(100, address), 20);
}

TEST_F(LogInTest, WhoGuessesFromOneAddressShutsNobodyElseOut) {
    for (int i = 0; i < 500; ++i) (void)attempt("192.0.2.7");
    const auto fresh = [](int i) { return "198.51." + std::to_string(100 + i) + ".1"; };
    EXPECT_EQ(let_through(47, fresh), 47);
    EXPECT_TRUE(log_in("203.0.113.9", kPassword));
}

TEST_F(LogInTest, WhoGuessesFromNinetySitesShutsNoFreshAddressOut) {
    const auto site = [](int i) { return "10.0." + std::to_string(i % 90) + ".1"; };
    // 90 first tries, then 100 more for all of them together; seldom, two sites share a counter.
    const int through = let_through(90 * 10, site);
    EXPECT_LE(through, 90 + 100);
    EXPECT_GE(through, 85 + 100);
    EXPECT_TRUE(log_in("203.0.113.9", kPassword));
}

TEST_F(LogInTest, AnAttackFromEverywhereIsBoundedByNameAndStillLetsInWhoIsKnown) {
    const auto session = log_in("203.0.113.9", kPassword).value();
    const auto anywhere = [](int i) { return "10." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ".1"; };
    EXPECT_LE(let_through(2000, anywhere), 300 + 100);  // an hour, from however many sites
    // Seldom, a site shares a counter with another, and is one that has tried it before.
    EXPECT_LE(let_through(10, [](int i) { return "203.0." + std::to_string(114 + i) + ".1"; }), 3);
    EXPECT_TRUE(log_in("203.0.113.9", kPassword)) << "the network";
    EXPECT_TRUE(log_in("198.51.100.1", kPassword, session.device)) << "the browser";
}

TEST_F(LogInTest, ABrowserIsKnownForItsOwnUserOnlyAndIsBoundedToo) {
    ask(accounts().add_user("Ben", Role::member, kPassword));
    const auto device = log_in("203.0.113.9", kPassword).value().device;
    const auto of_ann = [&](std::string address) {
        return result_of(attempts_.begin("ann", ann_.id, {std::move(address), "", device}));
    };
    for (int i = 0; i < 30; ++i) EXPECT_EQ(of_ann("198.51.100.1")->asker.lane, Turns::Lane::known);
    EXPECT_EQ(of_ann("198.51.100.1")->asker.lane, Turns::Lane::fresh) << "a stranger like others";
    const auto ben = ask(attempts_.begin("ben", make_id(clock_, random_), {"198.51.102.1", "", device}));
    EXPECT_EQ(ben.asker.lane, Turns::Lane::fresh);
}

TEST_F(LogInTest, RightPasswordsAreNotCounted) {
    for (int i = 0; i < 25; ++i) {
        const auto network = "10.1." + std::to_string(i) + ".1";
        EXPECT_TRUE(log_in(network, kPassword));
    }
    EXPECT_EQ(let_through(100, [](int) { return "10.2.0.1"; }), 20);
}

TEST_F(LogInTest, NamesOfNobodyAreCountedAsThoseOfSomebody) {
    int through = 0;
    for (int i = 0; i < 100; ++i)
        through += result_of(attempts_.begin("nobody", std::nullopt, {"192.0.2.7", "", ""})) ? 1 : 0;
    EXPECT_EQ(through, 20);
}

TEST_F(LogInTest, LongNamesAreNotStored) {
    const std::string name(15'000, 'n');
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(log_in("192.0.2.7", "wrong password", "", name + std::to_string(i)).error().kind,
                  ErrorKind::unauthenticated);
    catalog_.reset();
    EXPECT_LT(std::filesystem::file_size(folder_ / "volatile.db"), 200'000U);
    catalog_ = value(catalog::sqlite::open({folder_ / "catalog.db", folder_ / "volatile.db"}, clock_, random_));
}

}  // namespace
}  // namespace cadre::gallery
