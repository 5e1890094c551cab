#include "catalog/redis/coding.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/encoding.h"
#include "catalog/redis/layout.h"
#include "catalog/redis/msgpack.h"

namespace cadre::catalog::redis {
namespace {

/// Names that every photo has take one byte. A code is never used again for something else. A field that older releases
/// write under its whole name may be given one: readers join the two.
struct ShortName {
    std::string_view name;
    char code;
};
constexpr std::array<ShortName, 26> kCodes = {{
    {field::kOwner, 'o'},    {field::kSha256, 'h'},     {field::kSize, 's'},     {field::kContentType, 'c'},
    {field::kFilename, 'n'}, {field::kUploadedAt, 'u'}, {field::kModified, 'm'}, {field::kWidth, 'x'},
    {field::kHeight, 'y'},   {field::kCamera, 'k'},     {field::kLocation, 'l'}, {field::kRating, 'r'},
    {field::kTitle, 'e'},    {field::kCaption, 'p'},    {field::kTakenAt, 't'},  {field::kFavourite, 'v'},
    {field::kAccess, 'a'},   {field::kTrashedAt, 'z'},  {field::kFailure, 'f'},  {field::kThumbhash, 'b'},
    {field::kVariants, 'd'}, {field::kName, 'N'},       {field::kHash, 'H'},     {field::kPassword, 'P'},
    {field::kState, 'w'},    {field::kUser, 'U'},
}};

std::string code_of(std::string_view name) {
    for (const auto& [known, code] : kCodes)
        if (known == name) return {code};
    return "." + std::string(name);
}

std::optional<std::string_view> name_of(std::string_view code) {
    if (code.size() > 1 && code[0] == '.') return code.substr(1);
    for (const auto& [name, known] : kCodes)
        if (code.size() == 1 && code[0] == known) return name;
    return std::nullopt;
}

// JSON, but for the two texts that are longest in every photo: SHA-256 in hex, and ids. A first byte below the space
// says that it is no JSON.
constexpr char kHex = 1, kId = 2;

/// Whether only a newer release can read this field: its code, or the form of its value, is not known here. Readers
/// pass over it. Where it is kept nothing happens to it: the scripts join values without reading them.
bool is_of_newer(std::string_view code, std::string_view value) {
    if (code.size() == 1 && !name_of(code)) return true;
    return !value.empty() && static_cast<unsigned char>(value[0]) < ' ' && value[0] != kHex && value[0] != kId;
}

std::string value_of(const json::value& value) {
    if (value.is_string()) {
        const std::string_view text(value.get_string());
        if (text.size() == 64)
            if (const auto bytes = from_hex(text); bytes && hex(*bytes) == text)
                return kHex + std::string(bytes->begin(), bytes->end());
        if (const auto id = parse_id(text)) return kId + bytes_of(*id);
    }
    return json::serialize(value);
}

Result<json::value> parse_value(std::string_view text) {
    if (text.size() == 33 && text[0] == kHex) return json::value(json::string(hex(as_bytes(text.substr(1)))));
    if (text.size() == 17 && text[0] == kId) return json::value(json::string(id_of(text.substr(1)).text()));
    return parse_json(text);
}

std::uint64_t ordered(std::int64_t number) { return static_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63); }
std::int64_t from_ordered(std::uint64_t number) { return static_cast<std::int64_t>(number ^ (std::uint64_t{1} << 63)); }

tl::unexpected<Error> damaged(std::string what) {
    return fail(ErrorKind::internal, "The library's index is damaged.", std::move(what));
}

void pack_record(Packer& packer, const Record& record) {
    std::map<Stamp, std::vector<std::pair<std::string, const json::value*>>> groups;
    for (const auto& [name, field] : record.fields) groups[field.stamp].emplace_back(code_of(name), &field.value);
    packer.array(groups.size());
    for (const auto& [stamp, fields] : groups) {
        packer.array(1 + 2 * fields.size());
        packer.text(big_endian(ordered(stamp.n)) + big_endian(stamp.nonce));
        for (const auto& [name, value] : fields) packer.text(name).text(value_of(*value));
    }
}

Result<void> unpack_group(const std::vector<Packed>& group, Record& record) {
    const auto* stamp = group.empty() ? nullptr : group[0].text();
    if (stamp == nullptr || stamp->size() != 16) return damaged("an entry's stamp");
    const Stamp of{from_ordered(big_endian(stamp->substr(0, 8))), big_endian(stamp->substr(8))};
    for (std::size_t i = 1; i + 1 < group.size(); i += 2) {
        const auto* code = group[i].text();
        const auto* text = group[i + 1].text();
        if (code == nullptr || text == nullptr) return damaged("an entry's field");
        if (is_of_newer(*code, *text)) continue;
        const auto name = name_of(*code);
        if (!name) return damaged("an entry's field");
        TRY(auto value, parse_value(*text));
        const auto known = record.fields.find(*name);  // a release that has no code for it wrote it under its name
        if (known == record.fields.end() || known->second.stamp < of)
            record.set(std::string(*name), std::move(value), of);
    }
    return {};
}

Result<Record> unpack_record(const Packed& packed) {
    Record record;
    if (packed.array() == nullptr) return damaged("an entry's record");
    for (const auto& group : *packed.array()) {
        if (group.array() == nullptr) return damaged("an entry's fields");
        CHECK_RESULT(unpack_group(*group.array(), record));
    }
    return record;
}

/// Takes `truth` back to what it was before one change: [when, "fo", value or false, …].
Result<void> undo(Truth& truth, const std::vector<Packed>& change) {
    truth.purged = false;
    for (std::size_t i = 1; i + 1 < change.size(); i += 2) {
        const auto* code = change[i].text();
        if (code == nullptr || code->size() < 2) return damaged("an entry's past");
        const auto* text = change[i + 1].text();
        if (is_of_newer(code->substr(1), text != nullptr ? *text : std::string_view())) continue;
        const auto name = name_of(code->substr(1));
        if (!name) return damaged("an entry's past");
        auto& record = code->front() == 'f' ? truth.facts : truth.derived;
        if (text != nullptr) {
            TRY(auto value, parse_value(*text));
            record.set(std::string(*name), std::move(value), {});
        } else {
            record.fields.erase(std::string(*name));
        }
    }
    return {};
}

// Texts that are mostly base64 of bytes are kept as these bytes.
std::string shorter(const std::string& text, std::string (*encode)(std::span<const std::uint8_t>)) {
    const auto bytes = from_base64(text);
    if (bytes && encode(*bytes) == text) return "\1" + std::string(bytes->begin(), bytes->end());
    return "\2" + text;
}
std::string longer(std::string_view text, std::string (*encode)(std::span<const std::uint8_t>)) {
    if (text.starts_with('\1')) return encode(as_bytes(text.substr(1)));
    return std::string(text.substr(std::min<std::size_t>(1, text.size())));
}

constexpr std::size_t kFixed = 29;  // bytes of a row that scripts read

bool has_rank(const Place& place) { return (place.rank[0] & 0x80) != 0; }
std::string text_of(const Rank& rank) { return {reinterpret_cast<const char*>(rank.data()), rank.size()}; }

constexpr int kOffsetBias = 2000;  // minutes; 0 stands for "no offset is known"

}  // namespace

