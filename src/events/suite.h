// The conformance suite of events::Bus: every promise of events/bus.h, for every driver. A driver's test says
//   INSTANTIATE_TEST_SUITE_P(Local, events::BusSuite, testing::Values(&make_bench));
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "events/bus.h"

namespace cadre::events {

/// A bus as its users see it, and what the suite needs to know of it.
struct Bench {
    virtual ~Bench() = default;
    virtual Bus& bus() = 0;
    /// As after a restart of the process.
    virtual void restart() = 0;
    /// How many events of a channel are kept at least, and at most.
    virtual std::size_t kept_at_least() = 0;
    virtual std::size_t kept_at_most() = 0;
};

/// Null where this machine lacks what the driver needs: the tests are then skipped.
using MakeBench = std::unique_ptr<Bench> (*)();

class BusSuite : public ::testing::TestWithParam<MakeBench> {
protected:
    void SetUp() override {
        bench_ = GetParam()();
        if (!bench_) GTEST_SKIP() << "what this driver needs is not installed";
    }
    Bus& bus() { return bench_->bus(); }
    std::unique_ptr<Bench> bench_;
};

}  // namespace cadre::events
