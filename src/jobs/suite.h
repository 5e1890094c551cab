// The conformance suite of jobs::Queue: every promise of jobs/queue.h, for every driver. A driver's test says
//   INSTANTIATE_TEST_SUITE_P(Sqlite, QueueSuite, testing::Values(&make_bench));
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "jobs/queue.h"

namespace cadre::jobs {

/// An empty queue as its users see it, and what the suite needs to know of it.
struct Bench {
    virtual ~Bench() = default;
    virtual Queue& queue() = 0;
    /// Lets time pass for the queue: for leases and not_before.
    virtual void pass(Millis time) = 0;
    [[nodiscard]] virtual WallTime now() = 0;
    /// How many jobs may wait and run.
    [[nodiscard]] virtual std::size_t limit() = 0;
};

/// Null where this machine lacks what the driver needs: the tests are then skipped.
using MakeBench = std::unique_ptr<Bench> (*)();

class QueueSuite : public ::testing::TestWithParam<MakeBench> {
protected:
    void SetUp() override {
        bench_ = GetParam()();
        if (!bench_) GTEST_SKIP() << "what this driver needs is not installed";
    }
    Queue& queue() { return bench_->queue(); }
    std::unique_ptr<Bench> bench_;
};

}  // namespace cadre::jobs
