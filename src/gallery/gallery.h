// The gallery: all rules over all stores. One object of this class serves a process; its parts say what they do.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/pool.h"
#include "base/random.h"
#include "blobs/store.h"
#include "catalog/catalog.h"
#include "events/bus.h"
#include "gallery/afterwards.h"
#include "gallery/ledger.h"
#include "gallery/lifetime.h"
#include "gallery/zone_at.h"
#include "jobs/queue.h"
#include "media/decoders.h"

namespace cadre::gallery {

/// What the gallery stands on; all of it outlives the gallery.
struct Stores {
    blobs::Store& blobs;
    catalog::Catalog& catalog;
    jobs::Queue& jobs;
    events::Bus& events;
    media::Decoders& decoders;
    const Clock& clock;
    Random& random;
    Pool& pool;       // for scratch files
    Pool& passwords;  // of one thread: argon2id is meant to be slow, and to take 64 MiB; who waits for it, see Turns
};

struct Policy {
    std::uint64_t max_upload = std::uint64_t{1} << 30;  // bytes of a file
    std::uint64_t max_pixels = 256'000'000;             // of a picture
    std::chrono::seconds decoder_time{90};              // of one picture
    std::uint64_t decoder_memory = std::uint64_t{2} << 30;
    std::string version;  // of the program: what failed is tried again by another one
    int trash_days = 30;
    std::string scratch;                                   // folder for files of uploads under way
    std::uint64_t scratch_bytes = std::uint64_t{8} << 30;  // all of them together
    ZoneAt zone_at;                                        // whose offset a date without one has; empty: it has none
};

/// Kinds of jobs, in the order in which a worker prefers them.
namespace job {
inline constexpr const char* kDeriveNow = "derive_now";  // somebody waits for it; subject: photo id
inline constexpr const char* kDerive = "derive";         // subject: photo id
inline constexpr const char* kRekey = "rekey";           // subject: "<photo id> <old key> <its rotation>"
inline constexpr const char* kTidy = "tidy";             // payload {"keys": […]}: covered objects go; subject: stamp
inline constexpr const char* kReread = "reread";         // metadata of all photos, a slice a job; subject: the request
inline constexpr const char* kDepart = "depart";         // photos of a user who was deleted; subject: the user
inline constexpr const char* kClear = "clear_album";     // what stands in an album that was deleted; subject: the album
inline constexpr const char* kClose = "close_share";     // photos of a share that was revoked; subject: the share
inline constexpr const char* kRepair = "repair";         // subject: text_of(ref)
}  // namespace job

class Announcer;
class Photos;
class Uploads;
class Derivatives;
class Media;
class Timelines;
class Accounts;
class Albums;
class Shares;

class Gallery {
public:
    Gallery(Stores stores, Policy policy);
    ~Gallery();

    [[nodiscard]] const Stores& stores() const { return stores_; }
    [[nodiscard]] const Policy& policy() const { return policy_; }
    [[nodiscard]] Ledger& ledger() { return ledger_; }
    [[nodiscard]] Lifetime& lifetime() { return lifetime_; }  // lifetime.h: how old things are
    [[nodiscard]] Afterwards& afterwards() { return afterwards_; }
    [[nodiscard]] Announcer& announcer() { return *announcer_; }
    [[nodiscard]] Accounts& accounts() { return *accounts_; }           // accounts.h: users, tokens, sessions, set-up
    [[nodiscard]] Photos& photos() { return *photos_; }                 // photos.h: see, change, trash, purge, known
    [[nodiscard]] Albums& albums() { return *albums_; }                 // albums.h: made, filled, shared with members
    [[nodiscard]] Shares& shares() { return *shares_; }                 // shares.h: made, revoked, visited by link
    [[nodiscard]] Uploads& uploads() { return *uploads_; }              // uploads.h: bytes in, a photo out
    [[nodiscard]] Derivatives& derivatives() { return *derivatives_; }  // derivatives.h: the jobs that make pictures
    [[nodiscard]] Media& media() { return *media_; }                    // media.h: the gate before derivatives
    [[nodiscard]] Timelines& timelines() { return *timelines_; }        // timelines.h: who may read which

private:
    Stores stores_;
    Policy policy_;
    Afterwards afterwards_;
    Ledger ledger_;
    Lifetime lifetime_;
    std::unique_ptr<Announcer> announcer_;
    std::unique_ptr<Accounts> accounts_;
    std::unique_ptr<Photos> photos_;
    std::unique_ptr<Albums> albums_;
    std::unique_ptr<Shares> shares_;
    std::unique_ptr<Uploads> uploads_;
    std::unique_ptr<Derivatives> derivatives_;
    std::unique_ptr<Media> media_;
    std::unique_ptr<Timelines> timelines_;
};

}  // namespace cadre::gallery
