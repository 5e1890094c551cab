// A store on a Garage that all tests of a program share, each with a bucket of its own.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/pool.h"
#include "base/testing.h"
#include "blobs/s3/store.h"
#include "blobs/s3/testing/garage.h"
#include "blobs/suite.h"

namespace cadre::blobs::s3::testing {

using test::run;

/// One node, started when it is first asked for.
[[nodiscard]] Garage& shared_garage();

class GarageBench : public Bench {
public:
    /// A bucket on the shared Garage.
    explicit GarageBench(std::uint64_t most_bytes = 0) : GarageBench(shared_garage(), most_bytes) {}
    /// A bucket on that one; all its nodes are endpoints.
    explicit GarageBench(Garage& garage, std::uint64_t most_bytes = 0);

    Store& store() override { return *store_; }
    [[nodiscard]] Options options() const { return options_; }
    [[nodiscard]] std::unique_ptr<Store> open(Options options) { return s3::open(options, clock_, pool_).value(); }
    Pool& pool() { return pool_; }
    [[nodiscard]] const Clock& clock() const { return clock_; }
    /// Uploads in parts that were begun and neither completed nor aborted.
    [[nodiscard]] std::size_t unfinished_uploads();

private:
    SystemClock clock_;
    Pool pool_{4, 1000};
    Options options_;
    std::unique_ptr<Store> store_;
};

}  // namespace cadre::blobs::s3::testing
