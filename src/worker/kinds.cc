#include "worker/kinds.h"

#include <array>

#include "gallery/tag_changes.h"

namespace cadre::worker {
namespace {

struct Row {
    const char* name;
    Task<void> (*run)(gallery::Gallery&, jobs::Job);
    Task<void> (*given_up)(gallery::Gallery&, jobs::Job, Error) = nullptr;
};

constexpr std::array kRows{
    Row{gallery::job::kDeriveNow, derive, give_up_derive},
    Row{gallery::job::kDerive, derive, give_up_derive},
    Row{gallery::job::kRekey, rekey},
    Row{gallery::job::kTidy, tidy},
    Row{gallery::job::kRepair, repair},
    Row{gallery::job::kDepart, depart},
    Row{gallery::job::kClear, clear_album},
    Row{gallery::job::kClose, close_share},
    Row{gallery::kChangeTags, change_tags},
    Row{gallery::job::kReread, reread},
};

}  // namespace

std::vector<Kind> kinds_of(gallery::Gallery& gallery) {
    std::vector<Kind> kinds;
    for (const auto& row : kRows) {
        auto& kind = kinds.emplace_back();
        kind.name = row.name;
        kind.run = [&gallery, run = row.run](jobs::Job job) { return run(gallery, std::move(job)); };
        if (row.given_up == nullptr) continue;
        kind.given_up = [&gallery, given_up = row.given_up](jobs::Job job, Error error) {
            return given_up(gallery, std::move(job), std::move(error));
        };
    }
    return kinds;
}

}  // namespace cadre::worker
