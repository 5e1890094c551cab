#include "base/settings_table.h"

namespace cadre {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;
constexpr std::int64_t kTiB = std::int64_t{1} << 40;
constexpr std::int64_t kSecond = 1'000;
constexpr std::int64_t kHour = 3'600 * kSecond;

const Setting kTable[] = {
    {"Where it answers", "listen", Kind::address, &Settings::listen, by_serve | by_healthcheck, "127.0.0.1:8080", "", 0,
     0, "",
     "Address and port of the gallery. Port 0 picks one; the chosen address is printed. Anything but a loopback "
     "address is reached by others: put a proxy with TLS in front, passwords and cookies cross it in the clear "
     "otherwise."},
    {"", "metrics_listen", Kind::address, &Settings::metrics_listen, by_serve, "off", "", 0, 0, "",
     "Where /metrics is, apart from the gallery. It asks nobody who they are: bind it to loopback or to a network of "
     "your own."},
    {"", "name", Kind::text, &Settings::name, kByJobs | by_keeper, kAuto, "the host name", 1, 64, "",
     "How this replica names itself, in X-Served-By and in the log."},
    {"", "machine", Kind::text, &Settings::machine, by_serve | by_worker | by_keeper, kAuto,
     "what follows the last @ of the name, else the host name", 1, 64, "",
     "The machine that it runs on, for the page /cluster."},
    {"", "machines", Kind::text, &Settings::machines, by_serve | by_keeper, "none", "", 0, 4096, "",
     "What the machines with the stores are called on the page /cluster: NAME=ADDRESS[,NAME=ADDRESS…], the addresses "
     "under which Redis and the blob store know their nodes. Without it they are called by their addresses."},
    {"", "public_url", Kind::url, &Settings::public_url, by_serve, kAuto, "from each request", 0, 0, "",
     "What links are made with: the address that people type, such as https://photos.example.org. With https here, "
     "cookies are sent over TLS only."},
    {"", "trusted_proxies", Kind::networks, &Settings::trusted_proxies, by_serve, "none", "", 0, 0, "",
     "Networks, separated by commas, whose X-Forwarded-For, -Proto and -Host are believed. Whoever is in them can "
     "claim any client address: name your proxy and nothing else."},
    {"", "io_threads", Kind::count, &Settings::io_threads, by_serve, kAuto, "the cores, at most 8", 1, 256, "",
     "Threads that serve connections. They never block; more than the cores gain nothing."},
    {"", "max_connections", Kind::count, &Settings::max_connections, by_serve, "4096", "", 16, 1'000'000, "",
     "Open connections; for one more the one that has been idle longest is closed, first of all of the address that "
     "has "
     "most, and where none is idle it is answered 503 at once. They are fewer where the process may not have as many "
     "file descriptors as they need (ulimit -n)."},
    {"", "max_connections_per_address", Kind::count, &Settings::max_connections_per_address, by_serve, kAuto,
     "half of max_connections", 1, 1'000'000, "",
     "The same of one address, or of one IPv6 network of 64 bits. The addresses in trusted_proxies are not counted: "
     "what a client behind a proxy may have is the proxy's to say."},
    {"", "drain", Kind::duration, &Settings::drain, by_serve, kAuto, "0s, with a shared catalog 5s", 0, 60 * kSecond,
     "",
     "After SIGTERM /readyz answers 503, and new requests are still served this long, so that a load balancer sees "
     "it."},
    {"", "pulse", Kind::path, &Settings::pulse, by_worker | by_keeper | by_healthcheck, "none", "", 0, 0, "",
     "A file that a worker or keeper, which listens nowhere, touches every five seconds as long as it is well. "
     "healthcheck, given the same, looks at its age instead of asking a server."},

    {"Where it keeps things", "data", Kind::path, &Settings::data, kByStores, kAuto,
     "$XDG_DATA_HOME/cadre, else ~/.local/share/cadre", 0, 0, "",
     "The folder of everything that this machine keeps. Back up its blobs/; the rest can be made again."},
    {"", "catalog", Kind::place, &Settings::catalog, kByStores, kAuto, "sqlite:<data>/catalog.db", 0, 0,
     "sqlite|redis|rediss",
     "The index: sqlite:FILE, or redis://host:port[,host:port…][?prefix=…], a Redis Cluster that replicas share; "
     "rediss:// is the same over TLS. Jobs and events follow it."},
    {"", "blobs", Kind::place, &Settings::blobs, kByStores, kAuto, "files:<data>/blobs", 0, 0, "files|s3",
     "The photographs: files:FOLDER, or s3://bucket?endpoint=http://host:port[,…]&region=…, an S3 store; the first "
     "endpoint is asked first."},
    {"", "s3_access_key", Kind::secret, &Settings::s3_access_key, kByStores, "none", "", 0, 0, "",
     "The name of the key to an s3:// store."},
    {"", "s3_secret_key", Kind::secret, &Settings::s3_secret_key, kByStores, "none", "", 0, 0, "",
     "The key to an s3:// store."},
    {"", "from_s3_access_key", Kind::secret, &Settings::from_s3_access_key, by_copy, "none", "", 0, 0, "",
     "The name of the key to the s3:// store that copy reads, if it is another one than the target's."},
    {"", "from_s3_secret_key", Kind::secret, &Settings::from_s3_secret_key, by_copy, "none", "", 0, 0, "",
     "The key to it."},
    {"", "redis_password", Kind::secret, &Settings::redis_password, kByStores, "none", "", 0, 0, "",
     "The password of a redis:// catalog."},
    {"", "scratch", Kind::path, &Settings::scratch, by_serve, kAuto, "<data>/scratch, with a shared catalog $TMPDIR", 0,
     0, "", "The folder of uploads under way: files without a name, gone with the process."},
    {"", "scratch_limit", Kind::size, &Settings::scratch_limit, by_serve, kAuto, "8 times max_upload", kMiB, 64 * kTiB,
     "",
     "What uploads under way may take together: reserved when one begins, and one that finds no room is answered 503. "
     "A person may hold as much as stays free then, so that nobody takes all of it. A sender that is silent for 15 "
     "seconds, or slower than 2 KiB a second for long, is answered 408 and gives back what it held."},
    {"", "job_limit", Kind::count, &Settings::job_limit, kByJobs | by_keeper | by_jobs, "1000000", "", 100, 100'000'000,
     "", "Jobs that wait or run. What finds the queue full is not lost: it is queued again later."},

    {"Pictures", "workers", Kind::count, &Settings::workers, kByJobs, kAuto,
     "the cores; of serve with a shared catalog 0", 0, 1024, "",
     "Photos that are worked on at once, each in a decoder process of its own. When one person's photos keep all of "
     "them busy, others' are worked on in up to four more. Two further decoders, and up to four more likewise, look at "
     "uploads."},
    {"", "decoder", Kind::path, &Settings::decoder, kByJobs, kAuto, "cadre-decode beside the program", 0, 0, "",
     "The program that reads pictures, in a sandbox."},
    {"", "decoder_memory", Kind::size, &Settings::decoder_memory, kByJobs, "2GiB", "", 256 * kMiB, kTiB, "",
     "Address space of one decoder. A picture that needs more fails; nothing else notices."},
    {"", "decoder_queue", Kind::count, &Settings::decoder_queue, kByJobs, "64", "", 1, 100'000, "",
     "Pictures that may wait for a decoder; when that is full, an upload of whoever has most of them waiting is "
     "answered 503."},
    {"", "decoder_time", Kind::duration, &Settings::decoder_time, kByJobs, "90s", "", kSecond, kHour, "",
     "How long a decoder may have one picture in hand, and how much processor time it may take for it, before it is "
     "killed and the photo has failed. To look at an upload it has a second or two."},

    {"Limits", "max_upload", Kind::size, &Settings::max_upload, by_serve, "1GiB", "", 1024, kTiB, "",
     "Size of one file; a larger one is answered 413."},
    {"", "max_pixels", Kind::count, &Settings::max_pixels, kByJobs, "256000000", "", 1'000'000, 2'000'000'000, "",
     "Width times height of one picture; a larger one is answered 422. It bounds what a small file can make a decoder "
     "do."},
    {"", "trash_days", Kind::count, &Settings::trash_days, by_serve | by_keeper, "30", "", 1, 3650, "",
     "How long a photo stays in the trash before it is gone for good, original and all: days that the server, or a "
     "keeper, has seen pass. A clock that is set ahead does not shorten them."},

    {"The keeper", "garage_admin", Kind::text, &Settings::garage_admin, by_keeper, "none", "", 0, 4096, "",
     "Admin addresses of Garage's nodes, http://host:port[,http://host:port…]: nodes that came back are introduced to "
     "the others again. Not needed for another S3 store."},
    {"", "garage_admin_token", Kind::secret, &Settings::garage_admin_token, by_keeper, "none", "", 0, 0, "",
     "Garage's admin token."},

    {"The program itself", "web", Kind::path, &Settings::web, by_serve, kAuto, "web beside the program", 0, 0, "",
     "The folder of the web interface's files."},
    {"", "places", Kind::path, &Settings::places, kByJobs, kAuto, "places.bin beside the program", 0, 0, "",
     "The towns by which positions are named, and their time zones. Without it photographs have positions and no "
     "places."},
    {"", "map_tiles", Kind::text, &Settings::map_tiles, by_serve, "none", "", 0, 4096, "",
     "One's own base map: a PMTiles archive, as a file or as an https:// address. A file is served by the program, to "
     "its members. At an address the browsers of members ask that host, which learns what part of the map they look "
     "at; it must allow other origins to (CORS). Without it the map is drawn from shapes that come with the program."},
    {"", "log_level", Kind::choice, &Settings::log_level, kByAll, "info", "", 0, 0, "debug|info|warn|error",
     "Lines below this level are not written."},
    {"", "access_log", Kind::boolean, &Settings::access_log, by_serve, "true", "", 0, 0, "",
     "A line a request: method, path, status, bytes, time, client. Queries and secrets are never in it."},
    {"", "config", Kind::path, &Settings::config, kByAll, "none", "", 0, 0, "",
     "A configuration file, in TOML. Environment and flags beat what it says."},

    {"Another gallery", "server", Kind::url, &Settings::server, by_import, "http://127.0.0.1:8080", "", 0, 0, "",
     "The gallery that photographs are sent to."},
    {"", "token", Kind::secret, &Settings::token, by_import, "none", "", 0, 0, "",
     "The API token that says who sends; `cadre token create` makes one."},
};

}  // namespace

std::span<const Setting> settings_table() { return kTable; }

}  // namespace cadre
