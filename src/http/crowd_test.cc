#include "http/crowd.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/io_thread.h"

namespace cadre::http {
namespace {

using Verdict = Crowd::Verdict;

class CrowdTest : public ::testing::Test {
protected:
    Crowd::Admission come(const std::string& address, bool counted = true) {
        guests_.push_back(std::make_shared<Guest>(thread_));
        return crowd_.admit(guests_.back(), asio::ip::make_address(address), counted, now_);
    }
    std::shared_ptr<Guest> let_in(const std::string& address, bool counted = true) {
        const auto admission = come(address, counted);
        EXPECT_EQ(admission.verdict, Verdict::welcome);
        EXPECT_EQ(admission.leaves, nullptr);
        return guests_.back();
    }
    static void make_busy(const std::shared_ptr<Guest>& guest) { guest->idle_since = 0; }

    Metrics metrics_;
    ServerShared shared_{ServerOptions{}, metrics_};
    IoThread thread_{shared_};
    Crowd crowd_{{8, 4}};
    std::vector<std::shared_ptr<Guest>> guests_;
    std::int64_t now_ = 10'000;
};

TEST_F(CrowdTest, WhoIsIdleLongestLeavesOfTheAddressThatHasMost) {
    const auto alone = let_in("10.0.0.1");
    now_ += 100;
    std::vector<std::shared_ptr<Guest>> many;
    for (int i = 0; i < 4; ++i, now_ += 100) many.push_back(let_in("10.0.0.2"));
    for (int i = 0; i < 3; ++i) let_in("10.0.0.3");
    make_busy(many[0]);
    now_ += 5'000;
    const auto admission = come("10.0.0.4");
    EXPECT_EQ(admission.verdict, Verdict::welcome);
    EXPECT_EQ(admission.leaves, many[1]);  // `alone` has been idle longer
    crowd_.gone(many[1]);
    EXPECT_EQ(come("10.0.0.5").leaves->address, many[0]->address);
}

TEST_F(CrowdTest, NobodyLeavesForAnAddressThatHasMore) {
    for (int i = 0; i < 4; ++i) make_busy(let_in("10.0.0.1"));
    for (const char* address : {"10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"}) let_in(address);
    now_ += 5'000;
    EXPECT_EQ(come("10.0.0.1").verdict, Verdict::told);
    EXPECT_EQ(come("10.0.0.2").leaves, guests_[4]);  // its own
}

TEST_F(CrowdTest, WhoHasJustComeOrIsBusyStays) {
    for (int i = 0; i < 8; ++i) make_busy(let_in("10.0.0." + std::to_string(i)));
    now_ += 5'000;
    guests_[0]->idle_since = now_ - 900;
    EXPECT_EQ(come("10.0.1.1").verdict, Verdict::told);
    EXPECT_EQ(come("10.0.1.2").verdict, Verdict::turned_away);
    crowd_.gone(guests_[8]);
    EXPECT_EQ(come("10.0.1.3").verdict, Verdict::told);
    now_ += 100;
    EXPECT_EQ(come("10.0.1.4").leaves, guests_[0]);
}

TEST_F(CrowdTest, AnAddressHasABoundUnlessItIsAProxys) {
    for (int i = 0; i < 4; ++i) make_busy(let_in("10.0.0.1"));
    EXPECT_EQ(come("10.0.0.1").verdict, Verdict::told);
    for (int i = 0; i < 4; ++i) make_busy(let_in("10.0.0.2", false));
    now_ += 5'000;
    guests_[0]->idle_since = 1;
    EXPECT_EQ(come("10.0.0.1").leaves, guests_[0]);
}

TEST_F(CrowdTest, AnIpv6AddressCountsByItsNetwork) {
    for (int i = 0; i < 4; ++i) make_busy(let_in("2001:db8:1:2::" + std::to_string(i)));
    EXPECT_EQ(come("2001:db8:1:2:ffff::1").verdict, Verdict::told);
    let_in("2001:db8:1:3::1");
    for (int i = 0; i < 2; ++i) let_in("::ffff:10.0.0.1");
    EXPECT_EQ(guests_[5]->address == guests_[6]->address, false);
    EXPECT_EQ(guests_[6]->address, guests_[7]->address);
}

TEST_F(CrowdTest, WhoWasToLeaveAndAskedFirstStaysAndCounts) {
    for (int i = 0; i < 8; ++i) let_in("10.0.0." + std::to_string(i));
    now_ += 5'000;
    const auto leaves = come("10.0.1.1").leaves;
    ASSERT_NE(leaves, nullptr);
    EXPECT_EQ(come("10.0.1.2").verdict, Verdict::told);  // no more than so many leave at once
    make_busy(leaves);
    crowd_.stays(*leaves);
    crowd_.gone(guests_[8]);  // the newcomer: there are eight again
    crowd_.gone(guests_[9]);
    for (auto& guest : guests_) make_busy(guest);
    EXPECT_EQ(come("10.0.1.3").verdict, Verdict::told);
    crowd_.gone(leaves);
    EXPECT_EQ(come("10.0.1.4").verdict, Verdict::welcome);
}

}  // namespace
}  // namespace cadre::http
