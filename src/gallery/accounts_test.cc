// Who may do what, and for how long, over Solo's real stores.
#include "gallery/accounts.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gallery/testing/library.h"
#include "gallery/uploads.h"

namespace cadre::gallery {
namespace {

namespace field = catalog::field;
using catalog::Kind;

const std::string kOld = "the old password", kNew = "the new password";

class AccountsTest : public testing::LibraryTest {
protected:
    AccountsTest() {
        decoders_.every = media::Probe{"png", "image/png", 4, 3, false, false, {}};
        ann_ = ask(accounts().add_user("Ann", Role::admin, kOld));
        ben_ = ask(accounts().add_user("Ben", Role::member, kOld));
    }

    Accounts& accounts() { return gallery_->accounts(); }
    Task<NewSession> log_in(std::string name, std::string password) {
        return accounts().log_in(std::move(name), std::move(password), {"192.0.2.1", "a test", ""});
    }
    Viewer ben() { return ask(accounts().by_session(ask(log_in("Ben", kOld)).secret)); }
    bool holds(const std::string& secret) { return result_of(accounts().by_session(secret)).has_value(); }
    Task<void> disable(Id id) {
        UserChange change;
        change.disabled = true;
        CO_CHECK(co_await accounts().change_user(id, std::move(change)));
        co_return Result<void>();
    }

