#include "gallery/simulation/sends.h"

#include <set>

#include "gallery/ledger.h"
#include "gallery/once.h"

namespace cadre::gallery::simulation {
namespace {

using catalog::Kind;
using catalog::Ref;

class SendsRun {
public:
    SendsRun(const Sends& sends, Choices& choices, std::uint64_t seed)
        : sends_(sends),
          world_(choices, sends.budget, seed),
          blobs_(world_, sends.quirks),
          catalog_(world_, sends.quirks),
          jobs_(world_, blobs_),
          ledger_(
              blobs_, catalog_, jobs_, world_, world_, [](asio::awaitable<void> work) { return work; },
              [this](WallTime moment) { return world_.now() - moment; },
              [this](Millis) -> asio::awaitable<void> { co_await world_.step("sleep"); }),
          owner_(make_id(world_, world_)) {}

    std::optional<std::string> go() {
        for (int i = 0; i < sends_.senders; ++i) {
            const std::string name = "sender " + std::to_string(i + 1);
            world_.spawn(name, [this, name] { return send(name); });
        }
        world_.run();
        world_.calm();
        world_.run();
        check();
        return violation_;
    }

private:
    asio::awaitable<void> send(std::string name) {
        const std::string lease = "the same bytes";
        bool mine = false;
        std::function<Task<std::optional<Id>>()> find = [this] { return look(); };
        const std::function<Task<Id>()> make = [this, &mine] {
            mine = true;
            return keep();
        };
        OnceStores stores{catalog_, world_, [](asio::awaitable<void> work) { return work; },
                          [this](Millis) -> asio::awaitable<void> { co_await world_.step("sleep"); }, false};
        std::optional<Id> there;
        if (sends_.quirks.bug == Bug::look_before_lease) {
            const auto found = co_await look();
            there = found.value_or(std::nullopt);
            find = [&there]() -> Task<std::optional<Id>> { co_return there; };
        }
        const auto id = co_await once<Id>(std::move(stores), lease, find, make);
        if (id) {
            acknowledged_.insert(*id);
            ++answered_;
            if (mine) ++made_;
        }
        world_.note(name + (id ? " was acknowledged" : " was not acknowledged"));
    }

    Task<std::optional<Id>> look() {
        std::vector<std::string> keys{catalog::key_of_hash(owner_, kHash)};
        CO_TRY(const auto found, co_await catalog_.find(catalog::Index::photo_by_hash, std::move(keys)));
        co_return found.at(0);
    }

    Task<Id> keep() {
        const Ref ref{Kind::photo, make_id(world_, world_)};
        Changes facts;
        facts["owner"] = json::value(owner_.text());
        facts["sha256"] = json::value(kHash);
        std::vector<blobs::Put> original;
        original.push_back({Ledger::prefix(ref) + "original", std::string("bytes")});
        CO_TRY(const auto entry, co_await ledger_.create(ref, std::move(facts), std::move(original)));
        co_return ref.id;
    }

    void check() {
        // A failover may forget the lease, or the first photo.
        const bool sure = world_.failed_over_at() == 0;
        if (made_ > 1 && sure) violate("two were told that they made a photo of the same bytes");
        // What was answered 503, or not at all, may take effect beside what another then made.
        if (answered_ == sends_.senders && acknowledged_.size() > 1 && sure)
            violate("the same bytes are several photos");
        world_.spawn("reader", [this]() -> asio::awaitable<void> {
            for (const auto& id : acknowledged_) {
                const auto listed = co_await ledger_.read({Kind::photo, id});
                if (!listed || !listed->alive()) violate("what was acknowledged is gone");
            }
        });
        world_.run();
    }

    void violate(const std::string& what) {
        if (!violation_) violation_ = what + "\n" + world_.trace();
    }

    static constexpr const char* kHash = "5e";
    const Sends& sends_;
    std::optional<std::string> violation_;
    std::set<Id> acknowledged_;
    int answered_ = 0;
    int made_ = 0;
    World world_;
    FakeBlobs blobs_;
    FakeCatalog catalog_;
    FakeJobs jobs_;
    Ledger ledger_;
    Id owner_;
};

}  // namespace

std::optional<std::string> run(const Sends& sends, Choices& choices, std::uint64_t seed) {
    return SendsRun(sends, choices, seed).go();
}

}  // namespace cadre::gallery::simulation
