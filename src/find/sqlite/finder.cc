#include "find/sqlite/finder.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

#include "base/log.h"
#include "base/pool.h"
#include "base/sqlite_files.h"
#include "find/sqlite/alikes.h"
#include "find/sqlite/lookup.h"
#include "find/sqlite/table.h"

namespace cadre::find::sqlite {
namespace {

constexpr std::size_t kWrites = 64;      // waiting at once
constexpr std::size_t kQuestions = 256;  // waiting at once

tl::unexpected<Error> in_the_making() {
    Error error{Code::search_in_the_making, "Search is being made ready. All else works. Ask again in a moment."};
    error.retry_after = std::chrono::seconds(2);
    return fail(std::move(error));
}

/// Device and number of a file or folder; of none zeros.
using Identity = std::pair<std::uint64_t, std::uint64_t>;
Identity identity_of(const std::filesystem::path& path) {
    struct stat about {};
    if (::stat(path.c_str(), &about) != 0) return {};
    return {about.st_dev, about.st_ino};
}

class SqliteFinder final : public Finder {
public:
    explicit SqliteFinder(Options options)
        : options_(std::move(options)),
          writer_(1, kWrites),
          readers_(std::max<std::size_t>(options_.readers, 1), kQuestions),
          comparer_(1, kQuestions),
          saver_(1, 1) {}
    ~SqliteFinder() override {
        saver_.stop();
        comparer_.stop();
        readers_.stop();
        writer_.stop();
    }

    /// Remembers the folder as it is: in another one of its name nothing is written later.
    Result<void> begin_first() {
        CHECK_RESULT(begin());
        home_ = identity_of(options_.file.parent_path());
        return {};
    }

    Result<void> begin() {
        return cadre::sqlite::open_or_begin_anew(options_.file, true, [this]() -> Result<void> {
            open_table();
            return {};
        });
    }

    Task<void> apply(std::vector<Change> changes) override {
        const auto work = [&] { table_->apply(std::exchange(changes, {})); };
        co_return co_await write(work);
    }
    Task<void> begin_pass() override {
        const auto work = [&] { table_->begin_pass(); };
        co_return co_await write(work);
    }
    Task<void> end_pass() override {
        const auto work = [&] { table_->end_pass(); };
        co_return co_await write(work);
    }
    Task<void> follows(WallTime moment) override {
        const auto work = [&, moment] { table_->note(moment); };
        co_return co_await write(work);
    }
    Task<Moment> moment() override {
        const auto work = [this]() -> Result<Moment> {
            if (!is_at_home()) {
                // The disk is away, or another folder has its name: nothing is begun there.
            } else if (!table_) {
                CHECK_RESULT(begin());
            } else if (damaged_.exchange(false)) {
                CHECK_RESULT(begin_anew("it was found damaged"));
            } else if (!table_->in_place()) {
                CHECK_RESULT(begin_anew("it was taken away"));
            }
            if (!table_) return in_the_making();
            return Moment{table_->whole(), table_->noted()};
        };
        co_return co_await writer_.run(work);
    }

    [[nodiscard]] std::string form() const override { return "sqlite-" + std::to_string(kVersion); }
    [[nodiscard]] std::filesystem::path file() const override { return options_.file; }

    Task<void> save(std::filesystem::path to) override {
        const auto work = [&]() -> Result<void> {
            if (!whole_) return in_the_making();
            return guarded_save(to);
        };
        co_return co_await saver_.run(work);
    }

    Task<void> take(std::filesystem::path from) override {
        const auto work = [&]() -> Result<void> {
            if (!is_at_home()) return in_the_making();
            if (!is_whole_table(from)) return cannot_take("it is of another form, or damaged");
            whole_ = false;
            damaged_ = false;
            table_.reset();
            std::error_code error;
            for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(options_.file.string() + end, error);
            std::filesystem::rename(from, options_.file, error);
            CHECK_RESULT(begin());
            if (error) return cannot_take(error.message());
            return {};
        };
        co_return co_await writer_.run(work);
    }

    Task<Hits> search(Wish wish) override {
        const auto work = [&](Lookup& lookup) { return lookup.search(wish); };
        co_return co_await ask<Hits>(work);
    }
    Task<std::vector<Suggestion>> suggest(std::string typed, Asker asker, std::size_t limit) override {
        using Found = std::vector<Suggestion>;
        const auto work = [&](Lookup& lookup) { return Result<Found>(lookup.suggest(typed, asker, limit)); };
        co_return co_await ask<Found>(work);
    }
    Task<std::vector<Cell>> cells(Id owner, Box box, int zoom, Question question, std::vector<Album> albums) override {
        using Found = std::vector<Cell>;
        const auto work = [&](Lookup& lookup) {
            return Result<Found>(lookup.cells(owner, box, zoom, question, albums));
        };
        co_return co_await ask<Found>(work);
    }

    Task<std::vector<Town>> towns(Id owner) override {
        using Found = std::vector<Town>;
        const auto work = [&](Lookup& lookup) { return Result<Found>(lookup.towns(owner)); };
        co_return co_await ask<Found>(work);
    }

