// Sweep and reindex over Solo's real stores: what is repaired, what goes, and what is not read.
#include "gallery/sweep.h"

#include <gmock/gmock.h>

#include "gallery/derivatives.h"
#include "gallery/reindex.h"
#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

using catalog::Kind;
using catalog::Ref;
using catalog::Truth;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SweepTest : public testing::LibraryTest {
protected:
    SweepReport run() { return ask(sweep(*gallery_)); }
    /// Older than what a round leaves out as too young.
    void let_time_pass() { clock_.advance(std::chrono::hours(1)); }
};

std::string tomb_of(const Ref& ref) { return Ledger::prefix(ref) + "tomb"; }

TEST_F(SweepTest, ReadsNothingOfALibraryThatIsRight) {
    for (int i = 0; i < 5; ++i) add_photo();
    const auto edited = add_photo();
    edit(edited, "title", "second");
    Changes ready;
    ready["state"] = "ready";
    ask(gallery_->ledger().derive(edited, std::move(ready)));
    purge(add_photo());
    let_time_pass();
    blobs_->gets = 0;
    const auto report = run();
    EXPECT_EQ(report.records, 7U);
    EXPECT_EQ(report.differences, 0U);
    EXPECT_EQ(report.mended, 0U);
    EXPECT_EQ(blobs_->gets, 0U);
}

TEST_F(SweepTest, MendsWhatTheCatalogForgotOrNeverShouldHaveKnown) {
    const auto forgotten = add_photo();
    const auto old = add_photo();
    const auto before = entry(old)->truth;
    edit(old, "title", "second");
    const auto purged = add_photo();
    const auto alive = entry(purged)->truth;
    purge(purged);
    const Ref ghost{Kind::photo, make_id(clock_, random_)};
    const auto right = add_photo();
    let_time_pass();
    set_entry(forgotten, std::nullopt);
    set_entry(old, before);
    set_entry(purged, alive);
    set_entry(ghost, before);
    const auto report = run();
    EXPECT_EQ(report.differences, 3U);
    EXPECT_EQ(report.mended, 4U);
    for (const auto& ref : {forgotten, old, purged, ghost, right}) EXPECT_TRUE(agrees(ref)) << text_of(ref);
    EXPECT_EQ(run().differences, 0U);
}

TEST_F(SweepTest, ReadsWhatHasObjectsBesideTheNewestThatTheCatalogKnows) {
    const auto ref = add_photo();
    // A put that seemed lost lands after an edit that never saw it: its caption is in no other object.
    catalog::Record late = entry(ref)->truth.facts;
    const catalog::Stamp stamp{late.newest().n + 1, 7};
    late.set("caption", "late", stamp);
    clock_.advance(std::chrono::minutes(1));
    const auto newest = edit(ref, "title", "second").facts.newest();
    put(Ledger::prefix(ref) + "f/" + stamp.text() + ".json", catalog::encode(late));
    EXPECT_EQ(run().mended, 1U);
    EXPECT_EQ(entry(ref)->truth.string("caption"), "late");
    EXPECT_EQ(entry(ref)->truth.string("title"), "second");
    EXPECT_EQ(entry(ref)->truth.facts.newest(), newest);
}

TEST_F(SweepTest, ATombStandsThirtyDaysAndThenGoesWithItsEntry) {
    const auto ref = add_photo();
    purge(ref);
    clock_.advance(std::chrono::days(29));
    EXPECT_EQ(run().tombs, 0U);
    EXPECT_THAT(keys(Ledger::prefix(ref)), SizeIs(1));
    clock_.advance(std::chrono::days(2));
    EXPECT_EQ(run().tombs, 1U);
    EXPECT_THAT(keys(Ledger::prefix(ref)), IsEmpty());
    EXPECT_FALSE(entry(ref));
}

TEST_F(SweepTest, ATombThatHasSomethingLeftToBuryBuriesItFirst) {
    const auto ref = add_photo();
    purge(ref);
    put(Ledger::prefix(ref) + "original", "it came back");
    clock_.advance(std::chrono::days(31));
    const auto report = run();
    EXPECT_EQ(report.tombs, 0U);
    EXPECT_EQ(report.mended, 1U);
    EXPECT_THAT(keys(Ledger::prefix(ref)), ::testing::ElementsAre(tomb_of(ref)));
}

