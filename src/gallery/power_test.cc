// The power is cut before every single call of the file layer, in every kind of write that the gallery has: what was
// acknowledged is in the blobs afterwards, whole, whether the catalog is lost too or not; what was under way is there
// as it was before or as it was to be.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <set>

#include "base/hash.h"
#include "base/log.h"
#include "base/testing.h"
#include "blobs/files/lossy_files.h"
#include "blobs/files/store.h"
#include "catalog/sqlite/catalog.h"
#include "events/local/bus.h"
#include "gallery/accounts.h"
#include "gallery/derivatives.h"
#include "gallery/photos.h"
#include "gallery/reindex.h"
#include "gallery/uploads.h"
#include "jobs/sqlite/queue.h"

namespace cadre::gallery {
namespace {

namespace fs = std::filesystem;
using blobs::files::Bug;
using blobs::files::LossyFiles;
using blobs::files::PowerCut;
using catalog::Kind;
using catalog::Ref;

/// Takes anything for a picture, and makes small derivatives.
class KindDecoders final : public media::Decoders {
public:
    Task<media::Probe> probe(int, media::Limits, std::string) override {
        co_return media::Probe{"jpeg", "image/jpeg", 40, 30, false, false, {}};
    }
    Task<media::Derived> derive(int, media::Limits, std::string, int) override {
        media::Derived derived{40, 30, false, "hash", {}};
        for (const auto& size : media::kVariantSizes) {
            const std::string webp("RIFF\x08\0\0\0WEBPpppp", 16);
            UniqueFd file(::memfd_create("variant", MFD_CLOEXEC));
            (void)!::write(file.get(), webp.data(), webp.size());
            derived.variants.push_back({size.name, 40, 30, std::move(file), webp.size()});
        }
        co_return derived;
    }
    Task<std::string> about() override { co_return "no library"; }
};

enum class Lost { nothing, catalog };

/// A library that can lose its power and begin again.
class Machine {
public:
    explicit Machine(Bug bug) : folder_(parent()), files_((folder_ / "blobs").string(), bug) {
        fs::create_directories(folder_ / "blobs");
        fs::create_directories(folder_ / "scratch");
        start();
        value(catalog_->end_rebuild(value(catalog_->begin_rebuild(false))));
    }
    ~Machine() { end(); }

    LossyFiles& files() { return files_; }
    Gallery& gallery() { return *gallery_; }
    blobs::Store& blobs() { return *blobs_; }

    template <class T>
    T value(Task<T> task) {
        auto done = run(std::move(task));
        if (!done) throw std::runtime_error(done.error().message + " " + done.error().detail);
        if constexpr (!std::is_void_v<T>) return std::move(*done);
    }
    template <class T>
    Result<T> run(Task<T> task) {
        return test::run(std::move(task));
    }

    void lose_power(Lost lost, std::optional<std::uint64_t> seed) {
        files_.cut_before(0);
        end();
        files_.restore(seed);
        for (const char* name : {"catalog.db", "volatile.db"})
            for (const char* suffix : {"", "-wal", "-shm"})
                if (lost == Lost::catalog) fs::remove(folder_ / (std::string(name) + suffix));
        start();
        if (!value(catalog_->complete())) value(reindex(*gallery_, {}));
        value(settle_interrupted(*gallery_));
    }

    std::optional<catalog::Entry> entry(Ref ref) { return value(catalog_->get(ref)); }

private:
    static fs::path parent() {
        const fs::path memory = "/dev/shm";  // what the disk keeps is the double's business
        return fs::is_directory(memory) ? memory : fs::temp_directory_path();
    }
    template <class T>
    static std::unique_ptr<T> opened(Result<std::unique_ptr<T>> made) {
        if (!made) throw std::runtime_error(made.error().message + " " + made.error().detail);
        return std::move(*made);
    }

    void start() {
        blobs_ = opened(blobs::files::open({.root = folder_ / "blobs", .layer = &files_}, pool_));
        catalog_ = opened(catalog::sqlite::open({folder_ / "catalog.db", folder_ / "volatile.db", 1}, clock_, random_));
        jobs_ = opened(jobs::sqlite::open({.path = ":memory:"}, clock_, random_));
        events_ = events::local::make({}, clock_, random_);
        Policy policy;
        policy.scratch = (folder_ / "scratch").string();
        gallery_ = std::make_unique<Gallery>(
            Stores{*blobs_, *catalog_, *jobs_, *events_, decoders_, clock_, random_, pool_, pool_}, policy);
    }
    void end() {
        gallery_.reset();
        events_.reset();
        jobs_.reset();
        catalog_.reset();
        blobs_.reset();
    }

    test::TemporaryFolder folder_;
    LossyFiles files_;
    SystemClock clock_;
    SystemRandom random_;
    KindDecoders decoders_;
    Pool pool_{2, 100};
    std::unique_ptr<blobs::Store> blobs_;
    std::unique_ptr<catalog::Catalog> catalog_;
    std::unique_ptr<jobs::Queue> jobs_;
    std::unique_ptr<events::Bus> events_;
    std::unique_ptr<Gallery> gallery_;
};

/// What people did, what they were told, and what must be so because of it.
class Story {
public:
    explicit Story(Machine& machine) : machine_(machine) {}

