#include "catalog/redis/coding.h"

#include <gtest/gtest.h>

#include "catalog/redis/layout.h"
#include "redis/cluster.h"

namespace cadre::catalog::redis {
namespace {

TEST(RedisLayout, PartitionsLieEvenlyOverTheSlots) {
    const Layout layout("p:");
    for (std::size_t i = 0; i < kPartitions; ++i)
        EXPECT_EQ(cadre::redis::slot_of(layout.marker(i)) / 64U, i) << layout.marker(i);
}

}  // namespace
}  // namespace cadre::catalog::redis
