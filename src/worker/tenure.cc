#include "worker/tenure.h"

#include "base/log.h"

namespace cadre::worker {
namespace {

constexpr const char* kOffice = "keeper";

}  // namespace

Task<void> Tenure::hold() {
    const bool was_active = active();
    Result<catalog::Lease> held = fail(ErrorKind::conflict, "There is no lease yet.");
    if (lease_) {
        catalog::Lease lease = *lease_;
        held = co_await catalog_.renew(std::move(lease), kLasts);
    }
    if (!held && held.error().kind == ErrorKind::conflict) {
        std::string office = kOffice;
        held = co_await catalog_.lease(std::move(office), kLasts);
    }
    if (held) {
        until_ = held->until.time_since_epoch().count();
        lease_ = std::move(*held);
        if (!was_active) log::info("this keeper is the active one");
    } else if (held.error().kind == ErrorKind::conflict) {
        lease_.reset();
        until_ = 0;
        if (was_active) log::info("another keeper is the active one");
    }
    co_return Result<void>();
}

Task<void> Tenure::leave() {
    until_ = 0;
    if (!lease_) co_return Result<void>();
    catalog::Lease lease = std::move(*lease_);
    lease_.reset();
    co_return co_await catalog_.release(std::move(lease));
}

}  // namespace cadre::worker
