#include "catalog/redis/scripts.h"

#include "catalog/redis/audit_scripts.h"
#include "catalog/redis/lookup_scripts.h"
#include "catalog/redis/passing_scripts.h"

namespace cadre::catalog::redis {
namespace {

// All keys of a script lie in one partition. A read answers nil if its partition is not complete. Numbers are doubles
// in Lua, exact up to 2^53: versions are microseconds, and 64-bit digests are handled as two halves. Strings are not
// compared by <, which goes by the server's locale.

constexpr const char* kGet = R"lua(
-- KEYS: marker, a bucket of entries for each id. ARGV: ids. Answers whether the partition is complete, then the values.
local out = {redis.call('GET', KEYS[1]) == 'complete' and 1 or 0}
for i = 1, #ARGV do out[i + 1] = redis.call('HGET', KEYS[i + 1], ARGV[i]) end
return out
)lua";

constexpr const char* kScan = R"lua(
-- KEYS: marker (not asked). ARGV: bucket's name before its number, number of buckets, first bucket, id after which, limit.
-- Answers id, value, id, value, … by bucket, then by id.
local base, buckets, first, after, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local function less(a, b)
  for i = 1, 16 do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y end
  end
  return false
end
local out = {}
for bucket = first, buckets - 1 do
  local key = base .. bucket
  local ids = redis.call('HKEYS', key)
  table.sort(ids, less)
  for _, id in ipairs(ids) do
    if bucket > first or after == '' or less(after, id) then
      out[#out + 1] = id
      out[#out + 1] = redis.call('HGET', key, id)
      if #out >= 2 * limit then return out end
    end
  end
end
return out
)lua";

constexpr const char* kWrite = R"lua(
-- KEYS: marker, bucket of entries. ARGV: id, mode, truth, version: what it must be (replace, remove) or at least become,
-- the fields that decide where a thing is shown: [[name, …], [beginning of names, …]].
-- Answers outcome (1: written, 0: not), entry (of remove: as it was), version.
-- An entry is [version, purged, undo, facts, derived]; facts and derived are [[stamp, name, value, name, value, …], …].
-- Undo tells what these fields were in the last day: [[when, "fo", value, …], …].
local mode, expected = ARGV[2], ARGV[4]
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local stored = redis.call('HGET', KEYS[2], ARGV[1])
local old = stored and cmsgpack.unpack(stored)

local function text(version) return string.format('%.0f', version) end
local function later(a, b)  -- of two stamps of 16 bytes
  for i = 1, 13, 4 do
    local x, y = struct.unpack('>I4', string.sub(a, i, i + 3)), struct.unpack('>I4', string.sub(b, i, i + 3))
    if x ~= y then return x > y end
  end
  return false
end
local function larger(a, b)  -- of two texts, byte by byte
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x > y end
  end
  return #a > #b
end
local function fields_of(groups)
  local fields = {}
  for _, group in ipairs(groups) do
    for i = 2, #group, 2 do fields[group[i]] = {group[1], group[i + 1]} end
  end
  return fields
end
local function groups_of(fields)
  local groups, places = {}, {}
  for name, field in pairs(fields) do
    local group = places[field[1]]
    if not group then
      group = {field[1]}
      places[field[1]] = group
      groups[#groups + 1] = group
    end
    group[#group + 1] = name
    group[#group + 1] = field[2]
  end
  return groups
end
local function join(into, from)
  local changed = false
  for name, field in pairs(from) do
    local mine = into[name]
    if not mine or later(field[1], mine[1])
        or (field[1] == mine[1] and field[2] ~= mine[2] and larger(field[2], mine[2])) then
      into[name] = field
      changed = true
    end
  end
  return changed
end
local function same(a, b)
  for name, field in pairs(a) do
    if not b[name] or b[name][1] ~= field[1] or b[name][2] ~= field[2] then return false end
  end
  for name in pairs(b) do
    if not a[name] then return false end
  end
  return true
end
local function note(undo, watched, letter, before, after)
  local function compare(name)
    local was, is = before[name] and before[name][2], after[name] and after[name][2]
    if was ~= is then
      undo[#undo + 1] = letter .. name
      undo[#undo + 1] = was or false
    end
  end
  for _, name in ipairs(watched[1]) do compare(name) end
  for _, beginning in ipairs(watched[2]) do
    for name in pairs(before) do
      if string.sub(name, 1, #beginning) == beginning then compare(name) end
    end
    for name in pairs(after) do
      if not before[name] and string.sub(name, 1, #beginning) == beginning then compare(name) end
    end
  end
end
local function next_version() return math.max(now, old and old[1] + 1 or 0) end
local function write(purged, facts, derived, before_facts, before_derived)
  local undo = {}
  if old then
    for i = math.max(1, #old[3] - 62), #old[3] do
      if old[3][i][1] > now - 86400000000 then undo[#undo + 1] = old[3][i] end
    end
    local latest, watched = {now}, cmsgpack.unpack(ARGV[5])
    note(latest, watched, 'f', before_facts, facts)
    note(latest, watched, 'd', before_derived, derived)
    if #latest > 1 then undo[#undo + 1] = latest end
  end
  local version = next_version()
  local entry = cmsgpack.pack({version, purged, undo, groups_of(facts), groups_of(derived)})
  redis.call('HSET', KEYS[2], ARGV[1], entry)
  return {1, entry, text(version)}
end
local function again(least)  -- as it is, at no smaller version
  if not old then return {0, false, '0'} end
  if old[1] < least then
    old[1] = least
    stored = cmsgpack.pack(old)
    redis.call('HSET', KEYS[2], ARGV[1], stored)
  end
  return {0, stored, text(old[1])}
end

if mode == 'again' then return again(tonumber(expected)) end
if mode == 'remove' then
  if (old and text(old[1]) or '0') ~= expected then return {0, false, '0'} end
  local version = text(next_version())
  redis.call('HDEL', KEYS[2], ARGV[1])
  return {1, stored, version}
end

local truth = cmsgpack.unpack(ARGV[3])
local facts, derived = fields_of(truth[2]), fields_of(truth[3])
local old_facts, old_derived = {}, {}
if old then old_facts, old_derived = fields_of(old[4]), fields_of(old[5]) end
if mode == 'replace' then
  if (old and text(old[1]) or '0') ~= expected then return {0, false, '0'} end
  if old and old[2] == truth[1] and same(old_facts, facts) and same(old_derived, derived) then
    local outcome = again(0)
    outcome[1] = 1
    return outcome
  end
  return write(truth[1], facts, derived, old_facts, old_derived)
end

-- apply
if not old then
  if truth[1] == 0 and #truth[2] == 0 and redis.call('GET', KEYS[1]) ~= 'complete' then
    return {-1, false, '0'}  -- half a truth would look like a whole one
  end
  return write(truth[1], facts, derived)
end
if old[2] == 1 then return again(0) end
if truth[1] == 1 then return write(1, {}, {}, old_facts, old_derived) end
local new_facts, new_derived = fields_of(old[4]), fields_of(old[5])
local changed = join(new_facts, facts)
changed = join(new_derived, derived) or changed
if not changed then return again(0) end
return write(0, new_facts, new_derived, old_facts, old_derived)
)lua";

constexpr const char* kRow = R"lua(
-- Puts a row into a month, moves it or takes it out, unless something newer was said of it.
-- KEYS: head, directory, names, mark. ARGV: base of the buckets' names, the month's name, id, version, place ('': take it
-- out), row, rows a bucket, '1' if it stood elsewhere in the last day, places where it may stand.
-- A row is version 8, digest 8, day 1, aspect 4, at 8 bytes, then MessagePack of which the third and fourth number have
-- the halves of the rank above 32 bits. A place is at 8, rank 8 bytes, the first half of the id. Of a row without a rank,
-- which an older release wrote, it is at 8, id 16 bytes.
-- The directory has the lower bound of each bucket, a place, followed by its number.
-- Answers 1 (changed), 0 (as it was), or 2 and the newer version.
local head, directory, names, mark = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local base, id, version, place, row = ARGV[1], ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[6]

local function bucket_of(at)
  local found = redis.call('ZREVRANGEBYLEX', directory, '[' .. at .. '\255', '-', 'LIMIT', 0, 1)[1]
  if found then return base .. string.sub(found, 25), found end
end
local function version_of(value)
  local high, low = struct.unpack('>I4I4', value)
  return high * 4294967296 + low
end

local marked = tonumber(redis.call('GET', mark) or '0')
local newest, found, seen = marked, {}, {}
for i = 9, #ARGV do
  local key, member = bucket_of(ARGV[i])
  if key and not seen[key] then
    seen[key] = true
    local value = redis.call('HGET', key, id)
    if value then
      found[#found + 1] = {key = key, member = member, value = value}
      newest = math.max(newest, version_of(value))
    end
  end
end
if newest > version then return {2, string.format('%.0f', newest)} end
-- What comes late must not put it back, or beside itself.
if marked < version and (place == '' or ARGV[8] == '1') then redis.call('SET', mark, ARGV[4], 'EX', 86400) end

local counted = redis.call('HMGET', head, 'n', 'v')
local n, high, low = tonumber(counted[1] or '0'), 0, 0
local was_new = n == 0
if counted[2] then high, low = struct.unpack('>I4I4', counted[2]) end
local function count(value, sign)
  local h, l, day, aspect = struct.unpack('>I4I4BI4', string.sub(value, 9, 21))
  n, high, low = n + sign, bit.bxor(high, h), bit.bxor(low, l)
  if redis.call('HINCRBY', head, 'c' .. day, sign) == 0 then
    redis.call('HDEL', head, 'c' .. day, 'a' .. day)
  else
    redis.call('HINCRBY', head, 'a' .. day, sign * aspect)
  end
end

local changed = 0
local target = nil
if place ~= '' then
  target = bucket_of(place)
  if not target then
    local number = redis.call('HINCRBY', head, 'b', 1)
    redis.call('ZADD', directory, 0, string.rep('\0', 24) .. number)
    target = base .. number
  end
end
local stood = nil
for _, old in ipairs(found) do
  if old.key == target then
    stood = old.value
  else
    changed = 1
    redis.call('HDEL', old.key, id)
    count(old.value, -1)
    if redis.call('EXISTS', old.key) == 0 and string.sub(old.member, 1, 24) ~= string.rep('\0', 24) then
      redis.call('ZREM', directory, old.member)
    end
  end
end
if target and stood ~= row then
  redis.call('HSET', target, id, row)
  if not stood or string.sub(stood, 9) ~= string.sub(row, 9) then
    changed = 1
    if stood then count(stood, -1) end
    count(row, 1)
  end
end
if changed == 0 then return {0} end

if n == 0 then
  redis.call('DEL', head, directory)
  redis.call('SREM', names, ARGV[2])
  return {1}
end
redis.call('HSET', head, 'n', n, 'v', struct.pack('>I4I4', high % 4294967296, low % 4294967296))
if was_new then redis.call('SADD', names, ARGV[2]) end

local rows_there, most = target and redis.call('HLEN', target) or 0, tonumber(ARGV[7])
-- One that cannot be parted, see below, is left alone after a while; Lua takes no more than 8,000 arguments.
if rows_there > most and rows_there <= most + 1000 then
  local rows, members, values = redis.call('HGETALL', target), {}, {}
  for i = 1, #rows, 2 do
    local its, value = rows[i], rows[i + 1]
    values[its] = value
    local shown, within = cmsgpack.unpack(string.sub(value, 30)), its
    -- Large numbers come as negative ones; what a double rounds is far below the upper halves.
    local high, low = math.floor(shown[3] / 4294967296) % 4294967296, math.floor(shown[4] / 4294967296) % 4294967296
    if high >= 2147483648 then within = struct.pack('>I4I4', high, low) .. string.sub(its, 1, 8) end
    members[#members + 1] = 0
    members[#members + 1] = string.sub(value, 22, 29) .. within .. its
  end
  local order = base .. 'order'  -- a sorted set compares bytes; gone before the script ends
  redis.call('ZADD', order, unpack(members))
  local all = redis.call('ZRANGE', order, 0, -1)
  redis.call('DEL', order)
  -- Near the middle, but not between rows of the same place: a bucket of nothing else stays whole.
  local function parts(at)
    return at > 1 and at <= #all and string.sub(all[at], 1, 24) ~= string.sub(all[at - 1], 1, 24)
  end
  local middle, first = math.floor(#all / 2) + 1, nil
  for away = 0, #all do
    first = first or (parts(middle + away) and middle + away) or (parts(middle - away) and middle - away) or nil
  end
  if not first then return {1} end
  local number = redis.call('HINCRBY', head, 'b', 1)
  local moved, ids = {}, {}
  for at = first, #all do
    local its = string.sub(all[at], 25)
    ids[#ids + 1] = its
    moved[#moved + 1] = its
    moved[#moved + 1] = values[its]
  end
  redis.call('HSET', base .. number, unpack(moved))
  redis.call('HDEL', target, unpack(ids))
  redis.call('ZADD', directory, 0, string.sub(all[first], 1, 24) .. number)
end
return {1}
)lua";

constexpr const char* kMonth = R"lua(
-- KEYS: marker, head, directory. ARGV: base of the buckets' names, offset, limit (0: no rows).
-- Answers count, digest, how many rows of the first bucket come before the offset, then buckets: [id, row, id, row, …].
if redis.call('GET', KEYS[1]) ~= 'complete' then return false end
local base, offset, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local counted = redis.call('HMGET', KEYS[2], 'n', 'v')
local out = {tonumber(counted[1] or '0'), counted[2] or '', 0}
if limit == 0 or offset >= out[1] then return out end
local wanted, at = nil, 0
while true do
  local members = redis.call('ZREVRANGE', KEYS[3], at, at + 15)
  if #members == 0 then return out end
  at = at + 16
  for _, member in ipairs(members) do
    local key = base .. string.sub(member, 25)
    local n = redis.call('HLEN', key)
    if wanted then
      out[#out + 1] = redis.call('HGETALL', key)
      wanted = wanted - n
    elseif offset < n then
      out[3] = offset
      out[#out + 1] = redis.call('HGETALL', key)
      wanted = limit - (n - offset)
    else
      offset = offset - n
    end
    if wanted and wanted <= 0 then return out end
  end
end
)lua";

constexpr const char* kBelow = R"lua(
-- KEYS: marker, directory. ARGV: base of the buckets' names, place ('': the end), limit.
-- Answers buckets that together hold the `limit` rows below the place, if there are so many.
if redis.call('GET', KEYS[1]) ~= 'complete' then return false end
local base, place, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])
local from = place == '' and '+' or '[' .. place .. '\255'
local out, certain, at = {}, 0, 0
while true do
  local members = redis.call('ZREVRANGEBYLEX', KEYS[2], from, '-', 'LIMIT', at, 16)
  if #members == 0 then return out end
  at = at + 16
  for _, member in ipairs(members) do
    out[#out + 1] = redis.call('HGETALL', base .. string.sub(member, 25))
    if #out > 1 or place == '' then certain = certain + #out[#out] / 2 end
    if certain >= limit then return out end
  end
end
)lua";

constexpr const char* kHeads = R"lua(
-- KEYS: marker, heads. ARGV: 'v' (count and digest) or 'all'. Answers for each [name, value, name, value, …].
if redis.call('GET', KEYS[1]) ~= 'complete' then return false end
local out = {}
for i = 2, #KEYS do
  if ARGV[1] == 'v' then
    local counted = redis.call('HMGET', KEYS[i], 'n', 'v')
    out[i - 1] = counted[1] and {'n', counted[1], 'v', counted[2]} or {}
  else
    out[i - 1] = redis.call('HGETALL', KEYS[i])
  end
end
return out
)lua";

constexpr const char* kMembers = R"lua(
-- KEYS: marker, set. Answers its members.
if redis.call('GET', KEYS[1]) ~= 'complete' then return false end
return redis.call('SMEMBERS', KEYS[2])
)lua";

constexpr const char* kAdd = R"lua(
-- KEYS: set. ARGV: member. Answers 1 if it is new.
return {redis.call('SADD', KEYS[1], ARGV[1])}
)lua";

constexpr const char* kWords = R"lua(
-- KEYS: marker, words. ARGV: word after which, limit. Answers words by their bytes.
if redis.call('GET', KEYS[1]) ~= 'complete' then return false end
return redis.call('ZRANGEBYLEX', KEYS[2], '(' .. ARGV[1], '+', 'LIMIT', 0, ARGV[2])
)lua";

constexpr const char* kAddWord = R"lua(
-- KEYS: words. ARGV: word. Answers 1 if it is new.
return {redis.call('ZADD', KEYS[1], 0, ARGV[1])}
)lua";

}  // namespace

const Scripts& scripts() {
    static const Scripts all{
        cadre::redis::Script(kGet),          cadre::redis::Script(kScan),        cadre::redis::Script(kWrite),
        cadre::redis::Script(kRow),          cadre::redis::Script(kMonth),       cadre::redis::Script(kBelow),
        cadre::redis::Script(kHeads),        cadre::redis::Script(kMembers),     cadre::redis::Script(kAdd),
        cadre::redis::Script(kWords),        cadre::redis::Script(kAddWord),     cadre::redis::Script(kClaim),
        cadre::redis::Script(kFind),         cadre::redis::Script(kList),        cadre::redis::Script(kListed),
        cadre::redis::Script(kWalkRows),     cadre::redis::Script(kWalkLookups), cadre::redis::Script(kWalkLists),
        cadre::redis::Script(kBeginRebuild), cadre::redis::Script(kEndRebuild),  cadre::redis::Script(kLease),
        cadre::redis::Script(kRenew),        cadre::redis::Script(kRelease),     cadre::redis::Script(kCount),
        cadre::redis::Script(kKeep),         cadre::redis::Script(kPutSession),  cadre::redis::Script(kListSession),
        cadre::redis::Script(kUncount),      cadre::redis::Script(kSee),         cadre::redis::Script(kPost),
        cadre::redis::Script(kPosted),
    };
    return all;
}

}  // namespace cadre::catalog::redis
