#include "cli/descriptors.h"

#include <gtest/gtest.h>

namespace cadre::cli {
namespace {

TEST(Descriptors, WhatConnectionsNeedFitsTheLimit) {
    for (const std::int64_t workers : {1, 2, 16, 64})
        for (const std::uint64_t limit : {64, 256, 1024, 4096, 65536}) {
            Settings settings;
            settings.workers = workers;
            settings.io_threads = 8;
            settings.catalog = "sqlite:x";
            const auto connections = connections_for(limit, settings);
            EXPECT_GE(connections, 1);
            EXPECT_LE(connections * 9 / 4 + static_cast<std::int64_t>(limit / 8), static_cast<std::int64_t>(limit))
                << limit;
            settings.catalog = "redis://a:1";
            EXPECT_LE(connections_for(limit, settings), connections);
        }
}

TEST(Descriptors, TheUsualLimitsBearWhatIsSet) {
    Settings settings;
    settings.workers = 4;
    settings.io_threads = 4;
    settings.catalog = "sqlite:x";
    EXPECT_GE(connections_for(65'536, settings), 16'384);
    EXPECT_GE(connections_for(256, settings), 30);
    EXPECT_GE(connections_for(~std::uint64_t{0}, settings), 1'000'000);  // no limit
}

}  // namespace
}  // namespace cadre::cli
