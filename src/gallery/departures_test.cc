// Users who go although they have photos.
#include "gallery/departures.h"

#include "base/testing.h"
#include "gallery/account_records.h"
#include "gallery/photos.h"
#include "gallery/testing/library.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Family;
using catalog::Kind;
using catalog::Ref;

class DeparturesTest : public testing::LibraryTest {
protected:
    DeparturesTest() {
        add_owner();
        root_ = ask(accounts().add_user("root", Role::admin, "a good password")).id;
        heir_ = ask(accounts().add_user("heir", Role::member, "a good password")).id;
    }
    Accounts& accounts() { return gallery_->accounts(); }
    std::string to(const Id& id) { return "transfer:" + id.text(); }
    std::size_t shown(Family family, const Id& of) {
        return ask(catalog_->newest(catalog::View{family, of}, std::nullopt, 1000)).size();
    }
    bool leaves(const Id& id) {
        const auto user = entry({Kind::user, id});
        return user && is_leaving(user->truth);
    }
    /// As a worker does all that is queued.
    void work() {
        while (const auto taken = ask(jobs_->take({job::kDepart}, Millis(60'000), Millis(0)))) {
            const auto ended = result_of(depart(*gallery_, *parse_id(taken->job.subject)));
            ask(jobs_->done(*taken));
            if (ended && !*ended) ask(jobs_->push(taken->job));
        }
    }
    void trash(const Ref& photo) { edit(photo, std::string(field::kTrashedAt), 1); }

    Id root_, heir_;
};

TEST_F(DeparturesTest, WithoutAWordAboutThePhotosTheUserStays) {
    add_photo();
    EXPECT_EQ(code_of(result_of(accounts().remove_user(owner_)).error()), Code::user_has_photos);
    EXPECT_EQ(ask(accounts().user(owner_)).disabled, false);
}

TEST_F(DeparturesTest, DeletedPhotosGoForGoodAndThenTheUser) {
    const auto photo = add_photo("one");
    const auto trashed = add_photo("two");
    trash(trashed);
    ask(accounts().remove_user(owner_, "delete"));
    EXPECT_EQ(result_of(accounts().user(owner_)).error().kind, ErrorKind::not_found) << "from the answer on";
    work();
    for (const auto& ref : {photo, trashed}) {
        EXPECT_TRUE(entry(ref)->truth.purged);
        EXPECT_EQ(keys(Ledger::prefix(ref)), std::vector{Ledger::prefix(ref) + "tomb"});
    }
    EXPECT_TRUE(entry({Kind::user, owner_})->truth.purged);
}

TEST_F(DeparturesTest, HandedOverPhotosKeepAllButTheMarkOfAFavourite) {
    const auto photo = add_photo("one");
    const auto trashed = add_photo("two");
    trash(trashed);
    edit(photo, std::string(field::kFavourite), true);
    edit(photo, "tag:sea", true);
    const auto before = entry(photo)->truth;
    ask(accounts().remove_user(owner_, to(heir_)));
    work();
    const auto after = entry(photo)->truth;
    EXPECT_EQ(after.string(field::kOwner), heir_.text());
    EXPECT_FALSE(after.flag(field::kFavourite));
    for (const auto name : {field::kSha256, field::kTitle}) EXPECT_EQ(after.string(name), before.string(name));
    EXPECT_TRUE(after.flag("tag:sea"));
    EXPECT_EQ(*after.find(field::kAccess), *before.find(field::kAccess)) << "and its address";
    EXPECT_EQ(shown(Family::mine, heir_), 1U);
    EXPECT_EQ(shown(Family::trash, heir_), 1U);
    EXPECT_EQ(shown(Family::favourites, heir_), 0U);
    EXPECT_EQ(shown(Family::mine, owner_) + shown(Family::trash, owner_), 0U);
    EXPECT_TRUE(entry({Kind::user, owner_})->truth.purged);
    const auto known = catalog::key_of_hash(heir_, sha256_hex("one"));
    EXPECT_EQ(ask(catalog_->find(catalog::Index::photo_by_hash, {known})).at(0), photo.id);
}

TEST_F(DeparturesTest, AJobThatIsLostIsQueuedAgain) {
    add_photo();
    ask(accounts().remove_user(owner_, to(heir_)));
    while (const auto taken = ask(jobs_->take({job::kDepart}, Millis(60'000), Millis(0)))) ask(jobs_->done(*taken));
    open_gallery({});
    work();
    EXPECT_TRUE(leaves(owner_)) << "nobody did it";
    EXPECT_EQ(ask(queue_departures(*gallery_)), 1U);
    work();
    EXPECT_EQ(shown(Family::mine, heir_), 1U);
    EXPECT_TRUE(entry({Kind::user, owner_})->truth.purged);
    EXPECT_EQ(ask(queue_departures(*gallery_)), 0U);
}

TEST_F(DeparturesTest, AStoreThatIsAwayMeanwhileLosesNothing) {
    for (const char* bytes : {"one", "two", "three"}) add_photo(bytes);
    ask(accounts().remove_user(owner_, to(heir_)));
    blobs_->allowed_puts = 1;
    work();
    EXPECT_TRUE(leaves(owner_));
    EXPECT_EQ(shown(Family::mine, heir_) + shown(Family::mine, owner_), 3U);
    blobs_->allowed_puts = -1;
    ask(queue_departures(*gallery_));
    work();
    EXPECT_EQ(shown(Family::mine, heir_), 3U);
    EXPECT_TRUE(entry({Kind::user, owner_})->truth.purged);
}

TEST_F(DeparturesTest, ThePhotosGoToSomebodyWhoIsThereAndStays) {
    add_photo();
    for (const auto& wrong : {to(owner_), to(make_id(clock_, random_)), std::string("transfer:"), std::string("keep")})
        EXPECT_EQ(code_of(result_of(accounts().remove_user(owner_, wrong)).error()), Code::invalid_fields) << wrong;
    ask(accounts().remove_user(owner_, to(heir_)));
    EXPECT_EQ(code_of(result_of(accounts().remove_user(heir_, "delete")).error()), Code::user_has_photos);
    work();
    ask(accounts().remove_user(heir_, "delete"));
    work();
    EXPECT_TRUE(entry({Kind::user, heir_})->truth.purged);
}

TEST_F(DeparturesTest, WhoLeavesIsFoundByNobodyAndCannotComeBack) {
    add_photo();
    ask(accounts().remove_user(owner_, "delete"));
    for (const auto& user : ask(accounts().users())) EXPECT_NE(user.id, owner_);
    UserChange enable;
    enable.disabled = false;
    EXPECT_EQ(result_of(accounts().change_user(owner_, enable)).error().kind, ErrorKind::not_found);
    EXPECT_EQ(result_of(accounts().set_password("owner", "another password", Tokens::keep)).error().kind,
              ErrorKind::not_found);
    EXPECT_EQ(result_of(accounts().remove_user(owner_, to(heir_))).error().kind, ErrorKind::not_found)
        << "what was answered holds";
}

TEST_F(DeparturesTest, TheLastAdministratorStaysWhateverIsSaidOfThePhotos) {
    EXPECT_EQ(code_of(result_of(accounts().remove_user(root_, "delete")).error()), Code::last_administrator);
}

}  // namespace
}  // namespace cadre::gallery
