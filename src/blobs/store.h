// The blob store: originals, facts and derivatives under string keys ("photos/<id>/original"). The truth lives here.
//
// Keys are made of the characters [A-Za-z0-9._/-], at most 200 of them, with no empty, "." or ".." piece; the second
// piece of a key is the id that it belongs to. docs/reference/layout.md lists them all.
//
// What a driver promises (blobs/suite.h tests it): when put() has answered, the loss of power loses nothing of it. When
// it answered an error, what it was to write may be there, in part, or may still appear later: nothing may depend on
// its not doing so. No object is ever seen half written. All calls are thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/fd.h"
#include "base/task.h"

namespace cadre::blobs {

/// What a listing says of an object.
struct Item {
    std::string key;
    std::uint64_t size = 0;  // bytes
    WallTime modified;
    bool operator==(const Item&) const = default;
};

/// One page of a listing; `next` is empty when it was the last.
struct Listing {
    std::vector<Item> items;
    std::string next;
};

/// Bytes [offset, offset + length) of an open file, which stays open during the call.
struct FileRange {
    int fd = -1;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

enum class Durability {
    synced,      // survives the loss of power once put() has answered
    disposable,  // can be made again: may be lost with power, or be found cut short
};

struct Put {
    std::string key;
    std::variant<std::string, FileRange> content;
    Durability durability = Durability::synced;
};

/// An object opened for reading; what was opened stays readable even if the object is removed meanwhile.
struct Object {
    std::uint64_t size = 0;  // of the whole object, in bytes
    WallTime modified;
    /// The folder driver's file, to be read by offset (sendfile); null where bytes only stream through read().
    std::shared_ptr<const UniqueFd> file;
    /// The next bytes of the range that was asked for; 0 at its end. Always there.
    std::function<Task<std::size_t>(std::span<std::uint8_t>)> read;
};

/// A whole object as an open file, to be read by offset.
struct OpenFile {
    std::shared_ptr<const UniqueFd> file;
    std::uint64_t size = 0;  // bytes
    WallTime modified;
};

struct Traits {
    /// A listing shows exactly what is there at one moment (so what a put has joined can be removed right after it).
    bool atomic_listing = false;
};

/// One of several addresses of a store, as this process found it when it last asked.
struct Endpoint {
    std::string name;  // "host:port"
    bool well = true;
};

class Store {
public:
    virtual ~Store() = default;

    /// Writes all, in their order: a later one is not there before an earlier one is, and after a loss of power not
    /// without it. An existing object is replaced. Errors: no_space, unavailable.
    virtual Task<void> put(std::vector<Put> puts) = 0;

    /// Errors: not_found, unavailable. `length` is cut at the object's end; an offset past it reads nothing.
    virtual Task<Object> open(std::string key, std::uint64_t offset = 0, std::uint64_t length = ~std::uint64_t{0}) = 0;

    /// What open() would answer, where the object is a file that is kept open: nothing is waited for. Nothing: ask
    /// open().
    virtual std::optional<OpenFile> at_hand(std::string_view /*key*/) { return std::nullopt; }

    /// A small object as a whole (facts: at most 4 MiB). Errors: not_found, unavailable.
    virtual Task<std::string> get(std::string key) = 0;

    /// The objects whose key starts with `prefix`, which ends in "/" or is empty. The order is the driver's own, but
    /// objects of one id come together. `cursor` is empty or the `next` of the page before; `limit` is at least 1.
    virtual Task<Listing> list(std::string prefix, std::string cursor, std::size_t limit) = 0;

    /// What is not there is no error.
    virtual Task<void> remove(std::vector<std::string> keys) = 0;

    /// A server-side copy where there is one. Errors: not_found, no_space, unavailable.
    virtual Task<void> copy(std::string from, std::string to, Durability durability) = 0;

    /// Whether the store can be reached and written, for /readyz.
    virtual Task<void> check() = 0;

    /// Where it can be asked, if there are several places.
    [[nodiscard]] virtual std::vector<Endpoint> endpoints() { return {}; }

    [[nodiscard]] virtual Traits traits() const = 0;
};

}  // namespace cadre::blobs
