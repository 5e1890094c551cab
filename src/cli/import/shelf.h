// The albums of a gallery that an import puts photos into: found by their titles, or made.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/task.h"
#include "cli/import/album_list.h"
#include "cli/import/remote.h"
#include "cli/import/sidecar.h"

namespace cadre::cli {

/// Albums that were exported are told apart by their ids there, also those of one title. Used on one executor that runs
/// one handler at a time.
class Shelf {
public:
    /// The remote outlives it.
    Shelf(asio::any_io_executor executor, Remote& remote)
        : remote_(remote), free_(std::move(executor), asio::steady_timer::time_point::max()) {}

    /// Makes what is listed, before any photo is put. Errors: unavailable; else what the server said.
    Task<void> make(std::vector<ListedAlbum> listed);
    /// Puts a photo into an album, which is made if it is not there. `hash`: of the photo, in hex. Errors: those.
    Task<void> put(SaidAlbum album, std::string photo, std::string hash);

private:
    struct There {
        std::string id;
        std::string cover;  // hash of the photo that it is to have; "" where nobody chose one, or it has one
    };
    struct Shown {
        std::string id;
        bool covered = false;  // somebody chose a cover
    };
    Task<There*> find(const SaidAlbum& album);
    Task<There*> find_now(const SaidAlbum& album, const ListedAlbum* listed);
    Task<void> read();
    Task<std::string> make_one(const std::string& parent, const std::string& title, const ListedAlbum* listed);
    Task<std::string> child(const std::string& parent, const std::string& title);
    asio::awaitable<void> take_turn();
    void end_turn();

    Remote& remote_;
    asio::steady_timer free_;  // cancelled when a turn ends
    bool taken_ = false;
    bool read_ = false;
    std::map<std::pair<std::string, std::string>, std::vector<Shown>> children_;  // by parent and title
    std::map<std::string, There> found_;  // by the id that it has where it comes from, or by its titles
    std::set<std::string> claimed_;       // ids that some album from there has become
};

}  // namespace cadre::cli
