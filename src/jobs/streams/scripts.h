// The queue's layout in Redis and the Lua scripts that change it. Each kind has its keys in one slot, by the tag
// {jobs:KIND}; each script changes one kind as a whole.
//
//   PREFIX{jobs:KIND}:ready    stream of the jobs that can be taken, field "job"; consumer group "workers". Taken ones
//                              stay in it, pending, until they are done: XPENDING shows who has them
//                    :later    sorted set, job → when it can be taken; moved to `ready` by the next take after that
//                    :leases   sorted set, job → when its lease ends
//                    :jobs     hash, job → its record (MessagePack): subject, payload, attempts, pushed, not_before,
//                              entry in `ready`, token of who has it
//                    :subjects hash, subject → the job that waits
//                    :waiting  sorted set, job → when it was pushed
//                    :running  hash, subject → how many jobs of it run
//                    :number   the last job's number
//                    :dead     stream, capped
//   PREFIXjobs:kinds           set of the kinds that were ever pushed
//
// Jobs are numbered within their kind. Time is the callers' (ARGV[1], milliseconds), not Redis': leases and not_before
// then follow the clock that was handed in, and machines' clocks are kept in step anyway.
#pragma once

#include <string>
#include <vector>

#include "redis/cluster.h"

namespace cadre::jobs::streams {

/// All of a kind's keys, in the order that the scripts want them.
[[nodiscard]] std::vector<std::string> keys_of(const std::string& prefix, const std::string& kind);
[[nodiscard]] std::string ready_key(const std::string& prefix, const std::string& kind);
[[nodiscard]] std::string kinds_key(const std::string& prefix);

// Behind each: its arguments after the time, and what it answers.
[[nodiscard]] const redis::Script& push_script();  // subject payload not_before limit → 1; 0 waits already; -1 full
[[nodiscard]] const redis::Script& take_script();  // lease token consumer → {job subject payload attempt not_before},
                                                   //   {when to look again}, or {}
[[nodiscard]] const redis::Script& renew_script();   // job token lease → 1; 0 another has it
[[nodiscard]] const redis::Script& done_script();    // job token → the same
[[nodiscard]] const redis::Script& retry_script();   // job token not_before attempts_less → the same
[[nodiscard]] const redis::Script& bury_script();    // job token reason dead_limit → the same
[[nodiscard]] const redis::Script& holds_script();   // subject → 1 or 0
[[nodiscard]] const redis::Script& stats_script();   // → {waiting running dead oldest or ""}
[[nodiscard]] const redis::Script& resend_script();  // entry limit → 1; 0 not there; -1 full

}  // namespace cadre::jobs::streams
