#include "jobs/streams/scripts.h"

namespace cadre::jobs::streams {
namespace {

constexpr const char* kNames[] = {"ready",   "later",   "leases", "jobs", "subjects",
                                  "waiting", "running", "number", "dead"};

const std::string kCommon = R"lua(
local ready, later, leases, jobs, subjects, waiting, running, number, dead = unpack(KEYS)
local now = tonumber(ARGV[1])
local SUBJECT, PAYLOAD, ATTEMPTS, PUSHED, NOT_BEFORE, ENTRY, TOKEN = 1, 2, 3, 4, 5, 6, 7

local function load(id)
  local record = redis.call('HGET', jobs, id)
  return record and cmsgpack.unpack(record)
end

local function save(id, job)
  redis.call('HSET', jobs, id, cmsgpack.pack(job))
end

local function make_ready(id, job)
  job[ENTRY] = redis.call('XADD', ready, '*', 'job', id)
  save(id, job)
end

local function wait(id, job, due)
  job[TOKEN] = ''
  redis.call('HSET', subjects, job[SUBJECT], id)
  redis.call('ZADD', waiting, job[PUSHED], id)
  if due > now then
    job[ENTRY] = ''
    redis.call('ZADD', later, due, id)
    save(id, job)
  else
    make_ready(id, job)
  end
end

local function push(subject, payload, not_before, limit)
  if redis.call('HEXISTS', subjects, subject) == 1 then return 0 end
  if redis.call('HLEN', jobs) >= limit then return -1 end
  wait(redis.call('INCR', number), {subject, payload, 0, now, not_before, '', ''}, not_before)
  return 1
end

-- The job, if it runs under this token; it is then no longer running.
local function held(id, token)
  local job = load(id)
  return job and token ~= '' and job[TOKEN] == token and job
end

local function release(id, job)
  redis.call('XACK', ready, 'workers', job[ENTRY])
  redis.call('XDEL', ready, job[ENTRY])
  redis.call('ZREM', leases, id)
  if redis.call('HINCRBY', running, job[SUBJECT], -1) <= 0 then redis.call('HDEL', running, job[SUBJECT]) end
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
    return prefix + "{jobs:" + kind + "}:" + kNames[0];
}

std::string kinds_key(const std::string& prefix) { return prefix + "jobs:kinds"; }

const redis::Script& push_script() {
    static const auto script = with_common("return push(ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]))");
    return script;
}

const redis::Script& take_script() {
    static const auto script = with_common(R"lua(
local lease, token, consumer = tonumber(ARGV[2]), ARGV[3], ARGV[4]

for _, id in ipairs(redis.call('ZRANGEBYSCORE', later, '-inf', now, 'LIMIT', 0, 100)) do
  redis.call('ZREM', later, id)
  local job = load(id)
  if job then make_ready(id, job) end
end

-- What somebody lost comes before what nobody had: it has waited longer.
local function take_over()
  while true do
    local id = redis.call('ZRANGEBYSCORE', leases, '-inf', now, 'LIMIT', 0, 1)[1]
    if not id then return end
    local job = load(id)
    if job then
      redis.call('XCLAIM', ready, 'workers', consumer, 0, job[ENTRY], 'JUSTID')
      return id, job
    end
    redis.call('ZREM', leases, id)
  end
end

local function read_group()
  return redis.pcall('XREADGROUP', 'GROUP', 'workers', consumer, 'COUNT', 1, 'STREAMS', ready, '>')
end

local function take_ready()
  while true do
    if redis.call('EXISTS', ready) == 0 then return end
    local got = read_group()
    if got and got.err then
      redis.call('XGROUP', 'CREATE', ready, 'workers', '0')
      got = read_group()
    end
    if not got then return end
    local entry = got[1][2][1]
    local id = entry[2][2]
    local job = load(id)
    if job then
      redis.call('HDEL', subjects, job[SUBJECT])
      redis.call('ZREM', waiting, id)
      redis.call('HINCRBY', running, job[SUBJECT], 1)
      return id, job
    end
    redis.call('XACK', ready, 'workers', entry[1])
    redis.call('XDEL', ready, entry[1])
  end
end

local id, job = take_over()
if not id then id, job = take_ready() end
if id then
  job[ATTEMPTS] = job[ATTEMPTS] + 1
  job[TOKEN] = token
  save(id, job)
  redis.call('ZADD', leases, now + lease, id)
  return {id, job[SUBJECT], job[PAYLOAD], job[ATTEMPTS], job[NOT_BEFORE]}
end

local next_due
for _, set in ipairs({later, leases}) do
  local due = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')[2]
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
return 1
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
           'attempts', job[ATTEMPTS], 'reason', ARGV[4], 'died', ARGV[1])
return 1
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
if push(fields[2], fields[4], 0, tonumber(ARGV[3])) < 0 then return -1 end
redis.call('XDEL', dead, ARGV[2])
return 1
)lua");
    return script;
}

}  // namespace cadre::jobs::streams