std::string pack_watched(const std::vector<std::string_view>& fields) {
    std::vector<std::string> names, beginnings;
    for (const auto& field : fields) {
        if (field.ends_with('*'))
            beginnings.push_back(code_of(field.substr(0, field.size() - 1)));
        else
            names.push_back(code_of(field));
    }
    Packer packer;
    packer.array(2);
    for (const auto* list : {&names, &beginnings}) {
        packer.array(list->size());
        for (const auto& text : *list) packer.text(text);
    }
    return packer.take();
}

std::string pack(const Truth& truth) {
    Packer packer;
    packer.array(3).number(truth.purged ? 1 : 0);
    pack_record(packer, truth.purged ? Record() : truth.facts);
    pack_record(packer, truth.purged ? Record() : truth.derived);
    return packer.take();
}

Result<Stored> unpack_stored(std::string_view bytes) {
    TRY(const auto packed, unpack(bytes));
    const auto* parts = packed.array();
    if (parts == nullptr || parts->size() < 5) return damaged("an entry");  // a newer release may write more
    const auto *version = (*parts)[0].number(), *purged = (*parts)[1].number();
    const auto* changes = (*parts)[2].array();
    if (version == nullptr || purged == nullptr || changes == nullptr) return damaged("an entry's head");
    Stored stored;
    stored.entry.version = *version;
    stored.entry.truth.purged = *purged != 0;
    TRY(stored.entry.truth.facts, unpack_record((*parts)[3]));
    TRY(stored.entry.truth.derived, unpack_record((*parts)[4]));
    auto former = stored.entry.truth;
    for (auto change = changes->rbegin(); change != changes->rend(); ++change) {
        if (change->array() == nullptr) return damaged("an entry's past");
        CHECK_RESULT(undo(former, *change->array()));
        stored.formers.push_back(former);
    }
    return stored;
}

std::string big_endian(std::uint64_t value) {
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i) bytes[7 - i] = static_cast<char>(value >> (8 * i));
    return bytes;
}

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes.substr(0, 8)) value = value << 8 | static_cast<std::uint8_t>(byte);
    return value;
}

std::string bytes_of(const Place& place) {
    const auto at = big_endian(ordered(place.at)), id = bytes_of(place.id);
    return has_rank(place) ? at + text_of(place.rank) + id.substr(0, 8) : at + id;
}

