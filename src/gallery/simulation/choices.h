// Where a simulated run could go one way or another, it asks here. The same answers repeat the same run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace cadre::gallery::simulation {

class Choices {
public:
    virtual ~Choices() = default;
    /// One of 0…count−1; count is at least 1.
    virtual std::size_t pick(std::size_t count) = 0;
    /// Which of the actors that could go on does so.
    virtual std::size_t pick_actor(const std::vector<int>& actors) = 0;
    /// Whether something rare happens now.
    virtual bool rarely() = 0;
};

/// Every path, one run after the other: depth first over all answers.
class EveryChoice final : public Choices {
public:
    std::size_t pick(std::size_t count) override;
    std::size_t pick_actor(const std::vector<int>& actors) override { return pick(actors.size()); }
    bool rarely() override { return pick(2) == 1; }

    /// Prepares the next path; false when all were gone.
    bool next();
    [[nodiscard]] std::string text() const;

private:
    std::vector<std::pair<std::size_t, std::size_t>> path_;  // answer, count
    std::size_t depth_ = 0;
};

/// Priority-based random scheduling (Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of
/// Finding Bugs", ASPLOS 2010): the actor of highest priority runs; at a few random moments the one that runs falls to
/// the bottom. Uniform choice needs far longer to find the same bugs.
class RandomChoices final : public Choices {
public:
    explicit RandomChoices(std::uint64_t seed);
    std::size_t pick(std::size_t count) override;
    std::size_t pick_actor(const std::vector<int>& actors) override;
    bool rarely() override;

private:
    std::uint32_t& priority_of(int actor);

    std::mt19937_64 random_;
    std::vector<std::uint32_t> priorities_;  // by actor, made when first seen
    std::uint32_t bottom_ = 1u << 20;
    std::uint64_t change_one_in_ = 8;
    std::uint64_t rare_one_in_ = 10;
};

}  // namespace cadre::gallery::simulation
