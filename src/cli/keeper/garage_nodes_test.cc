#include "cli/keeper/garage_nodes.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <thread>

#include "blobs/s3/testing/garage.h"
#include "cli/blocking.h"

namespace cadre::cli {
namespace {

using blobs::s3::testing::Garage;

class GarageNodesTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (!Garage::binary()) GTEST_SKIP() << Garage::kMissing;
        garage_ = std::make_unique<Garage>(blobs::s3::testing::GarageOptions{.nodes = 3});
        std::string admins;
        for (std::size_t node = 0; node < garage_->nodes(); ++node) {
            if (node > 0) admins += ',';
            admins += garage_->admin_url(node);
        }
        nodes_ = std::make_unique<GarageNodes>(loop_.io().get_executor(), parse_garage_admin(admins).value(),
                                               Garage::kAdminToken);
        ASSERT_TRUE(until([&] { return introduced() == 0; }));
    }

    std::size_t introduced() { return loop_.wait_for(nodes_->introduce()).value(); }
    std::size_t filled() { return loop_.wait_for(nodes_->fill()).value(); }

    template <class Holds>
    static bool until(Holds holds) {
        for (int tries = 0; tries < 300; ++tries) {
            if (holds()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        return false;
    }

    Loop loop_;
    std::unique_ptr<Garage> garage_;
    std::unique_ptr<GarageNodes> nodes_;
};

TEST_F(GarageNodesTest, ANodeThatCameBackIsIntroducedToTheOthers) {
    garage_->kill(1);
    std::this_thread::sleep_for(std::chrono::seconds(1));
    EXPECT_EQ(introduced(), 0U) << "who does not answer is left out";
    garage_->restart(1);
    EXPECT_TRUE(until([&] { return introduced() > 0; }));
    EXPECT_TRUE(until([&] { return introduced() == 0; }));
    EXPECT_EQ(filled(), 1U) << "it has missed what was written meanwhile";
}

TEST_F(GarageNodesTest, ANodeThatCameBackWithAnEmptyDiskIsFilledUntilItHasWhatTheOthersHave) {
    garage_->kill(1);
    garage_->wipe(1);
    garage_->restart(1);
    std::size_t filled_nodes = 0;
    EXPECT_TRUE(until([&] {
        introduced();
        return (filled_nodes += filled()) > 0;
    }));
    EXPECT_EQ(filled(), 0U) << "not at once again";
    std::this_thread::sleep_for(std::chrono::seconds(11));
    EXPECT_EQ(filled(), 1U) << "it looks whether that was enough";
    std::this_thread::sleep_for(std::chrono::seconds(11));
    EXPECT_EQ(filled(), 0U) << "an empty store is all there";
}

TEST_F(GarageNodesTest, TheirStatesTellFreeSpaceRepairsAndWhoIsAway) {
    const auto machines = Machines::parse("one=127.0.0.1").value();
    auto state = loop_.wait_for(nodes_->states(machines)).value();
    EXPECT_EQ(state.kind, "garage");
    ASSERT_EQ(state.nodes.size(), 3U);
    for (const auto& node : state.nodes) {
        EXPECT_TRUE(node.up);
        EXPECT_EQ(node.machine, "one");
        EXPECT_GT(node.free.value_or(0), 0U);
        EXPECT_GE(node.total.value_or(0), node.free.value_or(0));
        EXPECT_TRUE(node.repairs.has_value());
        EXPECT_TRUE(node.errors.has_value());
    }
    garage_->kill(1);
    EXPECT_TRUE(until([&] {
        state = loop_.wait_for(nodes_->states(machines)).value();
        return std::ranges::count_if(state.nodes, [](const auto& node) { return !node.up; }) == 1;
    }));
    EXPECT_EQ(state.nodes.size(), 3U);
    for (const auto& node : state.nodes)
        EXPECT_EQ(node.machine, "one") << "the address of one that is away is remembered";
}

// As documented for v2 of the admin API; the test above asks a real Garage, where its binary is.
TEST(GarageStates, AreReadFromTheClustersStatus) {
    const auto nodes = garage_nodes_in(R"({"layoutVersion": 1, "nodes": [
        {"id": "a", "addr": "10.0.0.1:3901", "hostname": "x", "isUp": true, "lastSeenSecsAgo": null,
         "role": {"zone": "z", "tags": [], "capacity": 1}, "draining": false,
         "dataPartition": {"available": 10, "total": 100}},
        {"id": "b", "addr": null, "isUp": false, "lastSeenSecsAgo": 7, "role": {"zone": "z", "tags": []}},
        {"id": "gone", "addr": "10.0.0.3:3901", "isUp": false, "role": null}, 7, {"id": 1}]})");
    ASSERT_EQ(nodes.size(), 2U);
    EXPECT_TRUE(nodes.at("a").up);
    EXPECT_EQ(nodes.at("a").name, "10.0.0.1:3901");
    EXPECT_EQ(nodes.at("a").free, 10U);
    EXPECT_EQ(nodes.at("a").total, 100U);
    EXPECT_FALSE(nodes.at("b").up);
    EXPECT_FALSE(nodes.at("b").free);
    EXPECT_TRUE(garage_nodes_in("no JSON").empty());
    EXPECT_TRUE(garage_nodes_in(R"({"nodes": 1})").empty());
    const char* metrics =
        "# HELP x\nblock_resync_queue_length 12\nblock_resync_queue_length_x 3\nblock_compression_level 3\n";
    EXPECT_EQ(garage_gauge(metrics, "block_resync_queue_length"), 12U);
    EXPECT_FALSE(garage_gauge(metrics, "block_resync_errored_blocks"));
}

}  // namespace
}  // namespace cadre::cli
