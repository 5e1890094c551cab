#include "blobs/files/writer.h"

#include <cerrno>

#include "blobs/files/errors.h"

namespace cadre::blobs::files {
namespace {

// A put that finds its folder pruned makes it again. Each time somebody else must have removed the last object.
constexpr int kAttempts = 1000;

}  // namespace

Result<void> Writer::put(const std::vector<Put>& puts) {
    std::vector<Staged> staged;
    staged.reserve(puts.size());
    for (const auto& put : puts) {
        TRY(auto one, stage(put));
        staged.push_back(std::move(one));
    }
    // Each name is durable before the next one is there: a file system may keep the later of two and lose the earlier.
    for (auto& one : staged) {
        CHECK_RESULT(land(one));
        if (one.durability == Durability::disposable) continue;
        if (const auto synced = folders_.sync(one.place); !synced) return refuse(synced.error(), "syncing a folder");
    }
    return {};
}

Result<Writer::Staged> Writer::stage(const Put& put) {
    TRY(auto place, place_of(put.key));
    auto name = scratch_.name();
    const auto file = layer_.create(name.path());
    if (!file) return refuse(file.error(), "making a file");
    const auto written =
        std::visit([&](const auto& content) { return layer_.write(file->get(), content); }, put.content);
    if (!written) return refuse(written.error(), "writing a file");
    if (put.durability == Durability::synced)
        if (const auto synced = layer_.sync(file->get()); !synced) return refuse(synced.error(), "syncing a file");
    return Staged{put.key, std::move(place), std::move(name), put.durability};
}

Result<void> Writer::land(Staged& staged) {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        {
            const std::unique_lock guard(folders_.guard(staged.place));
            const auto named = layer_.rename(staged.file.path(), folders_.path(staged.place));
            if (named) {
                staged.file.renamed();
                descriptors_.forget(staged.key);
                return {};
            }
            if (named.error() != ENOENT) return refuse(named.error(), "naming a file");
        }
        const auto made = folders_.make(staged.place);
        if (!made && made.error() != ENOENT) return refuse(made.error(), "making a folder");
    }
    return refuse(ENOENT, "naming a file");
}

Result<void> Writer::remove(const std::vector<std::string>& keys) {
    std::vector<Place> places;
    places.reserve(keys.size());
    for (const auto& key : keys) {
        TRY(auto place, place_of(key));
        places.push_back(std::move(place));
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const std::unique_lock guard(folders_.guard(places[i]));
        const auto gone = layer_.unlink(folders_.path(places[i]));
        if (!gone && gone.error() != ENOENT) return refuse(gone.error(), "removing a file");
        descriptors_.forget(keys[i]);
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (i + 1 < places.size() && places[i + 1].folder() == places[i].folder()) continue;
        if (const auto pruned = folders_.prune(places[i]); !pruned) return refuse(pruned.error(), "removing a folder");
    }
    return {};
}

Result<void> Writer::copy(const std::string& from, const Descriptor& source, const std::string& to,
                          Durability durability) {
    TRY(const auto origin, place_of(from));
    TRY(auto place, place_of(to));
    if (durability == Durability::disposable && from != to) {
        // Objects are never written again, so two names can share one file. Where it cannot be (too many links, or
        // removed meanwhile) it is copied as any other.
        Staged link{to, std::move(place), scratch_.name(), durability};
        const auto name = link.file.path();
        if (layer_.link(folders_.path(origin), name)) {
            CHECK_RESULT(land(link));
            (void)layer_.unlink(name);  // rename(2) leaves it if `to` was a link to the same file
            return {};
        }
    }
    return put({Put{to, FileRange{source.file.get(), 0, source.size}, durability}});
}

}  // namespace cadre::blobs::files
