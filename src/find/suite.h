// The conformance suite of find::Finder: every promise of find/finder.h, for every engine. An engine's test says
//   INSTANTIATE_TEST_SUITE_P(Sqlite, find::FinderSuite, testing::Values(&make_bench));
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "find/finder.h"

namespace cadre::find {

struct Bench {
    virtual ~Bench() = default;
    virtual Finder& finder() = 0;
    /// As after a restart of the process.
    virtual void restart() = 0;
    /// Takes away what it keeps, while it runs.
    virtual void wipe() = 0;
    /// Writes nonsense over what it keeps, while it does not run.
    virtual void spoil() = 0;
};
using MakeBench = std::unique_ptr<Bench> (*)();

class FinderSuite : public ::testing::TestWithParam<MakeBench> {
protected:
    void SetUp() override { bench_ = GetParam()(); }
    Finder& finder() { return bench_->finder(); }
    std::unique_ptr<Bench> bench_;
};

}  // namespace cadre::find
