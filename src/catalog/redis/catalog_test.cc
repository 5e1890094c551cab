#include "catalog/redis/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "catalog/redis/layout.h"
#include "catalog/redis/testing.h"
#include "catalog/sqlite/catalog.h"
#include "catalog/suite_timelines.h"

namespace cadre::catalog {

const SuiteDriver kRedis{"Redis", redis::testing::make_stores};

INSTANTIATE_TEST_SUITE_P(Redis, CatalogSuite, testing::Values(kRedis), name_of_driver);
INSTANTIATE_TEST_SUITE_P(Redis, CatalogTimelines, testing::Values(kRedis), name_of_driver);

}  // namespace cadre::catalog
