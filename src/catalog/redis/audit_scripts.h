// The Lua that goes through all that is kept, and that of a rebuild. What holds for all scripts stands in scripts.cc.
#pragma once

namespace cadre::catalog::redis {

inline constexpr const char* kWalkRows = R"lua(
-- KEYS: marker (not asked), names. ARGV: base of directories' names, base of buckets' names, the month's name and the
-- lower bound of the bucket last seen ('': from the beginning).
-- Answers name, lower bound, rows of the next bucket of this partition; nothing if there is none.
local names = redis.call('SMEMBERS', KEYS[2])
local function larger(a, b)
  for i = 1, math.min(#a, #b) do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x > y end
  end
  return #a > #b
end
table.sort(names, function(a, b) return larger(b, a) end)
for _, name in ipairs(names) do
  if ARGV[3] == '' or name == ARGV[3] or larger(name, ARGV[3]) then
    local from = '-'
    if name == ARGV[3] then from = '(' .. ARGV[4] .. '\255' end
    local member = redis.call('ZRANGEBYLEX', ARGV[1] .. name, from, '+', 'LIMIT', 0, 1)[1]
    if member then
      return {name, string.sub(member, 1, 24), redis.call('HGETALL', ARGV[2] .. name .. ':' .. string.sub(member, 25))}
    end
  end
end
return {}
)lua";

inline constexpr const char* kWalkLookups = R"lua(
-- KEYS: marker (not asked). ARGV: base of the buckets' names, number of buckets, first bucket.
-- Answers the number of the next bucket that holds anything, and what it holds; nothing if there is none.
for bucket = tonumber(ARGV[3]), tonumber(ARGV[2]) - 1 do
  local all = redis.call('HGETALL', ARGV[1] .. bucket)
  if #all > 0 then return {bucket, all} end
end
return {}
)lua";

inline constexpr const char* kWalkLists = R"lua(
-- KEYS: marker (not asked). ARGV: base of the buckets' names, number of buckets, first bucket, member after which, limit.
-- Answers the number of the next bucket that holds anything there, and its next members; nothing if there is none.
local from = ARGV[4] == '' and '-' or '(' .. ARGV[4]
for bucket = tonumber(ARGV[3]), tonumber(ARGV[2]) - 1 do
  local some = redis.call('ZRANGEBYLEX', ARGV[1] .. bucket, from, '+', 'LIMIT', 0, ARGV[5])
  if #some > 0 then return {bucket, some} end
  from = '-'
end
return {}
)lua";

inline constexpr const char* kBeginRebuild = R"lua(
-- KEYS: marker. ARGV: mark, '1' if everything is rebuilt, number of marks kept. Answers whether it took the mark.
-- The marker of a partition that is not complete names all who rebuild it since it was lost, the last ones of many.
local marker = ARGV[2] ~= '1' and redis.call('GET', KEYS[1])
if marker == 'complete' then return 0 end
local marks = {}
for mark in string.gmatch(marker or '', '%S+') do marks[#marks + 1] = mark end
marks[#marks + 1] = ARGV[1]
redis.call('SET', KEYS[1], table.concat(marks, ' ', math.max(1, #marks - tonumber(ARGV[3]) + 1)))
return 1
)lua";

inline constexpr const char* kEndRebuild = R"lua(
-- KEYS: marker. ARGV: mark.
for mark in string.gmatch(redis.call('GET', KEYS[1]) or '', '%S+') do
  if mark == ARGV[1] then redis.call('SET', KEYS[1], 'complete') end
end
return 0
)lua";

}  // namespace cadre::catalog::redis