TEST_F(SweepTest, AnOriginalWithoutFactsGoesAfterTwoDays) {
    const Ref ref{Kind::photo, make_id(clock_, random_)};
    put(Ledger::prefix(ref) + "original", "half an upload");
    clock_.advance(std::chrono::hours(47));
    EXPECT_EQ(run().mended, 0U);
    EXPECT_THAT(keys(Ledger::prefix(ref)), SizeIs(1));
    clock_.advance(std::chrono::hours(2));
    run();
    EXPECT_THAT(keys(Ledger::prefix(ref)), ::testing::ElementsAre(tomb_of(ref)));
}

TEST_F(SweepTest, UploadsThatNobodyWentOnWithGoAndYoungerOnesStay) {
    put("uploads/old/1", "a part");
    put("uploads/old/2", "a part");
    clock_.advance(std::chrono::hours(47));
    EXPECT_EQ(run().uploads, 0U);
    clock_.advance(std::chrono::hours(2));
    EXPECT_EQ(run().uploads, 1U);
    EXPECT_THAT(keys("uploads/"), IsEmpty());
}

TEST_F(SweepTest, PicturesOfNobodyGo) {
    const auto ref = add_photo();
    const auto key = photo_of(ref.id, entry(ref)->truth).media_key;
    put(media_blob(key, "s"), "a picture");
    put(media_blob(random_.token(16), "s"), "of nobody");
    EXPECT_EQ(run().media, 0U) << "it may be about to be known";
    let_time_pass();
    EXPECT_EQ(run().media, 1U);
    EXPECT_THAT(keys("media/"), ::testing::ElementsAre(media_blob(key, "s")));
}

TEST_F(SweepTest, QueuesPhotosThatWaitWithoutAJob) {
    const auto ref = add_photo();
    const auto ready = add_photo();
    Changes facts;
    facts["state"] = "ready";
    ask(gallery_->ledger().derive(ready, std::move(facts)));
    EXPECT_EQ(run().requeued, 0U);
    let_time_pass();
    EXPECT_EQ(run().requeued, 1U);
    EXPECT_TRUE(ask(jobs_->holds(job::kDerive, ref.id.text())));
    EXPECT_EQ(run().requeued, 0U);
}

TEST_F(SweepTest, ForgottenPhotosAreFoundByOneCallInASmallLibraryAndAgainByTheNext) {
    const auto ref = add_photo();
    EXPECT_EQ(ask(gallery_->derivatives().requeue_forgotten()), 0U);
    let_time_pass();
    EXPECT_EQ(ask(gallery_->derivatives().requeue_forgotten()), 1U);
    EXPECT_TRUE(ask(jobs_->holds(job::kDerive, ref.id.text())));
    const auto later = add_photo();
    let_time_pass();
    EXPECT_EQ(ask(gallery_->derivatives().requeue_forgotten()), 1U);
    EXPECT_TRUE(ask(jobs_->holds(job::kDerive, later.id.text())));
}

TEST_F(SweepTest, DamagedFactsAreCountedAndDoNotStopTheRest) {
    const auto damaged = add_photo();
    const auto after = add_photo();
    put(keys(Ledger::prefix(damaged) + "f/").at(0), "{");
    let_time_pass();
    set_entry(damaged, std::nullopt);
    set_entry(after, std::nullopt);
    const auto report = run();
    EXPECT_EQ(report.damaged, 1U);
    EXPECT_TRUE(agrees(after));
}

