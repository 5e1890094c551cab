#include "worker/kinds.h"

#include <array>

namespace cadre::worker {
namespace {

struct Row {
    const char* name;
    Task<void> (*run)(gallery::Gallery&, jobs::Job);
};

constexpr std::array kRows{
    Row{gallery::job::kDeriveNow, derive}, Row{gallery::job::kDerive, derive}, Row{gallery::job::kRekey, rekey},
    Row{gallery::job::kTidy, tidy},        Row{gallery::job::kRepair, repair}, Row{gallery::job::kReread, reread},
};

}  // namespace

std::vector<Kind> kinds_of(gallery::Gallery& gallery) {
    std::vector<Kind> kinds;
    for (const auto& row : kRows)
        kinds.push_back({row.name, [&gallery, run = row.run](jobs::Job job) { return run(gallery, std::move(job)); }});
    return kinds;
}

}  // namespace cadre::worker
