#include "base/resumption.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <thread>

namespace cadre {
namespace {

TEST(Resumption, ItsIoContextHasWorkUntilTheHandlerWasCalledOnIt) {
    asio::io_context io;
    int got = 0;
    std::thread::id called_on;
    Resumption caller(asio::bind_executor(io.get_executor(), [&](int value) {
        got = value;
        called_on = std::this_thread::get_id();
    }));
    std::thread other([&] { caller.post(42); });
    io.run();  // returns at once if it has nothing to wait for
    other.join();
    EXPECT_EQ(got, 42);
    EXPECT_EQ(called_on, std::this_thread::get_id());
}

/// The other thread may be on its way back from post() then: a use after the end is the sanitizers' to find.
TEST(Resumption, RefersToNothingOnceTheHandlerWasCalled) {
    auto io = std::make_unique<asio::io_context>();
    bool called = false;
    Resumption caller(asio::bind_executor(io->get_executor(), [&](int) { called = true; }));
    caller.post(1);
    io->run();
    EXPECT_TRUE(called);
    io.reset();
}

}  // namespace
}  // namespace cadre
