// The catalog's calls over their parts: what is cached is answered at once, reads go to the readers, writes to the
// writer of their database.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "catalog/catalog.h"
#include "catalog/sqlite/caches.h"
#include "catalog/sqlite/readers.h"
#include "catalog/sqlite/writer.h"

namespace cadre::catalog::sqlite {

/// What a driver is made of.
struct Parts {
    const Declarations& declared;
    std::unique_ptr<Connection> kept{};     // writes catalog.db, which has its tables
    std::unique_ptr<Connection> passing{};  // writes volatile.db, the same
    std::unique_ptr<Readers> readers{};     // of catalog.db
    bool complete = false;
    std::function<bool()> make_room{};
    std::function<Result<std::unique_ptr<Connection>>()> renew_passing{};  // may be empty
};

class Driver final : public Catalog {
public:
    Driver(Parts parts, const Clock& clock, Random& random);

    Task<std::optional<Entry>> get(Ref ref) override;
    Task<std::vector<std::optional<Entry>>> get_many(Kind kind, std::vector<Id> ids) override;
    Task<Entry> apply(Ref ref, Truth truth) override;
    Task<bool> replace(Ref ref, std::uint64_t expected, std::optional<Truth> truth) override;
    Task<Page<Listed>> scan(Kind kind, std::string cursor, std::size_t limit) override;
    Task<std::vector<std::optional<Id>>> find(Index index, std::vector<std::string> keys) override;
    Task<Page<Id>> find_all(Index index, std::string key, std::string cursor, std::size_t limit) override;
    std::optional<Id> known(Index index, std::string_view key) override;

    Task<std::string> version(View view) override;
    Task<Timeline> timeline(View view) override;
    Task<std::vector<Summary>> summaries(std::vector<View> views) override;
    Task<MonthVersion> month_version(View view, Month month) override;
    Task<MonthRows> month(View view, Month month, std::uint32_t offset, std::uint32_t limit) override;
    Task<std::vector<Row>> newest(View view, std::optional<Place> after, std::uint32_t limit) override;
    Task<Page<Word>> words(Family family, Id person, std::string after, std::size_t limit) override;

    Task<Lease> lease(std::string name, Millis ttl) override;
    Task<Lease> renew(Lease lease, Millis ttl) override;
    Task<void> release(Lease lease) override;
    Task<void> intend(Ref ref) override;
    Task<void> settle(Ref ref) override;
    Task<std::vector<Ref>> unsettled() override;

    Task<void> put_session(Session session) override;
    Task<std::optional<Session>> get_session(std::string hash) override;
    Task<void> remove_session(std::string hash) override;
    Task<std::vector<Session>> sessions_of(Id user) override;
    Task<Counted> count(std::string name, Millis window, std::int64_t most) override;
    Task<void> uncount(std::string name) override;
    Task<void> see(std::string owner, std::string item, std::size_t most) override;
    Task<std::vector<Seen>> seen(std::string owner) override;
    Task<void> post(std::string board, std::string item, std::string text, Millis ttl, std::size_t most) override;
    Task<std::vector<Posted>> posted(std::string board) override;
    Task<std::string> keep(std::string name, std::string value) override;

    Task<bool> complete() override;
    Task<std::string> begin_rebuild(bool everything) override;
    Task<void> end_rebuild(std::string mark) override;
    Task<Page<Ref>> audit(std::string cursor, std::size_t limit) override;
    Task<void> check() override;

private:
    template <class Value>
    [[nodiscard]] bool fresh(const Timed<Value>& timed) const;
    /// Runs `read` (Connection& → Result<T>) on the readers, unless the catalog is incomplete.
    template <class Read>
    auto when_complete(Read read) -> asio::awaitable<std::invoke_result_t<Read&, Connection&>>;

    const Clock& clock_;
    Random& random_;
    const Declarations& declared_;
    Caches caches_;
    Writer kept_;
    Writer passing_;
    std::unique_ptr<Readers> readers_;  // last: they end before the writers, so that the last to close may checkpoint
};

}  // namespace cadre::catalog::sqlite
