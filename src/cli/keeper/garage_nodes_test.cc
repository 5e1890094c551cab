#include "cli/keeper/garage_nodes.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <thread>

#include "blobs/s3/testing/garage.h"
#include "cli/blocking.h"

namespace cadre::cli {
namespace {

using blobs::s3::testing::Garage;

class GarageNodesTest : public testing::Test {
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

}  // namespace
}  // namespace cadre::cli
