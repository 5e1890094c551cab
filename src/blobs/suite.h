// The conformance suite of blobs::Store: every promise of blobs/store.h, for every driver. A driver's test says
//   INSTANTIATE_TEST_SUITE_P(Files, StoreSuite, testing::Values(&make_bench));
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "blobs/store.h"

namespace cadre::blobs {

/// An empty store as its users see it.
struct Bench {
    virtual ~Bench() = default;
    virtual Store& store() = 0;
};

/// Null where the server that it needs is not installed: the test is skipped.
using MakeBench = std::unique_ptr<Bench> (*)();

class StoreSuite : public ::testing::TestWithParam<MakeBench> {
protected:
    void SetUp() override {
        bench_ = GetParam()();
        if (!bench_) GTEST_SKIP() << "the store's server is not installed";
    }
    Store& store() { return bench_->store(); }
    std::unique_ptr<Bench> bench_;
};

}  // namespace cadre::blobs
