// What the tests of albums share: three people, and what they do with albums.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gallery/accounts.h"
#include "gallery/albums.h"
#include "gallery/departures.h"
#include "gallery/testing/library.h"

namespace cadre::gallery::testing {

class AlbumsTest : public LibraryTest {
protected:
    AlbumsTest() {
        add_owner();
        ben_ = ask(accounts().add_user("ben", Role::member, "a good password")).id;
        cleo_ = ask(accounts().add_user("cleo", Role::member, "a good password")).id;
    }
    Accounts& accounts() { return gallery_->accounts(); }
    Albums& albums() { return gallery_->albums(); }
    static Viewer as(const Id& user) {
        Viewer viewer;
        viewer.user.emplace();
        viewer.user->id = user;
        return viewer;
    }
    AlbumCard make(const Id& owner, std::string title, std::optional<Id> parent = std::nullopt) {
        AlbumChange wish;
        wish.title = std::move(title);
        if (parent) wish.parent = parent;
        return ask(albums().create(as(owner), std::move(wish)));
    }
    Result<AlbumCard> move(const Id& by, const Id& album, std::optional<Id> to) {
        AlbumChange change;
        change.parent.emplace(to);
        return result_of(albums().change(as(by), album, std::move(change), std::nullopt));
    }
    using LibraryTest::put;
    std::vector<BulkResult> put(const Id& by, const Id& album, std::vector<Id> photos) {
        return ask(albums().change_photos(as(by), album, std::move(photos), {}));
    }
    Code refusal_to_take(const Id& by, const Id& album, const Id& photo) {
        std::vector<Id> one{photo};
        const auto results = ask(albums().change_photos(as(by), album, {}, std::move(one)));
        return results.front().error ? code_of(*results.front().error) : Code::fault;
    }
    void join(const Id& album, const Id& user, AlbumRole role) {
        ask(albums().set_member(as(owner_), album, user, role));
    }
    std::size_t shown(const Id& album) {
        return ask(catalog_->newest(catalog::View{catalog::Family::album, album}, std::nullopt, 1000)).size();
    }
    bool sees(const Id& user, const Id& photo) {
        return result_of(gallery_->photos().get(as(user), photo)).has_value();
    }
    /// As a worker does all that is queued.
    void work() {
        while (const auto taken = ask(jobs_->take({job::kClear}, Millis(60'000), Millis(0)))) {
            const auto* parent = taken->job.payload.if_contains(kClearParent);
            std::optional<Id> above;
            if (parent != nullptr) above = parse_id(std::string_view(parent->get_string()));
            const bool ended = ask(albums().clear(*parse_id(taken->job.subject), above));
            ask(jobs_->done(*taken));
            if (!ended) ask(jobs_->push(taken->job));
        }
    }
    void leave(const Id& user) {
        while (!ask(depart(*gallery_, user))) {
        }
    }
    std::vector<std::string> titles_of(const Id& user) {
        std::vector<std::string> titles;
        for (const auto& card : ask(albums().list(as(user), "", 100)).items) titles.push_back(card.album.title);
        return titles;
    }

    Id ben_, cleo_;
};

}  // namespace cadre::gallery::testing
