// That catalog.db was found to be damaged while it was in use: noted beside it, so that the next start sets it aside.
#pragma once

#include <atomic>
#include <filesystem>

#include "base/sqlite.h"

namespace cadre::catalog::sqlite {

using namespace cadre::sqlite;

/// Thread-safe.
class Damage {
public:
    /// `file`: catalog.db.
    explicit Damage(const std::filesystem::path& file) : mark_(file.string() + ".damaged") {}

    /// What a caller hears of a fault: its own refusal, or that the catalog is damaged, which is noted. Nothing when it
    /// is a fault indeed.
    [[nodiscard]] std::optional<Error> refusal(const Fault& fault);

    [[nodiscard]] bool found() const { return found_.load(std::memory_order_relaxed); }
    [[nodiscard]] static Error error();

    /// Of an earlier process.
    [[nodiscard]] bool was_noted() const;
    void forget() const;

private:
    const std::filesystem::path mark_;
    std::atomic<bool> found_{false};
};

}  // namespace cadre::catalog::sqlite
