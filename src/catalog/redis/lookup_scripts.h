// The Lua of look-ups. What holds for all scripts stands in scripts.cc.
#pragma once

namespace cadre::catalog::redis {

inline constexpr const char* kClaim = R"lua(
-- Enters an id under a key, or takes it out, unless something newer was said of the two.
-- KEYS: bucket of look-ups, mark. ARGV: key's digest, id, version, version in 8 bytes ('': take it out).
-- The value is id 16, version 8 bytes, for each who claims the key. Answers as the script of rows does.
local digest, id, version = ARGV[1], ARGV[2], tonumber(ARGV[3])
local list = redis.call('HGET', KEYS[1], digest) or ''
local at = nil
for i = 1, #list, 24 do
  if string.sub(list, i, i + 15) == id then at = i end
end
local marked = tonumber(redis.call('GET', KEYS[2]) or '0')
local newest = marked
if at then
  local high, low = struct.unpack('>I4I4', string.sub(list, at + 16, at + 23))
  newest = math.max(newest, high * 4294967296 + low)
end
if newest > version then return {2, string.format('%.0f', newest)} end
local before = at and string.sub(list, at, at + 23) or ''
local after = ARGV[4] == '' and '' or id .. ARGV[4]
if ARGV[4] == '' and marked < version then redis.call('SET', KEYS[2], ARGV[3], 'EX', 86400) end
if before == after then return {0} end
if at then list = string.sub(list, 1, at - 1) .. string.sub(list, at + 24) end
list = list .. after
if list == '' then
  redis.call('HDEL', KEYS[1], digest)
else
  redis.call('HSET', KEYS[1], digest, list)
end
return {(before == '' or after == '') and 1 or 0}
)lua";

inline constexpr const char* kFind = R"lua(
-- KEYS: marker, a bucket of look-ups for each digest. ARGV: digests. Answers the values.
if redis.call('GET', KEYS[1]) ~= 'complete' then return false end
local out = {}
for i = 1, #ARGV do out[i] = redis.call('HGET', KEYS[i + 1], ARGV[i]) end
return out
)lua";

inline constexpr const char* kList = R"lua(
-- Enters an id under a key that any number of ids may have, or takes it out, unless something newer was said of the two.
-- KEYS: bucket of lists, mark. ARGV: key's digest, id, version, version in 8 bytes ('': take it out).
-- Members, all of score 0, are digest 16, id 16, version 8 bytes. Answers as the script of rows does.
local name, version = ARGV[1] .. ARGV[2], tonumber(ARGV[3])
local before = redis.call('ZRANGEBYLEX', KEYS[1], '[' .. name, '[' .. name .. '\255', 'LIMIT', 0, 1)[1]
local marked = tonumber(redis.call('GET', KEYS[2]) or '0')
local newest = marked
if before then
  local high, low = struct.unpack('>I4I4', string.sub(before, 33, 40))
  newest = math.max(newest, high * 4294967296 + low)
end
if newest > version then return {2, string.format('%.0f', newest)} end
local after = ARGV[4] ~= '' and name .. ARGV[4] or nil
if not after and marked < version then redis.call('SET', KEYS[2], ARGV[3], 'EX', 86400) end
if before == after then return {0} end
if before then redis.call('ZREM', KEYS[1], before) end
if after then redis.call('ZADD', KEYS[1], 0, after) end
return {before and after and 0 or 1}
)lua";

inline constexpr const char* kListed = R"lua(
-- KEYS: marker, bucket of lists. ARGV: key's digest, id after which ('': from the first), limit. Answers members.
if redis.call('GET', KEYS[1]) ~= 'complete' then return false end
local from = ARGV[2] == '' and '[' .. ARGV[1] or '(' .. ARGV[1] .. ARGV[2] .. '\255'
return redis.call('ZRANGEBYLEX', KEYS[2], from, '[' .. ARGV[1] .. string.rep('\255', 25), 'LIMIT', 0, ARGV[3])
)lua";

}  // namespace cadre::catalog::redis
