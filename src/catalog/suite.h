// The promises of catalog.h, tested once for every driver:
//   INSTANTIATE_TEST_SUITE_P(Sqlite, CatalogSuite, testing::Values(SuiteDriver{"Sqlite", make_stores}),
//   name_of_driver);
// and the same for CatalogTimelines. A test program lists suite*.cc among its sources.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "base/testing.h"
#include "catalog/catalog.h"
#include "catalog/suite_families.h"

namespace cadre::catalog {

using test::ManualClock;

/// The stores of one catalog, fresh when made and gone with this object.
class Stores {
public:
    virtual ~Stores() = default;
    /// A handle on them. Another one may be open, as another process would have it.
    virtual std::unique_ptr<Catalog> open(const Clock& clock, Random& random, const Declarations& declared) = 0;
    /// With all that the suite declares.
    std::unique_ptr<Catalog> open(const Clock& clock, Random& random) { return open(clock, random, suite_declared()); }
    /// Lets time pass for the catalog. A store that goes by a clock of its own has to wait for it.
    virtual void pass(ManualClock& clock, Millis time) { clock.advance(time); }
};

struct SuiteDriver {
    std::string name;
    std::function<std::unique_ptr<Stores>()> make;  // nothing: the servers that it needs are not installed
};

class CatalogSuite : public ::testing::TestWithParam<SuiteDriver> {
protected:
    /// Opens fresh stores and says that they are complete.
    void SetUp() override;
    /// Closes the catalog and opens it again on the same stores.
    void reopen();

    /// Runs one call to its end.
    template <class T>
    Result<T> run(Task<T> task) {
        std::vector<Task<T>> tasks;
        tasks.push_back(std::move(task));
        return std::move(run_all(std::move(tasks), 1).front());
    }
    /// Runs calls at once on `threads` threads; outcomes in the same order.
    template <class T>
    std::vector<Result<T>> run_all(std::vector<Task<T>> tasks, std::size_t threads = 4);
    /// What it answers; the test fails if it refuses.
    template <class T>
    T ok(Task<T> task) {
        auto outcome = run(std::move(task));
        if (!outcome) throw std::runtime_error(outcome.error().message + " " + outcome.error().detail);
        if constexpr (!std::is_void_v<T>) return std::move(*outcome);
    }
    /// Why it refuses; the test fails if it answers.
    template <class T>
    ErrorKind refusal(Task<T> task) {
        auto outcome = run(std::move(task));
        if (outcome) throw std::runtime_error("this was not refused");
        return outcome.error().kind;
    }

    /// Says that what there is is all.
    void complete(Catalog& catalog) { ok(catalog.end_rebuild(ok(catalog.begin_rebuild(false)))); }

    /// Sets right all that follows from entries.
    void audit(Catalog& catalog);

    Id new_id() { return make_id(clock_, random_); }
    std::optional<Id> find_one(Index index, std::string key);

    ManualClock clock_;
    SystemRandom random_;
    std::unique_ptr<Stores> stores_;
    std::unique_ptr<Catalog> catalog_;
};

template <class T>
std::vector<Result<T>> CatalogSuite::run_all(std::vector<Task<T>> tasks, std::size_t threads) {
    // As in the server: one io_context a thread.
    std::vector<asio::io_context> contexts(threads);
    std::vector<std::optional<Result<T>>> outcomes(tasks.size());
    std::vector<std::exception_ptr> faults(tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i)
        asio::co_spawn(contexts[i % threads], std::move(tasks[i]), [&, i](std::exception_ptr fault, Result<T> outcome) {
            faults[i] = std::move(fault);
            outcomes[i].emplace(std::move(outcome));
        });
    std::vector<std::jthread> others;
    for (std::size_t i = 1; i < threads; ++i) others.emplace_back([&io = contexts[i]] { io.run(); });
    contexts.front().run();
    others.clear();
    for (const auto& fault : faults)
        if (fault) std::rethrow_exception(fault);
    std::vector<Result<T>> results;
    results.reserve(outcomes.size());
    for (auto& outcome : outcomes) results.push_back(std::move(*outcome));
    return results;
}

/// A photo that everybody sees under this key, every fact set at time `n`.
[[nodiscard]] Truth photo_with_key(const Id& owner, const char* key, std::int64_t n);

/// For INSTANTIATE_TEST_SUITE_P.
inline std::string name_of_driver(const ::testing::TestParamInfo<SuiteDriver>& info) { return info.param.name; }

}  // namespace cadre::catalog