    /// Until the power goes; whether it went.
    bool tell() {
        try {
            chapters();
        } catch (const PowerCut&) {
            return true;
        }
        doing_ = {};
        return false;
    }

    /// What is not so, if anything.
    std::optional<std::string> look() {
        for (auto& [ref, known] : known_) {
            const auto listed = machine_.run(machine_.gallery().ledger().read(ref));
            if (!listed) return text_of(ref) + " cannot be read: " + listed.error().detail;
            if (auto wrong = compare(ref, known, *listed)) return text_of(ref) + " " + *wrong;
        }
        return look_at_all();
    }

private:
    struct Known {
        catalog::Record facts;
        bool gone = false;
        std::string original{};
    };
    /// What is under way: which record it may change, in which fields, or end.
    struct Doing {
        std::optional<Ref> ref{};
        std::set<std::string> fields{};
        bool may_end = false;
        bool derives = false;  // a job, which is done again: nobody was told anything
    };

    Gallery& gallery() { return machine_.gallery(); }
    Viewer ada() { return as(ada_); }
    static Viewer as(User user) {
        Viewer viewer;
        viewer.user = std::move(user);
        return viewer;
    }

    void chapters() {
        // Without a password, whose hashing would take most of this test's time.
        Changes facts{{"name", "ada"}, {"role", "admin"}};
        ada_.id = make_id(gallery().stores().clock, gallery().stores().random);
        machine_.value(gallery().ledger().create({Kind::user, ada_.id}, std::move(facts), {}));
        remember({Kind::user, ada_.id});
        for (int i = 0; i < 3; ++i) photos_.push_back(upload("picture " + std::to_string(i)));
        derive(photos_[0]);
        const auto change = [](auto set) {
            PhotoChange asked;
            set(asked);
            return asked;
        };
        edit(photos_[0], {"title"}, change([](auto& c) { c.title = "first"; }));
        edit(photos_[0], {"title", "caption"}, change([](auto& c) {
                 c.title = "second";
                 c.caption = "a caption";
             }));
        edit(photos_[1], {"tag:a", "tag:b"}, change([](auto& c) { c.tags = std::vector<std::string>{"a", "b"}; }));
        edit(photos_[1], {"tag:a", "favourite"}, change([](auto& c) {
                 c.remove_tags = {"a"};
                 c.favourite = true;
             }));
        edit(photos_[0], {"access"}, change([](auto& c) { c.visibility = Visibility::public_; }));
        edit(photos_[0], {"access"}, change([](auto& c) { c.visibility = Visibility::private_; }));
        edit(photos_[1], {"taken_at"}, change([](auto& c) { c.taken_at = "2019-05-01T10:00:00+02:00"; }));
        edit(photos_[1], {"trashed_at", "access"}, change([](auto& c) { c.trashed = true; }));
        edit(photos_[1], {"trashed_at", "access"}, change([](auto& c) { c.trashed = false; }));
        edit(photos_[2], {"trashed_at", "access"}, change([](auto& c) { c.trashed = true; }));
        purge(photos_[2]);
        purge(photos_[0]);
        upload("picture 2");
        people();
    }

    void people() {
        doing_ = {};
        const auto grace = machine_.value(gallery().accounts().add_user("grace", Role::member, "a good password"));
        const Ref person{Kind::user, grace.id};
        remember(person);
        const auto token = machine_.value(gallery().accounts().add_token(as(grace), "import", TokenScope::all)).token;
        remember({Kind::token, token.id});
        end({Kind::token, token.id}, gallery().accounts().remove_token(grace.id, token.id));
        UserChange disabled;
        disabled.disabled = true;
        doing_ = {person, {"disabled"}};
        machine_.value(gallery().accounts().change_user(grace.id, disabled));
        remember(person);
        UserChange password;
        password.password = "another password";
        doing_ = {person, {"password"}};
        machine_.value(gallery().accounts().change_user(grace.id, password));
        remember(person);
        end(person, gallery().accounts().remove_user(grace.id));
    }

    Ref upload(const std::string& bytes) {
        doing_ = {};
        const auto send = [](Gallery& gallery, Viewer viewer, const std::string& all) -> Task<Uploaded> {
            UploadOptions options;
            options.announced = all.size();
            CO_TRY(auto upload, co_await gallery.uploads().begin(std::move(viewer), std::move(options)));
            CO_CHECK(co_await upload->write(std::span(reinterpret_cast<const std::uint8_t*>(all.data()), all.size())));
            co_return co_await upload->finish();
        };
        const auto uploaded = machine_.value(send(gallery(), ada(), bytes));
        const Ref ref{Kind::photo, uploaded.photo.id};
        remember(ref);
        known_[ref].original = bytes;
        return ref;
    }
    void derive(Ref ref) {
        doing_ = {ref, {}, false, true};
        machine_.value(gallery().derivatives().derive(ref.id));
    }
    void edit(Ref ref, std::set<std::string> fields, PhotoChange change) {
        doing_ = {ref, std::move(fields)};
        machine_.value(gallery().photos().change(ada(), ref.id, std::move(change), std::nullopt));
        remember(ref);
    }
    void purge(Ref ref) { end(ref, gallery().photos().purge(ada(), ref.id, std::nullopt)); }
    void end(Ref ref, Task<void> ending) {
        doing_ = {ref, {}, true};
        machine_.value(std::move(ending));
        known_[ref].gone = true;
    }
    /// As it stands now that it was acknowledged.
    void remember(Ref ref) {
        doing_ = {};
        known_[ref].facts = machine_.value(gallery().ledger().read(ref)).truth.facts;
    }

