// A listing of the blob store, record by record: what is shown under one id, however many pages it takes. Holds one
// page and what the page before left unfinished, whatever the library's size.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "blobs/store.h"
#include "catalog/entry.h"

namespace cadre::gallery {

/// The objects whose keys have the same two first pieces: those of one record, of one media key, of one upload.
struct Shown {
    std::string folder;  // "photos"
    std::string name;    // the second piece: an id, mostly
    std::vector<blobs::Item> items;

    /// The record that they belong to; nothing if they belong to none.
    [[nodiscard]] std::optional<catalog::Ref> ref() const;
    /// When the youngest of them was written.
    [[nodiscard]] WallTime newest() const;
};

/// Not thread-safe. The store outlives it.
class Walk {
public:
    /// `prefix` is "" for all there is, or one folder with "/" at its end.
    Walk(blobs::Store& blobs, std::string prefix, std::size_t page = 1000)
        : blobs_(&blobs), prefix_(std::move(prefix)), page_(page) {}

    /// What the next page completes, in the driver's order. Can be empty before the end. After an error the same page
    /// is asked for again.
    Task<std::vector<Shown>> next();
    [[nodiscard]] bool done() const { return done_; }

private:
    blobs::Store* blobs_;
    std::string prefix_;
    std::size_t page_;
    std::string cursor_;
    std::optional<Shown> open_;  // more of it may be on the next page
    bool done_ = false;
};

}  // namespace cadre::gallery
