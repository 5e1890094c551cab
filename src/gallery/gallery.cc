#include "gallery/gallery.h"

#include "gallery/accounts.h"
#include "gallery/albums.h"
#include "gallery/announcer.h"
#include "gallery/derivatives.h"
#include "gallery/media.h"
#include "gallery/photos.h"
#include "gallery/shares.h"
#include "gallery/timelines.h"
#include "gallery/uploads.h"

namespace cadre::gallery {

Gallery::Gallery(Stores stores, Policy policy)
    : stores_(stores),
      policy_(std::move(policy)),
      afterwards_(stores_.jobs),
      ledger_(
          stores_.blobs, stores_.catalog, stores_.jobs, stores_.clock, stores_.random,
          [this](asio::awaitable<void> work) { return afterwards_.begin(std::move(work)); },
          [this](WallTime moment) { return lifetime_.age_of(moment); }),
      lifetime_(stores_.catalog, ledger_, stores_.clock, stores_.random),
      announcer_(std::make_unique<Announcer>(*this)),
      accounts_(std::make_unique<Accounts>(*this)),
      photos_(std::make_unique<Photos>(*this)),
      albums_(std::make_unique<Albums>(*this)),
      shares_(std::make_unique<Shares>(*this)),
      uploads_(std::make_unique<Uploads>(*this)),
      derivatives_(std::make_unique<Derivatives>(*this)),
      media_(std::make_unique<Media>(*this)),
      timelines_(std::make_unique<Timelines>(*this)) {}

Gallery::~Gallery() = default;

}  // namespace cadre::gallery
