// Who gets a decoder, and what is made of an answer that does not come.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "base/testing.h"
#include "media/dear.h"
#include "media/testing.h"
#include "media/worker.h"

namespace cadre::media {
namespace {

using namespace std::chrono_literals;
using test::run;
using testing::wish_for;

constexpr std::string_view kAnswer = R"(say {"format":"png","width":2,"height":3,"metadata":{}})";

class Turns : public ::testing::Test {
protected:
    void open(Slots slots, std::size_t queue = 64) {
        Options options;
        options.program = CADRE_HOSTILE_WORKER;
        options.queue = queue;
        options.workers = 2;
        options.probers = slots;
        decoders_ = make_sandboxed_decoders(options);
    }
    /// Begins a probe; what became of it is noted when it ends.
    void begin(std::string owner, std::string name, std::string_view wish = kAnswer) {
        files_.push_back(wish_for(wish));
        Limits limits;
        limits.wall = std::chrono::seconds(wish == "hang" ? 1 : 30);
        asio::co_spawn(io_, decoders_->probe(files_.back().get(), limits, std::move(owner)),
                       [this, name](const std::exception_ptr&, const Result<Probe>& result) {
                           ended_.push_back(name + (result ? "" : " refused"));
                       });
    }
    std::ptrdiff_t place_of(std::string_view name) const {
        return std::find(ended_.begin(), ended_.end(), name) - ended_.begin();
    }

