// The gallery that photographs are sent to, asked again when it is busy or away.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/fd.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/random.h"
#include "base/task.h"
#include "base/time.h"
#include "http/client.h"

namespace cadre::cli {

struct Answer {
    int status = 0;
    json::object body{};  // empty where the answer was no JSON object
    int attempts = 1;

    /// What a problem says; a sentence in any case.
    [[nodiscard]] std::string detail() const;
};

struct Sending {
    std::shared_ptr<const UniqueFd> file;
    std::uint64_t size = 0;
    std::string filename;
    std::string folder;      // relative; may be empty
    std::string visibility;  // "public", "private" or empty: as the server has it
    LocalTime modified{};    // on this machine's clock
    Sha256Digest digest{};
};

/// One's own photos by their hash in hex.
struct KnownPhotos {
    std::unordered_map<std::string, std::string> ids, trashed;
};

/// Not thread-safe; used on one executor that runs one handler at a time.
class Remote {
public:
    /// How long it is asked again without success: at the start, and later.
    struct Patience {
        Millis first{15'000};
        Millis later{600'000};
    };
    Remote(asio::any_io_executor executor, http::Url server, std::string token, Patience patience);

    /// Errors of all: unavailable, when patience ends. Any other status is an answer.

    /// Whether there is a gallery that knows the token. Errors: unauthenticated, not_found.
    Task<std::string> who_am_i();
    /// At most 1000 hashes in hex; those that the server has. Errors also: what else it answered.
    Task<KnownPhotos> known(std::vector<std::string> hashes);
    Task<Answer> send(Sending sending);
    Task<Answer> photo(std::string id);
    Task<Answer> restore(std::string id);
    /// Changes what nobody has set since the photo was sent.
    Task<Answer> tell(std::string id, json::object patch);

    /// One page of one's own albums and those one is a member of.
    Task<Answer> albums(std::string cursor);
    Task<Answer> make_album(json::object wish);
    /// `place`: where it stands in the album's own order; "" by its time.
    Task<Answer> put_into_album(std::string album, std::string photo, std::string place);
    Task<Answer> set_cover(std::string album, std::string photo);

private:
    Task<Answer> tell_json(http::Method method, std::string target, json::object said);
    Task<Answer> ask(http::Method method, std::string target, Millis patience);
    Task<Answer> ask(http::Method method, std::string target, Millis patience, http::Headers headers, http::Body body);
    [[nodiscard]] http::ClientRequest request(http::Method method, const std::string& target) const;

    http::Url server_;  // with the path before "/api"
    std::string token_;
    Patience patience_;
    SystemClock clock_;
    SystemRandom random_;
    http::Client client_;
};

/// When to ask again: what Retry-After says, or twice as long each time, up to 15 s, a little random.
[[nodiscard]] Millis pause_before(int attempt, std::optional<std::chrono::seconds> retry_after, std::uint64_t random);

}  // namespace cadre::cli
