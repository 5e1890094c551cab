#include "cli/fleet/presence.h"

#include <memory>

#include "base/random.h"
#include "cli/version.h"

namespace cadre::cli {
namespace {

Task<void> say(gallery::Presence& presence, bool others, std::shared_ptr<bool> announced) {
    if (others) (void)co_await presence.beat();
    if (!*announced) {
        std::string kind = "started", subject = presence.self().version;
        const auto noted = co_await presence.note(std::move(kind), std::move(subject));
        *announced = noted.has_value();
    }
    co_return Result<void>();
}

}  // namespace

gallery::Process process_of(const Settings& settings, std::string role, const Clock& clock) {
    SystemRandom random;
    gallery::Process process;
    process.id = random.token(8);
    process.name = settings.name;
    process.role = std::move(role);
    process.machine = settings.machine;
    process.version = kVersion;
    process.state = "ready";
    process.started = clock.now();
    return process;
}

worker::Chore be_present(gallery::Presence& presence, bool others) {
    auto announced = std::make_shared<bool>(false);
    return {"presence", Millis(0), gallery::kBeatEvery,
            [&presence, others, announced] { return say(presence, others, announced); }, true};
}

}  // namespace cadre::cli