// The first bytes of an id are the time when it was made, and have no first bit for thousands of years: so that all
// places of one second have an order among themselves.
Place unranked(const Place& place) {
    Place without{place.at, {}, place.id};
    std::copy_n(place.id.bytes.begin(), without.rank.size(), without.rank.begin());
    without.rank[0] &= 0x7f;
    return without;
}

// version 8, digest 8, day 1, aspect 4, at 8 bytes; then [key, taken_at, width, height, thumbhash, title, favourite,
// state]. Width and height are 32 bits, and above them are the halves of the rank: releases before ranks read them too,
// and pass over these. Further members are passed over by this one.
std::string pack(const Row& row, std::uint64_t version) {
    std::string bytes = big_endian(version) + big_endian(digest_of(row));
    bytes += static_cast<char>(date_of(row.place.at).day);
    bytes += big_endian(aspect_of(row)).substr(4) + big_endian(ordered(row.place.at));
    const auto rank = has_rank(row.place) ? big_endian(text_of(row.place.rank)) : 0;
    Packer packer;
    packer.array(8).text(shorter(row.key, base64url));
    const auto taken = parse_rfc3339(row.taken_at);
    const bool short_form = taken && taken->seconds == row.place.at && taken->microseconds == 0;
    if (short_form && rfc3339(*taken) == row.taken_at)
        packer.number(taken->offset_minutes ? static_cast<std::uint64_t>(*taken->offset_minutes + kOffsetBias) : 0);
    else
        packer.text(row.taken_at);
    packer.number(rank >> 32 << 32 | row.width)
        .number(rank << 32 | row.height)
        .text(shorter(row.thumbhash, base64))
        .text(row.title);
    packer.number(row.favourite ? 1 : 0).text(row.state.substr(0, 1));
    return bytes + packer.take();
}

Result<StoredRow> unpack_row(std::string_view id, std::string_view bytes) {
    if (bytes.size() < kFixed) return damaged("a row");
    StoredRow stored;
    stored.version = big_endian(bytes);
    auto& row = stored.row;
    row.place = {from_ordered(big_endian(bytes.substr(21, 8))), {}, id_of(id)};
    TRY(const auto packed, unpack(bytes.substr(kFixed)));
    if (packed.array() == nullptr || packed.array()->size() < 8) return damaged("a row");
    const auto& parts = *packed.array();
    const auto text = [&](std::size_t i) { return parts[i].text() != nullptr ? *parts[i].text() : std::string_view(); };
    const auto number = [&](std::size_t i) { return parts[i].number() != nullptr ? *parts[i].number() : 0; };
    const auto rank = big_endian(number(2) >> 32 << 32 | number(3) >> 32);
    std::ranges::copy(as_bytes(rank), row.place.rank.begin());
    if (!has_rank(row.place)) row.place = unranked(row.place);
    row.key = longer(text(0), base64url);
    if (const auto* offset = parts[1].number()) {
        LocalTime taken{row.place.at, std::nullopt, 0};
        if (*offset != 0) taken.offset_minutes = static_cast<int>(*offset) - kOffsetBias;
        row.taken_at = rfc3339(taken);
    } else {
        row.taken_at = std::string(text(1));
    }
    row.width = static_cast<std::uint32_t>(number(2));
    row.height = static_cast<std::uint32_t>(number(3));
    row.thumbhash = longer(text(4), base64);
    row.title = std::string(text(5));
    row.favourite = number(6) != 0;
    row.state = text(7) == "r" ? "ready" : text(7) == "f" ? "failed" : "processing";
    return stored;
}

std::string pack(const Session& session) {
    Packer packer;
    packer.array(6).text(bytes_of(session.user));
    for (const auto time : {session.created, session.expires})
        packer.number(static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.time_since_epoch().count())));
    packer.text(session.generation).text(session.address).text(session.agent);
    return packer.take();
}

Result<Session> unpack_session(std::string hash, std::string_view bytes) {
    TRY(const auto packed, unpack(bytes));
    const auto* parts = packed.array();
    if (parts == nullptr || parts->size() < 3) return damaged("a session");
    const auto* user = (*parts)[0].text();
    const auto *created = (*parts)[1].number(), *expires = (*parts)[2].number();
    if (user == nullptr || created == nullptr || expires == nullptr) return damaged("a session");
    if (user->size() != Id{}.bytes.size()) return damaged("a session");
    // An older release wrote the first three; a newer one may write more.
    const auto text = [parts](std::size_t i) {
        const auto* found = i < parts->size() ? (*parts)[i].text() : nullptr;
        return found != nullptr ? std::string(*found) : std::string();
    };
    return Session{std::move(hash),
                   id_of(*user),
                   WallTime(Millis(static_cast<std::int64_t>(*created))),
                   WallTime(Millis(static_cast<std::int64_t>(*expires))),
                   text(3),
                   text(4),
                   text(5)};
}

}  // namespace cadre::catalog::redis