    std::optional<std::string> compare(const Ref& ref, const Known& known, const Listed& listed) {
        const bool mine = doing_.ref == ref;
        if (known.gone) return listed.alive() ? std::optional("came back") : std::nullopt;
        if (!listed.alive()) return mine && doing_.may_end ? std::nullopt : std::optional("is lost");
        for (const auto& [name, field] : known.facts.fields) {
            const auto* now = listed.truth.facts.find(name);
            if (mine && doing_.fields.contains(name)) continue;
            if (now == nullptr || *now != field.value) return "has lost its " + name;
        }
        const auto entry = machine_.entry(ref);
        if (!entry || entry->truth.facts != listed.truth.facts) return "is another one in the catalog";
        if (entry->truth.derived != listed.truth.derived && !(mine && doing_.derives))
            return "has other derived facts in the catalog";
        return std::nullopt;
    }

    /// Also what nobody was told of is whole, or not there.
    std::optional<std::string> look_at_all() {
        std::set<std::string> ids;
        const auto page = machine_.value(machine_.blobs().list("photos/", "", 1000));
        for (const auto& item : page.items) ids.insert(item.key.substr(7, 36));
        for (const auto& id : ids) {
            const Ref ref{Kind::photo, *parse_id(id)};
            const auto listed = machine_.value(gallery().ledger().read(ref));
            if (!listed.alive()) continue;
            const auto original = machine_.run(machine_.blobs().get(Ledger::prefix(ref) + "original"));
            if (!original) return text_of(ref) + " has no original";
            if (sha256_hex(*original) != listed.truth.string("sha256")) return text_of(ref) + " has another original";
        }
        return std::nullopt;
    }

    Machine& machine_;
    User ada_;
    std::vector<Ref> photos_;
    std::map<Ref, Known> known_;
    Doing doing_;
};

struct Trial {
    bool reached = false;  // the power went before the story's end
    std::optional<std::string> wrong;
};

Trial cut_at(std::uint64_t call, Bug bug, Lost lost, std::optional<std::uint64_t> seed) {
    Machine machine(bug);
    Story story(machine);
    machine.files().cut_before(call);
    const bool went = story.tell();
    try {
        machine.lose_power(lost, seed);
        return {went, story.look()};
    } catch (const std::runtime_error& error) {
        return {went, std::string("it does not begin again: ") + error.what()};
    }
}

/// The first thing that is wrong with the power cut before each call in turn; and how often it was cut.
std::pair<std::optional<std::string>, int> cut_everywhere(Bug bug, Lost lost, std::uint64_t seed) {
    log::set_level(log::Level::error);
    for (int call = 0;; ++call) {
        const auto at = static_cast<std::uint64_t>(call);
        const auto trial = cut_at(at, bug, lost, seed == 0 ? std::nullopt : std::optional(seed * 1000 + at));
        if (trial.wrong) return {fmt::format("cut before call {}: {}", call, *trial.wrong), call};
        if (!trial.reached) return {std::nullopt, call};
    }
}

class GalleryPower : public ::testing::Test {
protected:
    void expect_nothing_lost(Lost lost, std::uint64_t seed) {
        const auto [wrong, cuts] = cut_everywhere(Bug::none, lost, seed);
        EXPECT_EQ(wrong, std::nullopt);
        EXPECT_GT(cuts, 100) << "the story writes less than it did";
        RecordProperty("cuts", cuts);
    }
};

TEST_F(GalleryPower, WhatWasAcknowledgedIsThereWhenTheCatalogIsLostToo) { expect_nothing_lost(Lost::catalog, 0); }
TEST_F(GalleryPower, WhatWasAcknowledgedIsThereAndInTheCatalog) { expect_nothing_lost(Lost::nothing, 0); }
TEST_F(GalleryPower, WhatWasAcknowledgedIsThereWhateverTheFileSystemKept) { expect_nothing_lost(Lost::nothing, 1); }

TEST(GalleryPowerMutation, ADriverThatDoesNotSyncIsFound) {
    for (const auto bug : {Bug::no_file_sync, Bug::no_folder_sync, Bug::no_parent_sync})
        EXPECT_NE(cut_everywhere(bug, Lost::catalog, 0).first, std::nullopt);
}

}  // namespace
}  // namespace cadre::gallery
