// Metadata that is read again: what changes, what somebody has set, and how far a request comes.
#include "gallery/reread.h"

#include <gtest/gtest.h>

#include "gallery/file_facts.h"
#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

using catalog::Ref;
using catalog::Truth;

/// A file that says of itself what the test wants.
class FakeDecoders final : public media::Decoders {
public:
    Task<media::Probe> probe(int, media::Limits, std::string) override {
        ++probes;
        if (failure) co_return fail(*failure);
        media::Probe probe;
        probe.metadata = metadata;
        co_return probe;
    }
    Task<media::Derived> derive(int, media::Limits, std::string, int) override {
        co_return fail(ErrorKind::unavailable, "No decoder.");
    }
    Task<std::string> about() override { co_return fail(ErrorKind::unavailable, "No decoder."); }
    media::Metadata metadata;
    std::optional<Error> failure;
    int probes = 0;
};

class RereadTest : public testing::LibraryTest {
protected:
    RereadTest()
        : reading_(Stores{*blobs_, *catalog_, *jobs_, *events_, files_say_, clock_, random_, files_, files_},
                   Policy{}) {
        files_say_.metadata.title = "from the file";
        files_say_.metadata.taken_at = parse_taken_at("2019-07-14T16:02:09+02:00");
        files_say_.metadata.keywords = {"lake", "boat"};
    }

    /// As a release before this one made it: "first" is the title that it read.
    Ref old_photo(const std::string& bytes = "picture") { return add_photo(bytes); }

    Truth truth_of(const Ref& ref) { return entry(ref)->truth; }
    RereadProgress ask_for(bool all = false) {
        clock_.advance(Millis(1000));
        return ask(Reread(reading_).ask(all));
    }
    /// Slice by slice, as the jobs do.
    RereadCounts work(RereadProgress progress) {
        for (int slices = 0; !progress.ended; ++slices) {
            EXPECT_LT(slices, 100);
            progress = ask(Reread(reading_).step(*progress_from(to_json(progress))));
        }
        const auto counts = progress.counts;
        ask(Reread(reading_).finish(std::move(progress)));
        return counts;
    }

    FakeDecoders files_say_;
    Gallery reading_;
};

TEST_F(RereadTest, WhatTheFileSaysReplacesWhatAnOlderReleaseReadOfIt) {
    const auto ref = old_photo();
    EXPECT_EQ(work(ask_for()), (RereadCounts{1, 1, 0}));
    const auto truth = truth_of(ref);
    EXPECT_EQ(truth.string("title"), "from the file");
    EXPECT_EQ(truth.string("taken_at"), "2019-07-14T16:02:09+02:00");
    EXPECT_TRUE(truth.flag("tag:lake"));
    EXPECT_EQ(catalog::month_of(catalog::row_of(ref.id, truth)->place).text(), "2019-07");
    EXPECT_EQ(ask(catalog_->timeline({catalog::Family::mine, owner_})).months.at(0).month.text(), "2019-07");
    EXPECT_TRUE(agrees(ref)) << "the blobs hold it too";
}

TEST_F(RereadTest, WhatSomebodyHasSetStaysAsItIs) {
    const auto ref = old_photo();
    work(ask_for());
    edit(ref, "title", "mine");
    edit(ref, "taken_at", nullptr);
    edit(ref, "tag:boat", nullptr);
    edit(ref, "tag:own", true);
    files_say_.metadata.title = "another";
    files_say_.metadata.caption = "a caption";
    files_say_.metadata.keywords = {"lake", "boat", "new"};
    EXPECT_EQ(work(ask_for(true)), (RereadCounts{1, 1, 0}));
    const auto truth = truth_of(ref);
    EXPECT_EQ(truth.string("title"), "mine");
    EXPECT_EQ(truth.find("taken_at"), nullptr);
    EXPECT_FALSE(truth.flag("tag:boat"));
    EXPECT_TRUE(truth.flag("tag:own"));
    EXPECT_TRUE(truth.flag("tag:new"));
    EXPECT_EQ(truth.string("caption"), "a caption") << "nobody had set one";
}

