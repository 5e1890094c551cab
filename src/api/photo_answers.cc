#include "api/photo_answers.h"

#include <set>
#include <utility>

#include "api/language.h"
#include "gallery/accounts.h"
#include "gallery/albums.h"

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

}  // namespace

Task<std::string> photo_document(Call& call, gallery::Photo photo, bool duplicate) {
    CO_TRY(const auto owner, co_await owner_of(call, photo.owner));
    CO_TRY(const auto albums, co_await call.gallery().albums().names(call.viewer, photo.albums));
    JsonWriter out(1024);
    write_photo(out, photo, owner, call.viewer, albums, place_of(call, photo), duplicate);
    co_return out.take();
}

Task<std::string> photos_document(Call& call, std::vector<gallery::Photo> photos, std::string next) {
    std::map<Id, std::string> owners;
    for (const auto& photo : photos) {
        if (owners.contains(photo.owner)) continue;
        CO_TRY(owners[photo.owner], co_await owner_of(call, photo.owner));
    }
    std::set<Id> in;
    for (const auto& photo : photos) in.insert(photo.albums.begin(), photo.albums.end());
    std::vector<Id> all(in.begin(), in.end());
    CO_TRY(const auto albums, co_await call.gallery().albums().names(call.viewer, std::move(all)));
    JsonWriter out(1024 * (photos.size() + 1));
    out.begin_object().key("photos").begin_array();
    for (const auto& photo : photos)
        write_photo(out, photo, owners[photo.owner], call.viewer, albums, place_of(call, photo));
    out.end_array().key("next");
    if (next.empty())
        out.value(nullptr);
    else
        out.value(next);
    out.end_object();
    co_return out.take();
}

Result<Id> photo_id_of(const Call& call) {
    const auto id = parse_id(call.request.param("id"));
    if (!id) return fail(Code::photo_not_found, "There is no such photo.");
    return *id;
}

}  // namespace cadre::api
