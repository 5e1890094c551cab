#include "jobs/streams/scripts.h"

namespace cadre::jobs::streams {
namespace {

constexpr const char* kNames[] = {"ready",   "later",  "leases", "jobs",  "subjects", "waiting",
                                  "running", "number", "dead",   "queue", "turns",    "busy"};

// An owner's score in `turns` is how many of its jobs run, times ROUND, plus the number of when its turn began.
const std::string kCommon = R"lua(
local ready, later, leases, jobs, subjects, waiting, running, number, dead, queue, turns, busy = unpack(KEYS)
local now = tonumber(ARGV[1])
local SUBJECT, PAYLOAD, ATTEMPTS, PUSHED, NOT_BEFORE, ENTRY, TOKEN, OWNER, PLACE = 1, 2, 3, 4, 5, 6, 7, 8, 9
local ROUND = 1099511627776
local AGAIN = 600000

local function load(id)
  local record = redis.call('HGET', jobs, id)
  return record and cmsgpack.unpack(record)
end

local function save(id, job)
  redis.call('HSET', jobs, id, cmsgpack.pack(job))
end

local function ring()
  if redis.call('XLEN', ready) < 100 then redis.call('XADD', ready, '*', 'bell', '') end
end

local function busy_of(owner)
  return tonumber(redis.call('HGET', busy, owner) or 0)
end

-- Behind all of whom as many run.
local function place(owner)
  redis.call('ZADD', turns, busy_of(owner) * ROUND + redis.call('INCR', number), owner)
end

local function first_of(owner)
  return redis.call('ZRANGEBYLEX', queue, '[' .. owner .. '\0', '(' .. owner .. '\1', 'LIMIT', 0, 1)[1]
end

local function make_ready(id, job)
  local owner = job[OWNER] or ''
  job[ENTRY], job[OWNER] = '0-0', owner
  job[PLACE] = owner .. '\0' .. string.format('%016d', redis.call('INCR', number)) .. '\0' .. id
  redis.call('ZADD', queue, 0, job[PLACE])
  if not redis.call('ZSCORE', turns, owner) then place(owner) end
  redis.call('ZADD', later, now + AGAIN, id)
  save(id, job)
  ring()
end

local function wait(id, job, due)
  job[TOKEN], job[ENTRY], job[PLACE] = '', '', ''
  job[OWNER] = job[OWNER] or ''
  redis.call('HSET', subjects, job[SUBJECT], id)
  redis.call('ZADD', waiting, job[PUSHED], id)
  if due > now then
    redis.call('ZADD', later, due, id)
    save(id, job)
  else
    make_ready(id, job)
  end
end

local function push(subject, payload, not_before, limit, owner)
  if redis.call('HEXISTS', subjects, subject) == 1 then return 0 end
  if redis.call('HLEN', jobs) >= limit then return -1 end
  wait(redis.call('INCR', number), {subject, payload, 0, now, not_before, '', '', owner, ''}, not_before)
  return 1
end

-- The job, if it runs under this token; it is then no longer running.
local function held(id, token)
  local job = load(id)
  return job and token ~= '' and job[TOKEN] == token and job
end

-- How a release that knew no owners took it: by its entry in the stream.
local function forget_entry(job)
  if job[ENTRY] == '' or job[ENTRY] == '0-0' then return end
  redis.call('XACK', ready, 'workers', job[ENTRY])
  redis.call('XDEL', ready, job[ENTRY])
end

local function release(id, job)
  forget_entry(job)
  redis.call('ZREM', leases, id)
  if redis.call('HINCRBY', running, job[SUBJECT], -1) <= 0 then redis.call('HDEL', running, job[SUBJECT]) end
  local owner = job[OWNER] or ''
  if owner == '' then return end
  local idle = redis.call('HINCRBY', busy, owner, -1) <= 0
  if idle then redis.call('HDEL', busy, owner) end
  if redis.call('ZSCORE', turns, owner) then
    place(owner)
    if idle then ring() end  -- a taker that takes of newcomers only may take it now
  end
end

local function others_wait(job)
  return redis.call('ZSCORE', turns, job[OWNER] or '') and 2 or 1
end
)lua";

redis::Script with_common(const char* source) { return redis::Script(kCommon + source); }

}  // namespace

std::vector<std::string> keys_of(const std::string& prefix, const std::string& kind) {
    std::vector<std::string> keys;
    for (const char* name : kNames) keys.push_back(prefix + "{jobs:" + kind + "}:" + name);
    return keys;
}

std::string ready_key(const std::string& prefix, const std::string& kind) {
    return prefix + "{jobs:" + kind + "}:ready";
}

std::string dead_key(const std::string& prefix, const std::string& kind) { return prefix + "{jobs:" + kind + "}:dead"; }

std::string kinds_key(const std::string& prefix) { return prefix + "jobs:kinds"; }

const redis::Script& push_script() {
    static const auto script =
        with_common("return push(ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6])");
    return script;
}

