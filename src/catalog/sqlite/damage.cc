#include "catalog/sqlite/damage.h"

#include <fstream>

#include "base/log.h"

namespace cadre::catalog::sqlite {

std::optional<Error> Damage::refusal(const Fault& fault) {
    if (auto refusal = fault.refusal()) return refusal;
    if (!fault.damaged()) return std::nullopt;
    if (!found_.exchange(true)) {
        log::error("the catalog is damaged; it is built again from the blobs at the next start",
                   {{"mark", mark_.string()}, {"why", fault.what()}});
        std::ofstream(mark_) << fault.what() << "\n";
    }
    auto damaged = error();
    damaged.detail = fault.what();
    return damaged;
}

Error Damage::error() {
    Error error{ErrorKind::unavailable,
                "The library's index is damaged. It is built again from the photographs when the server is restarted."};
    error.retry_after = std::chrono::seconds(30);
    return error;
}

bool Damage::was_noted() const { return std::filesystem::exists(mark_); }

void Damage::forget() const {
    std::error_code ignored;
    std::filesystem::remove(mark_, ignored);
}

}  // namespace cadre::catalog::sqlite
