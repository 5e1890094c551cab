// GET /api/v1/photos, GET, PATCH, DELETE /api/v1/photos/{id}, POST /api/v1/photos/{id}/restore and /retry
#include "gallery/photos.h"

#include "api/answers.h"
#include "api/input.h"
#include "api/photo_answers.h"
#include "api/routes.h"
#include "api/visits.h"
#include "gallery/derivatives.h"
#include "gallery/timelines.h"

namespace cadre::api {
namespace {

/// A caption of 10,000 characters, escaped, is 120 KB.
constexpr std::size_t kPhotoBody = std::size_t{1} << 20;

Task<http::Response> list_photos(Call& call) {
    Wrong wrong;
    Query query(call.request, wrong);
    const auto scope = query.text("scope", kMaxScope).value_or("wall");
    const auto wish = page_wish(query);
    CO_CHECK(wrong.result());
    CO_CHECK(co_await visit_scope(call, scope));
    CO_TRY(const auto view, co_await call.gallery().timelines().view_for(call.viewer, scope));
    CO_TRY(auto page, co_await call.gallery().timelines().list(view, wish.cursor, wish.limit));
    // A row may be a moment older than its photo, which has left the share since.
    if (call.viewer.share)
        std::erase_if(page.items, [&](const auto& photo) { return !may(call.viewer, gallery::Action::see, photo); });
    CO_TRY(auto json, co_await photos_document(call, std::move(page.items), std::move(page.next)));
    co_return in_the_askers_words(personal_json(call.request, "", std::move(json)));
}

Task<http::Response> get_photo(Call& call) {
    CO_TRY(const auto id, photo_id_of(call));
    CO_CHECK(co_await visit_asked(call));
    CO_TRY(auto photo, co_await call.gallery().photos().get(call.viewer, id));
    const auto revision = photo.revision;
    CO_TRY(auto json, co_await photo_document(call, std::move(photo)));
    co_return in_the_askers_words(personal_json(call.request, revision, std::move(json)));
}

Task<http::Response> after_change(Call& call, gallery::Photo photo) {
    const auto revision = photo.revision;
    CO_TRY(auto json, co_await photo_document(call, std::move(photo)));
    co_return changed_json(200, revision, std::move(json));
}

Task<http::Response> change_photo(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, photo_id_of(call));
    CO_TRY(auto revisions, revisions_of_if_match(call.request));
    CO_TRY(const auto patch, co_await read_object(call.request, BodyForm::merge_patch, kPhotoBody));
    Wrong wrong;
    Query query(call.request, wrong);
    auto change = read_photo_change(patch, wrong);
    change.unless_edited = query.flag("unless_edited");
    CO_CHECK(wrong.result());
    CO_TRY(auto photo,
           co_await call.gallery().photos().change(call.viewer, id, std::move(change), std::move(revisions)));
    co_return co_await after_change(call, std::move(photo));
}

Task<http::Response> delete_photo(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, photo_id_of(call));
    CO_TRY(auto revisions, revisions_of_if_match(call.request));
    Wrong wrong;
    Query query(call.request, wrong);
    const bool permanent = query.flag("permanent");
    CO_CHECK(wrong.result());
    auto& photos = call.gallery().photos();
    if (permanent) {
        CO_CHECK(co_await photos.purge(call.viewer, id, std::move(revisions)));
    } else {
        CO_CHECK(co_await photos.trash(call.viewer, id, std::move(revisions)));
    }
    co_return http::Response::empty(204);
}

Task<http::Response> restore_photo(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, photo_id_of(call));
    CO_TRY(auto photo, co_await call.gallery().photos().restore(call.viewer, id));
    co_return co_await after_change(call, std::move(photo));
}

Task<http::Response> retry_photo(Call& call) {
    CO_CHECK(require_user(call.viewer));
    CO_TRY(const auto id, photo_id_of(call));
    CO_TRY(auto photo, co_await call.gallery().derivatives().retry(call.viewer, id));
    co_return co_await after_change(call, std::move(photo));
}

http::RouteOptions large_body() {
    http::RouteOptions options;
    options.body_limit = kPhotoBody;
    return options;
}

}  // namespace

void add_photos(http::Router& router, const SharedContext& context) {
    add(router, context, http::Method::get, "/api/v1/photos", list_photos);
    add(router, context, http::Method::get, "/api/v1/photos/{id}", get_photo);
    add(router, context, http::Method::patch, "/api/v1/photos/{id}", change_photo, large_body());
    add(router, context, http::Method::delete_, "/api/v1/photos/{id}", delete_photo);
    add(router, context, http::Method::post, "/api/v1/photos/{id}/restore", restore_photo);
    add(router, context, http::Method::post, "/api/v1/photos/{id}/retry", retry_photo);
}

}  // namespace cadre::api