const redis::Script& take_script() {
    static const auto script = with_common(R"lua(
local lease, token, consumer, newcomer = tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5] == '1'

local function read_group()
  return redis.pcall('XREADGROUP', 'GROUP', 'workers', consumer, 'COUNT', 100, 'STREAMS', ready, '>')
end

-- Bells have been heard; what a release that knew no owners has queued takes its place among all.
local function hear()
  if redis.call('XLEN', ready) == 0 then return end
  local got = read_group()
  if got and got.err then
    redis.call('XGROUP', 'CREATE', ready, 'workers', '0')
    got = read_group()
  end
  for _, entry in ipairs(got and got[1][2] or {}) do
    redis.call('XACK', ready, 'workers', entry[1])
    redis.call('XDEL', ready, entry[1])
    local id = entry[2][1] == 'job' and entry[2][2]
    local job = id and load(id)
    if job and job[TOKEN] == '' and (job[PLACE] or '') == '' then make_ready(id, job) end
  end
end

-- Each that has its place in the queue is here too, ten minutes ahead, so that a release that knew no owners finds it
-- when this one is gone.
local function hear_of_later()
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', later, '-inf', now, 'LIMIT', 0, 100)) do
    redis.call('ZREM', later, id)
    local job = load(id)
    if job and job[TOKEN] == '' then
      if (job[PLACE] or '') ~= '' then
        redis.call('ZADD', later, now + AGAIN, id)
      else
        make_ready(id, job)
      end
    end
  end
end

-- What somebody lost comes before what nobody had: it has waited longer.
local function take_over()
  while true do
    local id = redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'LIMIT', 0, 1)[1]
    if not id then return end
    local job = load(id)
    if job then
      local owner = job[OWNER] or ''
      if newcomer and owner ~= '' and busy_of(owner) > 1 then return end
      redis.call('ZREM', leases, id)
      if not job[PLACE] and owner ~= '' then redis.call('HINCRBY', busy, owner, 1) end
      forget_entry(job)
      return id, job
    end
    redis.call('ZREM', leases, id)
  end
end

local function take_in_turn()
  while true do
    local best = redis.call('ZRANGE', turns, 0, 0, 'WITHSCORES')
    local owner = best[1]
    if not owner or (newcomer and tonumber(best[2]) >= ROUND) then return end
    local entry = first_of(owner)
    if entry then
      redis.call('ZREM', queue, entry)
      local id = string.match(entry, '([^%z]*)$')
      local job = load(id)
      if job then
        if owner ~= '' then redis.call('HINCRBY', busy, owner, 1) end
        if first_of(owner) then place(owner) else redis.call('ZREM', turns, owner) end
        redis.call('ZREM', later, id)
        redis.call('HDEL', subjects, job[SUBJECT])
        redis.call('ZREM', waiting, id)
        redis.call('HINCRBY', running, job[SUBJECT], 1)
        return id, job
      end
    else
      redis.call('ZREM', turns, owner)
    end
  end
end

hear_of_later()
hear()
local id, job = take_over()
if not id then id, job = take_in_turn() end
if id then
  job[ATTEMPTS] = job[ATTEMPTS] + 1
  job[TOKEN], job[ENTRY], job[OWNER], job[PLACE] = token, '0-0', job[OWNER] or '', ''
  save(id, job)
  redis.call('ZADD', leases, now + lease, id)
  return {id, job[SUBJECT], job[PAYLOAD], job[ATTEMPTS], job[NOT_BEFORE], job[OWNER]}
end

local next_due
for _, set in ipairs({later, leases}) do
  local due = redis.call('ZRANGEBYSCORE', set, '(' .. now, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2]
  if due and (not next_due or tonumber(due) < next_due) then next_due = tonumber(due) end
end
return next_due and {next_due} or {}
)lua");
    return script;
}

const redis::Script& renew_script() {
    static const auto script = with_common(R"lua(
if not held(ARGV[2], ARGV[3]) then return 0 end
redis.call('ZADD', leases, now + tonumber(ARGV[4]), ARGV[2])
return 1
)lua");
    return script;
}

const redis::Script& done_script() {
    static const auto script = with_common(R"lua(
local job = held(ARGV[2], ARGV[3])
if not job then return 0 end
release(ARGV[2], job)
redis.call('HDEL', jobs, ARGV[2])
return others_wait(job)
)lua");
    return script;
}

const redis::Script& retry_script() {
    static const auto script = with_common(R"lua(
local job = held(ARGV[2], ARGV[3])
if not job then return 0 end
release(ARGV[2], job)
if redis.call('HEXISTS', subjects, job[SUBJECT]) == 1 then
  redis.call('HDEL', jobs, ARGV[2])  -- the one that waits does this one's work too
else
  job[ATTEMPTS] = job[ATTEMPTS] - tonumber(ARGV[5])
  wait(ARGV[2], job, tonumber(ARGV[4]))
end
return 1
)lua");
    return script;
}

const redis::Script& bury_script() {
    static const auto script = with_common(R"lua(
local job = held(ARGV[2], ARGV[3])
if not job then return 0 end
release(ARGV[2], job)
redis.call('HDEL', jobs, ARGV[2])
redis.call('XADD', dead, 'MAXLEN', ARGV[5], '*', 'subject', job[SUBJECT], 'payload', job[PAYLOAD],
           'attempts', job[ATTEMPTS], 'reason', ARGV[4], 'died', ARGV[1], 'owner', job[OWNER] or '')
return others_wait(job)
)lua");
    return script;
}

const redis::Script& holds_script() {
    static const auto script = with_common(R"lua(
if redis.call('HEXISTS', subjects, ARGV[2]) == 1 then return 1 end
return redis.call('HEXISTS', running, ARGV[2])
)lua");
    return script;
}

const redis::Script& stats_script() {
    static const auto script = with_common(R"lua(
local oldest = redis.call('ZRANGE', waiting, 0, 0, 'WITHSCORES')[2]
return {redis.call('ZCARD', waiting), redis.call('ZCARD', leases), redis.call('XLEN', dead), oldest or ''}
)lua");
    return script;
}

const redis::Script& resend_script() {
    static const auto script = with_common(R"lua(
local entry = redis.call('XRANGE', dead, ARGV[2], ARGV[2])[1]
if not entry then return 0 end
local fields = entry[2]  -- subject, s, payload, p, …
if push(fields[2], fields[4], 0, tonumber(ARGV[3]), fields[12] or '') < 0 then return -1 end
redis.call('XDEL', dead, ARGV[2])
return 1
)lua");
    return script;
}

}  // namespace cadre::jobs::streams