    /// Uploads `bytes` as Ben, and lets `meanwhile` happen before the first object is put.
    Result<Uploaded> upload(Viewer viewer, std::function<Task<void>()> meanwhile, std::string bytes = "picture") {
        auto upload = ask(gallery_->uploads().begin(std::move(viewer), {}));
        ask(upload->write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
        blobs_->before_put = std::move(meanwhile);
        return result_of(upload->finish());
    }
    std::size_t photos_that_live() {
        std::size_t living = 0;
        for (const auto& key : keys("photos/")) living += key.ends_with("/original") ? 1 : 0;
        return living + ask(catalog_->newest({catalog::Family::mine, ben_.id}, std::nullopt, 10)).size();
    }

    User ann_, ben_;
};

// ---- passwords -----------------------------------------------------------------------------------------------------

TEST_F(AccountsTest, ALogInThatRanBesideAChangeOfThePasswordLeavesNoSession) {
    // The change hashes, the log-in compares, both on the one thread for it: the log-in ends after the change.
    for (int i = 0; i < 8; ++i) {
        UserChange change;
        change.password = i % 2 == 0 ? kNew : kOld;
        const auto old = i % 2 == 0 ? kOld : kNew;
        asio::io_context io{1};
        std::optional<Result<NewSession>> session;
        std::optional<Result<User>> changed;
        const auto later = [&]() -> Task<NewSession> {
            asio::steady_timer timer(io, std::chrono::milliseconds(5 * i));
            co_await timer.async_wait(asio::use_awaitable);
            co_return co_await log_in("Ben", old);
        };
        asio::co_spawn(io, accounts().change_user(ben_.id, std::move(change)),
                       [&](const std::exception_ptr&, Result<User> got) { changed.emplace(std::move(got)); });
        asio::co_spawn(io, later(),
                       [&](const std::exception_ptr&, Result<NewSession> got) { session.emplace(std::move(got)); });
        io.run();
        ASSERT_TRUE(changed->has_value());
        if (session->has_value()) {
            EXPECT_FALSE(holds((*session)->secret)) << i;
        }
        EXPECT_TRUE(ask(catalog_->sessions_of(ben_.id)).empty()) << i;
    }
}

TEST_F(AccountsTest, ASessionStoredAfterAChangeOfThePasswordIsOverNevertheless) {
    const auto secret = ask(log_in("Ben", kOld)).secret;
    auto stored = ask(catalog_->sessions_of(ben_.id)).at(0);
    ask(accounts().set_password("Ben", kNew, Tokens::keep));
    ask(catalog_->put_session(stored));  // by a process that was paused
    EXPECT_FALSE(holds(secret));
    EXPECT_TRUE(holds(ask(log_in("Ben", kNew)).secret));

    // So is one that an older release stored, which kept no generation.
    stored.generation.clear();
    ask(catalog_->put_session(stored));
    EXPECT_FALSE(holds(secret));
    stored.created = clock_.now() + Millis(1);
    ask(catalog_->put_session(stored));
    EXPECT_TRUE(holds(secret));
}

TEST_F(AccountsTest, ASessionOfBeforeSomebodyWasDisabledIsNoneWhenTheyAreLetInAgain) {
    const auto secret = ask(log_in("Ben", kOld)).secret;
    const auto stored = ask(catalog_->sessions_of(ben_.id)).at(0);
    ask(disable(ben_.id));
    EXPECT_EQ(result_of(log_in("Ben", kOld)).error().kind, ErrorKind::unauthenticated);
    UserChange back;
    back.disabled = false;
    ask(accounts().change_user(ben_.id, std::move(back)));
    ask(catalog_->put_session(stored));
    EXPECT_FALSE(holds(secret));
}

// ---- uploads -------------------------------------------------------------------------------------------------------

TEST_F(AccountsTest, AnUploadOfSomebodyWhoMayStillWriteIsKept) {
    EXPECT_TRUE(upload(ben(), nullptr));
    EXPECT_EQ(photos_that_live(), 2U);  // an original and a row
}

TEST_F(AccountsTest, WhoIsDisabledInTheMiddleOfAnUploadLeavesNoPhoto) {
    const auto refused = upload(ben(), [this] { return disable(ben_.id); });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unauthenticated);
    EXPECT_EQ(photos_that_live(), 0U);
}

TEST_F(AccountsTest, WhoIsRemovedInTheMiddleOfAnUploadLeavesNoPhoto) {
    const auto refused = upload(ben(), [this] { return accounts().remove_user(ben_.id); });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unauthenticated);
    EXPECT_EQ(photos_that_live(), 0U);
    EXPECT_EQ(result_of(accounts().user(ben_.id)).error().kind, ErrorKind::not_found);
}

TEST_F(AccountsTest, WhoseSessionEndsInTheMiddleOfAnUploadLeavesNoPhoto) {
    const auto viewer = ben();
    EXPECT_FALSE(upload(viewer, [&] { return accounts().log_out(viewer); }));
    const auto other = ben();
    const auto change = [this]() -> Task<void> {
        CO_CHECK(co_await accounts().set_password("Ben", kNew, Tokens::keep));
        co_return Result<void>();
    };
    EXPECT_FALSE(upload(other, change));
    EXPECT_EQ(photos_that_live(), 0U);
}

TEST_F(AccountsTest, WhoseTokenIsRevokedInTheMiddleOfAnUploadLeavesNoPhoto) {
    const auto token = ask(accounts().add_token(ben(), "phone", TokenScope::upload));
    const auto viewer = ask(accounts().by_token(token.secret));
    EXPECT_FALSE(upload(viewer, [&] { return accounts().remove_token(ben_.id, token.token.id); }));
    EXPECT_EQ(photos_that_live(), 0U);
}

TEST_F(AccountsTest, AnUploadThatEndsAfterItsOwnerWasDisabledDoesNotTakeAPhotoOutOfTheTrash) {
    const auto id = upload(ben(), nullptr).value().photo.id;
    edit({Kind::photo, id}, std::string(field::kTrashedAt), 1);
    auto again = ask(gallery_->uploads().begin(ben(), {}));
    const std::string bytes = "picture";
    ask(again->write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
    ask(disable(ben_.id));
    EXPECT_FALSE(result_of(again->finish()));
    EXPECT_TRUE(ask(catalog_->get({Kind::photo, id}))->truth.integer(field::kTrashedAt));
}

TEST_F(AccountsTest, SomebodyWhosePhotoWasStoredWhileTheyWereRemovedStays) {
    // The photo is stored after the first look for photos, and before the owner may no longer write.
    const auto store = [this]() -> Task<void> {
        Changes facts;
        facts[std::string(field::kOwner)] = json::value(ben_.id.text());
        facts[std::string(field::kAccess)] = json::object{{"visibility", "private"}, {"key", random_.token(16)}};
        const catalog::Ref photo{Kind::photo, make_id(clock_, random_)};
        std::vector<blobs::Put> none;
        CO_CHECK(co_await gallery_->ledger().create(photo, std::move(facts), std::move(none)));
        co_return Result<void>();
    };
    blobs_->before_put = store;
    EXPECT_EQ(result_of(accounts().remove_user(ben_.id)).error().kind, ErrorKind::conflict);
    EXPECT_FALSE(ask(accounts().user(ben_.id)).disabled);
    EXPECT_TRUE(result_of(log_in("Ben", kOld)));
}

// ---- names ---------------------------------------------------------------------------------------------------------

TEST_F(AccountsTest, NamesThatDifferOnlyInCaseOrFormAreOneName) {
    ask(accounts().add_user("Straße", Role::member, kOld));
    for (const char* name : {"STRASSE", "strasse", "STRAẞE", "straße", "BEN", "Ｂｅｎ"})
        EXPECT_EQ(result_of(accounts().add_user(name, Role::member, kOld)).error().kind, ErrorKind::conflict) << name;
    EXPECT_EQ(ask(log_in("STRASSE", kOld)).user.name, "Straße");
    EXPECT_EQ(ask(log_in("ben", kOld)).user.name, "Ben");
}

TEST_F(AccountsTest, NamesThatCannotBeToldApartByEyeAreRefused) {
    for (const char* name :
         {"Be\u200bn", "\u202eneB", "Ben\u2066", "Ben\u00a0", "B\u00aden", "Ben\u3164", "\tBen", " Ben", "", "Ben\xff"})
        EXPECT_EQ(result_of(accounts().add_user(name, Role::member, kOld)).error().kind, ErrorKind::invalid) << name;
    const std::string most(64, 'x');
    EXPECT_TRUE(result_of(accounts().add_user(most, Role::member, kOld)));
    EXPECT_FALSE(result_of(accounts().add_user(most + "y", Role::member, kOld)));
}

/// As an older release let them be, which folded ASCII alone.
TEST_F(AccountsTest, TwoWhoseNamesAreOneNowBothLogIn) {
    const auto hash = ask(catalog_->get({Kind::user, ben_.id}))->truth.string(field::kPassword);
    std::vector<Id> ids;
    for (const char* name : {"Émile", "émile"}) {
        Changes facts;
        facts[std::string(field::kName)] = name;
        facts[std::string(field::kRole)] = "member";
        facts[std::string(field::kPassword)] = json::value(hash);
        ids.push_back(make_id(clock_, random_));
        ask(gallery_->ledger().create({Kind::user, ids.back()}, std::move(facts), {}));
        clock_.advance(Millis(2));
    }
    EXPECT_EQ(ask(log_in("Émile", kOld)).user.id, ids[0]);
    EXPECT_EQ(ask(log_in("émile", kOld)).user.id, ids[1]);
    EXPECT_EQ(ask(log_in("ÉMILE", kOld)).user.id, ids[0]) << "the first";
    EXPECT_EQ(result_of(accounts().add_user("ÉMILE", Role::member, kOld)).error().kind, ErrorKind::conflict);
}

// ---- tokens --------------------------------------------------------------------------------------------------------

TEST_F(AccountsTest, ATokenMadeWhileAllWereRevokedIsOver) {
    // By a process that was paused between looking at the user and storing the token.
    const auto change = [this]() -> Task<void> {
        CO_CHECK(co_await accounts().set_password("Ben", kNew, Tokens::revoke));
        co_return Result<void>();
    };
    const auto by = ben();
    blobs_->before_put = change;
    EXPECT_EQ(result_of(accounts().add_token(by, "late", TokenScope::all)).error().kind, ErrorKind::unauthenticated);
    EXPECT_TRUE(ask(accounts().tokens(ben_.id)).empty());
}

TEST_F(AccountsTest, WhatATokenMadeIsRefusedFromTheMomentThatItIsGone) {
    const auto parent = ask(accounts().add_token(ben(), "parent", TokenScope::all));
    const auto child = ask(accounts().add_token(ask(accounts().by_token(parent.secret)), "child", TokenScope::all));
    EXPECT_TRUE(result_of(accounts().by_token(child.secret)));
    // The process that revokes it dies before it comes to the others.
    purge({Kind::token, parent.token.id});
    EXPECT_FALSE(result_of(accounts().by_token(child.secret)));
}

TEST_F(AccountsTest, ATokenOfAnOlderReleaseMayDoAllAndEndsWithTheOthers) {
    Changes facts;
    facts[std::string(field::kName)] = "old";
    facts[std::string(field::kUser)] = json::value(ben_.id.text());
    facts[std::string(field::kHash)] = json::value(sha256_hex("cadre_old"));
    ask(gallery_->ledger().create({Kind::token, make_id(clock_, random_)}, std::move(facts), {}));
    const auto viewer = ask(accounts().by_token("cadre_old"));
    EXPECT_EQ(viewer.scope, TokenScope::all);
    EXPECT_EQ(ask(accounts().tokens(ben_.id)).at(0).by.kind, "");
    ask(accounts().set_password("Ben", kNew, Tokens::keep));
    EXPECT_TRUE(result_of(accounts().by_token("cadre_old")));
    ask(accounts().set_password("Ben", kOld, Tokens::revoke));
    EXPECT_FALSE(result_of(accounts().by_token("cadre_old")));
}

TEST_F(AccountsTest, TheOldestSessionsOfManyEnd) {
    const auto first = ask(log_in("Ben", kOld)).secret;
    const auto entry = ask(catalog_->get({Kind::user, ben_.id}));
    auto stored = ask(catalog_->sessions_of(ben_.id)).at(0);
    for (std::size_t i = 0; i < kMaxSessions; ++i) {
        stored.hash = "another" + std::to_string(i);
        stored.created += Millis(1);
        ask(catalog_->put_session(stored));
    }
    clock_.advance(Millis(1000));
    const auto last = ask(log_in("Ben", kOld)).secret;
    EXPECT_EQ(ask(catalog_->sessions_of(ben_.id)).size(), kMaxSessions);
    EXPECT_FALSE(holds(first));
    EXPECT_TRUE(holds(last));
}

}  // namespace
}  // namespace cadre::gallery