TEST_F(SweepTest, GoesOnAfterAnErrorWhereItWasAndSeesWhatPagesCutApart) {
    std::vector<Ref> refs;
    for (int i = 0; i < 20; ++i) refs.push_back(add_photo());
    let_time_pass();
    for (const auto& ref : refs) set_entry(ref, std::nullopt);
    blobs_->page = 3;  // two objects a photo: most pages end inside one
    blobs_->lists = 0;
    blobs_->failing_list = 9;
    Sweep round(*gallery_);
    int errors = 0;
    for (;;) {
        const auto ended = result_of(round.step());
        if (ended && *ended) break;
        if (!ended) ++errors;
    }
    EXPECT_EQ(errors, 1);
    EXPECT_EQ(round.report().records, 20U);
    EXPECT_EQ(round.report().mended, 20U);
    for (const auto& ref : refs) EXPECT_TRUE(agrees(ref));
}

TEST_F(SweepTest, ReindexMakesTheCatalogFromTheBlobsAndForgetsTheRest) {
    std::vector<Ref> refs;
    for (int i = 0; i < 20; ++i) refs.push_back(add_photo());
    edit(refs[0], "title", "second");
    purge(refs[1]);
    const Ref ghost{Kind::photo, make_id(clock_, random_)};
    let_time_pass();
    set_entry(ghost, entry(refs[0])->truth);
    for (const auto& ref : refs) set_entry(ref, std::nullopt);
    blobs_->page = 3;
    const auto report = ask(reindex(*gallery_, {}));
    EXPECT_EQ(report.records, 20U);
    EXPECT_EQ(report.mended, 21U);
    for (const auto& ref : refs) EXPECT_TRUE(agrees(ref));
    EXPECT_FALSE(entry(ghost));
    EXPECT_TRUE(entry(refs[1])->truth.purged);
    EXPECT_EQ(ask(reindex(*gallery_, {})).mended, 0U);
}

TEST_F(SweepTest, ReindexListsPagesAndNotRecords) {
    for (int i = 0; i < 30; ++i) add_photo();
    let_time_pass();
    blobs_->lists = 0;
    ask(reindex(*gallery_, {}));
    EXPECT_LE(blobs_->lists, 10U);
}

TEST_F(SweepTest, ReindexWhileWritersGoOnEndsWithWhatTheyWrote) {
    std::vector<Ref> refs;
    for (int i = 0; i < 30; ++i) refs.push_back(add_photo());
    let_time_pass();
    for (const auto& ref : refs) set_entry(ref, std::nullopt);
    asio::io_context io{1};
    bool rebuilt = false;
    int edits = 0;
    asio::co_spawn(io, reindex(*gallery_, {}),
                   [&](const std::exception_ptr&, Result<ReindexReport> report) { rebuilt = report.has_value(); });
    const auto write = [&]() -> asio::awaitable<void> {
        for (std::size_t i = 0; !rebuilt; i = (i + 7) % refs.size()) {
            const auto title = std::to_string(++edits);
            auto changed = co_await gallery_->ledger().edit(refs[i], [&](const Truth&) -> Result<Changes> {
                Changes changes;
                changes["title"] = json::value(title);
                return changes;
            });
            if (!changed) throw std::runtime_error(changed.error().message);
        }
    };
    asio::co_spawn(io, write(), [](const std::exception_ptr& fault) {
        if (fault) std::rethrow_exception(fault);
    });
    io.run();
    EXPECT_TRUE(rebuilt);
    EXPECT_GT(edits, 0);
    for (const auto& ref : refs) EXPECT_TRUE(agrees(ref));
}

TEST(Tally, IsEvenOnlyWhereAsMuchWasTakenAsAdded) {
    SystemClock clock;
    SystemRandom random;
    Tally tally;
    std::vector<Id> ids;
    for (int i = 0; i < 20'000; ++i) ids.push_back(make_id(clock, random));
    for (const auto& id : ids) tally.add(id);
    EXPECT_FALSE(tally.even());
    for (std::size_t i = 1; i < ids.size(); ++i) tally.take(ids[i]);
    EXPECT_FALSE(tally.even());
    EXPECT_FALSE(tally.even(ids[0]));
    int uneven = 0;
    for (const auto& id : ids) uneven += tally.even(id) ? 0 : 1;
    EXPECT_LT(uneven, 40) << "few others are looked at because of one";
    tally.take(ids[0]);
    EXPECT_TRUE(tally.even());
}

}  // namespace
}  // namespace cadre::gallery
