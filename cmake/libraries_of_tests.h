// What cmake/libraries.h has, and GoogleTest: precompiled for the tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libraries.h>
