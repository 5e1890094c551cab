// What the tests of many rooms share: coroutines run to their end, folders that go with the test, a clock that is told
// the time. Only tests include it.
#pragma once

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/task.h"

namespace cadre::test {

/// Runs a coroutine, and what it begins, to the end on this thread. What it throws reaches the caller.
template <class T>
Result<T> run(Task<T> task) {
    asio::io_context io;
    auto outcome = asio::co_spawn(io, std::move(task), asio::use_future);
    io.run();
    return outcome.get();
}

/// What it answers; a refusal ends the test with its sentence.
template <class T>
T value(Task<T> task) {
    auto outcome = run(std::move(task));
    if (!outcome) throw std::runtime_error(outcome.error().message + " " + outcome.error().detail);
    if constexpr (!std::is_void_v<T>) return std::move(*outcome);
}

/// Why it refuses; an answer ends the test.
template <class T>
ErrorKind refusal(Task<T> task) {
    const auto outcome = run(std::move(task));
    if (outcome) throw std::runtime_error("this was not refused");
    return outcome.error().kind;
}

/// A folder of the test's own, below `parent`.
class TemporaryFolder {
public:
    explicit TemporaryFolder(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
        std::string name = (parent / "cadre-test-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("there is no temporary folder");
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
    /// Writes a file in it, in folders that are made; its path.
    std::filesystem::path write(std::string_view name, std::string_view bytes) const {
        const auto file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << bytes;
        return file;
    }

private:
    std::filesystem::path path_;
};

/// Stands still until it is told to go on. Thread-safe.
class ManualClock final : public Clock {
public:
    [[nodiscard]] WallTime now() const override { return WallTime(Millis(1'700'000'000'000 + passed_.load())); }
    [[nodiscard]] MonotonicTime monotonic() const override { return MonotonicTime(Millis(5'000'000 + passed_.load())); }
    void advance(Millis by) { passed_ += by.count(); }

private:
    std::atomic<std::int64_t> passed_{0};
};

}  // namespace cadre::test