TEST_F(RereadTest, WhatAnEarlierReadingSetIsNobodysWord) {
    const auto ref = old_photo();
    work(ask_for());
    edit(ref, "favourite", true);
    files_say_.metadata.title = "better";
    files_say_.metadata.keywords = {"lake"};
    work(ask_for(true));
    files_say_.metadata.title = "";
    files_say_.metadata.taken_at = parse_taken_at("2020");
    work(ask_for(true));
    const auto truth = truth_of(ref);
    EXPECT_EQ(truth.string("title"), "") << "the file has none any more";
    EXPECT_EQ(truth.string("taken_at"), "2020");
    EXPECT_TRUE(truth.flag("tag:lake"));
    EXPECT_FALSE(truth.flag("tag:boat"));
    EXPECT_TRUE(truth.flag("favourite"));
}

TEST_F(RereadTest, ATagThatWasTakenOffAndForgottenDoesNotComeBack) {
    auto truth = truth_of(old_photo());
    const auto facts = [&] { return facts_of_file(files_say_.metadata, "", clock_.now()); };
    auto changes = changes_by_reading(truth, facts());
    const catalog::Stamp stamp{truth.facts.newest().n + 1, 1};
    for (auto& [name, value] : changes) truth.facts.set(name, std::move(value), stamp);
    ASSERT_TRUE(truth.flag("tag:boat"));
    truth.facts.fields.erase("tag:boat");  // as the ledger forgets it after some time
    EXPECT_TRUE(changes_by_reading(truth, facts()).empty());
    files_say_.metadata.keywords.emplace_back("new");
    changes = changes_by_reading(truth, facts());
    EXPECT_TRUE(changes.contains("tag:new"));
    EXPECT_FALSE(changes.contains("tag:boat"));
}

/// é as one character and as e with an accent: files written on a Mac have the second.
const std::string kComposed = "\u00e9t\u00e9";
const std::string kTakenApart = "e\u0301te\u0301";

TEST_F(RereadTest, TagsThatLookTheSameAreOne) {
    files_say_.metadata.keywords = {kTakenApart, kComposed};
    files_say_.metadata.title = kTakenApart;
    const auto facts = facts_of_file(files_say_.metadata, "", clock_.now());
    EXPECT_TRUE(facts.contains("tag:" + kComposed));
    EXPECT_FALSE(facts.contains("tag:" + kTakenApart));
    EXPECT_EQ(facts.at("title"), json::value(kComposed));
}

TEST_F(RereadTest, ATagThatAnOlderReleaseReadTakenApartIsComposed) {
    auto truth = truth_of(old_photo());
    files_say_.metadata.keywords = {kTakenApart, "boat"};
    const auto facts = [&] { return facts_of_file(files_say_.metadata, "", clock_.now()); };
    auto as_before = facts();
    as_before.erase("tag:" + kComposed);
    as_before["tag:" + kTakenApart] = true;
    const catalog::Stamp stamp{truth.facts.newest().n + 1, 1};
    for (const auto& [name, value] : as_before) truth.facts.set(name, value, stamp);
    truth.facts.set("read_with", read_with(as_before), stamp);

    const auto changes = changes_by_reading(truth, facts());
    ASSERT_TRUE(changes.contains("tag:" + kComposed));
    EXPECT_EQ(changes.at("tag:" + kComposed), json::value(true));
    EXPECT_TRUE(changes.at("tag:" + kTakenApart).is_null());
    // Whoever took it off meant what it looks like.
    truth.facts.set("tag:" + kTakenApart, nullptr, {stamp.n + 1, 2});
    EXPECT_FALSE(changes_by_reading(truth, facts()).contains("tag:" + kComposed));
}

TEST_F(RereadTest, AFileIsReadOnceAndAgainOnlyWhenItIsAskedFor) {
    for (int i = 0; i < 60; ++i) old_photo("picture " + std::to_string(i));
    EXPECT_EQ(work(ask_for()), (RereadCounts{60, 60, 0}));
    const auto probes = files_say_.probes;
    EXPECT_EQ(work(ask_for()), (RereadCounts{60, 0, 0}));
    EXPECT_EQ(files_say_.probes, probes);
    const auto all = ask_for(true);
    EXPECT_EQ(work(all), (RereadCounts{60, 0, 0}));
    EXPECT_EQ(files_say_.probes, probes + 60);
    EXPECT_EQ(work(all), (RereadCounts{60, 0, 0})) << "the same request once more, as after a job that was lost";
    EXPECT_EQ(files_say_.probes, probes + 60);
}

