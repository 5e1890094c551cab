// The scripts of what passes: leases, counts, what was seen, boards, sessions. Apart from the entries: see scripts.cc
// for what holds for all of them.
#pragma once

namespace cadre::catalog::redis {

inline constexpr const char* kLease = R"lua(
-- KEYS: lease. ARGV: token, milliseconds. Answers whether it is held under this token now.
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
return redis.call('GET', KEYS[1]) == ARGV[1] and 1 or 0
)lua";

inline constexpr const char* kRenew = R"lua(
-- KEYS: lease. ARGV: token, milliseconds. Answers whether it was still held.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
)lua";

inline constexpr const char* kRelease = R"lua(
-- KEYS: lease. ARGV: token.
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0
)lua";

inline constexpr const char* kCount = R"lua(
-- KEYS: count. ARGV: milliseconds, the most. Answers whether it was counted, the count, and the milliseconds left.
local n = tonumber(redis.call('GET', KEYS[1]) or '0')
if n >= tonumber(ARGV[2]) then return {0, n, math.max(redis.call('PTTL', KEYS[1]), 0)} end
n = redis.call('INCR', KEYS[1])
if n == 1 and redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {1, n, redis.call('PTTL', KEYS[1])}
)lua";

inline constexpr const char* kUncount = R"lua(
-- KEYS: count.
if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then redis.call('DECR', KEYS[1]) end
return 0
)lua";

inline constexpr const char* kSee = R"lua(
-- KEYS: what was seen of an owner. ARGV: item, now, since when it counts, how many stay, milliseconds.
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[4]))
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 0
)lua";

inline constexpr const char* kPost = R"lua(
-- KEYS: board. ARGV: item, text, milliseconds (0: off), how many stay. An item is [microseconds when, until, text].
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local ends = now + ARGV[3] * 1000
local last, shown = 0, {}
redis.call('HDEL', KEYS[1], ARGV[1])
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local kept = cmsgpack.unpack(all[i + 1])
  if kept[2] <= now then
    redis.call('HDEL', KEYS[1], all[i])
  else
    shown[#shown + 1] = {kept[1], all[i]}
    last = math.max(last, kept[2])
    now = math.max(now, kept[1] + 1)  -- a clock that was set back
  end
end
if ends > now then
  redis.call('HSET', KEYS[1], ARGV[1], cmsgpack.pack({now, ends, ARGV[2]}))
  shown[#shown + 1] = {now, ARGV[1]}
  last = math.max(last, ends)
end
table.sort(shown, function(a, b) return a[1] > b[1] end)
for i = ARGV[4] + 1, #shown do redis.call('HDEL', KEYS[1], shown[i][2]) end
if #shown > 0 then redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', last / 1000)) end
return 0
)lua";

inline constexpr const char* kPosted = R"lua(
-- KEYS: board. Answers item, milliseconds since it was posted, text, …, the last posted first.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local shown, out = {}, {}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local kept = cmsgpack.unpack(all[i + 1])
  if kept[2] > now then shown[#shown + 1] = {kept[1], all[i], kept[3]} end
end
table.sort(shown, function(a, b) return a[1] > b[1] end)
for _, item in ipairs(shown) do
  out[#out + 1] = item[2]
  out[#out + 1] = math.max(0, math.floor((now - item[1]) / 1000))
  out[#out + 1] = item[3]
end
return out
)lua";

inline constexpr const char* kKeep = R"lua(
-- KEYS: word. ARGV: value.
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1])
)lua";

inline constexpr const char* kPutSession = R"lua(
-- KEYS: session. ARGV: session, milliseconds.
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 0
)lua";

inline constexpr const char* kListSession = R"lua(
-- KEYS: a person's sessions. ARGV: hash, session, milliseconds, now. Drops those that have expired.
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  if cmsgpack.unpack(all[i + 1])[3] <= tonumber(ARGV[4]) then redis.call('HDEL', KEYS[1], all[i]) end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return 0
)lua";

}  // namespace cadre::catalog::redis
