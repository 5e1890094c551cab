// Two releases side by side: this one, and one after it that declares more views and writes, in all that it keeps,
// something that this one does not know. What readers owe to writers of the next release is in
// docs/decisions/0023-stored-forms.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/redis/layout.h"
#include "catalog/redis/testing.h"
#include "catalog/suite_timelines.h"

namespace cadre::catalog::redis {
namespace {

using namespace std::chrono_literals;
using cadre::redis::Call;

// ARGV: what kind of key it is. Puts into each value that was not yet of the next release: into an entry a field under
// a code, one in a form and members of types that this release does not know; into a row, a session and a post
// further members.
constexpr const char* kIntoTheNextForm = R"lua(
local kind = ARGV[1]
local function longer(bytes, at, members)  -- an array of less than 14 members gets two more
  if string.byte(bytes, at) ~= 144 + members then return bytes end
  return string.sub(bytes, 1, at - 1) .. string.char(146 + members) .. string.sub(bytes, at + 1) .. '\129\161a\203' ..
         string.rep('\0', 8) .. '\161x'
end
local function entry(bytes)
  local all = cmsgpack.unpack(bytes)
  if #all > 5 then return bytes end
  local function put(list, ...)
    for _, text in ipairs({...}) do list[#list + 1] = text end
  end
  if all[4][1] then put(all[4][1], '~', '"of the next"', '.form', '\3in its form') end
  local undo = all[3][#all[3]]
  if undo then put(undo, 'f~', '"before"', 'f.form', '\3before', 'd~', false) end
  all[6], all[7] = {map = 1.5, of = true}, -1
  return cmsgpack.pack(all)
end
local function next_form(bytes)
  if kind == 'entry' then return entry(bytes) end
  if kind == 'row' then return longer(bytes, 30, 8) end
  if kind == 'session' then return longer(bytes, 1, 6) end
  return longer(bytes, 1, 3)
end
if redis.call('TYPE', KEYS[1]).ok == 'string' then
  redis.call('SET', KEYS[1], next_form(redis.call('GET', KEYS[1])), 'KEEPTTL')
  return 1
end
local all, changed = redis.call('HGETALL', KEYS[1]), 0
for i = 1, #all, 2 do
  local bytes = next_form(all[i + 1])
  if bytes ~= all[i + 1] then
    changed = changed + 1
    redis.call('HSET', KEYS[1], all[i], bytes)
  end
end
return changed
)lua";

class NextRelease : public CatalogTimelines {
protected:
    void SetUp() override {
        CatalogTimelines::SetUp();
        if (!IsSkipped()) start_this();
    }
    void TearDown() override {
        next_.reset();
        CatalogTimelines::TearDown();
    }

    void start_this() { catalog_ = stores_->open(clock_, random_, declared()); }
    void start_next() { next_ = stores_->open(clock_, random_, suite_declared()); }
    void end_this() { catalog_.reset(); }
    void end_next() { next_.reset(); }

    /// Changes of photos by whichever of the two run, at the same time and of the same photos.
    void change() {
        std::vector<Task<Entry>> steps;
        for (int i = 0; i < 60; ++i) {
            const auto id = some_id(roll(kPhotos));
            auto truth = random_change();
            join(model_.photos[id], truth);
            auto& by = next_ && (!catalog_ || i % 2 == 0) ? *next_ : *catalog_;
            steps.push_back(by.apply({Kind::photo, id}, std::move(truth)));
        }
        for (const auto& outcome : run_all(std::move(steps), 2)) ASSERT_TRUE(outcome) << outcome.error().detail;
        if (next_) {
            EXPECT_GT(into_next_form("photos:", "entry"), 0);
            EXPECT_GT(into_next_form("rows:", "row"), 0);
        }
    }
    void change_for_a_while() {
        for (int i = 0; i < 4 && !HasFatalFailure(); ++i) change();
    }

    /// That each of the two that run says of all what was acknowledged.
    void expect_all() {
        for (auto* release : {&catalog_, &next_}) {
            if (!*release) continue;
            for (const auto& [id, truth] : model_.photos) {
                const auto entry = ok((*release)->get({Kind::photo, id}));
                ASSERT_TRUE(entry);
                EXPECT_EQ(entry->truth, truth);
            }
            if (release == &next_) std::swap(catalog_, next_);
            for (const auto& view : views())
                if (declared().find(view.family) != nullptr && !HasFatalFailure()) compare(view);
            if (release == &next_) std::swap(catalog_, next_);
        }
    }
    /// The same of those views that only the next release declares, which runs alone.
    void expect_all_of_next() {
        std::swap(catalog_, next_);
        for (const auto& view : views())
            if (!HasFatalFailure()) compare(view);
        std::swap(catalog_, next_);
    }

    /// How many values of such keys were not in the next release's form and now are.
    std::int64_t into_next_form(const std::string& of, const std::string& kind) {
        std::int64_t changed = 0;
        for (const auto& node : ok(stores().cluster().nodes())) {
            if (!node.master) continue;
            auto words = std::vector<std::string>{"KEYS", stores().prefix() + "*}:" + of + "*"};
            const auto keys = ok(stores().cluster().call_node(node.endpoint, std::move(words)));
            for (const auto& key : keys.array()) {
                Call call{key.text(), {"EVAL", kIntoTheNextForm, "1", key.text(), kind}};
                changed += ok(stores().cluster().call(std::move(call))).integer();
            }
        }
        return changed;
    }

    [[nodiscard]] testing::RedisStores& stores() { return dynamic_cast<testing::RedisStores&>(*stores_); }

    std::unique_ptr<Catalog> next_;
};
INSTANTIATE_TEST_SUITE_P(Redis, NextRelease, ::testing::Values(SuiteDriver{"Redis", testing::make_stores}),
                         name_of_driver);

TEST_P(NextRelease, NothingIsLostInARollingUpdateARollBackAndTheUpdateAgain) {
    change_for_a_while();
    expect_all();
    for (int twice = 0; twice < 2 && !HasFatalFailure(); ++twice) {
        start_next();
        change_for_a_while();  // a rolling update: both
        expect_all();
        end_this();
        audit(*next_);
        change_for_a_while();  // the next alone
        expect_all_of_next();
        start_this();
        change_for_a_while();  // a rolling roll-back: both
        expect_all();
        end_next();
        audit(*catalog_);
        change_for_a_while();  // this one alone
        expect_all();
    }
}

TEST_P(NextRelease, WhatThisOneDoesNotKnowStaysInAnEntryThatItChanges) {
    start_next();
    const Ref ref{Kind::photo, some_id(1)};
    Truth truth, title;
    truth.facts.set("owner", json::string(owners_[0].text()), {1, 1});
    title.facts.set("title", "x", {2, 2});
    ok(next_->apply(ref, truth));
    ASSERT_EQ(into_next_form("photos:", "entry"), 1);
    join(truth, title);
    EXPECT_EQ(ok(catalog_->apply(ref, title)).truth, truth);
    Call call{Layout(stores().prefix(), declared()).entries(ref), {}};
    call.words = {"HGET", call.key, bytes_of(ref.id)};
    const auto kept = ok(stores().cluster().call(std::move(call)));
    EXPECT_THAT(kept.text(), ::testing::HasSubstr("of the next"));
    EXPECT_THAT(kept.text(), ::testing::HasSubstr("in its form"));
}

TEST_P(NextRelease, SessionsAndPostsOfTheNextOneAreReadAndEndedByThisOne) {
    start_next();
    Session session;
    session.hash = std::string(64, 'a');
    session.user = owners_[0];
    session.created = clock_.now();
    session.expires = clock_.now() + 1h;
    session.generation = "7";
    session.address = "192.0.2.1";
    session.agent = "A browser";
    ok(next_->put_session(session));
    ok(next_->post("processes", "b", "well", 1min, 8));
    ASSERT_EQ(into_next_form("session:", "session"), 1);
    ASSERT_EQ(into_next_form("sessions:", "session"), 1);
    ASSERT_EQ(into_next_form("board:", "post"), 1);

    EXPECT_EQ(ok(catalog_->get_session(session.hash)), session);
    EXPECT_THAT(ok(catalog_->sessions_of(session.user)), ::testing::ElementsAre(session));
    ok(catalog_->post("processes", "a", "well too", 1min, 8));
    for (auto* release : {&catalog_, &next_}) {
        const auto posted = ok((*release)->posted("processes"));
        ASSERT_EQ(posted.size(), 2U);
        EXPECT_EQ(posted[0].text, "well too");
        EXPECT_EQ(posted[1].text, "well");
    }
    ok(catalog_->remove_session(session.hash));
    EXPECT_THAT(ok(next_->sessions_of(session.user)), ::testing::IsEmpty());
}

TEST_P(NextRelease, ALeaseOfTheNextOneKeepsThisOneOutAndTheReverse) {
    start_next();
    const auto held = ok(next_->lease("photo/1", 1min));
    EXPECT_EQ(refusal(catalog_->lease("photo/1", 1min)), ErrorKind::conflict);
    ok(next_->release(held));
    ok(catalog_->lease("photo/1", 1min));
    EXPECT_EQ(refusal(next_->lease("photo/1", 1min)), ErrorKind::conflict);
}

}  // namespace
}  // namespace cadre::catalog::redis
