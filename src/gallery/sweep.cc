#include "gallery/sweep.h"

#include "base/concurrently.h"
#include "base/log.h"
#include "gallery/albums.h"
#include "gallery/archives.h"
#include "gallery/photo.h"
#include "gallery/repairs.h"
#include "gallery/shares.h"

namespace cadre::gallery {
namespace {

using catalog::Entry;
using catalog::Kind;
using catalog::Ref;

std::string prefix_of(Kind kind) { return std::string(catalog::folder_of(kind)) + "/"; }

}  // namespace

Sweep::Sweep(Gallery& gallery, Millis forgotten_after) : gallery_(gallery), forgotten_after_(forgotten_after) {}

void Sweep::begin_round() {
    report_ = {};
    began_ = gallery_.stores().clock.now();
    kind_ = 0;
    begin_kind();
    running_ = true;
}

void Sweep::begin_kind() {
    stage_ = Stage::records;
    walk_.emplace(gallery_.stores().blobs, prefix_of(kRecordKinds[kind_]));
    tally_ = Tally();
}

Task<bool> Sweep::step() {
    if (!running_) begin_round();
    switch (stage_) {
        case Stage::records:
            co_return co_await step_records();
        case Stage::leftovers:
            co_return co_await step_leftovers();
        case Stage::rows:
            co_return co_await step_rows();
        case Stage::media:
            co_return co_await step_media();
        case Stage::uploads:
            co_return co_await step_uploads();
        case Stage::archives:
            co_return co_await step_archives();
    }
    co_return true;
}

Task<void> Sweep::fetch() {
    if (page_) co_return Result<void>();
    CO_TRY(page_, co_await walk_->next());
    co_return Result<void>();
}

Task<bool> Sweep::step_records() {
    CO_CHECK(co_await fetch());
    std::vector<const Shown*> records;
    std::vector<Id> ids;
    for (const auto& shown : *page_) {
        const auto ref = shown.ref();
        if (!ref) continue;  // verify names it
        records.push_back(&shown);
        ids.push_back(ref->id);
    }
    // After the listing, which may show less than there is by now: then the entry is newer, and all of it is looked at.
    CO_TRY(const auto entries, co_await gallery_.stores().catalog.get_many(kRecordKinds[kind_], std::move(ids)));
    const auto one = [&](std::size_t i) -> Task<void> { return compare(*records[i], entries[i]); };
    CO_CHECK(co_await each(records.size(), kRecordsAtOnce, one));
    report_.records += records.size();
    failures_.clear();
    page_.reset();
    if (walk_->done()) {
        leftovers_.emplace(gallery_.stores().catalog, kRecordKinds[kind_], std::move(tally_), began_ - kYoung);
        stage_ = Stage::leftovers;
    }
    co_return false;
}

void Sweep::count(const Ref& ref) {
    if (!is_young(ref.id, began_ - kYoung)) tally_.add(ref.id);
}

Task<void> Sweep::compare(const Shown& shown, const std::optional<Entry>& entry) {
    const Ref ref = *shown.ref();
    const auto listed = Ledger::sort(ref, shown.items);
    const auto age = gallery_.lifetime().age_of(listed.newest);
    bool left = false;
    if (listed.truth.purged && ref.kind == Kind::album) {
        // The tomb stays for as long as something stands there: it is how that is found.
        CO_TRY(left, co_await gallery_.albums().clear_forgotten(ref.id));
    }
    if (listed.truth.purged && ref.kind == Kind::share) {
        CO_TRY(left, co_await gallery_.shares().close_forgotten(ref.id));
    }
    if (listed.truth.purged && listed.only_tomb() && age >= kTombFor && !left) {
        CO_TRY(const bool gone, co_await gallery_.ledger().expire_tomb(ref));
        if (gone) ++report_.tombs;
        co_return Result<void>();
    }
    if (!listed.truth.purged && !listed.alive() && age < kUnfinishedFor && !entry) co_return Result<void>();
    count(ref);
    if (!Ledger::agrees(ref, listed, entry)) {
        ++report_.differences;
        CO_CHECK(co_await repair(ref));
        if (ref.kind != Kind::photo) co_return Result<void>();
        CO_TRY(const auto mended, co_await gallery_.stores().catalog.get(ref));
        if (mended) co_await requeue(ref, mended->truth);
        co_return Result<void>();
    }
    co_await requeue(ref, entry->truth);
    co_return Result<void>();
}

Task<void> Sweep::repair(Ref ref) {
    auto repaired = co_await repair_for_sure(gallery_, ref);
    bool unreadable = !repaired && is_unreadable(repaired.error());
    if (!repaired && !unreadable) {
        CO_TRY(unreadable, co_await only_this_one(gallery_, repaired.error(), ++failures_[ref]));
    }
    if (unreadable) {
        ++report_.damaged;
        log::error("facts cannot be read", {{"ref", text_of(ref)}, {"why", repaired.error().detail}});
        co_return Result<void>();
    }
    if (!repaired) co_return fail(std::move(repaired).error());
    if (*repaired == Repaired::mended || *repaired == Repaired::removed) ++report_.mended;
    co_return Result<void>();
}

/// A photo that waits for derivatives and has no job: whoever took it ended before the job was queued. A queue that is
/// full or away is no reason not to go on: the next round comes.
asio::awaitable<void> Sweep::requeue(Ref ref, const catalog::Truth& truth) {
    if (ref.kind != Kind::photo || truth.purged) co_return;
    auto& derivatives = gallery_.derivatives();
    const auto queued = co_await derivatives.requeue_if_forgotten(ref.id, truth, forgotten_after_);
    if (queued && *queued) ++report_.requeued;
    // The job looks whether anything is different today from when it failed, and mostly ends at once.
    (void)co_await derivatives.requeue_if_outdated(ref.id, truth);
}

Task<bool> Sweep::step_leftovers() {
    CO_TRY(auto candidates, co_await leftovers_->next());
    CO_TRY(auto unknown, co_await unknown_to_blobs(gallery_, std::move(candidates)));
    const auto one = [&](std::size_t i) -> Task<void> { return repair(unknown[i]); };
    CO_CHECK(co_await each(unknown.size(), kRecordsAtOnce, one));
    if (!leftovers_->done()) co_return false;
    leftovers_.reset();
    if (++kind_ < std::size(kRecordKinds)) {
        begin_kind();
    } else {
        stage_ = Stage::rows;
        audited_.clear();
    }
    co_return false;
}

/// What follows from entries can be lost apart from them, and no listing shows that.
Task<bool> Sweep::step_rows() {
    CO_TRY(auto page, co_await gallery_.stores().catalog.audit(audited_, kAuditPage));
    report_.rows += page.items.size();
    audited_ = std::move(page.next);
    if (audited_.empty()) {
        stage_ = Stage::media;
        walk_.emplace(gallery_.stores().blobs, "media/");
    }
    co_return false;
}

/// After the records, so that the catalog knows the keys of all photos.
Task<bool> Sweep::step_media() {
    const auto& stores = gallery_.stores();
    CO_CHECK(co_await fetch());
    const auto& page = *page_;
    std::vector<std::string> keys;
    for (const auto& shown : page) keys.push_back(shown.name);
    CO_TRY(const auto found, co_await stores.catalog.find(catalog::Index::photo_by_key, std::move(keys)));
    std::vector<std::string> strays;
    for (std::size_t i = 0; i < page.size(); ++i) {
        if (found[i] || gallery_.lifetime().age_of(page[i].newest()) < kStrayMediaFor) continue;
        ++report_.media;
        for (const auto& item : page[i].items) strays.push_back(item.key);
    }
    CO_CHECK(co_await stores.blobs.remove(std::move(strays)));
    page_.reset();
    if (walk_->done()) {
        stage_ = Stage::uploads;
        walk_.emplace(stores.blobs, "uploads/");
    }
    co_return false;
}

/// Those of one person come together; each upload of theirs goes by its own age.
Task<bool> Sweep::step_uploads() {
    CO_CHECK(co_await fetch());
    std::map<std::string_view, WallTime> newest;
    const auto upload_of = [](const blobs::Item& item) {
        return std::string_view(item.key).substr(0, item.key.rfind('/'));
    };
    for (const auto& shown : *page_)
        for (const auto& item : shown.items) {
            auto& when = newest[upload_of(item)];
            when = std::max(when, item.modified);
        }
    std::erase_if(newest,
                  [this](const auto& upload) { return gallery_.lifetime().age_of(upload.second) < kUploadFor; });
    std::vector<std::string> left;
    for (const auto& shown : *page_)
        for (const auto& item : shown.items)
            if (newest.contains(upload_of(item))) left.push_back(item.key);
    report_.uploads += newest.size();
    const auto& stores = gallery_.stores();
    CO_CHECK(co_await stores.blobs.remove(std::move(left)));
    page_.reset();
    if (walk_->done()) {
        stage_ = Stage::archives;
        walk_.emplace(stores.blobs, "archives/");
    }
    co_return false;
}

/// Each object goes by its own age: those of one archive were written together.
Task<bool> Sweep::step_archives() {
    CO_CHECK(co_await fetch());
    std::vector<std::string> old;
    for (const auto& shown : *page_)
        for (const auto& item : shown.items) {
            if (gallery_.lifetime().age_of(item.modified) < kArchiveGoes) continue;
            if (item.key.ends_with("/head")) ++report_.archives;
            old.push_back(item.key);
        }
    CO_CHECK(co_await gallery_.stores().blobs.remove(std::move(old)));
    page_.reset();
    if (!walk_->done()) co_return false;
    walk_.reset();
    running_ = false;
    co_return true;
}

Task<SweepReport> sweep(Gallery& gallery, Millis forgotten_after) {
    Sweep round(gallery, forgotten_after);
    for (;;) {
        CO_TRY(const bool ended, co_await round.step());
        if (ended) co_return round.report();
    }
}

}  // namespace cadre::gallery