    Task<AlikePage> alike(AlikeWish wish) override {
        const auto work = [&](Lookup& lookup) { return alikes_.page(lookup, wish); };
        co_return co_await ask_of<AlikePage>(comparer_, work);
    }
    Task<std::vector<AlikePhotos>> alike_to(Id owner, Id photo) override {
        using Found = std::vector<AlikePhotos>;
        const auto work = [&](Lookup& lookup) { return Result<Found>(alikes_.of(lookup, owner, photo)); };
        co_return co_await ask_of<Found>(comparer_, work);
    }
    Task<std::vector<std::vector<Id>>> same_pixels(Id owner, std::vector<std::uint64_t> pixels) override {
        using Found = std::vector<std::vector<Id>>;
        const auto work = [&](Lookup& lookup) { return Result<Found>(lookup.same_pixels(owner, pixels)); };
        co_return co_await ask<Found>(work);
    }

private:
    static tl::unexpected<Error> cannot_take(const std::string& why) {
        return fail(ErrorKind::unprocessable, "This copy of what search keeps cannot be taken.", why);
    }

    /// By a connection of its own, which sees one moment of the file for as long as that takes.
    Result<void> guarded_save(const std::filesystem::path& to) {
        try {
            std::string quoted;
            for (const char c : to.string()) quoted.append(c == '\'' ? 2 : 1, c);
            Connection(options_.file, Connection::Mode::read).execute(("VACUUM INTO '" + quoted + "'").c_str());
            // The file may have been taken away, and another one begun, before it was opened.
            if (is_whole_table(to)) return {};
        } catch (const Fault& fault) {
            if (fault.code() == SQLITE_CANTOPEN && !fault.full()) return in_the_making();
            if (auto refusal = fault.refusal()) return fail(std::move(*refusal));
            if (!fault.damaged()) throw;
            whole_ = false;
            damaged_ = true;  // moment() begins it anew
        }
        return in_the_making();
    }

    bool is_at_home() const { return identity_of(options_.file.parent_path()) == home_; }

    void open_table() {
        table_ = std::make_unique<Table>(options_.file);
        whole_ = table_->whole();
        ++era_;
        alikes_.forget();
    }

    Result<void> begin_anew(const std::string& why) {
        whole_ = false;
        table_.reset();
        std::error_code error;
        if (std::filesystem::exists(options_.file, error)) {
            CHECK_RESULT(cadre::sqlite::set_aside(options_.file, why));
        } else {
            log::warn("what search keeps is made anew", {{"file", options_.file.string()}, {"why", why}});
            for (const char* end : {"-wal", "-shm"}) std::filesystem::remove(options_.file.string() + end, error);
        }
        return begin();
    }

    /// What finds the file damaged is told again with all others, when moment() has begun it anew.
    template <class Work>
    Task<void> write(Work work) {
        const auto guarded = [this, &work]() -> Result<void> {
            if (!table_) return in_the_making();  // moment() begins it
            for (bool first = true;; first = false) {
                try {
                    work();
                    alikes_.touched(table_->take_touched());
                    whole_ = table_->whole();
                    return {};
                } catch (const Fault& fault) {
                    if (first && fault.full() && options_.make_room && options_.make_room()) continue;
                    if (auto refusal = fault.refusal()) return fail(std::move(*refusal));
                    if (!fault.damaged()) throw;
                    whole_ = false;
                    damaged_ = true;
                    return in_the_making();
                }
            }
        };
        co_return co_await writer_.run(guarded);
    }

    template <class Answer, class Work>
    Task<Answer> ask(Work work) {
        co_return co_await ask_of<Answer>(readers_, std::move(work));
    }

    template <class Answer, class Work>
    Task<Answer> ask_of(Pool& pool, Work work) {
        const auto guarded = [this, &work]() -> Result<Answer> {
            if (!whole_) return in_the_making();
            const auto era = era_.load();
            try {
                auto lookup = take(era);
                auto answer = work(*lookup);
                give_back(era, std::move(lookup));
                return answer;
            } catch (const Fault& fault) {
                if (fault.code() == SQLITE_CANTOPEN) return in_the_making();  // it was taken away just now
                if (auto refusal = fault.refusal()) return fail(std::move(*refusal));
                if (!fault.damaged()) throw;
                whole_ = false;
                damaged_ = true;  // moment() begins it anew
                return in_the_making();
            }
        };
        co_return co_await pool.run(guarded);
    }

    std::unique_ptr<Lookup> take(std::uint64_t era) {
        {
            const std::lock_guard lock(mutex_);
            if (idle_era_ != era) idle_.clear();
            idle_era_ = era;
            if (!idle_.empty()) {
                auto lookup = std::move(idle_.back());
                idle_.pop_back();
                return lookup;
            }
        }
        return std::make_unique<Lookup>(options_.file);
    }
    void give_back(std::uint64_t era, std::unique_ptr<Lookup> lookup) {
        const std::lock_guard lock(mutex_);
        if (idle_era_ == era) idle_.push_back(std::move(lookup));
    }

    Options options_;
    Identity home_{};
    std::unique_ptr<Table> table_;  // of the writer's thread, as it is begun on one before
    std::atomic<bool> whole_{false};
    std::atomic<bool> damaged_{false};
    std::atomic<std::uint64_t> era_{0};  // counted up with each file
    std::mutex mutex_;
    std::vector<std::unique_ptr<Lookup>> idle_;
    std::uint64_t idle_era_ = 0;
    Alikes alikes_;
    Pool writer_;
    Pool readers_;
    Pool comparer_;  // of one thread: comparing takes long, and search must not wait for it
    Pool saver_;     // as well
};

}  // namespace

Result<std::unique_ptr<Finder>> open(Options options) {
    auto finder = std::make_unique<SqliteFinder>(std::move(options));
    CHECK_RESULT(finder->begin_first());
    return std::unique_ptr<Finder>(std::move(finder));
}

}  // namespace cadre::find::sqlite