TEST_F(RereadTest, AFileThatCannotBeReadIsCountedAndTheNextOneIsRead) {
    const auto missing = old_photo("one");
    ask(store_->remove({Ledger::prefix(missing) + "original"}));
    EXPECT_EQ(work(ask_for()), (RereadCounts{1, 0, 1}));
    EXPECT_EQ(truth_of(missing).string("title"), "first");
    const auto damaged = old_photo("two");
    files_say_.failure = Error{ErrorKind::unprocessable, "The file is damaged."};
    EXPECT_EQ(work(ask_for()), (RereadCounts{2, 0, 1})) << "the other is not tried again";
    files_say_.failure = Error{ErrorKind::unavailable, "Too many are waiting."};
    old_photo("three");
    const auto stopped = result_of(Reread(reading_).step(ask_for()));
    ASSERT_FALSE(stopped) << "that passes: the job is tried again";
    EXPECT_EQ(stopped.error().kind, ErrorKind::unavailable);
    (void)damaged;
}

TEST_F(RereadTest, ARequestIsHeardOnceAndItsEndCanBeAskedFor) {
    old_photo();
    Reread reread(reading_);
    EXPECT_FALSE(ask(reread.pending()));
    EXPECT_FALSE(ask(reread.begin_pending()));
    const auto request = ask_for();
    EXPECT_EQ(ask(reread.pending())->asked, request.asked);
    EXPECT_FALSE(ask(reread.outcome(request.asked)));
    EXPECT_TRUE(ask(reread.begin_pending()));
    EXPECT_TRUE(ask(reread.begin_pending()));
    EXPECT_EQ(ask(jobs_->stats()).waiting, 1U);
    const auto taken = ask(jobs_->take({job::kReread}, Millis(1000), Millis(0)));
    ASSERT_TRUE(taken);
    work(*progress_from(taken->job.payload));
    EXPECT_EQ(ask(reread.outcome(request.asked)), (RereadCounts{1, 1, 0}));
    EXPECT_FALSE(ask(reread.pending()));
}

TEST_F(RereadTest, WhatAReadingSetsIsNobodysEdit) {
    const auto ref = old_photo();
    EXPECT_FALSE(is_edited(truth_of(ref), "title"));
    work(ask_for());
    EXPECT_EQ(truth_of(ref).string("title"), "from the file");
    EXPECT_FALSE(is_edited(truth_of(ref), "title"));
    EXPECT_FALSE(is_edited(truth_of(ref), "rating")) << "neither the file nor anybody has set it";
    EXPECT_TRUE(is_edited(edit(ref, "title", "mine"), "title"));
    EXPECT_TRUE(is_edited(edit(ref, "title", nullptr), "title")) << "emptied is edited";
}

TEST_F(RereadTest, OfAPhotoWhoseLikenessIsNotKnownTheDerivativesAreMadeAgain) {
    const auto old = old_photo("one"), known = old_photo("two"), young = old_photo("three");
    const auto ready = [&](const Ref& ref, const json::value& likeness) {
        Changes derived;
        derived["state"] = "ready";
        if (!likeness.is_null()) derived[std::string(catalog::field::kLikeness)] = likeness;
        ask(gallery_->ledger().derive(ref, std::move(derived)));
    };
    ready(old, nullptr);
    ready(known, json::array{"", nullptr});
    work(ask_for());
    const auto taken = ask(jobs_->take({job::kDerive}, Millis(60'000), Millis(0)));
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->job.subject, old.id.text());
    ask(jobs_->done(*taken));
    EXPECT_FALSE(ask(jobs_->take({job::kDerive}, Millis(60'000), Millis(0)))) << "those that are known or not ready";
    work(ask_for());
    EXPECT_TRUE(ask(jobs_->take({job::kDerive}, Millis(60'000), Millis(0)))) << "asked for again, it is tried again";
    EXPECT_EQ(truth_of(young).string("state"), "");
}

}  // namespace
}  // namespace cadre::gallery
