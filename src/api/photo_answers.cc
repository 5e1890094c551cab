#include "api/photo_answers.h"

#include <set>
#include <utility>

#include "api/language.h"
#include "gallery/accounts.h"
#include "gallery/albums.h"
#include "gallery/duplicates.h"
#include "http/negotiate.h"

namespace cadre::api {
namespace {

/// What people call the owner. Who asks for what is theirs is known already: a shared catalog is not asked again.
Task<std::string> owner_of(Call& call, Id owner) {
    if (call.viewer.user && call.viewer.user->id == owner) co_return call.viewer.user->name;
    co_return co_await call.gallery().accounts().name_of(owner);
}

/// Where it was taken, in the words of who asks; nothing for who may not see the position.
std::optional<places::Place> place_of(const Call& call, const gallery::Photo& photo) {
    const auto* places = call.context.options.places;
    if (places == nullptr || !photo.location || !gallery::may(call.viewer, gallery::Action::see_details, photo))
        return std::nullopt;
    return places->at(photo.location->first, photo.location->second, preferred_language(call.request));
}

/// Of which photo each is a copy, for who sees that much of it. While that is not known, of none.
Task<std::map<Id, Id>> originals_of(Call& call, const std::vector<gallery::Photo>& photos) {
    std::vector<gallery::Photo> seen;
    for (const auto& photo : photos)
        if (gallery::may(call.viewer, gallery::Action::see_details, photo)) seen.push_back(photo);
    if (call.context.options.look_alikes == nullptr || seen.empty()) co_return std::map<Id, Id>();
    auto found = co_await call.context.options.look_alikes->originals_of(std::move(seen));
    if (!found && found.error().kind == ErrorKind::unavailable) co_return std::map<Id, Id>();
    co_return found;
}

/// What photos are shown with.
struct Names {
    std::map<Id, std::string> owners;
    std::map<Id, gallery::AlbumName> albums;
    std::map<Id, Id> originals;
};

Task<Names> names_of(Call& call, const std::vector<gallery::Photo>& photos) {
    Names names;
    std::set<Id> in;
    for (const auto& photo : photos) {
        in.insert(photo.albums.begin(), photo.albums.end());
        if (names.owners.contains(photo.owner)) continue;
        CO_TRY(names.owners[photo.owner], co_await owner_of(call, photo.owner));
    }
    std::vector<Id> all(in.begin(), in.end());
    CO_TRY(names.albums, co_await call.gallery().albums().names(call.viewer, std::move(all)));
    CO_TRY(names.originals, co_await originals_of(call, photos));
    co_return names;
}

void write(JsonWriter& out, const Call& call, const gallery::Photo& photo, const Names& names, bool duplicate = false) {
    const auto original = names.originals.find(photo.id);
    write_photo(out, photo, names.owners.at(photo.owner), call.viewer, names.albums, place_of(call, photo),
                original == names.originals.end() ? std::nullopt : std::optional(original->second), duplicate);
}

}  // namespace

Task<std::string> photo_document(Call& call, gallery::Photo photo, bool duplicate) {
    const std::vector<gallery::Photo> one{std::move(photo)};
    CO_TRY(const auto names, co_await names_of(call, one));
    JsonWriter out(1024);
    write(out, call, one.front(), names, duplicate);
    co_return out.take();
}

Task<std::vector<std::string>> photo_documents(Call& call, std::vector<gallery::Photo> photos) {
    CO_TRY(const auto names, co_await names_of(call, photos));
    std::vector<std::string> documents;
    for (const auto& photo : photos) {
        JsonWriter out(1024);
        write(out, call, photo, names);
        documents.push_back(out.take());
    }
    co_return documents;
}

Task<std::string> photos_document(Call& call, std::vector<gallery::Photo> photos, std::string next) {
    CO_TRY(const auto names, co_await names_of(call, photos));
    JsonWriter out(1024 * (photos.size() + 1));
    out.begin_object().key("photos").begin_array();
    for (const auto& photo : photos) write(out, call, photo, names);
    out.end_array().key("next");
    if (next.empty())
        out.value(nullptr);
    else
        out.value(next);
    out.end_object();
    co_return out.take();
}

http::Response in_the_askers_words(http::Response response) {
    http::add_vary(response.headers, "Accept-Language");
    return response;
}

Result<Id> photo_id_of(const Call& call) {
    const auto id = parse_id(call.request.param("id"));
    if (!id) return fail(Code::photo_not_found, "There is no such photo.");
    return *id;
}

}  // namespace cadre::api