    asio::io_context io_;
    std::vector<UniqueFd> files_;
    std::vector<std::string> ended_;
    std::unique_ptr<Decoders> decoders_;
};

/// However few descriptors the process may have: either the probe succeeds or somebody is asked to come again.
TEST_F(Turns, RunningOutOfDescriptorsIsNoFaultOfThePicture) {
    struct rlimit before {};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const asio::posix::stream_descriptor warm(io_);  // a loop has descriptors of its own from the first one on
    const asio::steady_timer warm_too(io_);
    std::size_t unavailable = 0;
    bool succeeded = false;
    for (rlim_t more = 0; more < 12; ++more) {
        open({1, 0, 0});
        const auto wish = wish_for(kAnswer);
        const UniqueFd lowest(::dup(wish.get()));
        struct rlimit few = before;
        few.rlim_cur = static_cast<rlim_t>(lowest.get()) + 1 + more;
        ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
        std::optional<Result<Probe>> got;
        std::exception_ptr fault;
        asio::co_spawn(io_, decoders_->probe(wish.get(), {}, "a"),
                       [&](const std::exception_ptr& thrown, const Result<Probe>& result) {
                           fault = thrown;
                           got = result;
                       });
        io_.restart();
        io_.run();
        ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
        ASSERT_EQ(fault, nullptr) << more;
        ASSERT_TRUE(got) << more;
        if (!*got) {
            EXPECT_EQ(got->error().kind, ErrorKind::unavailable) << more << ": " << got->error().detail;
            ++unavailable;
        }
        succeeded = got->has_value();
    }
    EXPECT_GE(unavailable, 3U);
    EXPECT_TRUE(succeeded);
}

TEST_F(Turns, GoRoundAmongPeopleHoweverManyFilesOneOfThemSends) {
    open({1, 0, 0});
    for (const char* name : {"a1", "a2", "a3", "a4"}) begin("a", name);
    begin("b", "b1");
    begin("c", "c1");
    begin("b", "b2");
    io_.run();
    EXPECT_EQ(ended_, (std::vector<std::string>{"a1", "b1", "c1", "a2", "b2", "a3", "a4"}));
}

TEST_F(Turns, WhoHoldsAllDecodersWithWhatTakesLongKeepsNobodyElseWaiting) {
    open({2, 1, 0});
    for (const char* name : {"a1", "a2", "a3"}) begin("a", name, "hang");
    begin("b", "b1");
    begin("c", "c1");
    io_.run();
    EXPECT_EQ(place_of("b1"), 0);
    EXPECT_EQ(place_of("c1"), 1);
    EXPECT_EQ(ended_.size(), 5U);
}

TEST_F(Turns, WhoFillsTheQueueIsRefusedAndNotWhoComesLater) {
    open({1, 0, 0}, 3);
    for (const char* name : {"a1", "a2", "a3", "a4", "a5"}) begin("a", name);
    begin("b", "b1");
    io_.run();
    EXPECT_LT(place_of("b1"), 6);
    EXPECT_LT(place_of("a5 refused"), 6);
    EXPECT_LT(place_of("a4 refused"), 6) << "its place was needed for somebody who had none waiting";
    EXPECT_LT(place_of("a3"), 6);
}

TEST_F(Turns, AfterAKillFromOutsideOneAtATimeDoesTheWork) {
    open({4, 0, 0});
    begin("a", "a1", "kill");
    io_.run();
    ASSERT_EQ(ended_, std::vector<std::string>{"a1 refused"});
    for (const char* name : {"a2", "a3"}) begin("a", name, "hang");
    io_.restart();
    while (testing::children().empty()) io_.poll();
    for (int i = 0; i < 100; ++i) io_.poll();
    EXPECT_EQ(testing::children().size(), 1U);
}

TEST_F(Turns, DerivativesOfWhoHasSentWhatTookLongAreMadeAtTheLowestPriority) {
    if (::getpriority(PRIO_PROCESS, 0) >= kSlowedNice) GTEST_SKIP() << "this test has the lowest priority itself";
    open({1, 0, 0});
    begin("a", "a1", "out of time");
    io_.run();
    ASSERT_EQ(ended_, std::vector<std::string>{"a1 refused"});
    ASSERT_TRUE(testing::children().empty());
    const auto priority_for = [this](std::string owner) {
        const auto before = testing::children().size();
        files_.push_back(wish_for("hang"));
        asio::co_spawn(io_, decoders_->derive(files_.back().get(), {}, std::move(owner)),
                       [](const std::exception_ptr&, const Result<Derived>&) {});
        io_.restart();
        while (testing::children().size() == before) io_.poll();
        return ::getpriority(PRIO_PROCESS, static_cast<id_t>(testing::children().back()));
    };
    EXPECT_EQ(priority_for("a"), kSlowedNice);
    EXPECT_EQ(::sched_getscheduler(testing::children().back()), SCHED_IDLE);
    EXPECT_LT(priority_for("b"), kSlowedNice);
}

TEST(Dear, IsWhoeverWasNotedForAWhile) {
    const Dear::Clock::time_point now{};
    Dear dear;
    dear.note("a", now);
    EXPECT_TRUE(dear.holds("a", now));
    EXPECT_FALSE(dear.holds("b", now));
    dear.note("b", now + 50s);
    EXPECT_TRUE(dear.holds("a", now + Dear::kFor - 1s));
    EXPECT_FALSE(dear.holds("a", now + Dear::kFor));
    EXPECT_TRUE(dear.holds("b", now + Dear::kFor));
    dear.note("b", now + 100s);
    EXPECT_TRUE(dear.holds("b", now + 150s)) << "from the last time on";
}

TEST(Receive, WaitsAgainWhenNothingIsThereAfterAll) {
    int pair[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    const UniqueFd ours(pair[0]);
    const UniqueFd theirs(pair[1]);
    asio::io_context io;
    int stolen = 0;
    // Of three that are told at once that something can be read, whoever comes first takes it.
    const auto steal = [&](asio::posix::stream_descriptor& thief) {
        thief.async_wait(asio::posix::stream_descriptor::wait_read, [&](boost::system::error_code) {
            char byte = 0;
            if (::recv(ours.get(), &byte, 1, MSG_DONTWAIT) == 1) ++stolen;
        });
    };
    asio::posix::stream_descriptor first(io, ::fcntl(ours.get(), F_DUPFD_CLOEXEC, 0));
    std::optional<std::string> answer;
    steal(first);
    asio::co_spawn(io, receive_answer(UniqueFd(::dup(ours.get())), {30s, 30s}, [] { return 0ms; }),
                   [&](const std::exception_ptr&, Result<std::optional<std::string>> got) { answer = got.value(); });
    io.poll();
    asio::posix::stream_descriptor last(io, ::fcntl(ours.get(), F_DUPFD_CLOEXEC, 0));
    steal(last);
    io.poll();
    ASSERT_EQ(::send(theirs.get(), "x", 1, 0), 1);
    for (int i = 0; i < 100; ++i) io.poll();
    ASSERT_EQ(stolen, 1);
    ASSERT_FALSE(answer) << "what was stolen came";
    ASSERT_EQ(::send(theirs.get(), "answer", 6, 0), 6);
    io.run();
    EXPECT_EQ(answer, "answer");
}

TEST(Receive, TellsWhenItTakesLongAndGoesOnWaiting) {
    int pair[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    const UniqueFd ours(pair[0]);
    const UniqueFd theirs(pair[1]);
    int told = 0;
    const auto slow = [&] {
        if (++told == 2) (void)::send(theirs.get(), "at last", 7, 0);
        return told == 1 ? 1ms : 0ms;  // not yet; now
    };
    const auto got = run(receive_answer(UniqueFd(::dup(ours.get())), {1ms, 30s}, slow));
    ASSERT_TRUE(got && *got);
    EXPECT_EQ(**got, "at last");
    EXPECT_EQ(told, 2);
}

TEST(Ending, OnlyWhatAPictureCanDoIsItsFault) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGSYS, SIGTRAP}) {
        EXPECT_EQ((Ending{signal, 0, false}).blame(), Blame::picture) << signal;
    }
    for (const int signal : {SIGKILL, SIGTERM, SIGHUP, SIGINT, SIGQUIT}) {
        EXPECT_EQ((Ending{signal, 0, false}).blame(), Blame::outside) << signal;
    }
    EXPECT_EQ((Ending{SIGKILL, 0, true}).blame(), Blame::picture) << "it said nonsense";
    EXPECT_EQ((Ending{SIGXCPU, 0, false}).blame(), Blame::time);
    EXPECT_EQ((Ending{std::nullopt, 0, false}).blame(), Blame::nobody);
    EXPECT_EQ((Ending{std::nullopt, 1, false}).blame(), Blame::picture);
}

}  // namespace
}  // namespace cadre::media
